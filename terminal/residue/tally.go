package residue

import (
	"fmt"
	"slices"
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

	passwords, controls int // of those that were used, and of those that were not
}

// NewTally is an empty one.
func NewTally(name string) *Tally {
	return &Tally{Name: name, Found: map[Kind]Counts{}, Chance: map[Kind]Counts{}, Longest: map[Kind]int{}}
}

// Search reads processes and counts what they hold of secrets that were used, and of
// some that were not.
func (t *Tally) Search(used, unused []Secret, processes ...Process) error {
	t.passwords, t.controls = passwords(used), passwords(unused)
	search := NewSearch(slices.Concat(used, unused))
	for _, p := range processes {
		if err := t.read(p, search, len(used)); err != nil {
			return fmt.Errorf("reading the memory of %s: %w", t.Name, err)
		}
	}
	return nil
}

func passwords(all []Secret) (n int) {
	for _, s := range all {
		if s.Kind == PIN {
			n++
		}
	}
	return n
}

func (t *Tally) read(p Process, s *Search, used int) error {
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

// Expected is how many fragments of the passwords that were used are to be expected by
// chance: as many as there were of those that were not, for each.
func (t *Tally) Expected() float64 {
	if t.controls == 0 {
		return 0
	}
	return float64(t.Chance[PIN].Fragments) * float64(t.passwords) / float64(t.controls)
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
		if k == PIN && chance.Fragments > 0 {
			fmt.Fprintf(&b, ", by chance %.1f", t.Expected())
		} else if n := chance.Whole + chance.Wide; n > 0 {
			fmt.Fprintf(&b, ", of those never used %d", n)
		}
	}
	return b.String()
}
