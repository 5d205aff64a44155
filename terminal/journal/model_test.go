package journal_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// fact is the model of one registration, with the rules of the package doc
// written down a second time, in another way.
type fact struct {
	id                                 protocol.ID
	delivery, hand, withdrawal, answer string
	body                               []byte
	bodyIsWithdrawal, waiting          bool
}

// model is the journal as it should be, in memory.
type model struct {
	facts map[protocol.ID]*fact
	order []protocol.ID // of the outbox
}

func newModel() *model { return &model{facts: map[protocol.ID]*fact{}} }

// operation is one call, as words.
type operation struct {
	name string
	id   protocol.ID
	body []byte      // of a receipt: the body it answers
	all  []operation // of several receipts in one call, and only of that
}

// several is the call that takes many receipts.
const several = "several"

// parts are what one call does, each legal or not on its own.
func (o operation) parts() []operation {
	if o.name == several {
		return o.all
	}
	return []operation{o}
}

// apply says which parts of the call are legal, and does those.
func (m *model) apply(o operation) (legal []bool) {
	for _, part := range o.parts() {
		legal = append(legal, m.applyOne(part))
	}
	return legal
}

func (m *model) applyOne(o operation) bool {
	f := m.facts[o.id]
	if o.name == "commit" {
		if f != nil {
			return false
		}
		m.facts[o.id] = &fact{id: o.id, delivery: "sealed", hand: "none", withdrawal: "standing", body: o.body, waiting: true}
		m.order = append(m.order, o.id)
		return true
	}
	if f == nil {
		return false
	}
	switch o.name {
	case "begin":
		return f.move(&f.hand, "begun", f.hand == "begun" || f.hand == "none" && f.withdrawal == "standing" && f.delivery != "refused")
	case "done":
		return f.move(&f.hand, "done", f.hand != "none")
	case "unknown":
		return f.move(&f.hand, "unknown", f.hand == "begun" || f.hand == "unknown")
	case "withdraw", "asked":
		return m.withdraw(f, o)
	}
	return m.answer(f, o)
}

func (f *fact) move(what *string, to string, legal bool) bool {
	if legal {
		*what = to
	}
	return legal
}

func (m *model) withdraw(f *fact, o operation) bool {
	if f.withdrawal != "standing" {
		return true
	}
	if f.delivery == "refused" || o.name == "withdraw" && f.hand != "none" {
		return false
	}
	f.withdrawal = map[string]string{"withdraw": "unasked", "asked": "asked"}[o.name]
	f.body, f.bodyIsWithdrawal = o.body, true
	if !f.waiting {
		f.waiting, m.order = true, append(m.order, f.id)
	}
	return true
}

func (m *model) answer(f *fact, o operation) bool {
	if string(o.body) != string(f.body) {
		return false
	}
	forWithdrawal := o.name == "withdrawn" || o.name == "activated"
	if forWithdrawal != f.bodyIsWithdrawal {
		return false
	}
	before := &f.delivery
	if forWithdrawal {
		before = &f.answer
	}
	final := *before == "accepted" || *before == "refused" || *before == "withdrawn" || *before == "activated"
	if *before != o.name && (final || *before == "received" && o.name == "sealed") {
		return false
	}
	*before, f.waiting = o.name, false
	m.order = slices.DeleteFunc(m.order, func(id protocol.ID) bool { return id == f.id })
	return true
}

func (f *fact) String() string {
	s := fmt.Sprintf("%s %s %s", f.delivery, f.hand, f.withdrawal)
	if f.answer != "" {
		s += " " + f.answer
	}
	handed := f.hand == "done" || f.hand == "unknown"
	arrived := f.delivery == "received" || f.delivery == "accepted"
	if f.withdrawal != "standing" && f.answer != "" || f.withdrawal == "standing" && (f.delivery == "refused" || arrived && handed) {
		s += " settled"
	}
	return s
}

