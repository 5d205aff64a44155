package residue

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
)

// A form is one way in which a secret may stand in memory: its characters one after
// another, each in its bytes.
type form struct {
	kind  Kind
	units [][]byte
	least int // characters of the shortest fragment that counts
	wide  bool
	alone bool // is part of many longer numbers, and counts only by itself

	behind string // stands only behind this
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

// alone are forms that count only by themselves.
func alone(all []form) []form {
	for i := range all {
		all[i].alone = true
	}
	return all
}

// raw are bytes that count only as a whole.
func raw(kind Kind, text string) form {
	f := form{kind: kind, least: len(text)}
	for i := range len(text) {
		f.units = append(f.units, []byte{text[i]})
	}
	return f
}

// leastCoded is how many characters of base64 are a find: twelve bytes.
const leastCoded = 16

// coded are bytes in base64, as what is signed and sealed has them in between: in
// either alphabet, and for each place at which they may stand in what is coded. What
// depends on what stands beside them is left out.
func coded(kind Kind, text string) (all []form) {
	seen := map[string]bool{}
	for _, alphabet := range []*base64.Encoding{base64.RawURLEncoding, base64.RawStdEncoding} {
		for before := range 3 {
			whole := alphabet.EncodeToString([]byte(strings.Repeat("\x00", before) + text))
			own := whole[(before*8+5)/6 : (before+len(text))*8/6]
			if !seen[own] {
				f := raw(kind, own)
				f.least = min(f.least, leastCoded)
				all, seen[own] = append(all, f), true
			}
		}
	}
	return all
}

// typed are so few digits that they stand everywhere, as an entry of a screen holds
// them: in quotes, or in memory that has nothing beside them. A form begins with what is
// rare: most of a memory is nothing.
func typed(kind Kind, digits string) []form {
	shown, held := raw(kind, digits+`"`), raw(kind, digits+strings.Repeat("\x00", 8))
	shown.behind, held.behind = `"`, strings.Repeat("\x00", 7)
	return []form{shown, held}
}
