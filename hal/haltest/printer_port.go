package haltest

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// PortFixture is a port to be tried, and hands at its far end.
type PortFixture struct {
	Port hal.Port
	// Far is the other end of the line; nil if there is none that gives back
	// what it got.
	Far io.ReadWriter
	// Unplug ends the line for good.
	Unplug func()
	// Patience is the longest a Read may take over silence.
	Patience time.Duration
}

// TestPort tries what hal.Port promises. The line is gone afterwards.
func TestPort(t testing.TB, f PortFixture) {
	t.Helper()
	portIsSilentInBoundedTime(t, f)
	if f.Far != nil {
		portCarriesEveryByte(t, f)
	}
	portIsGoneWhenUnplugged(t, f)
}

func portIsSilentInBoundedTime(t testing.TB, f PortFixture) {
	t.Helper()
	for range 2 {
		start := time.Now()
		n, err := f.Port.Read(make([]byte, 1))
		if n != 0 || !errors.Is(err, hal.ErrTimeout) {
			t.Errorf("over silence Read = %d, %v, want 0, %v", n, err, hal.ErrTimeout)
		}
		if took := time.Since(start); took > f.Patience {
			t.Errorf("over silence Read took %v, want at most %v", took, f.Patience)
		}
	}
}

// portCarriesEveryByte sends all 256 values both ways.
func portCarriesEveryByte(t testing.TB, f PortFixture) {
	t.Helper()
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	if n, err := f.Port.Write(all); n != len(all) || err != nil {
		t.Fatalf("Write = %d, %v, want %d", n, err, len(all))
	}
	if got := make([]byte, len(all)); !gotAll(f.Far, got) || !bytes.Equal(got, all) {
		t.Errorf("at the far end arrived % X", got)
	}
	if _, err := f.Far.Write(all); err != nil {
		t.Fatal(err)
	}
	if got := make([]byte, len(all)); !gotAll(f.Port, got) || !bytes.Equal(got, all) {
		t.Errorf("from the far end came % X", got)
	}
}

// gotAll fills b, and waits over silence for as long as the test lives.
func gotAll(from io.Reader, b []byte) bool {
	for len(b) > 0 {
		n, err := from.Read(b)
		b = b[n:]
		if n == 0 && !errors.Is(err, hal.ErrTimeout) {
			return false
		}
	}
	return true
}

// portIsGoneWhenUnplugged allows a line some writes until it notices: TCP learns
// it from the answer to the first.
func portIsGoneWhenUnplugged(t testing.TB, f PortFixture) {
	t.Helper()
	f.Unplug()
	for range 100 {
		_, err := f.Port.Write([]byte{0})
		if errors.Is(err, hal.ErrGone) {
			return
		}
		if err != nil && !errors.Is(err, hal.ErrTimeout) {
			t.Fatalf("unplugged: Write = %v, want %v", err, hal.ErrGone)
		}
		_, _ = f.Port.Read(make([]byte, 1)) // its time passes
	}
	t.Errorf("unplugged: Write does not notice, want %v", hal.ErrGone)
}
