package residue

import "math/rand/v2"

// alphabet is that of a signing password.
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// Grams are the fragments of four capitals and digits that stand in memories. What
// is chosen of others cannot be found before it was typed.
type Grams struct {
	seen [len(alphabet) * len(alphabet) * len(alphabet) * len(alphabet)]bool
}

// Note adds the fragments of a text, in UTF-8 and in UTF-16.
func (g *Grams) Note(text []byte) {
	g.note(text, 1, 0)
	g.note(text, 2, 0)
	g.note(text, 2, 1)
}

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
