package residue

import (
	"fmt"
	"strings"
)

// Kind is what a secret is.
type Kind string

// The kinds, in the order in which they are told.
const (
	PIN       Kind = "PIN"
	Key       Kind = "key"  // 本登録キー, twelve digits
	Code      Kind = "code" // 端末認証番号, six digits
	Attribute Kind = "attribute"
	Birth     Kind = "birth date" // as the certificate has it, or a screen
	Number    Kind = "number B"   // 照合番号B, fourteen digits, of which the last four are the security code
	Photo     Kind = "photo"      // a window of its bytes

	Certificate Kind = "certificate" // a window of the citizen's, where no other is the same
	Slip        Kind = "slip"        // a window of what is drawn on it, where no other slip is the same
)

// Kinds are all of them.
func Kinds() []Kind {
	return []Kind{PIN, Key, Code, Attribute, Birth, Number, Photo, Certificate, Slip}
}

// A Secret is what nobody may find. It prints as its kind.
type Secret struct {
	Kind Kind
	Text string
}

// String hides it.
func (s Secret) String() string { return string(s.Kind) }

// Format hides it under every verb.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, string(s.Kind)) }

// The windows of a picture's bytes: so long, and one in so many bytes. A prime number
// puts them at odd places and at even ones.
const (
	windowSize  = 18
	windowEvery = 509
)

// Windows are pieces of something so long that each is a secret by itself.
func Windows(kind Kind, text []byte) (all []Secret) {
	for at := windowEvery; at+windowSize <= len(text); at += windowEvery {
		all = append(all, Secret{kind, string(text[at : at+windowSize])})
	}
	return all
}

// fragment is how many characters of a secret are a find.
const fragment = 4

// forms are all ways in which a secret may stand in memory. A number of six digits is
// nothing in fragments, and one of twelve is in fragments of ten, or of eight in groups:
// shorter ones stand everywhere, Chromium has a million numbers of eight digits.
func (s Secret) forms() []form {
	switch s.Kind {
	case Key:
		all := append(both(s.Kind, s.Text, 10), both(s.Kind, s.grouped(4, " "), 9)...)
		return append(append(all, both(s.Kind, s.grouped(4, `","`), 11)...), coded(s.Kind, s.Text)...)
	case Code:
		all := alone(both(s.Kind, s.Text, len(s.Text)))
		all = append(all, both(s.Kind, s.grouped(3, " "), 7)...)
		all = append(all, both(s.Kind, s.grouped(3, `","`), 9)...)
		return append(all, raw(s.Kind, s.spelled(", ", ".")), raw(s.Kind, s.spelled("、", "。")))
	case Birth:
		return alone(both(s.Kind, s.Text, len([]rune(s.Text))))
	case Number:
		return append(both(s.Kind, s.Text, 10), typed(s.Kind, s.Text[len(s.Text)-4:])...)
	case Photo, Certificate:
		return append(coded(s.Kind, s.Text), raw(s.Kind, s.Text))
	case Slip:
		return []form{raw(s.Kind, s.Text)}
	case Attribute:
		return append(both(s.Kind, s.Text, fragment), coded(s.Kind, s.Text)...)
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

// spelled is a number as it is read aloud, three digits a sentence.
func (s Secret) spelled(pause, stop string) string {
	var b strings.Builder
	for i, digit := range s.Text {
		b.WriteRune(digit)
		switch {
		case i == len(s.Text)-1:
			b.WriteString(stop)
		case i%3 == 2:
			b.WriteString(stop + "\n")
		default:
			b.WriteString(pause)
		}
	}
	return b.String()
}
