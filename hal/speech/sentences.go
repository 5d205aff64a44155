package speech

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is how many characters are said at once, if a text has no earlier end.
const longest = 160

// sentences cuts a text where its sentences end, and a long one at a comma or a
// space. What is only white space is left out. Each is a part of the text and no copy.
func sentences(text string) (all []string) {
	for len(text) > 0 {
		n := ending(text)
		if s := strings.TrimSpace(text[:n]); s != "" {
			all = append(all, s)
		}
		text = text[n:]
	}
	return all
}

// ending is how many bytes the first sentence has.
func ending(text string) int {
	pause, before := 0, 0 // the last comma, and how many characters stand before
	for at := range text {
		c, size := utf8.DecodeRuneInString(text[at:])
		next := at + size
		switch {
		case before == longest && pause > 0:
			return pause
		case before >= longest && unicode.IsSpace(c), before == 2*longest:
			return at
		case ends(c) && (wide(c) || next == len(text) || spaced(text[next:])):
			return next
		case strings.ContainsRune(",、，;；:：", c):
			pause = next
		}
		before++
	}
	return len(text)
}

func spaced(text string) bool {
	c, _ := utf8.DecodeRuneInString(text)
	return unicode.IsSpace(c)
}

func ends(c rune) bool { return strings.ContainsRune(".!?\n。！？।", c) }

// wide reports an end that needs no space behind it.
func wide(c rune) bool { return strings.ContainsRune("\n。！？।", c) }
