package residue

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// Kind is what a secret is.
type Kind string

// The kinds, in the order in which they are told.
const (
	PIN       Kind = "PIN"
	Key       Kind = "key"  // 本登録キー, twelve digits
	Code      Kind = "code" // 端末認証番号, six digits
	Attribute Kind = "attribute"
)

// Kinds are all of them.
func Kinds() []Kind { return []Kind{PIN, Key, Code, Attribute} }

// A Secret is what nobody may find. It prints as its kind.
type Secret struct {
	Kind Kind
	Text string
}

// String hides it.
func (s Secret) String() string { return string(s.Kind) }

// Format hides it under every verb.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, string(s.Kind)) }

// A form is one way in which a secret may stand in memory: its characters one after
// another, each in its bytes.
type form struct {
	kind  Kind
	units [][]byte
	least int // characters of the shortest fragment that counts
	wide  bool
	alone bool // is part of many longer numbers, and counts only by itself
}

// fragment is how many characters of a secret are a find.
const fragment = 4

// forms are all ways of a secret. A number of six digits is nothing in fragments, and
// one of twelve is in fragments of ten, or of eight in groups: shorter ones stand
// everywhere, Chromium has a million numbers of eight digits.
func (s Secret) forms() (all []form) {
	switch s.Kind {
	case Key:
		all = append(both(s.Kind, s.Text, 10), both(s.Kind, s.grouped(4, " "), 9)...)
		return append(all, both(s.Kind, s.grouped(4, `","`), 11)...)
	case Code:
		all = both(s.Kind, s.Text, len(s.Text))
		for i := range all {
			all[i].alone = true
		}
		all = append(all, both(s.Kind, s.grouped(3, " "), 7)...)
		return append(all, both(s.Kind, s.grouped(3, `","`), 9)...)
	}
	return both(s.Kind, s.Text, fragment)
}

// grouped is a number as a screen or a slip has it.
func (s Secret) grouped(size int, gap string) string {
	var b strings.Builder
	for i, digit := range s.Text {
		if i > 0 && i%size == 0 {
			b.WriteString(gap)
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// both are a text in UTF-8 and in UTF-16 as this machine has it.
func both(kind Kind, text string, least int) []form {
	narrow, wide := form{kind: kind, least: least}, form{kind: kind, least: least, wide: true}
	for _, character := range text {
		narrow.units = append(narrow.units, []byte(string(character)))
		var unit []byte
		for _, half := range utf16.Encode([]rune{character}) {
			unit = append(unit, byte(half), byte(half>>8))
		}
		wide.units = append(wide.units, unit)
	}
	return []form{narrow, wide}
}
