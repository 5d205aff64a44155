//go:build !linux

package haltest

import (
	"context"
	"errors"
	"fmt"
)

// ServePrinterPTY is on Linux the printer on a pseudo-terminal. Elsewhere there
// is none, and it says so; ServePrinterTCP is everywhere.
func ServePrinterPTY(context.Context, *Printer) (path string, err error) {
	return "", fmt.Errorf("opening a pseudo-terminal: %w", errors.ErrUnsupported)
}
