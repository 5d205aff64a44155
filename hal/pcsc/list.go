//go:build cgo || windows

package pcsc

import (
	"context"
	"fmt"

	"github.com/ebfe/scard"
)

// Info is what can be seen of a reader and its card from outside.
type Info struct {
	Name string
	// Present: there is a card.
	Present bool
	// ATR is the answer to reset; empty without a card and for a mute one.
	ATR []byte
	// Busy: a program holds the card, which may be the terminal itself.
	Busy bool
	// Mute: the card does not answer.
	Mute bool
}

// List looks at all readers, virtual ones too. It connects to no card and
// disturbs none that is in use. Without readers it gives none; without a service
// it fails with hal.ErrUnavailable. It may be called while a Reader serves, but one
// call at a time.
func List(ctx context.Context) ([]Info, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	c, err := connect()
	if err != nil {
		return nil, err
	}
	defer release(c)
	names, err := c.ListReaders()
	if kindOfError(err) == kindGone {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the readers: %w", sorted(err))
	}
	infos := make([]Info, len(names))
	for i, name := range names {
		if infos[i], err = look(c, name); err != nil {
			return nil, err
		}
	}
	return infos, nil
}

// look asks for one reader's state, which is there without waiting.
func look(c *scard.Context, name string) (Info, error) {
	states := []scard.ReaderState{{Reader: apart(name), CurrentState: scard.StateUnaware}}
	err := c.GetStatusChange(states, slice)
	if kindOfError(err) == kindGone { // unplugged since it was listed
		return Info{Name: name}, nil
	}
	if err != nil {
		return Info{}, fmt.Errorf("looking at reader %q: %w", name, sorted(err))
	}
	return info(name, states[0]), nil
}

// info puts the flags of a state into words.
func info(name string, s scard.ReaderState) Info {
	has := func(flags scard.StateFlag) bool { return s.EventState&flags != 0 }
	i := Info{Name: name, Present: has(scard.StatePresent), Busy: has(scard.StateInuse | scard.StateExclusive)}
	i.Mute = i.Present && (has(scard.StateMute) || !isATR(s.Atr))
	if i.Present && !i.Mute {
		i.ATR = s.Atr
	}
	return i
}

// isATR looks at TS, by which a card says how it will speak. ISO/IEC 7816-3, 8.1.
func isATR(b []byte) bool { return len(b) > 0 && (b[0] == 0x3B || b[0] == 0x3F) }
