//go:build !cgo && !windows

package devices

import (
	"errors"

	"github.com/digital-watashi/kiosk/hal"
)

// errNoPCSC tells how to build instead.
var errNoPCSC = errors.New("built without PC/SC: build with cgo and libpcsclite-dev")

// OpenReader has no way to a card reader, and says so.
func OpenReader(string, ReaderOptions) (hal.Reader, error) { return nil, errNoPCSC }
