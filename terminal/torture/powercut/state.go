package powercut

import (
	"hash/maphash"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// What a disk does whole: a page of the page cache is written back or not, and a
// sector of a page that was under way when the power went is old or new.
const (
	pageSize   = 4096
	sectorSize = 512
)

// disk is what is safe, and what is not yet, after some operations.
type disk struct {
	safe    map[int][]byte // contents by file
	unsafe  []change       // in the order of their making, of all files
	names   map[string]int
	renames []Op // of names, not synced yet
}

// change is a part of a write that reaches the disk by itself, or a truncation.
type change struct {
	file     int
	offset   int64
	data     []byte
	truncate bool
}

func newDisk() *disk { return &disk{safe: map[int][]byte{}, names: map[string]int{}} }

// apply does one operation.
func (d *disk) apply(op Op) {
	switch op.Kind {
	case Create, Link, Rename, Remove:
		d.renames = append(d.renames, op)
	case Write:
		d.unsafe = append(d.unsafe, pages(op)...)
	case Truncate:
		d.unsafe = append(d.unsafe, change{file: op.File, offset: op.Size, truncate: true})
	case Sync:
		d.sync(op.File)
	case SyncNames:
		d.names = named(d.names, d.renames)
		d.renames = nil
	}
}

func (d *disk) sync(file int) {
	var others []change
	content := slices.Clone(d.safe[file]) // states that were made before hold the old one
	for _, c := range d.unsafe {
		if c.file != file {
			others = append(others, c)
			continue
		}
		content = c.on(content, whole)
	}
	d.safe[file], d.unsafe = content, others
}

// pages cuts a write where the page cache does.
func pages(op Op) (all []change) {
	data, offset := op.Data, op.Offset
	for len(data) > 0 {
		n := min(int64(len(data)), pageSize-offset%pageSize)
		all = append(all, change{file: op.File, offset: offset, data: data[:n]})
		data, offset = data[n:], offset+n
	}
	return all
}

// whole is the mask of all sectors of a page.
const whole = 1<<(pageSize/sectorSize) - 1

// on gives the content with those sectors of the change that reached the disk.
func (c change) on(content []byte, sectors uint) []byte {
	if c.truncate {
		return resize(content, c.offset)
	}
	if end := c.offset + int64(len(c.data)); int64(len(content)) < end {
		content = resize(content, end)
	}
	for at := int64(0); at < int64(len(c.data)); {
		sector := (c.offset + at) % pageSize / sectorSize
		end := min(int64(len(c.data)), at+sectorSize-(c.offset+at)%sectorSize)
		if sectors&(1<<sector) != 0 {
			copy(content[c.offset+at:], c.data[at:end])
		}
		at = end
	}
	return content
}

func resize(content []byte, size int64) []byte {
	if int64(len(content)) >= size {
		return content[:size:size]
	}
	return append(content, make([]byte, size-int64(len(content)))...)
}

func named(names map[string]int, renames []Op) map[string]int {
	names = maps.Clone(names)
	for _, op := range renames {
		switch op.Kind {
		case Create:
			names[op.Name] = op.File
		case Link:
			names[op.To] = names[op.Name]
		case Rename:
			names[op.To] = names[op.Name]
			delete(names, op.Name)
		case Remove:
			delete(names, op.Name)
		}
	}
	return names
}

// State is one state in which a power cut may leave the folder.
type State struct {
	// Acknowledged is how much the workload had been told when the power went.
	Acknowledged [][]byte
	// Operations is how many had been done.
	Operations int

	names    map[string]int
	contents map[int][]byte
}

// choice says what of the unsynced has reached the disk.
type choice struct {
	renames int
	sectors []uint // of each change
}

// after is the folder as that choice leaves it.
func (d *disk) after(c choice) (names map[string]int, contents map[int][]byte) {
	contents = map[int][]byte{}
	for i, change := range d.unsafe {
		if c.sectors[i] == 0 {
			continue
		}
		if _, ok := contents[change.file]; !ok {
			contents[change.file] = slices.Clone(d.safe[change.file])
		}
		contents[change.file] = change.on(contents[change.file], c.sectors[i])
	}
	names = named(d.names, d.renames[:c.renames])
	for _, file := range names {
		if _, changed := contents[file]; !changed {
			contents[file] = d.safe[file]
		}
	}
	return names, contents
}

// Write puts the state into an empty folder. Names of one file are links again.
func (s State) Write(folder string) error {
	first := map[int]string{}
	for _, name := range slices.Sorted(maps.Keys(s.names)) {
		path, file := filepath.Join(folder, name), s.names[name]
		if other, ok := first[file]; ok {
			if err := os.Link(other, path); err != nil {
				return err
			}
			continue
		}
		first[file] = path
		if err := os.WriteFile(path, s.contents[file], 0o600); err != nil {
			return err
		}
	}
	return nil
}

// sum tells states apart; so many words of the workload belong to it.
func (s State) sum(seed maphash.Seed) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, name := range slices.Sorted(maps.Keys(s.names)) {
		content := s.contents[s.names[name]]
		h.WriteString(name)
		maphash.WriteComparable(&h, len(content))
		h.Write(content)
	}
	maphash.WriteComparable(&h, len(s.Acknowledged))
	return h.Sum64()
}
