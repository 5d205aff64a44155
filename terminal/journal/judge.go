package journal

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// plan is what the fresh journal will hold, and what is told about it.
type plan struct {
	from, top head   // the entry before the first one carried, and the last one
	entries   []link // in between
	kept      []carried
	tampered  *tampering
	heard     uint64
	report    Salvage
}

// carried is a registration for the fresh journal.
type carried struct {
	Record
	body    stored // where it lies in the damaged file; size 0 when there is none
	changed string // the word of the audit, where the record is not what it was
}

// The words of the audit for what a salvage does.
const (
	wordSalvaged  = "salvaged"
	wordCarried   = "salvaged-changed"
	wordInDoubt   = "salvaged-in-doubt"
	wordLost      = "salvaged-lost"
	wordUncertain = "salvaged-uncertain"
)

// judge makes the best of what was read.
func (w *wreck) judge(now time.Time, l limits) *plan {
	p := &plan{heard: w.heard}
	certain := w.chain(p, l)
	words := w.words()
	for _, id := range w.known(words, now.Add(-l.keep)) {
		c, doubt := w.registration(id, words[id], p, certain)
		p.add(c, doubt)
	}
	p.report.Uncertain = !certain || w.broken["records"] && p.from.Sequence > 0
	p.tampered = w.tampering(p)
	slices.SortStableFunc(p.kept, func(a, b carried) int { return cmp.Compare(a.Place, b.Place) })
	return p
}

// chain finds the last run of entries whose digests lead up to the head. It
// reports whether that head is surely the last one.
func (w *wreck) chain(p *plan, l limits) (certain bool) {
	certain = w.live.head != nil && !w.torn
	for _, h := range w.heads {
		if h.Sequence > p.top.Sequence {
			p.top = h
		}
	}
	if certain {
		p.top = *w.live.head
	}
	w.rollForward(p)
	p.from = p.top
	for {
		at := slices.IndexFunc(w.entries[p.from.Sequence], func(e link) bool { return e.digest == p.from.SHA256 })
		if at < 0 || uint64(len(p.entries)) == l.audit {
			break
		}
		e := w.entries[p.from.Sequence][at]
		p.entries = append(p.entries, e)
		p.from = head{e.Sequence - 1, e.Previous}
	}
	slices.Reverse(p.entries)
	return certain || w.live.head == nil && w.empty()
}

// rollForward takes in entries that follow the head read: those of a transaction
// whose root was lost after its pages were written.
func (w *wreck) rollForward(p *plan) {
	if w.live.head != nil && !w.torn {
		return
	}
	for {
		next := w.entries[p.top.Sequence+1]
		at := slices.IndexFunc(next, func(e link) bool { return e.Previous == p.top.SHA256 })
		if at < 0 {
			return
		}
		p.top = head{next[at].Sequence, next[at].digest}
	}
}

// empty reports that a whole file holds no entry yet.
func (w *wreck) empty() bool {
	return !w.torn && !w.broken[""] && !w.broken["meta"] && len(w.entries) == 0 && len(w.heads) == 0
}

// words are the entries about each registration that a later entry, or a head,
// vouches for; oldest first.
func (w *wreck) words() map[protocol.ID][]Entry {
	vouched := map[head]bool{}
	for _, h := range w.heads {
		vouched[h] = true
	}
	for _, links := range w.entries {
		for _, e := range links {
			vouched[head{e.Sequence - 1, e.Previous}] = true
		}
	}
	words := map[protocol.ID][]Entry{}
	for _, links := range w.entries {
		for _, e := range links {
			last := len(w.entries[e.Sequence+1]) == 0 && w.live.head == nil
			if e.ID != nil && e.State != "" && (vouched[head{e.Sequence, e.digest}] || last) {
				words[*e.ID] = append(words[*e.ID], e.Entry)
			}
		}
	}
	for _, entries := range words {
		slices.SortFunc(entries, func(a, b Entry) int { return cmp.Compare(a.Sequence, b.Sequence) })
	}
	return words
}

// known are the registrations that the journal remembered. While the live records
// are whole, they are all there is; otherwise whatever has left a trace is one,
// unless it settled so long ago that it was to be forgotten.
func (w *wreck) known(words map[protocol.ID][]Entry, forgotten time.Time) []protocol.ID {
	whole := !w.broken["records"] && !w.broken[""] && !w.torn
	is := map[protocol.ID]bool{}
	for id, versions := range w.records {
		newest := newestOf(versions)
		old := !newest.Settled.IsZero() && newest.Settled.Before(forgotten)
		is[id] = slices.ContainsFunc(versions, func(v version) bool { return v.live }) || !whole && !old
	}
	if !whole {
		for id, entries := range words {
			last := entries[len(entries)-1]
			r, ok := Record{ID: id}.says(last)
			is[id] = is[id] || ok && !(r.settled() && last.Time.Before(forgotten))
		}
		for id := range w.queued {
			is[id] = true
		}
		for id, bodies := range w.bodies {
			is[id] = is[id] || slices.ContainsFunc(bodies, func(b stored) bool { return b.live })
		}
	}
	var ids []protocol.ID
	for id, known := range is {
		if known {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b protocol.ID) int { return slices.Compare(a[:], b[:]) })
	return ids
}

func newestOf(versions []version) version {
	return slices.MaxFunc(versions, func(a, b version) int { return cmp.Compare(a.AuditEntry, b.AuditEntry) })
}

