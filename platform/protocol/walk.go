package protocol

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
)

// One pass over JSON (RFC 8259), which holds it to the subset we use: no member
// twice, names of ours only, no null, not deep. Nothing is decoded here, and
// nothing is copied.

// maxDepth is far above what we define and far below what a stack minds.
const maxDepth = 8

// fewMembers are compared one with another; more are looked up in a map.
const fewMembers = 16

var errSyntax = errors.New("syntax out of shape")

// walk is how far the text is read.
type walk struct {
	b  []byte
	at int
}

// peek passes white space by and looks at what comes; 0 is the end.
func (w *walk) peek() byte {
	for ; w.at < len(w.b); w.at++ {
		switch c := w.b[w.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// object walks an object, whose brace comes next.
func (w *walk) object(depth int, take func(name, raw []byte) error) error {
	var seen names
	return w.list('}', func() error {
		name, err := w.name()
		if err != nil {
			return err
		}
		if err := seen.add(name); err != nil {
			return err
		}
		raw, err := w.value(depth)
		if err != nil || take == nil {
			return err
		}
		return take(name, raw)
	})
}

// list walks what stands between brackets, with its commas.
func (w *walk) list(end byte, item func() error) error {
	w.at++
	if w.peek() == end {
		w.at++
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		switch c := w.peek(); c {
		case ',':
			w.at++
		case end:
			w.at++
			return nil
		default:
			return errSyntax
		}
	}
}

// name reads a member's name and its colon.
func (w *walk) name() ([]byte, error) {
	if w.peek() != '"' {
		return nil, errSyntax
	}
	raw, err := w.text()
	if err != nil {
		return nil, err
	}
	if w.peek() != ':' {
		return nil, errSyntax
	}
	w.at++
	return raw[1 : len(raw)-1], nil
}

// value walks the value that comes next and returns its text.
func (w *walk) value(depth int) (raw []byte, err error) {
	c := w.peek()
	from := w.at
	switch {
	case c == '"':
		return w.text()
	case c == '{' || c == '[':
		if depth++; depth > maxDepth {
			return nil, errors.New("too deep")
		}
		if c == '{' {
			err = w.object(depth, nil)
		} else {
			err = w.list(']', func() error { _, err := w.value(depth); return err })
		}
	case c == '-' || isDigit(c):
		err = w.number()
	case w.word("true"), w.word("false"):
	case w.word("null"):
		return nil, errors.New("null")
	default:
		return nil, errSyntax
	}
	return w.b[from:w.at], err
}

func (w *walk) word(s string) bool {
	if !bytes.HasPrefix(w.b[w.at:], []byte(s)) {
		return false
	}
	w.at += len(s)
	return true
}

// text walks a string and returns it with its quotes.
func (w *walk) text() ([]byte, error) {
	from := w.at
	for w.at++; w.at < len(w.b); w.at++ {
		for w.at+8 <= len(w.b) && isPlain(binary.LittleEndian.Uint64(w.b[w.at:])) {
			w.at += 8
		}
		if w.at == len(w.b) {
			break
		}
		switch c := w.b[w.at]; {
		case c == '"':
			w.at++
			return w.b[from:w.at], nil
		case c < ' ':
			return nil, errors.New("control character in a string")
		case c == '\\':
			if err := w.escape(); err != nil {
				return nil, err
			}
		}
	}
	return nil, errSyntax
}

// isPlain reports whether of eight characters none is a quote, a backslash or a
// control character. Of the high bits that come up falsely behind a true one none
// matters: it is all or nothing.
func isPlain(eight uint64) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quotes, backslashes := eight^(ones*'"'), eight^(ones*'\\')
	found := (quotes-ones)&^quotes | (backslashes-ones)&^backslashes | (eight-ones*' ')&^eight
	return found&highs == 0
}

// escape walks an escape to its last character.
func (w *walk) escape() error {
	if w.at++; w.at >= len(w.b) {
		return errSyntax
	}
	if strings.IndexByte(`"\/bfnrt`, w.b[w.at]) >= 0 {
		return nil
	}
	if w.b[w.at] != 'u' || w.at+4 >= len(w.b) {
		return errSyntax
	}
	for range 4 {
		w.at++
		if strings.IndexByte("0123456789abcdefABCDEF", w.b[w.at]) < 0 {
			return errSyntax
		}
	}
	return nil
}

// number walks -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
func (w *walk) number() error {
	w.one("-")
	if !w.one("0") && w.digits() == 0 {
		return errSyntax
	}
	if w.one(".") && w.digits() == 0 {
		return errSyntax
	}
	if w.one("eE") {
		if w.one("+-"); w.digits() == 0 {
			return errSyntax
		}
	}
	return nil
}

// one passes one of these characters by, if it comes.
func (w *walk) one(of string) bool {
	if w.at >= len(w.b) || strings.IndexByte(of, w.b[w.at]) < 0 {
		return false
	}
	w.at++
	return true
}

func (w *walk) digits() (n int) {
	for ; w.at < len(w.b) && isDigit(w.b[w.at]); w.at++ {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// names are those of one object.
type names struct {
	few  [fewMembers][]byte
	n    int
	many map[string]bool
}

// add judges one member name. encoding/json matches names case-insensitively;
// so a capital is allowed only in names with a hyphen, which are language tags
// and never a field of ours. Escapes would be a second spelling.
func (s *names) add(name []byte) error {
	if s.has(name) {
		return errors.New("member given twice")
	}
	if bytes.ContainsFunc(name, isForeign) && (bytes.IndexByte(name, '-') < 0 || bytes.IndexByte(name, '\\') >= 0) {
		return errors.New("member with a foreign name")
	}
	if s.n < fewMembers {
		s.few[s.n] = name
		s.n++
		return nil
	}
	if s.many == nil {
		s.many = map[string]bool{}
	}
	s.many[string(name)] = true
	return nil
}

func isForeign(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '_' }

func (s *names) has(name []byte) bool {
	for _, known := range s.few[:s.n] {
		if bytes.Equal(known, name) {
			return true
		}
	}
	return s.many[string(name)]
}
