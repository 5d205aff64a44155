package escpos

import (
	"unicode"

	"golang.org/x/image/font"
)

// Draws reports whether the faces have a glyph for every character of a text in a
// language. Where they have not, a slip in it would hold marks that nobody can
// read; its Spare is printed instead.
func (f *Faces) Draws(language, text string) bool {
	return f.lacking(f.typeset(language, smallest, false), text) == 0
}

// smallest is a size for asking a face what it has; which one makes no difference.
const smallest = 24

// lacking counts the characters of a text that none of the faces has.
func (f *Faces) lacking(faces []font.Face, text string) (n int) {
	for _, r := range text {
		if !unicode.IsControl(r) && !f.draws(faces, r) {
			n++
		}
	}
	return n
}

// draws reports whether a character is drawn: joined with others, or alone.
func (f *Faces) draws(faces []font.Face, r rune) bool {
	return joined(r) && f.joined.regular != nil || faceFor(faces, []rune{r}) != nil
}

// drawable is what is drawn of a slip and its spares: the first whose every
// character the faces have. If none is such, it is the one that lacks fewest.
func (s Slip) drawable(f *Faces) Slip {
	best, fewest := s, s.lacking(f)
	for next := s.Spare; next != nil && fewest > 0; next = next.Spare {
		if n := next.lacking(f); n < fewest {
			best, fewest = *next, n
		}
	}
	best.Spare = nil
	return best
}

func (s Slip) lacking(f *Faces) (n int) {
	faces := f.typeset(s.Language, smallest, false)
	for _, b := range s.Blocks {
		for _, text := range b.words() {
			n += f.lacking(faces, text)
		}
	}
	return n
}

func (b Banner) words() []string    { return []string{b.Text} }
func (b Heading) words() []string   { return []string{b.Text} }
func (b Paragraph) words() []string { return []string{b.Text} }
func (b Small) words() []string     { return []string{b.Text} }
func (b Field) words() []string     { return []string{b.Label, b.Value} }
func (b Steps) words() []string     { return b.Texts }
func (Rule) words() []string        { return nil }
func (Code) words() []string        { return nil }
func (b QR) words() []string        { return []string{b.Text, b.Caption} }
func (b Facts) words() (all []string) {
	for _, f := range b {
		all = append(all, f.Label, f.Value)
	}
	return all
}
