package haltest

import "context"

// ServeScannerPTY is the scanner on a pseudo-terminal, as one in USB COM
// emulation: path is opened as a serial line is, and each code comes with a CR. It
// serves until ctx ends or the scanner is unplugged, which hangs the line up.
// Whoever opens path and closes it again does not end it; a scanner that was
// plugged in again is served again, on another path.
func ServeScannerPTY(ctx context.Context, s *Scanner) (path string, err error) {
	far, near, err := openLine()
	if err != nil {
		return "", err
	}
	unplugged := s.unplugged()
	go func() {
		defer near.Close()
		serveScanner(ctx, far, s, unplugged)
	}()
	return near.Name(), nil
}
