package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxTyped is more than anybody types, or pastes, into one line.
const maxTyped = 4096

var errTypedLine = errors.New("the line that was typed is too long")

// Typist is the one reader of a terminal's lines in a run. A read cannot be cut
// short: one that a question no longer waits for, as a scanner was faster, goes on, and
// what it brings answers the next question. A second reader beside it would lose
// that line.
type Typist struct {
	file    *os.File
	lines   chan typed
	reading bool // only whoever asks touches it: there is one question at a time
}

// typed is a line without its end.
type typed struct {
	text string
	err  error
}

// NewTypist reads the lines of a terminal. Its owner asks one question at a time.
func NewTypist(file *os.File) *Typist { return &Typist{file: file, lines: make(chan typed, 1)} }

// Listen begins a question: what was typed before it answers nothing.
func (k *Typist) Listen() {
	discardTyped(k.file)
	select {
	case <-k.lines:
		k.reading = false
	default:
	}
	if k.reading {
		return
	}
	k.reading = true
	go func() {
		text, err := readTyped(k.file)
		k.lines <- typed{text, err}
	}()
}

// Line waits for the answer.
func (k *Typist) Line(ctx context.Context) (string, error) {
	select {
	case t := <-k.lines:
		k.reading = false
		return t.text, t.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// Hide shows nothing of what is typed, until restore. It refuses where that cannot be.
func (k *Typist) Hide() (restore func(), err error) { return hideTyping(k.file) }

// question asks for a line.
func (k *Typist) Ask(ctx context.Context, says io.Writer, text string) (string, error) {
	k.Listen()
	fmt.Fprint(says, text)
	return k.Line(ctx)
}

// readTyped reads a byte at a time: what follows the line belongs to the next question.
func readTyped(in io.Reader) (string, error) {
	var line bytes.Buffer
	for one := make([]byte, 1); line.Len() < maxTyped; {
		n, err := in.Read(one)
		switch {
		case n == 1 && one[0] == '\n', n == 0 && err == io.EOF && line.Len() > 0:
			return strings.TrimSpace(line.String()), nil
		case n == 1:
			line.WriteByte(one[0])
		case err != nil:
			return "", err
		}
	}
	return "", errTypedLine
}
