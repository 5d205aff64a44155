package haltest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// reading serves a scanner in the bubble and collects what it passes on.
func reading(t *testing.T, s hal.Scanner) *[]string {
	t.Helper()
	var got []string
	ctx, stop := context.WithCancelCause(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx, func(text []byte) { got = append(got, string(text)) }) }()
	t.Cleanup(func() {
		stop(errStop)
		if err := <-done; !errors.Is(err, errStop) {
			t.Errorf("Serve returned %v", err)
		}
	})
	return &got
}

func TestScanWaitsUntilTheCodeWasTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := haltest.NewScanner()
		got := reading(t, s)
		s.Scan("watashi:key:000000000000")
		if len(*got) != 1 || (*got)[0] != "watashi:key:000000000000" {
			t.Errorf("got %q", *got)
		}
	})
}

func TestAnUnpluggedScannerSeesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := haltest.NewScanner()
		got := reading(t, s)
		s.Unplug()
		s.Unplug()
		s.Scan("lost")
		s.Plug()
		s.Plug()
		s.Scan("seen")
		if len(*got) != 1 || (*got)[0] != "seen" {
			t.Errorf("got %q", *got)
		}
	})
}

func TestVirtualScannerKeepsWhatAScannerPromises(t *testing.T) {
	s := haltest.NewScanner()
	haltest.TestScanner(t, haltest.ScannerFixture{Scanner: s, Scan: s.Scan, Unplug: s.Unplug, Plug: s.Plug})
}

func TestVirtualScannerKeepsItsPromisesInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := haltest.NewScanner()
		haltest.TestScanner(t, haltest.ScannerFixture{Scanner: s, Scan: s.Scan, Unplug: s.Unplug, Plug: s.Plug})
	})
}
