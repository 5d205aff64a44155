package haltest

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// ScannerFixture is a scanner to be tested, and the hands that hold codes to it.
type ScannerFixture struct {
	Scanner hal.Scanner
	// Scan shows one code, without the mark that ends it, and comes back when the
	// device has sent it. What a device cannot send as a code, as a control character
	// over a keyboard, is sent as it would be.
	Scan func(text string)
	// Unplug takes the device away, and Plug brings it back. Without them it is not
	// tested that a scanner is waited for.
	Unplug, Plug func()
	// Patience is how long a hand and the scanner may take; 0 is ten seconds.
	Patience time.Duration
}

// TestScanner holds a scanner to what hal.Scanner promises.
func TestScanner(t testing.TB, f ScannerFixture) {
	t.Helper()
	if f.Patience == 0 {
		f.Patience = 10 * time.Second
	}
	scannerReturnsTheCause(t, f)
	scannerPassesOnWhatIsWhole(t, f)
	scannerDropsWhatMayNotBe(t, f)
	scannerWaitsForScanned(t, f)
	scannerOverwritesTheText(t, f)
	scannerIsWaitedFor(t, f)
}

// A scanned is a running Serve of a scanner.
type scanned struct {
	t        testing.TB
	patience time.Duration
	stop     context.CancelCauseFunc
	codes    chan string
	done     chan error
}

// scan serves a scanner. Each text is also given to look, inside of the call.
func scan(t testing.TB, f ScannerFixture, look func([]byte)) *scanned {
	ctx, stop := context.WithCancelCause(context.Background())
	s := &scanned{t: t, patience: f.Patience, stop: stop, codes: make(chan string, 1), done: make(chan error, 1)}
	var inside atomic.Int32
	go func() {
		s.done <- f.Scanner.Serve(ctx, func(text []byte) {
			if inside.Add(1) != 1 {
				t.Error("scanned was called while another scanned was running")
			}
			defer inside.Add(-1)
			code := string(text)
			look(text)
			s.codes <- code
		})
	}()
	return s
}

func ignore([]byte) {}

// wants shows codes in a goroutine, as a hand may wait until a code was taken, and
// wants so many of them passed on.
func (s *scanned) wants(show func(string), codes []string, want ...string) {
	s.t.Helper()
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		for _, code := range codes {
			show(code)
		}
	}()
	for _, w := range want {
		if got := await(s.t, s.patience, s.codes, "scanned was not called"); got != w {
			s.t.Errorf("scanned got %q, want %q", got, w)
		}
	}
	await(s.t, s.patience, shown, "a code could not be shown")
}

func (s *scanned) end(why error) {
	s.t.Helper()
	s.stop(why)
	if err := await(s.t, s.patience, s.done, "Serve did not return"); !errors.Is(err, why) {
		s.t.Errorf("Serve returned %v, want the cause of its context", err)
	}
	select {
	case code := <-s.codes:
		s.t.Errorf("scanned got %q, which nobody waited for", code)
	default:
	}
}

// The codes of these tests. What stands in them is of no account to a scanner.
const (
	keyCode   = "watashi:key:123456789095"
	otherCode = "HTTPS://EXAMPLE.COM/?a=1&b=[2]#~c"
)

func scannerReturnsTheCause(t testing.TB, f ScannerFixture) {
	t.Helper()
	scan(t, f, ignore).end(errOver{})
}

func scannerPassesOnWhatIsWhole(t testing.TB, f ScannerFixture) {
	t.Helper()
	s := scan(t, f, ignore)
	codes := []string{keyCode, "7", otherCode, otherCode, strings.Repeat("x", hal.MaxScan)}
	s.wants(f.Scan, codes, codes...)
	s.end(errOver{})
}

// scannerDropsWhatMayNotBe shows a good code after each bad one.
func scannerDropsWhatMayNotBe(t testing.TB, f ScannerFixture) {
	t.Helper()
	s := scan(t, f, ignore)
	for _, bad := range []string{
		strings.Repeat("x", hal.MaxScan+1),
		strings.Repeat("0123456789", hal.MaxScan),
		"\x1B" + keyCode,
		keyCode + "\x03",
		"watashi:\x00key:123456789095",
		"watashi:key:\x7F123456789095",
		strings.Repeat("x", hal.MaxScan) + "\x03" + keyCode,
	} {
		s.wants(f.Scan, []string{bad, keyCode}, keyCode)
	}
	s.end(errOver{})
}

// scannerWaitsForScanned ends Serve while a code is looked at: Serve returns after
// that.
func scannerWaitsForScanned(t testing.TB, f ScannerFixture) {
	t.Helper()
	inside, leave := make(chan struct{}), make(chan struct{})
	s := scan(t, f, func([]byte) {
		close(inside)
		<-leave
	})
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		f.Scan(keyCode)
	}()
	await(t, f.Patience, inside, "scanned was not called")
	s.stop(errOver{})
	select {
	case <-s.done:
		t.Error("Serve returned before scanned")
	default:
	}
	close(leave)
	await(t, f.Patience, s.codes, "scanned did not return")
	await(t, f.Patience, shown, "a code could not be shown")
	s.end(errOver{})
}

// scannerOverwritesTheText keeps what it may not keep, and looks at it while the next
// code, a shorter one, may stand in the same place.
func scannerOverwritesTheText(t testing.TB, f ScannerFixture) {
	t.Helper()
	const next = "7"
	var kept []byte
	s := scan(t, f, func(text []byte) {
		if kept != nil && string(kept[len(next):]) == keyCode[len(next):] {
			t.Error("the text can still be read after scanned returned")
		}
		kept = text
	})
	s.wants(f.Scan, []string{keyCode, next}, keyCode, next)
	s.end(errOver{})
	if string(kept) == next {
		t.Error("the text can still be read after Serve returned")
	}
}

func scannerIsWaitedFor(t testing.TB, f ScannerFixture) {
	t.Helper()
	if f.Unplug == nil || f.Plug == nil {
		return
	}
	s := scan(t, f, ignore)
	s.wants(f.Scan, []string{keyCode}, keyCode)
	f.Unplug()
	select {
	case err := <-s.done:
		t.Errorf("Serve returned %v when the scanner was unplugged", err)
	default:
	}
	f.Plug()
	s.wants(f.Scan, []string{otherCode}, otherCode)
	s.end(errOver{})
	f.Unplug()
	scan(t, f, ignore).end(errOver{})
	f.Plug()
}
