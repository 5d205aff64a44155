package main

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// What a browser said of itself goes to the journal when it has failed, for whoever has to
// find out why a screen stays black; of one that did its work nobody needs to know. What a
// page says is never told: a page shows who stands there.
//
// So until the browser has been sent on to the page every line is kept, since there is no
// page that could speak. From then on only the browser's own words are, told by
// how it begins them; and of those none that repeat what a page wrote to its console.

const (
	maxComplaint  = 300 // bytes of a line
	maxComplaints = 40  // lines of one browser, the last that it said
)

// own is how the browser begins a line of its own:
// [PID:THREAD:DAY/TIME:LEVEL:SOURCE:LINE], where the line may stand in brackets.
var own = regexp.MustCompile(`^\[[0-9:/.]+:(?:ERROR|FATAL):[a-z][\w/.]*(?::|\()\d+\)?\] `)

// address is everything that may carry more than the name of a host.
var address = regexp.MustCompile(`(?:([a-zA-Z][\w+.-]*://[^\s/"'<>]*)|(?:data|blob|javascript):)[^\s"'<>]*`)

// complaints are what one browser said.
type complaints struct {
	done chan struct{} // closed when it can say no more

	mu   sync.Mutex // guards last
	last []string
}

// hear keeps what a browser writes until it has closed its end; later tells that it has
// been sent on to the page.
func (c *complaints) hear(from io.Reader, later *atomic.Bool) {
	defer close(c.done)
	lines := bufio.NewReaderSize(from, 4<<10)
	for {
		line, cut, err := lines.ReadLine()
		if err != nil {
			return
		}
		if text, ok := tellable(line, later.Load()); ok {
			c.keep(text)
		}
		for cut && err == nil { // the tail of a long line
			_, cut, err = lines.ReadLine()
		}
	}
}

func (c *complaints) keep(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last = append(c.last, text); len(c.last) > maxComplaints {
		c.last = c.last[1:]
	}
}

// tell tells what was kept. What is on its way it waits for, but not for long: a process
// that was left behind may keep its end open.
func (c *complaints) tell(log *slog.Logger) {
	select {
	case <-c.done:
	case <-time.After(time.Second):
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, text := range c.last {
		log.Info("browser said", "text", text)
	}
}

// tellable is what of a line may stand in a log.
func tellable(line []byte, later bool) (text string, ok bool) {
	if bytes.Contains(line, []byte("CONSOLE")) || later && !own.Match(line) {
		return "", false
	}
	line = address.ReplaceAll(line, []byte("$1"))
	text = strings.TrimSpace(strings.Map(plain, string(line)))
	return text[:min(len(text), maxComplaint)], text != ""
}

// plain leaves letters that the browser itself uses. Nobody's name is written in them here.
func plain(r rune) rune {
	if r < ' ' || r > '~' {
		return '?'
	}
	return r
}
