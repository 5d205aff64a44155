package haltest

import (
	"context"
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// ServeScannerPTY is the scanner on a pseudo-terminal, as one in USB COM
// emulation: path is opened as a serial line is, and each code comes with a CR. It
// serves until ctx ends or the scanner is unplugged, which hangs the line up.
// Whoever opens path and closes it again does not end it; a scanner that was
// plugged in again is served again, on another path.
func ServeScannerPTY(ctx context.Context, s *Scanner) (path string, err error) {
	far, path, err := openPTY()
	if err != nil {
		return "", err
	}
	// A terminal that nobody has open loses what is written at the far end.
	near, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return "", errors.Join(err, far.Close())
	}
	if err := rawTerminal(near); err != nil {
		return "", errors.Join(err, near.Close(), far.Close())
	}
	unplugged := s.unplugged()
	go func() {
		defer near.Close()
		serveScanner(ctx, far, s, unplugged)
	}()
	return path, nil
}