// registration puts one together. In doubt is what may have changed in entries
// that are lost.
func (w *wreck) registration(id protocol.ID, words []Entry, p *plan, certain bool) (c carried, doubt bool) {
	v, found := w.version(id, words)
	c.Record, c.ID = v.Record, id
	known := v.AuditEntry
	var last Entry
	if len(words) > 0 {
		last = words[len(words)-1]
	}
	switch {
	case !found && last.Sequence == 0: // only a body, or a place
		c.Record = Record{ID: id, Delivery: Sealed, HandOver: Unknown, Withdrawal: Standing}
		c.changed = wordCarried
	case last.Sequence > known:
		c.Record, _ = c.Record.says(last)
		known, c.changed = last.Sequence, wordCarried
		found = false
	}
	current := v.live && c.changed == "" && !w.torn && certain
	doubt = !current && (!certain || known < p.from.Sequence)
	if doubt {
		c.suspect()
	}
	w.body(&c)
	if c.Committed.IsZero() {
		c.Committed = cmp.Or(firstTime(words), c.Queued)
	}
	return c, doubt
}

func firstTime(words []Entry) (at time.Time) {
	if len(words) > 0 {
		at = words[0].Time
	}
	return at
}

// version is the newest one that no entry contradicts.
func (w *wreck) version(id protocol.ID, words []Entry) (best version, found bool) {
	for _, v := range w.records[id] {
		at := slices.IndexFunc(words, func(e Entry) bool { return e.Sequence == v.AuditEntry })
		contradicted := at >= 0 && words[at].State != v.state()
		if at < 0 {
			contradicted = slices.ContainsFunc(w.entries[v.AuditEntry], func(e link) bool { return e.ID == nil || *e.ID != id })
		}
		if contradicted || found && (v.AuditEntry < best.AuditEntry || v.AuditEntry == best.AuditEntry && !v.live) {
			continue
		}
		best, found = v, true
	}
	return best, found
}

// says is the record as an entry of the audit has it.
func (r Record) says(e Entry) (Record, bool) {
	words := strings.Split(e.State, "/")
	if len(words) < 4 {
		return r, false
	}
	r.Delivery, r.HandOver = Delivery(words[0]), HandOver(words[1])
	r.Withdrawal, r.Answer = Withdrawal(words[2]), protocol.Verdict(words[3])
	r.Quarantined = time.Time{}
	if len(words) > 4 {
		r.Quarantined = e.Time
	}
	r.Settled = time.Time{}
	if r.settled() {
		r.Settled = e.Time
	}
	return r, r.known()
}

// suspect takes the code to be in a hand, unless it never can be.
func (c *carried) suspect() {
	open := c.HandOver == None || c.HandOver == Begun
	if !open || c.Withdrawal == Unasked || c.Delivery == Refused {
		return
	}
	c.HandOver, c.changed = Unknown, wordInDoubt
}

// body finds what waits, among all copies. Where it is gone, the record says so:
// a registration whose code was never offered can be withdrawn still, and will
// be; for any other there is only the telling.
func (w *wreck) body(c *carried) {
	if !c.unsent() {
		c.Place, c.Quarantined = 0, time.Time{}
		return
	}
	if b, ok := w.copyOf(c.Record, c.kind()); ok {
		c.fill(b)
		return
	}
	c.changed = wordLost
	if c.Withdrawal != Standing && c.HandOver == None && c.Delivery == Sealed {
		c.Withdrawal = Standing
		if b, ok := w.copyOf(c.Record, KindRegistration); ok {
			c.fill(b)
			c.changed = wordCarried
			return
		}
	}
	c.Withdrawal, c.Place, c.Quarantined = Standing, 0, time.Time{}
	if c.Delivery == Sealed {
		c.Delivery = Lost
	}
}

func (c *carried) fill(b stored) {
	if c.BodySHA256 != b.digest {
		c.changed = cmp.Or(c.changed, wordCarried)
	}
	c.body, c.BodySHA256, c.BodySize = b, b.digest, b.size
}

// copyOf finds a whole copy of a body. Its digest is known from a version of the
// record of the same kind; without one, its form must do, as the platform will
// refuse what was not made by us.
func (w *wreck) copyOf(r Record, kind string) (stored, bool) {
	digests := map[protocol.Digest]bool{}
	for _, v := range w.records[r.ID] {
		if v.kind() == kind && !v.BodySHA256.IsZero() {
			digests[v.BodySHA256] = true
		}
	}
	for _, b := range w.bodies[r.ID] {
		if b.kind == kind && (digests[b.digest] || len(digests) == 0) {
			return b, true
		}
	}
	return stored{}, false
}

func (p *plan) add(c carried, doubt bool) {
	if doubt && c.HandOver == Unknown {
		p.report.Doubtful = append(p.report.Doubtful, c.ID)
	}
	if c.changed == wordLost {
		p.report.Lost++
		p.report.LostIDs = append(p.report.LostIDs, c.ID)
	} else {
		p.report.Carried++
	}
	p.kept = append(p.kept, c)
}

// tampering is what stands: the last word of the chain carried, or what was noted
// where the chain does not reach back to it. In doubt it stands.
func (w *wreck) tampering(p *plan) *tampering {
	for _, e := range slices.Backward(p.entries) {
		switch e.Event {
		case wordTampered:
			return &tampering{e.Time, e.Sequence}
		case wordCleared:
			return nil
		}
	}
	if w.live.tampered != nil || w.live.head != nil && !w.broken["meta"] {
		return w.within(w.live.tampered, p)
	}
	for _, is := range w.tampered {
		return w.within(&is, p)
	}
	return nil
}

func (w *wreck) within(is *tampering, p *plan) *tampering {
	if is != nil && is.AuditEntry > p.from.Sequence {
		return &tampering{is.Since, p.from.Sequence}
	}
	return is
}
