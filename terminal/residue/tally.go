package residue

import (
	"fmt"
	"slices"
	"strings"
)

// Counts is what was found of one kind. A fragment is one however often it stands
// there: what stands there by chance does so many times, where a text was copied.
type Counts struct{ Whole, Wide, Fragments int }

type fragmentOf struct{ secret, from, length int }

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
	seen                map[fragmentOf]bool
}

// NewTally is an empty one.
func NewTally(name string) *Tally {
	return &Tally{Name: name, Found: map[Kind]Counts{}, Chance: map[Kind]Counts{}, Longest: map[Kind]int{}, seen: map[fragmentOf]bool{}}
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
	case !t.seen[fragmentOf{f.Secret, f.From, f.Length}]:
		t.seen[fragmentOf{f.Secret, f.From, f.Length}] = true
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

// Sum are the counts of all kinds together.
func (t *Tally) Sum() (sum Counts) {
	for _, c := range t.Found {
		sum.add(c)
	}
	return sum
}

func (c *Counts) add(other Counts) {
	c.Whole, c.Wide, c.Fragments = c.Whole+other.Whole, c.Wide+other.Wide, c.Fragments+other.Fragments
}

// Add adds what another has found.
func (t *Tally) Add(other *Tally) {
	t.Bytes += other.Bytes
	for _, kind := range Kinds() {
		found, chance := t.Found[kind], t.Chance[kind]
		found.add(other.Found[kind])
		chance.add(other.Chance[kind])
		t.Found[kind], t.Chance[kind] = found, chance
		t.Longest[kind] = max(t.Longest[kind], other.Longest[kind])
	}
}

// Only is what it has found of some kinds.
func (t *Tally) Only(kinds ...Kind) *Tally {
	only := NewTally(t.Name)
	for _, kind := range kinds {
		only.Found[kind], only.Chance[kind], only.Longest[kind] = t.Found[kind], t.Chance[kind], t.Longest[kind]
	}
	return only
}

// Whole lists how often one of each kind was found whole, in whatever form.
func (t *Tally) Whole() string {
	var all []string
	for _, k := range Kinds() {
		all = append(all, fmt.Sprintf("%d %s", t.Copies(k), k))
	}
	return strings.Join(all, ", ")
}

// String is a line of a table.
func (t *Tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-10s %6.1f MB | %s | %d in UTF-16", t.Name, float64(t.Bytes)/1e6, t.Whole(), t.Sum().Wide)
	for _, k := range Kinds() {
		if c := t.Found[k]; c.Fragments > 0 || k == PIN {
			fmt.Fprintf(&b, " | %d fragments of a %s", c.Fragments, k)
			if c.Fragments > 0 {
				fmt.Fprintf(&b, ", longest %d", t.Longest[k])
			}
		}
		if k == PIN {
			fmt.Fprintf(&b, " (%.1f by chance)", t.Expected())
		} else if c := t.Chance[k]; c != (Counts{}) {
			fmt.Fprintf(&b, " | of people who never came: %d %s, %d fragments", c.Whole+c.Wide, k, c.Fragments)
		}
	}
	return b.String()
}
