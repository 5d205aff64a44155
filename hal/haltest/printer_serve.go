package haltest

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"

	"github.com/digital-watashi/kiosk/hal"
)

// ServePrinterTCP is the printer on a network port, one connection at a time,
// until ctx ends; it gives the cause of ctx back, or why it cannot listen. A
// printer that is unplugged drops its connection.
func ServePrinterTCP(ctx context.Context, l net.Listener, p *Printer) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	for {
		conn, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return err
		}
		p.unread()
		servePrinter(ctx, conn, p)
	}
}

// unread drops the answers that were meant for the connection before.
func (p *Printer) unread() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers = nil
}

// servePrinter joins the printer and the far end of a line, until one of them
// is gone or ctx ends, and closes the line.
func servePrinter(ctx context.Context, line io.ReadWriteCloser, p *Printer) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(ctx, func() { line.Close() })
	defer stop()
	var both sync.WaitGroup
	both.Go(func() {
		defer cancel()
		carry(ctx, p, line)
	})
	both.Go(func() {
		defer cancel()
		carry(ctx, line, p)
	})
	both.Wait()
	line.Close()
}

// carry brings bytes from one end to the other. Silence and a printer that
// stands still are waited for.
func carry(ctx context.Context, to io.Writer, from io.Reader) {
	buffer := make([]byte, 1024)
	for ctx.Err() == nil {
		n, err := from.Read(buffer)
		if !pour(ctx, to, buffer[:n]) || err != nil && !errors.Is(err, hal.ErrTimeout) {
			return
		}
	}
}

func pour(ctx context.Context, to io.Writer, b []byte) bool {
	for len(b) > 0 && ctx.Err() == nil {
		n, err := to.Write(b)
		b = b[n:]
		if err != nil && !errors.Is(err, hal.ErrTimeout) {
			return false
		}
	}
	return ctx.Err() == nil
}
