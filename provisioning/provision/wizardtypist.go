package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
)

var errTypedLine = errors.New("the line that was typed is too long")

// typist is the one reader of a terminal's lines in a run. A read cannot be cut
// short: one that a question no longer waits for, as a scanner was faster, goes on, and
// what it brings answers the next question. A second reader beside it would lose
// that line.
type typist struct {
	file    *os.File
	lines   chan typed
	reading bool // only whoever asks touches it: there is one question at a time
}

// typed is a line without its end.
type typed struct {
	text string
	err  error
}

func newTypist(file *os.File) *typist { return &typist{file: file, lines: make(chan typed, 1)} }

// listen begins a question: what was typed before it answers nothing.
func (k *typist) listen() {
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

// line waits for the answer.
func (k *typist) line(ctx context.Context) (string, error) {
	select {
	case t := <-k.lines:
		k.reading = false
		return t.text, t.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// readTyped reads a byte at a time: what follows the line belongs to the next question.
func readTyped(in io.Reader) (string, error) {
	var line bytes.Buffer
	for one := make([]byte, 1); line.Len() < maxTokenLine; {
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