// random draws a call that is legal about half the time.
func (m *model) random(r *rand.Rand) operation {
	if len(m.facts) == 0 || r.IntN(12) > 0 {
		return m.randomOne(r, "begin", "begin", "done", "unknown", "withdraw", "asked", "received", "accepted", "refused", "withdrawn", "activated")
	}
	o := operation{name: several}
	for range r.IntN(6) {
		part := m.randomOne(r, "received", "accepted", "refused", "withdrawn", "activated")
		if part.name == "commit" {
			part.name = "accepted" // of nobody
		}
		o.all = append(o.all, part)
	}
	return o
}

// randomOne draws one of these calls, or a commit.
func (m *model) randomOne(r *rand.Rand, names ...string) operation {
	ids := make([]protocol.ID, 0, len(m.facts))
	for id := range m.facts {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b protocol.ID) int { return slices.Compare(a[:], b[:]) })
	if len(ids) == 0 || r.IntN(5) == 0 {
		id := protocol.ID{1: byte(r.IntN(256)), 2: byte(r.IntN(256)), 3: 1}
		return operation{name: "commit", id: id, body: envelope(fmt.Sprint("e", r.IntN(1e6)))}
	}
	o := operation{name: names[r.IntN(len(names))], id: ids[r.IntN(len(ids))], body: withdrawal(fmt.Sprint("w", r.IntN(1e6)))}
	if answers := o.name[len(o.name)-2:] == "ed" && o.name != "asked"; answers && r.IntN(8) > 0 {
		o.body = m.facts[o.id].body
	}
	return o
}

// call does the operation for real, and tells for each part whether it was done.
func call(j *journal.Journal, o operation) (done []bool, err error) {
	if o.name == several {
		var receipts []protocol.Receipt
		for _, part := range o.all {
			receipts = append(receipts, receipt(part.id, part.body, protocol.Verdict(part.name)))
		}
		errs := j.SettleAll(receipts)
		for _, err := range errs {
			done = append(done, err == nil)
		}
		return done, errors.Join(errs...)
	}
	err = callOne(j, o)
	return []bool{err == nil}, err
}

func callOne(j *journal.Journal, o operation) error {
	switch o.name {
	case "commit":
		return j.Commit(o.id, o.body, committed())
	case "begin":
		return j.BeginHandOver(o.id)
	case "done":
		return j.EndHandOver(o.id, journal.Done)
	case "unknown":
		return j.EndHandOver(o.id, journal.Unknown)
	case "withdraw", "asked":
		return j.Withdraw(o.id, o.body, o.name == "asked")
	}
	return j.Settle(receipt(o.id, o.body, protocol.Verdict(o.name)))
}

func TestJournalDoesWhatTheModelDoes(t *testing.T) {
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 1))
		path := filepath.Join(t.TempDir(), "journal.db")
		j, err := journal.Open(path)
		must(t, err)
		m := newModel()
		for step := range 400 {
			o := m.random(r)
			done, err := call(j, o)
			if legal := m.apply(o); !slices.Equal(legal, done) {
				t.Fatalf("seed %d, step %d: %s is legal %v, but done %v: %v", seed, step, o.name, legal, done, err)
			}
			if step%40 == 0 {
				must(t, j.Close())
				j, err = journal.Open(path)
				must(t, err)
				compare(t, j, m, seed, step)
			}
		}
		compare(t, j, m, seed, 400)
		must(t, j.Check())
		must(t, j.Close())
	}
}

func compare(t *testing.T, j *journal.Journal, m *model, seed uint64, step int) {
	t.Helper()
	records, err := j.Records()
	must(t, err)
	if len(records) != len(m.facts) {
		t.Fatalf("seed %d, step %d: %d records, want %d", seed, step, len(records), len(m.facts))
	}
	for id, f := range m.facts {
		if got := state(t, j, id); got != f.String() {
			t.Fatalf("seed %d, step %d: %s is %q, want %q", seed, step, id, got, f)
		}
		if _, body, _ := j.Body(id); f.waiting != (body != nil) || f.waiting && string(body) != string(f.body) {
			t.Fatalf("seed %d, step %d: %s has the wrong body", seed, step, id)
		}
	}
	var order []protocol.ID
	must(t, j.Outbox(1000, func(id protocol.ID, _ string) { order = append(order, id) }))
	if !slices.Equal(order, m.order) {
		t.Fatalf("seed %d, step %d: outbox is in the wrong order", seed, step)
	}
}
