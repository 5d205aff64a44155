//go:build cgo || windows

package devices

import (
	"context"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/pcsc"
)

// OpenReader gives the way to the card readers whose names hold name, over PC/SC.
// It fails with ErrNoPCSC in a build that has none.
func OpenReader(name string, o ReaderOptions) (hal.Reader, error) {
	return pcsc.New(pcsc.Config{
		Name: name, OnState: o.OnState, RefuseVirtual: o.RefuseVirtual, OnRefused: o.OnRefused,
	}), nil
}

// ListReaders looks at all readers of the machine, whoever uses them. It fails with
// hal.ErrUnavailable where no card service runs, and with ErrNoPCSC in a build that
// has no way to one. One call at a time.
func ListReaders(ctx context.Context) ([]ReaderInfo, error) {
	found, err := pcsc.List(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]ReaderInfo, len(found))
	for i, r := range found {
		all[i] = ReaderInfo{
			Name: r.Name, Virtual: pcsc.IsVirtual(r.Name), Present: r.Present, ATR: r.ATR, Busy: r.Busy, Mute: r.Mute,
		}
	}
	return all, nil
}
