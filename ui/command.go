package ui

import (
	"errors"
	"fmt"
)

// A Command is parsed by hand, not by encoding/json, for two reasons. It is the
// one thing that reaches the terminal from a web page, so it is held to the
// narrowest form; and one of its keys may be a character of a password, so the
// parser allocates nothing that it was given: a key is found in a table of
// constants, and the caller clears the only buffer.

// MaxCommand is the size in bytes of the longest message the screen may send.
const MaxCommand = 4 << 10

// maxPage is the largest integer that a page in JavaScript can hold exactly.
const maxPage = 1<<53 - 1

const (
	maxActionID    = 64
	maxLanguageTag = 35 // BCP 47, 4.4.1
)

// ErrCommand means that a message is no Command. The session is not touched.
var ErrCommand = errors.New("malformed command")

// ParseCommand reads one Command from JSON. It takes an object with the member
// page and exactly one of action, language, ease and key, each once and in any order,
// and refuses everything else, escapes in strings included. It keeps nothing of
// data; the caller clears it. Every error is an ErrCommand and tells a position,
// never contents.
func ParseCommand(data []byte) (Command, error) {
	if len(data) > MaxCommand {
		return Command{}, fmt.Errorf("%w: %d bytes", ErrCommand, len(data))
	}
	p := parser{rest: data}
	c, ok := p.command()
	if !ok {
		return Command{}, fmt.Errorf("%w at byte %d", ErrCommand, len(data)-len(p.rest))
	}
	return c, nil
}

type parser struct{ rest []byte }

func (p *parser) command() (Command, bool) {
	var c Command
	var hasPage, hasDeed bool
	if !p.take('{') {
		return Command{}, false
	}
	for {
		ok := false
		switch name := p.text(); string(name) {
		case "page":
			ok = !hasPage && p.take(':') && p.page(&c.Page)
			hasPage = true
		case "action", "language", "ease", "key":
			ok = !hasDeed && p.take(':') && p.deed(name[0], &c)
			hasDeed = true
		}
		if !ok {
			return Command{}, false
		}
		if !p.take(',') {
			break
		}
	}
	return c, p.take('}') && p.end() && hasPage && hasDeed
}

// deed reads what was done into the member that begins with initial.
func (p *parser) deed(initial byte, c *Command) bool {
	value := p.text()
	switch initial {
	case 'a':
		return actionID(value) && set(&c.Action, string(value))
	case 'l':
		return languageTag(value) && set(&c.Language, string(value))
	case 'e':
		return actionID(value) && set(&c.Ease, string(value))
	}
	return set(&c.Key, key(value))
}

func set(to *string, value string) bool {
	*to = value
	return value != ""
}

// page reads a JSON integer: no sign, fraction, exponent or leading zero.
func (p *parser) page(to *uint64) bool {
	p.space()
	var n uint64
	digits := 0
	for ; digits < len(p.rest) && isDigit(p.rest[digits]); digits++ {
		if n = n*10 + uint64(p.rest[digits]-'0'); n > maxPage {
			return false
		}
	}
	if digits == 0 || digits > 1 && p.rest[0] == '0' {
		return false
	}
	*to, p.rest = n, p.rest[digits:]
	return true
}

// text reads a string of graphic ASCII without escapes, and returns a part of
// the message itself, or nil. An empty string counts as none.
func (p *parser) text() []byte {
	if !p.take('"') {
		return nil
	}
	for i, b := range p.rest {
		if b == '"' {
			value := p.rest[:i]
			p.rest = p.rest[i+1:]
			return value
		}
		if b <= ' ' || b >= 0x7f || b == '\\' {
			return nil
		}
	}
	return nil
}

// take reads b, with white space before it.
func (p *parser) take(b byte) bool {
	p.space()
	if len(p.rest) == 0 || p.rest[0] != b {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *parser) space() {
	for len(p.rest) > 0 && isSpace(p.rest[0]) {
		p.rest = p.rest[1:]
	}
}

func (p *parser) end() bool {
	p.space()
	return len(p.rest) == 0
}

const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// key finds value among the keys there are. What it returns lies in the
// program's constants, so no copy of a password's character is made.
func key(value []byte) string {
	if len(value) == 1 {
		for i := range len(characters) {
			if characters[i] == value[0] {
				return characters[i : i+1]
			}
		}
	}
	switch string(value) {
	case KeyBackspace:
		return KeyBackspace
	case KeyClear:
		return KeyClear
	}
	return ""
}

func actionID(id []byte) bool {
	for i, b := range id {
		if !isLower(b) && (i == 0 || !isDigit(b) && b != '-') {
			return false
		}
	}
	return len(id) <= maxActionID
}

func languageTag(tag []byte) bool {
	for _, b := range tag {
		if !isLower(b|0x20) && !isDigit(b) && b != '-' {
			return false
		}
	}
	return len(tag) >= 2 && len(tag) <= maxLanguageTag
}

func isLower(b byte) bool { return 'a' <= b && b <= 'z' }
func isDigit(b byte) bool { return '0' <= b && b <= '9' }
func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }
