package speech

import (
	"strings"
	"unicode"
)

// longest is how many characters are said at once, if a text has no earlier end.
const longest = 160

// sentences cuts a text where its sentences end, and a long one at a comma or a
// space. What is only white space is left out.
func sentences(text string) (all []string) {
	rest := []rune(text)
	for len(rest) > 0 {
		n := ending(rest)
		if s := strings.TrimSpace(string(rest[:n])); s != "" {
			all = append(all, s)
		}
		rest = rest[n:]
	}
	return all
}

// ending is how many characters the first sentence has.
func ending(text []rune) int {
	pause := 0
	for i, c := range text {
		switch {
		case i == longest && pause > 0:
			return pause
		case i >= longest && unicode.IsSpace(c), i == 2*longest:
			return i
		case ends(c) && (wide(c) || i+1 == len(text) || unicode.IsSpace(text[i+1])):
			return i + 1
		case strings.ContainsRune(",、，;；:：", c):
			pause = i + 1
		}
	}
	return len(text)
}

func ends(c rune) bool { return strings.ContainsRune(".!?\n。！？।", c) }

// wide reports an end that needs no space behind it.
func wide(c rune) bool { return strings.ContainsRune("\n。！？।", c) }
