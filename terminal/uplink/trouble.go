package uplink

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// An item that the platform will never take must not stand in the outbox for
// ever: it would be the oldest unsent one, and the terminal would refuse people
// for its sake. So it is put into quarantine, from where a technician can release
// it. As everything here comes by way of uplinkd, which may lie:
//
//   - only refusals count that lie apart as uplinkd's own waits do, so that a flood
//     of them is one;
//   - the platform must have proved since the first that it is there and takes
//     other things, or a day must have passed.
const (
	quarantineAfter = 5 // permanent refusals
	refusalApart    = permanentBase - time.Minute
	refusalPatience = 24 * time.Hour
)

// CauseReceipt: the receipt that came for an item does not verify.
const CauseReceipt = "receipt-not-verified"

// Refused is an item that was tried and has come to no receipt, for the
// technician. It stays in the journal.
type Refused struct {
	ID   protocol.ID
	Kind string
	// Status is what the platform answered, 0 when there was no whole answer or none
	// that verifies.
	Status    int
	Code      string // of the platform's problem, or the cause
	Permanent bool   // the same bytes will be answered the same
	Times     int
}

// trouble is what the Desk remembers of such an item.
type trouble struct {
	Refused
	first   time.Time // permanent refusal
	counted time.Time // the last one that counted
	count   int
	last    time.Time // trouble of any kind
}

// list puts the living first, as somebody waits for them, then what a session
// awaits, and what was in trouble last, so that it holds up nothing. Among the
// troubled, the one whose trouble is longest ago has its turn.
func (d *Desk) list() (list, error) {
	l := list{Items: []entry{}} // an empty list is [], not null
	d.mu.Lock()
	l.Wanted = d.wanted
	for id, e := range d.live {
		l.Items = append(l.Items, entry{item: item{id, e.kind}})
	}
	troubled := make(map[item]time.Time, len(d.troubled))
	for i, t := range d.troubled {
		troubled[i] = t.last
	}
	var awaited []protocol.ID
	for id := range d.awaited {
		awaited = append(awaited, id)
	}
	d.mu.Unlock()
	sortItems(l.Items)
	l.Items = append(l.Items, d.urgent(awaited)...)
	waiting, err := d.waiting(troubled, l.Items)
	if err != nil {
		return list{}, err
	}
	l.Items = append(l.Items, waiting...)
	l.Items = l.Items[:min(len(l.Items), listed)]
	return l, nil
}

// urgent is what sessions await, wherever it stands in the outbox.
func (d *Desk) urgent(ids []protocol.ID) (found []entry) {
	for _, id := range ids {
		if k, _, err := d.config.Journal.Body(id); err == nil {
			found = append(found, entry{item{id, kind(k)}, true})
		}
	}
	sortItems(found)
	return found
}

// waiting is the outbox: what was never in trouble as it came, then the others.
func (d *Desk) waiting(troubled map[item]time.Time, before []entry) ([]entry, error) {
	had := make(map[item]bool, len(before))
	for _, e := range before {
		had[e.item] = true
	}
	var fresh, bad []entry
	met := 0
	err := d.config.Journal.Outbox(listed+len(troubled)+len(before), func(id protocol.ID, k string) {
		i := item{id, kind(k)}
		_, troublesome := troubled[i]
		if troublesome {
			met++
		}
		switch {
		case had[i]:
		case troublesome:
			bad = append(bad, entry{item: i})
		default:
			fresh = append(fresh, entry{item: i})
		}
	})
	if err != nil {
		return nil, err
	}
	if met < len(troubled) {
		d.sweep(troubled)
	}
	slices.SortStableFunc(bad, func(a, b entry) int { return troubled[a.item].Compare(troubled[b.item]) })
	return append(fresh, bad...), nil
}

// sweep forgets the trouble of what waits no longer, or waits as something else.
func (d *Desk) sweep(troubled map[item]time.Time) {
	for i := range troubled {
		if k, _, err := d.config.Journal.Body(i.ID); err == nil && kind(k) == i.Kind {
			continue
		}
		d.mu.Lock()
		delete(d.troubled, i)
		d.mu.Unlock()
	}
}

// takeRefusal remembers that an item came to no receipt, and puts one aside that
// the platform will not have as it is.
func (d *Desk) takeRefusal(p refusalPost) error {
	if p.Kind.live() || d.body(p.item) == nil {
		return errGone
	}
	if p.Status != 0 && (p.Status < 100 || p.Status > 599) {
		return fmt.Errorf("no such status: %d", p.Status)
	}
	if !word(p.Code) {
		p.Code = ""
	}
	p.Permanent = p.Permanent && permanent(p.Status)
	if !d.remember(p.item, p.refusal) {
		return nil
	}
	return d.putAside(p)
}

// remember notes one trouble and reports whether it was one too many.
func (d *Desk) remember(i item, r refusal) (hopeless bool) {
	now := time.Now()
	d.update(func() {
		t := d.troubled[i]
		if t == nil {
			t = &trouble{}
			d.troubled[i] = t
		}
		t.Refused = Refused{i.ID, string(i.Kind), r.Status, r.Code, r.Permanent, t.Times + 1}
		t.last = now
		hopeless = r.Permanent && t.hopeless(now, d.proven)
	})
	d.config.Log.Warn("item came to no receipt", "id", i.ID, "kind", i.Kind, "status", r.Status, "code", r.Code, "permanent", r.Permanent)
	return hopeless
}

// hopeless counts one permanent refusal.
func (t *trouble) hopeless(now, proven time.Time) bool {
	if t.first.IsZero() {
		t.first = now
	}
	if t.count == 0 || now.Sub(t.counted) >= refusalApart {
		t.count, t.counted = t.count+1, now
	}
	return t.count >= quarantineAfter && (proven.After(t.first) || now.Sub(t.first) >= refusalPatience)
}

// putAside puts an item into quarantine. Should a withdrawal have taken its place
// at this very moment, that is put back: the platform has refused something else.
func (d *Desk) putAside(p refusalPost) error {
	reason := cmp.Or(p.Code, fmt.Sprintf("http-%d", p.Status))
	if err := d.config.Journal.Quarantine(p.ID, reason, time.Now()); err != nil {
		d.config.Log.Error("item not put into quarantine", "id", p.ID, "error", err)
		return err
	}
	if d.body(p.item) == nil {
		return d.config.Journal.Release(p.ID)
	}
	d.update(func() {
		delete(d.troubled, p.item)
		d.aside++
	})
	d.config.Log.Warn("item put into quarantine", "id", p.ID, "kind", p.Kind, "reason", reason)
	return nil
}
