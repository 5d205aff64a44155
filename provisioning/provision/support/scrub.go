package support

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
	"syscall"
)

// logWords are the words that the programs' own messages are made of, one a line.
//
//go:embed logwords.txt
var logWords string

// A scrubber lets through of a text only what it knows: words that the programs, the
// operating system or this machine's own names are made of, and single numbers of up
// to three digits. It is a list of what may pass and not of what may not: a name, an
// address, a code or a key is no such word, whatever it looks like.
type scrubber struct{ known map[string]bool }

// systemWords are the words of the system's errors.
var systemWords = sync.OnceValue(func() (words []string) {
	for n := syscall.Errno(1); n < 134; n++ {
		words = append(words, strings.FieldsFunc(strings.ToLower(n.Error()), notLetter)...)
	}
	return words
})

func notLetter(r rune) bool { return r < 'a' || r > 'z' }

// newScrubber knows its words, and those of some names.
func newScrubber(names ...string) scrubber {
	s := scrubber{known: map[string]bool{}}
	for _, text := range append(names, logWords, strings.Join(systemWords(), " ")) {
		for _, word := range wordsAndNumbers().FindAllString(text, -1) {
			s.known[strings.ToLower(word)] = true
		}
	}
	return s
}

// wordsAndNumbers finds what stands between blanks and marks, in any writing.
var wordsAndNumbers = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[\p{L}\p{M}\p{N}]+`) })

// logTime is the stamp that a line of a log begins with.
var logTime = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:time=)?20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d) `)
})

// gap stands for what was left out.
const gap = "…"

// line scrubs one line of a log, and keeps its time.
func (s scrubber) line(text string) string {
	stamp := logTime().FindString(text)
	return stamp + s.text(text[len(stamp):])
}

// text scrubs any text.
func (s scrubber) text(text string) string {
	var out strings.Builder
	end, digits := 0, false
	at := wordsAndNumbers().FindAllStringIndex(text, -1)
	for n, w := range at {
		out.WriteString(marks(text[end:w[0]]))
		word := text[w[0]:w[1]]
		number := isNumber(word)
		beside := digits || n+1 < len(at) && isNumber(text[at[n+1][0]:at[n+1][1]])
		if s.known[strings.ToLower(word)] || number && len(word) <= 3 && !beside {
			out.WriteString(word)
		} else {
			out.WriteString(gap)
		}
		end, digits = w[1], number
	}
	out.WriteString(marks(text[end:]))
	return repeated().ReplaceAllString(out.String(), gap)
}

// repeated finds gaps in a row.
var repeated = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(gap + `(?:[^\p{L}\p{N}"=]{0,2}` + gap + `)+`) })

// marks are what stands between words, where it is of ASCII and printable. The rest
// becomes a blank, so that no two words become one.
func marks(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return ' '
		}
		return r
	}, text)
}

func isNumber(word string) bool { return strings.Trim(word, "0123456789") == "" }
