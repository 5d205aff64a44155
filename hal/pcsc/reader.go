//go:build cgo || windows

package pcsc

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// Config is how a Reader chooses its device and whom it tells. Every field may
// be zero.
type Config struct {
	// Name is a part of the name of the reader to serve; empty is any.
	Name string
	// MaxData is the most data that one response can bring through a reader that
	// does not say it itself: 256 is short APDUs, 0 has an extended one tried, and what
	// comes of it remembered as long as the reader stays plugged in.
	MaxData int
	// OnState is told each change of the device's state, one call at a time.
	OnState func(hal.State)
	// RefuseVirtual passes over readers that are software.
	RefuseVirtual bool
	// Virtual tells a software reader by its name; nil is IsVirtual.
	Virtual func(name string) bool
	// OnRefused is told of each reader that was passed over, with ErrVirtualReader,
	// once while it stays.
	OnRefused func(name string, err error)
}

// Reader is a hal.Reader over PC/SC. It serves one card at a time from all the
// readers that its configuration names.
//
// A card that does not answer is attended as well, so that somebody can tell
// its holder: its ATR is empty, and each Transmit is hal.ErrCardMute. So are cards in
// several readers at once, by one visit that ends when one of them leaves: each
// Transmit is hal.ErrCardCollision, and the card that remains is attended anew.
//
// The states it tells: hal.Offline without a service, hal.NoDevice without a
// reader, hal.DeviceBusy while another program holds the card, hal.HardwareError
// when no reader answers, and else hal.Online.
type Reader struct {
	config  Config
	serving atomic.Bool
	reaches reaches

	state hal.State // told last; the watcher's own

	mu   sync.Mutex // guards name
	name string
}

var _ hal.Reader = (*Reader)(nil)

// The delays of this package.
const (
	// slice bounds a wait: a Cancel that comes before its wait is lost.
	// With it and the back-off, news of a reader or a service that are told of by
	// nobody take a second at most.
	slice = 500 * time.Millisecond
	// Back-off while there is no service.
	backOffFirst = 100 * time.Millisecond
	backOffMost  = time.Second
	// busyAgain is when a card that another program holds is tried again.
	busyAgain = 500 * time.Millisecond
	// A card that cannot be had is tried again at once, and then after a pause: a
	// contactless one may not lie still yet.
	mostDoubts = 2
	doubtAgain = 250 * time.Millisecond
	// settle is how long a broken exchange waits for the news that the card left:
	// the service looks for cards every 400 ms.
	settle = 3 * time.Second
	// hangs is how long an exchange may outlast its context before its reader is
	// told as broken.
	hangs = time.Second
	// unknownPause keeps a reader that is listed but not found from spinning.
	unknownPause = 100 * time.Millisecond
)

// New makes a Reader. It touches no device before Serve.
func New(config Config) *Reader {
	if config.Virtual == nil {
		config.Virtual = IsVirtual
	}
	return &Reader{config: config}
}

// IsVirtual tells the software readers that are about by their names: vpcd's
// "Virtual PCD", "VMware Virtual USB CCID", Microsoft's virtual smart cards.
func IsVirtual(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"virtual", "vpcd", "vicc", "simulat", "emulat"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// ReaderName is the reader of the card being attended; empty when none is.
func (r *Reader) ReaderName() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.name
}

// Serve attends cards until ctx ends, as hal.Reader says. A service that is not
// there or dies is waited for with back-off; the card it held is gone for its
// attend, with cause hal.ErrUnavailable.
func (r *Reader) Serve(ctx context.Context, attend func(ctx context.Context, c hal.Card)) error {
	if !r.serving.CompareAndSwap(false, true) {
		return ErrServing
	}
	defer r.serving.Store(false)
	w := watcher{reader: r, attend: attend, refused: map[string]bool{}}
	w.run(ctx)
	return context.Cause(ctx)
}

// usable decides about a reader by its name; refused ones are named in the map.
func (r *Reader) usable(name string, refused map[string]bool) bool {
	if !strings.Contains(name, r.config.Name) {
		return false
	}
	if !r.config.RefuseVirtual || !r.config.Virtual(name) {
		return true
	}
	if !refused[name] && r.config.OnRefused != nil {
		r.config.OnRefused(name, ErrVirtualReader)
	}
	refused[name] = true
	return false
}

// report tells a change of state; an empty one is no news. Only the watcher calls it.
func (r *Reader) report(state hal.State) {
	if state == "" || r.state == state {
		return
	}
	r.state = state
	if r.config.OnState != nil {
		r.config.OnState(state)
	}
}

func (r *Reader) setName(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.name = name
}

// pause waits, but not past the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
