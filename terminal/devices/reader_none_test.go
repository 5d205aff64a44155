//go:build !cgo && !windows

package devices_test

import (
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/devices"
)

func TestBuildWithoutPCSCSaysHowToBuild(t *testing.T) {
	if _, err := devices.OpenReader("", devices.ReaderOptions{}); err == nil || !strings.Contains(err.Error(), "libpcsclite-dev") {
		t.Errorf("got %v", err)
	}
}
