package main

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"sync/atomic"
)

// What the browser says of itself goes to the journal, for whoever has to find out why a
// screen stays black. What a page says never does: a page shows who stands there.
//
// So until the browser has been sent on to the page every line is passed on, since there
// is no page that could speak. From then on only the browser's own words are, told by
// how it begins them; and of those none that repeat what a page wrote to its console.

const (
	maxComplaint  = 300 // bytes of a line
	maxComplaints = 40  // lines of one browser
)

// own is how the browser begins a line of its own:
// [PID:THREAD:DAY/TIME:LEVEL:SOURCE:LINE], where the line may stand in brackets.
var own = regexp.MustCompile(`^\[[0-9:/.]+:(?:ERROR|FATAL):[a-z][\w/.]*(?::|\()\d+\)?\] `)

// address is everything that may carry more than the name of a host.
var address = regexp.MustCompile(`(?:([a-zA-Z][\w+.-]*://[^\s/"'<>]*)|(?:data|blob|javascript):)[^\s"'<>]*`)

// complain passes on what a browser writes until it has closed its end; later tells that
// it has been sent on to the page.
func complain(from io.Reader, later *atomic.Bool, log *slog.Logger) {
	lines, told := bufio.NewReaderSize(from, 4<<10), 0
	for {
		line, cut, err := lines.ReadLine()
		if err != nil {
			return
		}
		text, ok := tellable(line, later.Load())
		for cut && err == nil { // the tail of a long line
			_, cut, err = lines.ReadLine()
		}
		if !ok || told > maxComplaints {
			continue
		}
		if told++; told > maxComplaints {
			text = "more was said and is left out"
		}
		log.Info("browser says", "text", text)
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
