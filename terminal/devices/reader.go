package devices

import "github.com/digital-watashi/kiosk/hal"

// ReaderOptions is what else there is to say about a card reader, and who is told
// about it.
type ReaderOptions struct {
	// RefuseVirtual passes over readers that are software, as production must.
	RefuseVirtual bool
	// OnState is told each change of the reader's state, one call at a time; nil
	// for nobody.
	OnState func(hal.State)
	// OnRefused is told of each reader that was passed over; nil for nobody.
	OnRefused func(name string, err error)
}
