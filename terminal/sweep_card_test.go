package terminal_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// A faultKind is what happens to one exchange with a card.
type faultKind struct {
	name  string
	fault func(k int) haltest.Fault
	stuck bool // no answer comes from there on, and the driver gives up when it may
	gone  bool // the card is not in the reader any more
	back  bool // and is put in again
	hangs bool // a real reader waits for the answer until the card is taken out
	rare  bool // over a real pcscd only where everything is swept: takes long, or is much like another
	never bool // nor there: takes minutes, or is "no answer" there
}

var faultKinds = []faultKind{
	{name: "removed", fault: haltest.RemovedAt, gone: true},
	{name: "removed after the command", fault: haltest.LostAt, gone: true},
	{name: "removed and back", fault: haltest.RemovedAt, gone: true, back: true},
	{name: "removed after the command and back", fault: haltest.LostAt, gone: true, back: true, rare: true},
	{name: "6F00", fault: answering(0x6F00)},
	{name: "6982", fault: answering(0x6982)},
	{name: "6983", fault: answering(0x6983)},
	{name: "6984", fault: answering(0x6984)},
	{name: "63C0", fault: answering(0x63C0)},
	{name: "6700", fault: answering(0x6700), rare: true},
	{name: "6A82", fault: answering(0x6A82), rare: true},
	{name: "one byte too many", fault: func(k int) haltest.Fault { return haltest.SizedAt(k, 1) }},
	{name: "one byte too few", fault: func(k int) haltest.Fault { return haltest.SizedAt(k, -1) }},
	{name: "no data", fault: func(k int) haltest.Fault { return haltest.SizedAt(k, -1<<16) }, rare: true},
	{name: "cut within the status word", fault: func(k int) haltest.Fault { return haltest.CutAt(k, 1) }},
	{name: "no status word", fault: func(k int) haltest.Fault { return haltest.CutAt(k, 2) }, hangs: true, rare: true},
	{name: "no answer", fault: func(k int) haltest.Fault { return haltest.CutAt(k, 1<<16) }, hangs: true, rare: true},
	{name: "silent for 5 s", fault: func(k int) haltest.Fault { return haltest.DelayedAt(k, 5*time.Second) }},
	{name: "silent for 2 min", fault: func(k int) haltest.Fault { return haltest.DelayedAt(k, 2*time.Minute) }, never: true},
	{name: "the reader hangs", stuck: true, never: true},
}

func answering(sw uint16) func(k int) haltest.Fault {
	return func(k int) haltest.Fault { return haltest.AnsweredAt(k, sw) }
}

// A lane is one way in which a card is talked to.
type lane struct {
	name     string
	photo    string
	extended bool             // the reader passes extended APDUs
	options  []haltest.Option // of the card
	every    int              // over a real pcscd an exchange meets every so-manieth kind; all if zero
	ca       *haltest.CA
}

var lanes = []lane{
	{name: "short", photo: protocol.PhotoOff, options: []haltest.Option{haltest.ShortOnly()}},
	{name: "extended", photo: protocol.PhotoOff, extended: true},
	{name: "extended refused", photo: protocol.PhotoOff, extended: true, options: []haltest.Option{haltest.ShortOnly()}},
	{name: "short with photo", photo: protocol.PhotoRequired, options: []haltest.Option{haltest.ShortOnly()}},
	{name: "extended with photo", photo: protocol.PhotoRequired, extended: true},
}

func TestSweepOfCardFaultsAtEveryExchange(t *testing.T) {
	var swept, whole atomic.Int32
	ca := haltest.NewCAAt(epoch())
	t.Run("lanes", func(t *testing.T) {
		for _, l := range lanes {
			l.ca = ca
			t.Run(l.name, func(t *testing.T) {
				t.Parallel()
				l.sweep(t, func(registered bool) { swept.Add(1); whole.Add(int32(btoi(registered))) })
			})
		}
	})
	t.Logf("swept %d faults: %d ended the session, %d did no harm", swept.Load(), swept.Load()-whole.Load(), whole.Load())
	if swept.Load() < 300 {
		t.Errorf("swept %d faults, want at least 300", swept.Load())
	}
}

// sweep has every kind of fault strike at every exchange, each time with a
// terminal and a card as new.
func (l lane) sweep(t *testing.T, count func(registered bool)) {
	n := l.exchanges(t)
	t.Logf("a registration takes %d exchanges", n)
	for _, kind := range faultKinds {
		for k := 1; k <= n; k++ {
			t.Run(fmt.Sprintf("%s at %d", kind.name, k), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					count(l.visit(t, kind, k).keepsPromisesOf(kind))
				})
			})
		}
	}
}

// exchanges counts the commands of a registration in which nothing goes wrong.
func (l lane) exchanges(t *testing.T) (n int) {
	synctest.Test(t, func(t *testing.T) {
		v := l.visit(t, faultKind{}, 0)
		if !v.keepsPromises() {
			t.Fatalf("%s: no registration though nothing went wrong: %v", l.name, v.ended())
		}
		n = len(v.card.Transcript()) / 2
	})
	return n
}

// visit is a whole registration in which something happens at exchange k, on a
// terminal of its own, which has stopped when visit returns.
func (l lane) visit(t *testing.T, kind faultKind, k int) *visitor {
	t.Helper()
	b := unstartedBench(t, l.ca, func(b *bench) {
		b.bundle.Photo = l.photo
		if l.extended {
			b.config.Reader = passing{b.reader}
		}
	})
	b.start()
	defer b.stop()
	b.card = b.person("midori", append(l.options, haltest.Broken(kind.faults(k)...))...)
	b.reader.Insert(kind.holding(b, k))
	b.settle()
	v := &visitor{bench: b, pass: b.wait, quiet: 2500 * time.Millisecond}
	v.visit()
	return v
}

// faults are what is wrong with a card to which this happens at exchange k.
func (kind faultKind) faults(k int) []haltest.Fault {
	if kind.fault == nil {
		return nil
	}
	return []haltest.Fault{kind.fault(k)}
}

// holding is the bench's card in the hand of somebody to whom this happens.
func (kind faultKind) holding(b *bench, k int) hal.Card {
	switch {
	case kind.back:
		return &comeback{Card: b.card, reader: b.reader}
	case kind.stuck:
		return &stuck{Card: b.card, left: k - 1}
	}
	return b.card
}
