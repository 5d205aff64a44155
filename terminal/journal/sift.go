package journal

import (
	"encoding/json"
	"io"
	"slices"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// wreck is all that could be read in a damaged file. What "live" tells was
// reached from the newest root; the rest lay on pages that may be older.
type wreck struct {
	torn    bool            // the newest root may not be the newest
	broken  map[string]bool // buckets of which live pages are missing
	records map[protocol.ID][]version
	bodies  map[protocol.ID][]stored
	queued  map[protocol.ID]bool // has a live place in the outbox
	entries map[uint64][]link
	heads   []head
	live    struct {
		head, anchor *head
		tampered     *tampering
	}
	tampered []tampering // wherever read
	heard    uint64
}

type version struct {
	Record
	live bool
}

// stored is where a body lies in the file.
type stored struct {
	at     int64
	size   int
	digest protocol.Digest
	kind   string
	live   bool
}

type link struct {
	Entry
	raw    []byte
	digest protocol.Digest
}

// sift reads every page of a file that holds keys. It never fails: what cannot
// be read is not there.
func sift(file io.ReaderAt, size int64) *wreck {
	w := &wreck{
		broken: map[string]bool{}, records: map[protocol.ID][]version{}, bodies: map[protocol.ID][]stored{},
		queued: map[protocol.ID]bool{}, entries: map[uint64][]link{},
	}
	p, newest, torn, err := readPages(file, size)
	w.torn = torn
	tree := &walk{pages: p, high: newest.high, seen: map[uint64]bool{}, broken: w.broken}
	tree.visit = func(bucket string, elements []element) {
		for _, e := range elements {
			if !e.bucket && !w.take(e, true) {
				w.broken[bucket] = true
			}
		}
	}
	if err == nil {
		tree.descend("", newest.page, 0)
	}
	for id := uint64(2); id < uint64(size/p.page); id++ {
		if buf, _ := p.read(id); buf != nil {
			w.page(buf, int64(id)*p.page)
		}
	}
	return w
}

// page takes what stands on a page, wherever it belongs.
func (w *wreck) page(buf []byte, base int64) {
	elements, _ := leaf(buf, base)
	for _, e := range elements {
		if !e.bucket {
			w.take(e, false)
		} else if len(e.value) > 16 && u64(e.value) == 0 {
			w.page(e.value[16:], e.at+16)
		}
	}
}

// take keeps one key and its value, if they make sense together. A bucket's name
// is not needed: each kind of value is known by its form.
func (w *wreck) take(e element, live bool) bool {
	switch {
	case len(e.key) == 16 && len(e.value) > 0 && e.value[0] == '{':
		return w.takeRecord(e, live)
	case len(e.key) == 16:
		return w.takeBody(e, live)
	case len(e.key) == 8 && len(e.value) == 16:
		if live {
			w.queued[protocol.ID(e.value)] = true
		}
		return true
	case len(e.key) == 8 && len(e.value) > 0 && e.value[0] == '{' && string(e.key) != keyTampered:
		return w.takeEntry(e)
	case len(e.key) == 24:
		return len(e.value) == 0
	}
	return w.takeMeta(e, live)
}

func (w *wreck) takeRecord(e element, live bool) bool {
	r, err := decodeRecord(e.value)
	if err != nil || string(e.key) != string(r.ID[:]) || !r.known() || r.ID.IsZero() {
		return false
	}
	w.records[r.ID] = append(w.records[r.ID], version{r, live})
	return true
}

func (w *wreck) takeBody(e element, live bool) bool {
	id, kind := protocol.ID(e.key), ""
	switch {
	case checkEnvelope(e.value) == nil:
		kind = KindRegistration
	case checkWithdrawal(e.value) == nil:
		kind = KindWithdrawal
	default:
		return false
	}
	w.bodies[id] = append(w.bodies[id], stored{at: e.at, size: len(e.value), digest: protocol.SHA256(e.value), kind: kind, live: live})
	return true
}

func (w *wreck) takeEntry(e element) bool {
	entry, err := decodeEntry(e.value)
	if err != nil || entry.Sequence != parseNumber(e.key) || entry.Sequence == 0 || !fixedWord(entry.Event) {
		return false
	}
	digest := protocol.SHA256(e.value)
	known := func(l link) bool { return l.digest == digest }
	if !slices.ContainsFunc(w.entries[entry.Sequence], known) {
		w.entries[entry.Sequence] = append(w.entries[entry.Sequence], link{entry, slices.Clone(e.value), digest})
	}
	return true
}

func (w *wreck) takeMeta(e element, live bool) bool {
	switch string(e.key) {
	case "format":
		return string(e.value) == format
	case "bytes", "held":
		return len(e.value) == 8
	case "heard":
		w.heard = max(w.heard, parseNumber(e.value))
		return len(e.value) == 8
	case keyTampered:
		return w.takeTampering(e.value, live)
	case "head", "anchor":
		return w.takeHead(string(e.key), e.value, live)
	}
	return false
}

func (w *wreck) takeTampering(raw []byte, live bool) bool {
	var is tampering
	if json.Unmarshal(raw, &is) != nil || is.Since.IsZero() {
		return false
	}
	w.tampered = append(w.tampered, is)
	if live {
		w.live.tampered = &is
	}
	return true
}

func (w *wreck) takeHead(name string, raw []byte, live bool) bool {
	var h head
	if json.Unmarshal(raw, &h) != nil || h.Sequence == 0 {
		return false
	}
	w.heads = append(w.heads, h)
	switch {
	case live && name == "head":
		w.live.head = &h
	case live:
		w.live.anchor = &h
	}
	return true
}
