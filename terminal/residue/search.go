package residue

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// A Find is the longest piece of a secret that stands at one place.
type Find struct {
	Secret int // its number among those that are searched for
	Kind   Kind
	At     int // in the text
	From   int // in the secret
	Length int // in characters
	Whole  bool
	Wide   bool // in UTF-16
}

// A Search finds pieces of many secrets in one pass over a text.
type Search struct {
	forms   []form
	of      []int // the secret of each form
	windows map[uint32][]window
	filter  [1 << 10]uint64 // which first four bytes may begin a window
}

// A window is the shortest fragment of a form that counts, at one place in it.
type window struct {
	form, from int
	text       []byte
}

// head is how many bytes of a window are looked up. None is shorter.
const head = 4

// NewSearch makes a search for all of them.
func NewSearch(all []Secret) *Search {
	s := &Search{windows: map[uint32][]window{}}
	for i, secret := range all {
		for _, f := range secret.forms() {
			s.add(i, f)
		}
	}
	return s
}

func (s *Search) add(secret int, f form) {
	s.forms, s.of = append(s.forms, f), append(s.of, secret)
	for from := range len(f.units) - f.least + 1 {
		w := window{len(s.forms) - 1, from, slices.Concat(f.units[from : from+f.least]...)}
		first := binary.LittleEndian.Uint32(w.text)
		s.windows[first] = append(s.windows[first], w)
		bit := hash(first)
		s.filter[bit/64] |= 1 << (bit % 64)
	}
}

// hash is sixteen bits of four bytes.
func hash(first uint32) uint32 { return first * 2654435761 >> 16 }

// In calls found for each piece that stands in a text. The bytes before and behind
// are looked at as well, so that a piece across a boundary is found once: what begins
// before from or at to and later is not told.
func (s *Search) In(text []byte, from, to int, found func(Find)) {
	for at := from; at < to && at+head <= len(text); at++ {
		first := binary.LittleEndian.Uint32(text[at:])
		if bit := hash(first); s.filter[bit/64]>>(bit%64)&1 == 0 {
			continue
		}
		for _, w := range s.windows[first] {
			if f, is := s.piece(text, at, w); is {
				found(f)
			}
		}
	}
}

// piece is the longest one that begins with a window, if none begins before.
func (s *Search) piece(text []byte, at int, w window) (Find, bool) {
	f := s.forms[w.form]
	if !bytes.HasPrefix(text[at:], w.text) || w.from > 0 && bytes.HasSuffix(text[:at], f.units[w.from-1]) {
		return Find{}, false
	}
	end, next := at+len(w.text), w.from+f.least
	for next < len(f.units) && bytes.HasPrefix(text[end:], f.units[next]) {
		end += len(f.units[next])
		next++
	}
	if !bytes.HasSuffix(text[:at], []byte(f.behind)) || f.alone && amongDigits(text, at, end, f.wide) {
		return Find{}, false
	}
	length := next - w.from
	return Find{s.of[w.form], f.kind, at, w.from, length, length == len(f.units), f.wide}, true
}

// amongDigits reports whether a number is part of a longer one, or of a digest.
func amongDigits(text []byte, at, end int, wide bool) bool {
	width := 1
	if wide {
		width = 2
	}
	return digitAt(text, at-width, wide) || digitAt(text, end, wide)
}

func digitAt(text []byte, at int, wide bool) bool {
	if at < 0 || at >= len(text) || wide && (at+1 >= len(text) || text[at+1] != 0) {
		return false
	}
	return bytes.IndexByte([]byte("0123456789abcdefABCDEF."), text[at]) >= 0
}
