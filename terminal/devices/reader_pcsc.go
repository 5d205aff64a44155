//go:build cgo || windows

package devices

import (
	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/pcsc"
)

// OpenReader gives the way to the card readers whose names hold name, over PC/SC.
// It fails in a build that has no PC/SC, and says so.
func OpenReader(name string, o ReaderOptions) (hal.Reader, error) {
	return pcsc.New(pcsc.Config{
		Name: name, OnState: o.OnState, RefuseVirtual: o.RefuseVirtual, OnRefused: o.OnRefused,
	}), nil
}
