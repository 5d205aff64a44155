package residue

import (
	"math/rand/v2"
	"slices"
)

// alphabet is that of a signing password.
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// Grams are the fragments of four capitals and digits that stand in memories. What
// is chosen of others cannot be found before it was typed.
type Grams struct {
	seen    [len(alphabet) * len(alphabet) * len(alphabet) * len(alphabet)]bool
	numbers map[string]bool // those of six digits that stand by themselves
}

// Note adds the fragments of a text, in UTF-8 and in UTF-16.
func (g *Grams) Note(text []byte) {
	g.note(text, 1, 0)
	g.note(text, 2, 0)
	g.note(text, 2, 1)
}

// NoteNumbers adds the numbers of six digits that a text has as a search for a code
// would find them: by themselves, or as a slip groups them.
func (g *Grams) NoteNumbers(text []byte) {
	if g.numbers == nil {
		g.numbers = map[string]bool{}
	}
	for at := range text {
		for _, width := range []int{1, 2} {
			if n, is := number(text, at, width); is && !amongDigits(text, at, at+6*width, width == 2) {
				g.numbers[n] = true
			}
		}
		if at+7 <= len(text) && text[at+3] == ' ' {
			if n, is := number(slices.Concat(text[at:at+3], text[at+4:at+7]), 0, 1); is {
				g.numbers[n] = true
			}
		}
	}
}

// number reads six digits of that width.
func number(text []byte, at, width int) (string, bool) {
	if at+6*width > len(text) {
		return "", false
	}
	var digits [6]byte
	for i := range digits {
		c := text[at+i*width]
		if c < '0' || c > '9' || width == 2 && text[at+i*width+1] != 0 {
			return "", false
		}
		digits[i] = c
	}
	return string(digits[:]), true
}

// HasNumber reports whether a number stood there before.
func (g *Grams) HasNumber(n string) bool { return g.numbers[n] }

func (g *Grams) note(text []byte, width, from int) {
	run, gram := 0, 0
	for at := from; at+width <= len(text); at += width {
		digit := place(text[at])
		if digit < 0 || width == 2 && text[at+1] != 0 {
			run, gram = 0, 0
			continue
		}
		gram = (gram*len(alphabet) + digit) % len(g.seen)
		if run++; run >= fragment {
			g.seen[gram] = true
		}
	}
}

func place(c byte) int {
	switch {
	case c >= 'A' && c <= 'Z':
		return int(c - 'A')
	case c >= '0' && c <= '9':
		return int(c-'0') + 26
	}
	return -1
}

// has reports whether one of the fragments of a text was seen.
func (g *Grams) has(text []byte) bool {
	for at := range len(text) - fragment + 1 {
		gram := 0
		for _, c := range text[at : at+fragment] {
			gram = gram*len(alphabet) + place(c)
		}
		if g.seen[gram] {
			return true
		}
	}
	return false
}

// Password draws one with letters and digits, six to sixteen characters long, of
// which no fragment was seen; and takes its fragments for seen from then on, so that
// no two share one.
func (g *Grams) Password(random *rand.Rand) string {
	for {
		text := make([]byte, 6+random.IntN(11))
		for i := range text {
			text[i] = alphabet[random.IntN(len(alphabet))]
		}
		text[0], text[1] = alphabet[random.IntN(26)], alphabet[26+random.IntN(10)]
		if !g.has(text) {
			g.Note(text)
			return string(text)
		}
	}
}
