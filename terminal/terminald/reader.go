//go:build cgo || windows

package main

import (
	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/pcsc"
)

// newReader opens the way to a card reader over PC/SC.
func newReader(w wish) (hal.Reader, error) {
	return pcsc.New(pcsc.Config{
		Name: w.name, OnState: w.onState, RefuseVirtual: w.refuseVirtual, OnRefused: w.onRefused,
	}), nil
}
