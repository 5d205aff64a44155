package powercut

import (
	"hash/maphash"
	"math/rand/v2"
	"slices"
)

// Enumerate visits the states that a power cut may leave after each operation:
//
//	nothing and everything unsynced     always
//	every subset                        of up to four unsynced parts
//	each part alone, all but one part   beyond
//	random subsets                      so many after each operation
//	torn                                each part by a random split of its sectors
//
// each with each prefix of the unsynced names. No state is visited twice for the
// same words of the workload. It ends early when visit says so.
func Enumerate(ops []Op, seed uint64, random int, visit func(State) bool) {
	enumerate(ops, seed, random, 0, visit)
}

// enumerate leaves out what comes before so many words of the workload.
func enumerate(ops []Op, seed uint64, random, words int, visit func(State) bool) {
	e := enumeration{random: random, r: rand.New(rand.NewPCG(seed, 7)), seen: map[uint64]bool{}, hash: maphash.MakeSeed(), visit: visit}
	d := newDisk()
	for i, op := range ops {
		d.apply(op)
		if op.Kind == Acknowledge {
			e.acknowledged = append(e.acknowledged, op.Data)
		}
		e.operations = i + 1
		if len(e.acknowledged) >= words && !e.at(d) {
			return
		}
	}
}

type enumeration struct {
	random       int
	r            *rand.Rand
	seen         map[uint64]bool
	hash         maphash.Seed
	acknowledged [][]byte
	operations   int
	visit        func(State) bool
}

func (e *enumeration) at(d *disk) bool {
	for renames := range len(d.renames) + 1 {
		for _, sectors := range e.subsets(len(d.unsafe)) {
			s := State{Acknowledged: slices.Clip(e.acknowledged), Operations: e.operations}
			s.names, s.contents = d.after(choice{renames, sectors})
			sum := s.sum(e.hash)
			if e.seen[sum] {
				continue
			}
			e.seen[sum] = true
			if !e.visit(s) {
				return false
			}
		}
	}
	return true
}

// subsets are those of n parts that are tried.
func (e *enumeration) subsets(n int) (all [][]uint) {
	all = append(all, some(n, func(int) bool { return false }), some(n, func(int) bool { return true }))
	if n <= 4 {
		for mask := range 1 << n {
			all = append(all, some(n, func(i int) bool { return mask&(1<<i) != 0 }))
		}
	} else {
		for one := range n {
			all = append(all, some(n, func(i int) bool { return i == one }), some(n, func(i int) bool { return i != one }))
		}
		for range e.random {
			all = append(all, some(n, func(int) bool { return e.r.IntN(2) == 0 }))
		}
	}
	return append(all, e.torn(n)...)
}

// torn has each part in turn half written, with all others there or not.
func (e *enumeration) torn(n int) (all [][]uint) {
	for one := range n {
		for _, others := range []bool{true, false} {
			sectors := some(n, func(int) bool { return others })
			sectors[one] = 1 + e.r.UintN(whole-1)
			all = append(all, sectors)
		}
	}
	return all
}

func some(n int, is func(int) bool) []uint {
	sectors := make([]uint, n)
	for i := range sectors {
		if is(i) {
			sectors[i] = whole
		}
	}
	return sectors
}
