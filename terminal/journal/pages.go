package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// The file as bbolt lays it out, read without mapping it and without trusting a
// single number in it. All numbers are in the machine's own byte order.
//
//	page     id 8 | flags 2 | count 2 | overflow 4 | elements | data
//	meta     page header, then magic 4 | version 4 | page size 4 | flags 4 |
//	         root 8 | root sequence 8 | freelist 8 | pages 8 | txid 8 | FNV-1a 8
//	leaf     element: flags 4 | position 4 | key size 4 | value size 4
//	branch   element: position 4 | key size 4 | page 8
//	bucket   a leaf's value: root 8 | sequence 8 | a page, where root is 0
const (
	pageHeader  = 16
	elementSize = 16
	metaSize    = 64
	flagBranch  = 0x01
	flagLeaf    = 0x02
	flagFree    = 0x10
	magic       = 0xED0CDAED
	maxSpan     = 2 << 20 // bytes of one page and its overflow: two bodies at most
	noFreelist  = ^uint64(0)
)

// pages is a bbolt file, for reading.
type pages struct {
	file io.ReaderAt
	size int64
	page int64 // bytes of one
}

// root is one generation of the file, as a meta page tells it.
type root struct {
	page, free, high, txid uint64
}

// readPages finds the page size and both generations. The newest is the first;
// it tells in torn whether the other meta page is unreadable, so that there may
// have been a newer one.
func readPages(file io.ReaderAt, size int64) (p pages, newest root, torn bool, err error) {
	p = pages{file: file, size: size}
	for at := int64(1 << 10); at <= 1<<16; at *= 2 {
		p.page = at
		a, okA := p.meta(0)
		b, okB := p.meta(1)
		switch {
		case okA && okB && b.txid > a.txid:
			return p, b, b.txid != a.txid+1, nil
		case okA && okB:
			return p, a, a.txid != b.txid+1, nil
		case okB:
			return p, b, true, nil
		case okA && p.declares(0):
			return p, a, true, nil
		}
	}
	p.page = int64(os.Getpagesize())
	return p, root{}, true, fmt.Errorf("no meta page is whole: %w", ErrCorrupt)
}

// meta reads one meta page; ok tells that its checksum fits.
func (p pages) meta(n int64) (root, bool) {
	buf := make([]byte, pageHeader+metaSize)
	if _, err := p.file.ReadAt(buf, n*p.page); err != nil {
		return root{}, false
	}
	m := buf[pageHeader:]
	sum := fnv.New64a()
	sum.Write(m[:metaSize-8])
	if u32(m) != magic || u64(m[56:]) != sum.Sum64() || n > 0 && int64(u32(m[8:])) != p.page {
		return root{}, false
	}
	return root{page: u64(m[16:]), free: u64(m[32:]), high: u64(m[40:]), txid: u64(m[48:])}, true
}

// declares reports whether a meta page names the page size tried.
func (p pages) declares(n int64) bool {
	buf := make([]byte, 4)
	_, err := p.file.ReadAt(buf, n*p.page+pageHeader+8)
	return err == nil && int64(u32(buf)) == p.page
}

// read is a page with its overflow, if it says of itself that it is this page.
func (p pages) read(id uint64) ([]byte, error) {
	if id < 2 || id >= uint64(p.size/p.page) {
		return nil, fmt.Errorf("page %d is out of the file", id)
	}
	head := make([]byte, pageHeader)
	if _, err := p.file.ReadAt(head, int64(id)*p.page); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	span := (int64(u32(head[12:])) + 1) * p.page
	if u64(head) != id || span > maxSpan && u16(head[8:]) != flagFree {
		return nil, fmt.Errorf("page %d is not what it should be", id)
	}
	buf := make([]byte, min(span, p.size-int64(id)*p.page))
	if _, err := p.file.ReadAt(buf, int64(id)*p.page); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	if int64(len(buf)) < span {
		return buf, fmt.Errorf("page %d is cut short", id)
	}
	return buf, nil
}

// element is one key of a leaf, and what stands under it.
type element struct {
	bucket     bool
	at         int64 // of the value, in the file
	key, value []byte
}

// leaf gives the elements of a leaf page that lie within it; whole tells that
// all do, in order. The page lies at base in the file.
func leaf(buf []byte, base int64) (found []element, whole bool) {
	if len(buf) < pageHeader || u16(buf[8:]) != flagLeaf {
		return nil, false
	}
	whole = true
	for i := range int(u16(buf[10:])) {
		at := pageHeader + i*elementSize
		if at+elementSize > len(buf) {
			return found, false
		}
		e := buf[at:]
		start, key, value := uint64(at)+uint64(u32(e[4:])), uint64(u32(e[8:])), uint64(u32(e[12:]))
		if u32(e) > 1 || start+key+value > uint64(len(buf)) {
			whole = false
			continue
		}
		next := element{u32(e) == 1, base + int64(start+key), buf[start : start+key], buf[start+key : start+key+value]}
		if n := len(found); n > 0 && string(found[n-1].key) >= string(next.key) {
			whole = false
		}
		found = append(found, next)
	}
	return found, whole
}

