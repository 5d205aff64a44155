//go:build !linux

package haltest

import (
	"context"
	"errors"
	"fmt"
)

// ServeScannerPTY is on Linux the scanner on a pseudo-terminal. Elsewhere there
// is none, and it says so.
func ServeScannerPTY(context.Context, *Scanner) (path string, err error) {
	return "", fmt.Errorf("opening a pseudo-terminal: %w", errors.ErrUnsupported)
}
