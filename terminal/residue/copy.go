package residue

import "slices"

// A Copy is what a process held at one moment, so that it can be searched when all of
// its secrets are known.
type Copy []piece

// A piece is a text of which a part was not given before.
type piece struct {
	text     []byte
	from, to int
}

// Copy copies its memory, but for what is nothing.
func (p Process) Copy() (c Copy, err error) {
	_, err = p.Read(func(text []byte, from, to int) {
		if slices.ContainsFunc(text, func(b byte) bool { return b != 0 }) {
			c = append(c, piece{slices.Clone(text), from, to})
		}
	})
	return c, err
}

// SearchCopy counts what a copy holds of secrets.
func (t *Tally) SearchCopy(used []Secret, c Copy) {
	search := NewSearch(used)
	for _, p := range c {
		t.Bytes += uint64(p.to - p.from)
		search.In(p.text, p.from, p.to, func(f Find) { t.count(f, true) })
	}
}
