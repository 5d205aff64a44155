//go:build !windows

package service

import (
	"fmt"
	"io"
	"log/slog"
	"os"
)

// newHandler logs as text, which systemd's journal takes.
func newHandler(_ string, w io.Writer, options *slog.HandlerOptions) slog.Handler {
	return slog.NewTextHandler(w, options)
}

// complain tells what ended the program.
func complain(name string, err error) { fmt.Fprintln(os.Stderr, name+":", err) }
