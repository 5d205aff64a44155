//go:build !cgo && !windows

package devices_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/devices"
)

func TestBuildWithoutPCSCSaysHowToBuild(t *testing.T) {
	_, opened := devices.OpenReader("", devices.ReaderOptions{})
	_, listed := devices.ListReaders(t.Context())
	for _, err := range []error{opened, listed} {
		if !errors.Is(err, devices.ErrNoPCSC) || !strings.Contains(err.Error(), "libpcsclite-dev") {
			t.Errorf("got %v", err)
		}
	}
}
