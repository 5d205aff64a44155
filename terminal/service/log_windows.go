package service

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	manager "github.com/kardianos/service"
	"golang.org/x/sys/windows/svc/eventlog"
)

// newHandler logs to the event log, since a service has nobody behind its standard
// error; to w where a person has started the program, or the log cannot be opened.
func newHandler(name string, w io.Writer, options *slog.HandlerOptions) slog.Handler {
	if manager.Interactive() {
		return slog.NewTextHandler(w, options)
	}
	events, err := eventlog.Open(name)
	if err != nil {
		return slog.NewTextHandler(w, options)
	}
	line := new(strings.Builder)
	return &eventHandler{slog.NewTextHandler(line, options), line, events, make(chan struct{}, 1)}
}

// eventHandler makes an entry of the event log of each line. The text handler puts
// it into line, one at a time.
type eventHandler struct {
	slog.Handler
	line   *strings.Builder
	events *eventlog.Log
	turn   chan struct{}
}

// Handle writes one entry.
func (h *eventHandler) Handle(ctx context.Context, r slog.Record) error {
	h.turn <- struct{}{}
	defer func() { <-h.turn }()
	h.line.Reset()
	if err := h.Handler.Handle(ctx, r); err != nil {
		return err
	}
	const id = 1 // the message file has one text for all: the entry itself
	switch text := h.line.String(); {
	case r.Level >= slog.LevelError:
		return h.events.Error(id, text)
	case r.Level >= slog.LevelWarn:
		return h.events.Warning(id, text)
	default:
		return h.events.Info(id, text)
	}
}

// WithAttrs and WithGroup share the line and its turn.
func (h *eventHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return &eventHandler{h.Handler.WithAttrs(attributes), h.line, h.events, h.turn}
}

// WithGroup is as WithAttrs.
func (h *eventHandler) WithGroup(name string) slog.Handler {
	return &eventHandler{h.Handler.WithGroup(name), h.line, h.events, h.turn}
}

// complain tells what ended the program, to a person or the event log.
func complain(name string, err error) {
	if manager.Interactive() {
		fmt.Fprintln(os.Stderr, name+":", err)
		return
	}
	if events, opened := eventlog.Open(name); opened == nil {
		defer events.Close()
		_ = events.Error(1, fmt.Sprint("ended: ", err)) // there is nobody else to tell
	}
}
