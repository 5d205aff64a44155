//go:build !cgo && !windows

package devices

import (
	"context"

	"github.com/digital-watashi/kiosk/hal"
)

// OpenReader has no way to a card reader, and says so.
func OpenReader(string, ReaderOptions) (hal.Reader, error) { return nil, ErrNoPCSC }

// ListReaders has no way to a card reader, and says so.
func ListReaders(context.Context) ([]ReaderInfo, error) { return nil, ErrNoPCSC }
