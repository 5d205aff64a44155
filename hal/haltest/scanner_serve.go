package haltest

import (
	"context"
	"io"
)

// serveScanner writes what is shown to the scanner on a line, each code ended by
// CR as scanners are set up for, until ctx ends or the scanner is unplugged, and
// closes the line. It judges nothing: that is for whoever reads.
func serveScanner(ctx context.Context, line io.WriteCloser, s *Scanner, unplugged <-chan struct{}) {
	defer line.Close()
	stop := context.AfterFunc(ctx, func() { line.Close() })
	defer stop()
	for {
		select {
		case code := <-s.shown:
			_, err := io.WriteString(line, code.text+"\r")
			close(code.over)
			if err != nil {
				return
			}
		case <-unplugged:
			return
		case <-ctx.Done():
			return
		}
	}
}
