package main

import (
	"fmt"
	"log/slog"
	"net"
	"sync"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// front is the screen, from before there is a terminal behind it. Until one is
// handed over it shows that the terminal is out of service, and why.
type front struct {
	log     *slog.Logger
	hearing hearing

	mu        sync.Mutex
	server    *ui.Server
	command   func(ui.Command) // nil while there is no terminal
	connected func(bool)
	seen      bool
	missing   catalogue.Code
	language  string
}

func newFront(log *slog.Logger) *front {
	return &front{log: log, missing: catalogue.TerminalStarting, language: catalogue.Languages()[0].Tag}
}

// open serves the page and leaves its address, with the token, for the browser.
func (f *front) open(p *parts, c UI) error {
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("opening the screen: %w", err)
	}
	f.hearing = hearingOf(c.URLFile)
	if err := f.hearing.tell(false); err != nil {
		return fmt.Errorf("opening the screen: %w", err)
	}
	host, token := l.Addr().String(), ui.NewToken()
	f.server = ui.New(ui.Config{Token: token, Hosts: []string{host}, Commands: f.take, Connected: f.connect, Log: f.log})
	p.close(f.server.Close)
	p.serve("screen", l, f.server)
	if err := ui.WriteTokenFile(c.URLFile, host, token); err != nil {
		return fmt.Errorf("opening the screen: %w", err)
	}
	f.lack(catalogue.TerminalStarting)
	return nil
}

// Show shows what the terminal has to say.
func (f *front) Show(v ui.View) { f.server.Show(v) }

// lack shows that something is missing.
func (f *front) lack(code catalogue.Code) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.missing = code
	f.show()
}

// show needs the lock. Page 0 is none of a terminal's.
func (f *front) show() {
	text, kind := catalogue.Explain(f.language, f.missing), ui.Warning
	if f.missing.Calm() {
		kind = ui.Info
	}
	v := ui.View{
		Screen: "out-of-service", Language: f.language, LanguageText: catalogue.LanguageLabel(f.language),
		Title: text.Title, Picture: f.missing.Picture(), Live: text.Title,
		Notice: &ui.Notice{Kind: kind, Title: text.Happened, Text: text.Data, Code: string(f.missing), Steps: text.Steps},
	}
	for _, l := range catalogue.Languages() {
		v.Languages = append(v.Languages, ui.Language{Tag: l.Tag, Name: l.Name})
	}
	f.server.Show(v)
}

// hand hands the screen over to a terminal, with what is known about it.
func (f *front) hand(command func(ui.Command), connected func(bool)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.command, f.connected = command, connected
	connected(f.seen)
}

// take passes a command on. Without a terminal only the language can be chosen.
func (f *front) take(c ui.Command) {
	f.mu.Lock()
	command := f.command
	if command == nil && catalogue.Speaks(c.Language) {
		f.language = c.Language
		f.show()
	}
	f.mu.Unlock()
	if command != nil {
		command(c) // may wait: not under the lock
	}
}

func (f *front) connect(is bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = is
	if err := f.hearing.tell(is); err != nil {
		f.log.Warn("whoever keeps the browser is not told", "error", err)
	}
	if f.connected != nil {
		f.connected(is)
	}
}
