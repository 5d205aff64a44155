package console

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// Paint colours words for people. Off, it changes nothing: for files, for pipes,
// and for who has asked for none (https://no-color.org).
type Paint struct{ on bool }

// The colours, as ECMA-48 SGR numbers.
const (
	Green  = "32"
	Yellow = "33"
	Red    = "31"
	Faint  = "2"
	Bold   = "1"
)

// PaintFor is colour only where a terminal shows it.
func PaintFor(out io.Writer, environ func(string) string) Paint {
	return Paint{IsTerminal(out) && environ("NO_COLOR") == "" && environ("TERM") != "dumb"}
}

// In is a text in one of the colours.
func (p Paint) In(colour, text string) string {
	if !p.on || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// IsTerminal reports whether somebody looks at, or types into, this end.
func IsTerminal(end any) bool {
	file, ok := end.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Sheet is what a command prints for people: a label, then what there is to say.
type Sheet struct {
	Paint
	Lang string // of the words that the catalogue has
	out  io.Writer
	err  error
}

// NewSheet is an empty one, in the language that the environment says.
func NewSheet(out io.Writer, p Paint, environ func(string) string) *Sheet {
	return &Sheet{Paint: p, out: out, Lang: Language(environ)}
}

// Err is why a line could not be printed, if one could not.
func (s *Sheet) Err() error { return s.err }

// Language is the technician's, as the environment says it (POSIX, 8.2): Japanese,
// or English for anybody else.
func Language(environ func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if environ == nil {
			break
		}
		if said := environ(name); said != "" {
			if tag, _, _ := strings.Cut(said, "_"); catalogue.Speaks(tag) {
				return tag
			}
			break
		}
	}
	return "en"
}

// Word is a code of the terminal's books as a person reads it.
func (s *Sheet) Word(book catalogue.Book, code string) string {
	return catalogue.Word(s.Lang, book, code)
}

// LabelWidth is the column in which facts begin.
const LabelWidth = 14

// Fact prints a label and its text; without a text nothing.
func (s *Sheet) Fact(label, text string) {
	if text != "" {
		s.Line(s.In(Bold, Pad(label, LabelWidth)) + "  " + text)
	}
}

// Under prints a fact that belongs to the one above.
func (s *Sheet) Under(label, text string) {
	if text != "" {
		s.Line(s.In(Faint, Pad("  "+label, LabelWidth)) + "  " + text)
	}
}

// Line prints one line, unless an earlier one could not be printed.
func (s *Sheet) Line(text string) {
	if s.err == nil {
		_, s.err = fmt.Fprintln(s.out, text)
	}
}

// Pad is before any colour, which has a length and no width. Japanese letters take
// two columns.
func Pad(text string, width int) string {
	for _, letter := range text {
		if width--; letter >= 0x2e80 {
			width--
		}
	}
	return text + strings.Repeat(" ", max(0, width))
}

// Plural is a count with its noun.
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