// branch gives the children of a branch page.
func branch(buf []byte) (children []uint64, whole bool) {
	if len(buf) < pageHeader || u16(buf[8:]) != flagBranch {
		return nil, false
	}
	for i := range int(u16(buf[10:])) {
		at := pageHeader + i*elementSize
		if at+elementSize > len(buf) {
			return children, false
		}
		e := buf[at:]
		if uint64(at)+uint64(u32(e))+uint64(u32(e[4:])) > uint64(len(buf)) {
			return children, false
		}
		children = append(children, u64(e[8:]))
	}
	return children, len(children) > 0
}

// walk visits every leaf that can be reached from one generation, by the name of
// its bucket; "" is the root. What is wrong on the way is collected.
type walk struct {
	pages
	high   uint64
	seen   map[uint64]bool // with overflow
	visit  func(bucket string, elements []element)
	faults []string
	broken map[string]bool // buckets of which something is missing
}

func (w *walk) fault(bucket, format string, args ...any) {
	w.broken[bucket] = true
	if len(w.faults) < 20 {
		w.faults = append(w.faults, fmt.Sprintf(format, args...))
	}
}

func (w *walk) descend(bucket string, id uint64, depth int) {
	if id >= w.high || depth > 32 || w.seen[id] {
		w.fault(bucket, "page %d cannot be reached from here", id)
		return
	}
	buf, err := w.read(id)
	if err != nil {
		w.fault(bucket, "%v", err)
		w.seen[id] = true
		w.leaf(bucket, int64(id)*w.page, buf, depth) // what is left of it
		return
	}
	for n := range uint64(len(buf)) / uint64(w.page) {
		if w.seen[id+n] {
			w.fault(bucket, "page %d is there twice", id+n)
		}
		w.seen[id+n] = true
	}
	if children, whole := branch(buf); children != nil {
		if !whole {
			w.fault(bucket, "branch page %d is damaged", id)
		}
		for _, child := range children {
			w.descend(bucket, child, depth+1)
		}
		return
	}
	w.leaf(bucket, int64(id)*w.page, buf, depth)
}

func (w *walk) leaf(bucket string, base int64, buf []byte, depth int) {
	elements, whole := leaf(buf, base)
	if !whole {
		w.fault(bucket, "leaf page %d is damaged", base/w.page)
	}
	w.visit(bucket, elements)
	for _, e := range elements {
		if e.bucket && bucket == "" {
			w.bucket(e, depth)
		} else if e.bucket || bucket == "" {
			w.fault(bucket, "leaf page %d holds what it should not", base/w.page)
		}
	}
}

func (w *walk) bucket(e element, depth int) {
	name := string(e.key)
	switch {
	case len(e.value) < 16:
		w.fault(name, "bucket %q is damaged", name)
	case u64(e.value) == 0:
		w.leaf(name, e.at+16, e.value[16:], depth)
	default:
		w.descend(name, u64(e.value), depth+1)
	}
}

// checkPages walks the newest generation and compares it with the list of free
// pages: each page is used once or free, and none is both.
func checkPages(file io.ReaderAt, size int64) error {
	p, newest, torn, err := readPages(file, size)
	if err != nil {
		return err
	}
	w := &walk{pages: p, high: newest.high, seen: map[uint64]bool{}, broken: map[string]bool{}, visit: func(string, []element) {}}
	if torn {
		w.fault("", "a meta page is damaged")
	}
	if newest.high > uint64(size/p.page) {
		w.fault("", "%d pages long, should be %d", size/p.page, newest.high)
	}
	w.descend("", newest.page, 0)
	if newest.free != noFreelist {
		w.freelist(newest.free)
	}
	return corrupt("pages", w.faults)
}

func (w *walk) freelist(id uint64) {
	buf, err := w.read(id)
	if err != nil || u16(buf[8:]) != flagFree {
		w.fault("", "the list of free pages cannot be read")
		return
	}
	for n := range uint64(len(buf)) / uint64(w.page) {
		w.seen[id+n] = true
	}
	count, at := uint64(u16(buf[10:])), pageHeader
	if count == 0xffff {
		count, at = u64(buf[at:]), at+8
	}
	if count > uint64(len(buf)-at)/8 {
		w.fault("", "the list of free pages is too long")
		return
	}
	for i := range count {
		free := u64(buf[at+int(i)*8:])
		if free < 2 || free >= w.high || w.seen[free] {
			w.fault("", "page %d is free and used", free)
		}
		w.seen[free] = true
	}
	if uint64(len(w.seen)) != w.high-2 && len(w.faults) == 0 {
		w.fault("", "%d pages are neither free nor used", int64(w.high)-2-int64(len(w.seen)))
	}
}

func u16(b []byte) uint16 { return binary.NativeEndian.Uint16(b) }
func u32(b []byte) uint32 { return binary.NativeEndian.Uint32(b) }
func u64(b []byte) uint64 { return binary.NativeEndian.Uint64(b) }
