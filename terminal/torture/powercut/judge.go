package powercut

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// Findings count what a laboratory must never find.
type Findings struct {
	Lost      int // what was acknowledged is gone, or the journal cannot be opened
	Doubled   int // what never was, was undone, or waits twice
	Unoffered int // a code that was never offered cannot be taken back, or one that may be in a hand is
}

// Any reports whether something was found.
func (f Findings) Any() bool { return f != Findings{} }

// Add counts the findings of two together.
func (f Findings) Add(other Findings) Findings {
	return Findings{f.Lost + other.Lost, f.Doubled + other.Doubled, f.Unoffered + other.Unoffered}
}

// Judge opens the journal that a power cut left in a folder, as the terminal does
// at its start, and compares it with what must be known. The last call may have
// been under way: either it was made, or it was not. The words tell what was found.
func Judge(folder string, before, after Knowledge) (Findings, []string) {
	c := &court{}
	j, err := journal.Open(filepath.Join(folder, journalFile))
	if err != nil {
		c.lost("the journal cannot be opened: %v", err)
		return c.found, c.words
	}
	c.compare(j, before, after)
	c.restart(j)
	if err := errors.Join(j.Check(), j.VerifyAudit(), j.Close()); err != nil {
		c.lost("after the restart: %v", err)
	}
	return c.found, c.words
}

type court struct {
	found Findings
	words []string
}

func (c *court) lost(format string, args ...any) { c.find(&c.found.Lost, format, args) }

func (c *court) doubled(format string, args ...any) { c.find(&c.found.Doubled, format, args) }

func (c *court) unoffered(format string, args ...any) { c.find(&c.found.Unoffered, format, args) }

func (c *court) find(count *int, format string, args []any) {
	*count++
	c.words = append(c.words, fmt.Sprintf(format, args...))
}

// compare looks at each record. A call is made or not, as a whole: so each must be
// as before, or each as after.
func (c *court) compare(j *journal.Journal, before, after Knowledge) {
	records, err := j.Records()
	if err != nil {
		c.lost("%v", err)
		return
	}
	missing := maps.Clone(before.Facts)
	var made, unmade int
	for _, r := range records {
		delete(missing, r.ID)
		got := fact(r)
		was, existed := before.Facts[r.ID]
		will, exists := after.Facts[r.ID]
		asBefore, asAfter := existed && c.is(j, r, got, was), exists && c.is(j, r, got, will)
		switch {
		case asBefore && asAfter:
		case asBefore:
			unmade++
		case asAfter:
			made++
		case !existed && !exists:
			c.doubled("%s was never committed", r.ID)
		case existed && waits(r) && !was.waiting && !will.waiting:
			c.doubled("%s waits though it was answered", r.ID)
		default:
			c.lost("%s is %+v, should be %v or %v", r.ID, got.words(), was.words(), will.words())
		}
	}
	for id := range missing {
		c.lost("%s is gone", id)
	}
	if made > 0 && unmade > 0 {
		c.lost("one call is done for %d registrations and not for %d", made, unmade)
	}
	c.outbox(j, records)
	if since, err := j.Tampered(); err != nil || since.IsZero() == before.Tampered && since.IsZero() == after.Tampered {
		c.lost("tampered since %v, should be %v or %v: %v", since, before.Tampered, after.Tampered, err)
	}
}

func fact(r journal.Record) Fact {
	return Fact{
		Delivery: string(r.Delivery), HandOver: string(r.HandOver), Withdrawal: string(r.Withdrawal), Answer: string(r.Answer),
		waiting: waits(r), held: !r.Quarantined.IsZero(),
	}
}

func (f Fact) words() string {
	return fmt.Sprintf("%s/%s/%s/%s, waits %v, held back %v", f.Delivery, f.HandOver, f.Withdrawal, f.Answer, f.waiting, f.held)
}

func waits(r journal.Record) bool { return r.Place != 0 }

// is compares a record and what waits for it with a fact.
func (c *court) is(j *journal.Journal, r journal.Record, got, want Fact) bool {
	same := got.Delivery == want.Delivery && got.HandOver == want.HandOver && got.Withdrawal == want.Withdrawal && got.Answer == want.Answer
	if !same || waits(r) != want.waiting || r.Quarantined.IsZero() == want.held {
		return false
	}
	if !want.waiting {
		return true
	}
	_, body, err := j.Body(r.ID)
	return err == nil && bytes.Equal(body, want.body)
}

// outbox must name what waits and is not held back, each once, and nothing else.
func (c *court) outbox(j *journal.Journal, records []journal.Record) {
	times := map[protocol.ID]int{}
	if err := j.Outbox(1<<20, func(id protocol.ID, _ string) { times[id]++ }); err != nil {
		c.lost("%v", err)
	}
	for _, r := range records {
		want := 0
		if f := fact(r); f.waiting && !f.held {
			want = 1
		}
		switch got := times[r.ID]; {
		case got < want:
			c.lost("%s does not stand in the outbox", r.ID)
		case got > want:
			c.doubled("%s stands %d times in the outbox, should be %d", r.ID, got, want)
		}
		delete(times, r.ID)
	}
	for id := range times {
		c.doubled("%s stands in the outbox and has no record", id)
	}
}

// restart does what the terminal does at its start. What was never offered must be
// withdrawn then; what may be in a hand must not be.
func (c *court) restart(j *journal.Journal) {
	before, err := j.Records()
	if err != nil {
		c.lost("%v", err)
		return
	}
	abandoned, err := j.Recover()
	if err != nil {
		c.lost("%v", err)
		return
	}
	named := map[protocol.ID]bool{}
	for _, id := range abandoned {
		named[id] = true
	}
	for i, r := range before {
		f := fact(r)
		if named[r.ID] != f.withdrawable() {
			c.unoffered("%s is %s, and is named for withdrawal: %v", r.ID, f.words(), named[r.ID])
		}
		if i%8 == 0 || named[r.ID] { // a refusal writes nothing, a withdrawal does
			c.withdraw(j, r, f)
		}
	}
}

func (c *court) withdraw(j *journal.Journal, r journal.Record, f Fact) {
	err := j.Withdraw(r.ID, compact(`{"alg":"ES256"}`, "after the power cut", "signature"), false)
	switch {
	case f.withdrawable() && err != nil:
		c.unoffered("%s was never offered, but: %v", r.ID, err)
	case f.offered() && f.Withdrawal == "standing" && err == nil:
		c.unoffered("%s may be in a hand, and is withdrawn unasked", r.ID)
	}
}
