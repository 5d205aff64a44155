package hal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Voice speaks into one person's ear: a headset jack, a handset. It is never a
// loudspeaker, as what is said may name somebody.
type Voice interface {
	// Speaks is nil where this language can be said here, and tells what is missing
	// where it cannot. It answers at once.
	Speaks(language string) error
	// Say says the text and returns when it was heard to its end. A new Say breaks an
	// old one off, which returns ErrBrokenOff; the end of ctx breaks it off with the
	// context's cause. When Say has returned, nothing of its text is heard any more.
	// A text may be personal: an implementation neither keeps nor logs it, and shows
	// it to no other user of the machine, as the arguments of a command would.
	Say(ctx context.Context, s Speech) error
}

// ErrBrokenOff: another text is said instead.
var ErrBrokenOff = errors.New("broken off by another text")

// Speech is something to be said. It prints as its language only.
type Speech struct {
	Language string // BCP 47
	Text     string
	Volume   Volume
}

// Volume is how loud, from Softest to Loudest; zero is Middle.
type Volume int

// The volumes.
const (
	Softest Volume = 1
	Middle  Volume = 3
	Loudest Volume = 5
)

// Of gives the part of the full loudness that a volume is.
func (v Volume) Of() float64 {
	if v == 0 {
		v = Middle
	}
	return float64(min(max(v, Softest), Loudest)) / float64(Loudest)
}

// Format hides the text under every verb.
func (s Speech) Format(f fmt.State, _ rune) { io.WriteString(f, "speech "+s.Language+" [redacted]") }

// LogValue hides the text.
func (s Speech) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(s)) }
