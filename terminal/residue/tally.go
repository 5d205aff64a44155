package residue

import (
	"fmt"
	"strings"
)

// Counts is what was found of one kind.
type Counts struct{ Whole, Wide, Fragments int }

// A Tally is what was found in one process or one kind of them, beside what was found
// of secrets that nobody ever used: what stands there by chance.
type Tally struct {
	Name   string
	Bytes  uint64
	Found  map[Kind]Counts
	Chance map[Kind]Counts
	// Longest is the longest fragment, in characters.
	Longest map[Kind]int
	// Owners are the secrets of which something was found, by their number.
	Owners map[int]int
}

// NewTally is an empty one.
func NewTally(name string) *Tally {
	return &Tally{Name: name, Found: map[Kind]Counts{}, Chance: map[Kind]Counts{}, Longest: map[Kind]int{}, Owners: map[int]int{}}
}

// Search reads a process and counts. Secrets from number used on were never used.
func (t *Tally) Search(p Process, s *Search, used int) error {
	n, err := p.Read(func(text []byte, from, to int) {
		s.In(text, from, to, func(f Find) { t.count(f, f.Secret < used) })
	})
	t.Bytes += n
	return err
}

func (t *Tally) count(f Find, used bool) {
	where := t.Chance
	if used {
		where = t.Found
		t.Longest[f.Kind] = max(t.Longest[f.Kind], f.Length)
		t.Owners[f.Secret]++
	}
	c := where[f.Kind]
	switch {
	case f.Whole && f.Wide:
		c.Wide++
	case f.Whole:
		c.Whole++
	default:
		c.Fragments++
	}
	where[f.Kind] = c
}

// Copies is how often one of a kind was found whole, in whatever form.
func (t *Tally) Copies(k Kind) int { return t.Found[k].Whole + t.Found[k].Wide }

// String is a line of a table.
func (t *Tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-10s %6.1f MB", t.Name, float64(t.Bytes)/1e6)
	for _, k := range Kinds() {
		c, chance := t.Found[k], t.Chance[k]
		fmt.Fprintf(&b, " | %s %d, UTF-16 %d, fragments %d", k, c.Whole, c.Wide, c.Fragments)
		if c.Fragments > 0 {
			fmt.Fprintf(&b, " (longest %d)", t.Longest[k])
		}
		if chance != (Counts{}) {
			fmt.Fprintf(&b, ", by chance %d and %d", chance.Whole+chance.Wide, chance.Fragments)
		}
	}
	return b.String()
}
