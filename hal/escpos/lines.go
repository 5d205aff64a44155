package escpos

import (
	"slices"
	"strings"
	"unicode"
)

// Line breaking. Japanese and Chinese break between any two characters but for
// a few pairs (kinsoku, JIS X 4051), but a word of katakana reads better whole; Latin,
// Korean and Vietnamese break at spaces.

// never at the start of a line
const noStart = "、。，．・：；？！）］｝」』】〕〉》〟”’‐ー々ゝゞヽヾ〻" +
	"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ" +
	",.:;?!)]}%℃％…‥"

// never at the end of a line
const noEnd = "（［｛「『【〔〈《〝“‘([{￥¥＄$#№"

// units of counting that stay with their number
const counters = "年月日時分秒円回桁号名枚階歳つ"

// glued reports whether no line may end between a and b.
func glued(a, b rune) bool {
	switch {
	case a == ' ' || b == ' ':
		return false
	case strings.ContainsRune(noStart, b), strings.ContainsRune(noEnd, a):
		return true
	case unicode.IsDigit(a) && strings.ContainsRune(counters, b), katakana(a) && katakana(b):
		return true
	}
	return !ideographic(a) && !ideographic(b)
}

func katakana(r rune) bool { return unicode.Is(unicode.Katakana, r) || r == 'ー' }

// ideographic reports whether lines break on both sides of r without a space.
func ideographic(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo) ||
		0x2E80 <= r && r <= 0x33FF || 0xFE30 <= r && r <= 0xFE4F || 0xFF01 <= r && r <= 0xFFEF || r == 'ー'
}

// words parts a text where a line may end. A space is a word of its own, and what
// stands in brackets is one if it is as short as a term or a reading.
func words(text []rune) (all [][]rune) {
	for parts := part(text, glued); len(parts) > 0; {
		n := term(parts)
		all, parts = append(all, slices.Concat(parts[:n]...)), parts[n:]
	}
	return all
}

// longestTerm is in characters, brackets and what touches them included.
const longestTerm = 14

// term is how many of the first parts are one word: all up to the closing bracket
// if the first one opens it, else one.
func term(parts [][]rune) int {
	if open := strings.LastIndexAny(string(parts[0]), "(（"); open < 0 || strings.ContainsAny(string(parts[0])[open:], ")）") {
		return 1
	}
	size := 0
	for i, p := range parts {
		if size += len(p); size > longestTerm || p[0] == ' ' {
			return 1
		}
		if strings.ContainsAny(string(p), ")）") {
			return i + 1
		}
	}
	return 1
}

func part(text []rune, glued func(a, b rune) bool) [][]rune {
	var parts [][]rune
	start := 0
	for i := 1; i <= len(text); i++ {
		if i == len(text) || !glued(text[i-1], text[i]) {
			parts = append(parts, text[start:i])
			start = i
		}
	}
	return parts
}

// breakLines sets a text in lines that are at most width dots wide. A word that
// is wider than a line is cut where the line ends. A line feed ends a line.
func breakLines(text string, width int, measure func([]rune) int) [][]rune {
	var lines [][]rune
	for _, line := range phraseLines(text) {
		lines = append(lines, fill(words(line), width, measure)...)
	}
	return lines
}

// breakPhrase breaks at spaces only, wherever that goes.
func breakPhrase(text string, width int, measure func([]rune) int) [][]rune {
	var lines [][]rune
	for _, line := range phraseLines(text) {
		parts := part(line, func(a, b rune) bool { return a != ' ' && b != ' ' })
		for _, p := range parts {
			if measure(p) > width {
				parts = words(line)
				break
			}
		}
		lines = append(lines, fill(parts, width, measure)...)
	}
	return lines
}

// phraseLines parts a text at its line feeds.
func phraseLines(text string) [][]rune {
	var lines [][]rune
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, []rune(line))
	}
	return lines
}

func fill(words [][]rune, width int, measure func([]rune) int) [][]rune {
	var lines [][]rune
	var line []rune
	for _, word := range words {
		if len(line) > 0 && measure(line)+measure(word) > width {
			lines, line = append(lines, trimmed(line)), nil
		}
		if len(line) == 0 && word[0] == ' ' && len(lines) > 0 {
			continue // the space at which the line was broken
		}
		for len(word) > 1 && measure(word) > width {
			head := fitting(word, width, measure)
			lines, word = append(lines, word[:head]), word[head:]
		}
		line = append(line, word...)
	}
	return append(lines, trimmed(line))
}

// fitting is how many characters fit in a line, at least one with its marks.
func fitting(word []rune, width int, measure func([]rune) int) int {
	n := afterMarks(word, 1)
	for n < len(word) {
		next := afterMarks(word, n+1)
		if measure(word[:next]) > width {
			break
		}
		n = next
	}
	return n
}

// afterMarks moves an end past the marks that belong to the character before it.
func afterMarks(word []rune, end int) int {
	for end < len(word) && unicode.IsMark(word[end]) {
		end++
	}
	return end
}

func trimmed(line []rune) []rune {
	return []rune(strings.TrimRight(string(line), " "))
}
