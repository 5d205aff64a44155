package main

import (
	"bytes"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
)

// What a browser writes, before and after it was sent on to the page.
func TestJournalHearsTheBrowserAndNeverThePage(t *testing.T) {
	const prefix = "[42:42:1124/013000.123456:"
	for name, c := range map[string]struct {
		line          string
		before, after string // what is told; nothing if empty
	}{
		"a library, which no page can be behind yet": {line: "cannot open shared object file", before: "cannot open shared object file"},
		"an error of its own":                        {prefix + "ERROR:gpu/command_buffer.cc:88] lost", prefix + "ERROR:gpu/command_buffer.cc:88] lost", prefix + "ERROR:gpu/command_buffer.cc:88] lost"},
		"an end, written as it was of old":           {prefix + "FATAL:zygote.cc(99)] No sandbox", prefix + "FATAL:zygote.cc(99)] No sandbox", prefix + "FATAL:zygote.cc(99)] No sandbox"},
		"a page's console":                           {line: prefix + "INFO:CONSOLE:1] \"Midori\", source: http://127.0.0.1:8420/ (1)"},
		"a page's console as an error":               {line: prefix + "ERROR:CONSOLE(1)] Midori"},
		"the second line of a page's console":        {line: "Midori", before: "Midori"},
		"chatter":                                    {line: prefix + "INFO:a.cc:1] Midori", before: prefix + "INFO:a.cc:1] Midori"},
		"an address with a token":                    {prefix + "ERROR:a.cc:1] no http://127.0.0.1:8420/#5f0c", prefix + "ERROR:a.cc:1] no http://127.0.0.1:8420", prefix + "ERROR:a.cc:1] no http://127.0.0.1:8420"},
		"an address that is content":                 {prefix + "ERROR:a.cc:1] data:text/plain,Midori!", prefix + "ERROR:a.cc:1]", prefix + "ERROR:a.cc:1]"},
		"letters of a person's name":                 {prefix + "ERROR:a.cc:1] \u7dd1", prefix + "ERROR:a.cc:1] ?", prefix + "ERROR:a.cc:1] ?"},
		"nothing":                                    {},
	} {
		for later, want := range map[bool]string{false: c.before, true: c.after} {
			if got, ok := tellable([]byte(c.line), later); got != want || ok != (want != "") {
				t.Errorf("%s, page = %v: told %q, %v, want %q", name, later, got, ok, want)
			}
		}
	}
}

func TestOfABrowserThatCriesWithoutEndTheLastIsTold(t *testing.T) {
	var log bytes.Buffer
	c := &complaints{done: make(chan struct{})}
	c.hear(strings.NewReader(strings.Repeat("y\n", 10*maxComplaints)+strings.Repeat("x", 20<<10)+"\nend\n"), new(atomic.Bool))
	c.tell(slog.New(slog.NewTextHandler(&log, nil)))
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != maxComplaints || !strings.HasSuffix(lines[maxComplaints-1], "text=end") {
		t.Fatalf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
	if got := strings.Count(lines[maxComplaints-2], "x"); got < maxComplaint || got > maxComplaint+10 {
		t.Errorf("a long line is told in %d bytes", got)
	}
}

func FuzzTellable(f *testing.F) {
	f.Add([]byte("[1:1:0101/000000.000000:ERROR:a.cc:1] http://h/#t"), true)
	f.Add([]byte("CONSOLE"), false)
	f.Fuzz(func(t *testing.T, line []byte, later bool) {
		text, ok := tellable(line, later)
		if ok != (text != "") || len(text) > maxComplaint || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%q is told as %q, %v", line, text, ok)
		}
	})
}
