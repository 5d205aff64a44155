package console

import (
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/term"
)

// leastColumns is the narrowest terminal for which lines are broken.
const leastColumns = 40

// Wrap breaks lines between words for the terminal that a writer is, and indents what
// follows as the line began. Anything else than a terminal gets lines as they are:
// programs read those.
//
// When done is closed, an interruption, the line at hand is broken for the first who
// prints then, behind the ^C that the terminal shows.
func Wrap(done <-chan struct{}, outs ...io.Writer) []io.Writer {
	cut, all := &interruption{done: done}, make([]io.Writer, len(outs))
	for n, out := range outs {
		all[n] = wrapped(out, cut)
	}
	return all
}

func wrapped(out io.Writer, cut *interruption) io.Writer {
	if !IsTerminal(out) {
		return out
	}
	columns, _, err := term.GetSize(int(out.(*os.File).Fd()))
	if err != nil || columns < leastColumns {
		return out
	}
	return &wrapping{out: out, columns: columns, cut: cut}
}

// wrapping is a writer of lines that are no wider than a terminal. A word that is, as
// a token or a path may be, stays whole.
type wrapping struct {
	out     io.Writer
	columns int

	at     int    // the column
	indent int    // of the line at work
	gap    string // blanks before the next word, that a break takes the place of
	text   bool   // the line has a word
	free   bool   // a blank was printed already: a word may stand on the next line
	cut    *interruption
}

// interruption is the end of a run before its time, for all who print on one terminal.
type interruption struct {
	done <-chan struct{}
	told sync.Once
}

// mark is a break of the line for the first who prints after it.
func (i *interruption) mark() (text string) {
	select {
	case <-i.done:
		i.told.Do(func() { text = "\n" })
	default:
	}
	return text
}

// colourCode takes no room.
var colourCode = regexp.MustCompile("\x1b\\[[0-9;]*m")

// wordOrBlanks is what is handled at once: an end of a line, blanks or a word.
var wordOrBlanks = regexp.MustCompile(`\n| +|[^ \n]+`)

// Write prints all of b, whole words each time; who writes half a word gets no break in it.
func (w *wrapping) Write(b []byte) (int, error) {
	var made strings.Builder
	if mark := w.cut.mark(); mark != "" {
		made.WriteString(mark)
		w.at, w.indent, w.gap, w.text = 0, 0, "", false
	}
	for _, part := range wordOrBlanks.FindAllString(string(b), -1) {
		switch {
		case part == "\n":
			made.WriteByte('\n')
			w.at, w.indent, w.gap, w.text = 0, 0, "", false
		case part[0] == ' ':
			w.gap += part
		default:
			w.word(&made, part)
		}
	}
	made.WriteString(w.gap) // behind a question somebody types
	w.at, w.free, w.gap = w.at+len(w.gap), w.gap != "", ""
	_, err := io.WriteString(w.out, made.String())
	return len(b), err
}

func (w *wrapping) word(made *strings.Builder, word string) {
	wide := utf8.RuneCountInString(colourCode.ReplaceAllString(word, ""))
	switch {
	case !w.text:
		w.indent, w.text = min(w.at+len(w.gap), w.columns/2), true
	case wide > 0 && (w.gap != "" || w.free) && w.at+len(w.gap)+wide > w.columns:
		made.WriteByte('\n')
		w.at, w.gap = 0, strings.Repeat(" ", w.indent)
	}
	made.WriteString(w.gap)
	made.WriteString(word)
	w.at, w.free, w.gap = w.at+len(w.gap)+wide, false, ""
}
