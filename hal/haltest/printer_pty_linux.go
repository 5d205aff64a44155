package haltest

import "context"

// ServePrinterPTY is the printer on a pseudo-terminal: path is opened as a serial
// line is. It serves until ctx ends or the printer is unplugged, which hangs the
// line up. Whoever opens path and closes it again does not end it.
func ServePrinterPTY(ctx context.Context, p *Printer) (path string, err error) {
	far, near, err := openLine()
	if err != nil {
		return "", err
	}
	go func() {
		defer near.Close()
		servePrinter(ctx, far, p)
	}()
	return near.Name(), nil
}
