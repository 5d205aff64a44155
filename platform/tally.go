package platform

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What is counted for the operator. Nothing here is about anybody.

// A counter is one line of Counters.
type counter int

const (
	registrationsAccepted counter = iota
	registrationsReceived
	registrationsRefused
	judgedLater
	withdrawalsTaken
	activationsBound
	activationsConfirm
	activationsPending
	activationsReview
	activationsRefused
	codesWrong
	rechecked
	accountsSuspended
	accountsReinstated
	eventsTold
	eventsFailed
	numCounters
)

// tally counts since the start.
type tally struct {
	counters  [numCounters]atomic.Int64
	refusals  counts // registrations, by reason
	suspended counts // terminals, by why the platform suspended them
	contests  counts // by what was done
}

// counts are counters by words of ours.
type counts struct{ of sync.Map }

func (c *counts) add(word string) {
	n, _ := c.of.LoadOrStore(word, new(atomic.Int64))
	n.(*atomic.Int64).Add(1)
}

// read is how often each word was counted; those of all that were not are there, too.
func (c *counts) read(all ...string) map[string]int64 {
	found := map[string]int64{}
	for _, word := range all {
		found[word] = 0
	}
	c.of.Range(func(word, n any) bool {
		found[word.(string)] = n.(*atomic.Int64).Load()
		return true
	})
	return found
}

func (p *Platform) count(c counter) { p.tally.counters[c].Add(1) }

func eventCounter(k EventKind) counter {
	if k == EventReinstated {
		return accountsReinstated
	}
	return accountsSuspended
}

func verdictCounter(v protocol.Verdict) counter {
	switch v {
	case protocol.Accepted:
		return registrationsAccepted
	case protocol.Received:
		return registrationsReceived
	}
	return registrationsRefused
}

// activationCounter sorts what became of an activation.
func activationCounter(out outcome) counter {
	switch {
	case out.wrong:
		return codesWrong
	case out.problem != nil:
		return activationsRefused
	}
	return map[string]counter{
		protocol.Bound: activationsBound, protocol.Confirm: activationsConfirm,
		protocol.Pending: activationsPending, protocol.Review: activationsReview,
	}[out.answer.Status]
}

// Counters is how often what happened since this platform started.
type Counters struct {
	Registrations map[string]int64 // by the verdict on arrival
	Refusals      map[string]int64 // of them, by reason
	// TerminalsSuspended are those that the platform suspended by itself, by why.
	TerminalsSuspended map[string]int64
	Activations        map[string]int64 // by outcome
	JudgedLater        int64            // registrations that waited for a list or the responder
	Contests           map[string]int64 // by what was done: contested, restored, upheld, objected, dropped
	Withdrawals        int64
	Rechecks           int64
	Suspended          int64
	Reinstated         int64
	EventsTold         int64
	EventsFailed       int64 // tries
}

// Counters reads what was counted.
func (p *Platform) Counters() Counters {
	n := func(c counter) int64 { return p.tally.counters[c].Load() }
	return Counters{
		Registrations: map[string]int64{
			"accepted": n(registrationsAccepted), "received": n(registrationsReceived), "refused": n(registrationsRefused),
		},
		Activations: map[string]int64{
			"bound": n(activationsBound), "confirm": n(activationsConfirm), "pending": n(activationsPending),
			"review": n(activationsReview), "refused": n(activationsRefused), "wrong": n(codesWrong),
		},
		Refusals:           p.tally.refusals.read(protocol.Reasons()...),
		TerminalsSuspended: p.tally.suspended.read(ForSilence, ForTamper, ForAudit),
		Contests:           p.tally.contests.read("contested", string(Restored), string(Upheld), "objected", "dropped"),
		JudgedLater:        n(judgedLater), Withdrawals: n(withdrawalsTaken), Rechecks: n(rechecked),
		Suspended: n(accountsSuspended), Reinstated: n(accountsReinstated),
		EventsTold: n(eventsTold), EventsFailed: n(eventsFailed),
	}
}

// Backlog is what waits.
type Backlog struct {
	Waiting    int    // registrations that nobody could check for revocation yet
	InReview   int    // those that a person has to decide
	Disputed   int    // those whose contest a person has to rule on
	Untold     int    // events
	UntoldFrom Moment // when the first of them happened; zero for none
}

// Backlog asks the store.
func (p *Platform) Backlog(ctx context.Context) (b Backlog, err error) {
	err = p.store.View(ctx, func(r Reading) error {
		waiting, err := r.Waiting()
		if err != nil {
			return err
		}
		review, err := r.InReview()
		if err != nil {
			return err
		}
		disputed, err := r.Disputed()
		if err != nil {
			return err
		}
		b = Backlog{Waiting: len(waiting), InReview: len(review), Disputed: len(disputed)}
		b.Untold, b.UntoldFrom, err = r.Untold()
		return err
	})
	return b, err
}

// Lists says what lists are at hand, in no order.
func (p *Platform) Lists(ctx context.Context) ([]jpki.ListStanding, error) {
	return p.revoked.Standing(ctx)
}
