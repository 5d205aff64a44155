//go:build !cgo && !windows

package main

import (
	"errors"

	"github.com/digital-watashi/kiosk/hal"
)

// newReader has no way to a card reader.
func newReader(wish) (hal.Reader, error) {
	return nil, errors.New("built without PC/SC: build with cgo and libpcsclite-dev")
}
