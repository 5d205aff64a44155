package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/status"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// queueListed bounds the list of those that wait, and of those in quarantine.
const queueListed = 500

// errNoItem: the journal knows nothing under this id.
var errNoItem = errors.New("no item of this id")

// queue lists what waits.
func (g *gauge) queue() (status.Queue, error) {
	g = g.fitted()
	if g.base == nil {
		return status.Queue{}, errNoTerminal
	}
	records, err := g.base.journal.Records()
	if err != nil {
		return status.Queue{}, err
	}
	salvaged, err := damaged(g.base.path)
	if err != nil {
		return status.Queue{}, err
	}
	l := g.look()
	var waiting, aside []journal.Record
	for _, r := range records {
		switch stateOf(r) {
		case status.Waiting:
			waiting = append(waiting, r)
		case status.Quarantined:
			aside = append(aside, r)
		}
	}
	slices.SortFunc(waiting, func(a, b journal.Record) int { return cmp.Compare(a.Place, b.Place) })
	slices.SortFunc(aside, func(a, b journal.Record) int {
		return cmp.Or(a.Quarantined.Compare(b.Quarantined), bytes.Compare(a.ID[:], b.ID[:]))
	})
	q := status.Queue{
		Terminal: g.base.identity.TerminalID, Reachable: l.link.Reachable, Cause: l.link.Cause, Words: l.link.Words,
		Waiting: len(waiting), Quarantined: len(aside), Items: []status.Item{}, Salvaged: salvaged,
	}
	for _, part := range [][]journal.Record{waiting, aside} {
		q.LeftOff += max(0, len(part)-queueListed)
		for _, r := range part[:min(len(part), queueListed)] {
			q.Items = append(q.Items, l.item(r))
		}
	}
	return q, nil
}

// item is one registration or withdrawal, whether it waits or not.
func (g *gauge) item(id protocol.ID) (status.Item, error) {
	g = g.fitted()
	if g.base == nil {
		return status.Item{}, errNoTerminal
	}
	records, err := g.base.journal.Records()
	if err != nil {
		return status.Item{}, err
	}
	for _, r := range records {
		if r.ID == id {
			item := g.look().item(r)
			item.Facts = facts(r)
			return item, nil
		}
	}
	return status.Item{}, errNoItem
}

func facts(r journal.Record) *status.Facts {
	f := &status.Facts{
		Committed: r.Committed, Delivery: string(r.Delivery), HandOver: string(r.HandOver), Withdrawal: string(r.Withdrawal),
		Answer: string(r.Answer), Settled: r.Settled,
	}
	if r.Delivery == journal.Refused {
		f.Refusal = r.Reason
	}
	return f
}

// retry takes an item out of quarantine, if it stands there, and has it tried now.
func (g *gauge) retry(id protocol.ID) (status.Item, error) {
	item, err := g.item(id)
	if err != nil || item.State == status.Answered || item.State == status.Lost {
		return item, err
	}
	g = g.fitted()
	if item.State == status.Quarantined {
		if err := g.base.journal.Release(id); err != nil {
			return status.Item{}, err
		}
		if item, err = g.item(id); err != nil {
			return status.Item{}, err
		}
	}
	if g.hurry != nil {
		g.hurry.ask(id)
	}
	return item, nil
}

func stateOf(r journal.Record) string {
	switch {
	case !r.Quarantined.IsZero():
		return status.Quarantined
	case r.Place != 0:
		return status.Waiting
	case r.Delivery == journal.Lost && r.Answer == "":
		return status.Lost
	}
	return status.Answered
}

// lookout is one look at the way to the platform, for many items.
type lookout struct {
	now   time.Time
	link  uplink.Link
	tries map[protocol.ID]uplink.Refused
}

func (g *gauge) look() lookout {
	l := lookout{now: time.Now(), tries: map[protocol.ID]uplink.Refused{}}
	if g.desk == nil {
		l.link = uplink.Link{Cause: uplink.CauseNoContact, Words: uplink.Explain(uplink.CauseNoContact)}
		return l
	}
	link, refused := g.desk.Status()
	l.link = link
	for _, r := range refused {
		l.tries[r.ID] = r
	}
	return l
}

func (l lookout) item(r journal.Record) status.Item {
	item := status.Item{
		ID: r.ID, Kind: journal.KindRegistration, State: stateOf(r), Queued: r.Queued,
		AgeSeconds: max(0, int(l.now.Sub(r.Queued).Seconds())), Size: r.BodySize,
		QuarantinedSince: r.Quarantined,
	}
	if r.Withdrawal != journal.Standing {
		item.Kind = journal.KindWithdrawal
	}
	tried := l.tries[r.ID]
	if tried.Kind == item.Kind {
		item.Tries, item.Status = tried.Times, tried.Status
	}
	switch {
	case item.State == status.Quarantined:
		item.Reason, item.Words = r.Reason, "The platform has refused it again and again. It is kept, and tried no more until it is released."
	case item.State == status.Waiting:
		item.Cause, item.Words = l.cause(item, tried)
	}
	return item
}

// cause is why an item waits.
func (l lookout) cause(item status.Item, tried uplink.Refused) (word, words string) {
	switch {
	case item.Tries == 0 && l.link.Reachable:
		return "", "It will be sent in its turn."
	case item.Tries == 0:
		return l.link.Cause, l.link.Words
	case tried.Status == 0 && tried.Code == uplink.CauseReceipt:
		return tried.Code, "The receipt that came for it does not verify, so it settles nothing: something in between answers in the platform's place, or its keys have changed."
	case tried.Status == 0:
		return tried.Code, uplink.Explain(tried.Code)
	}
	word = cmp.Or(tried.Code, fmt.Sprintf("http-%d", tried.Status))
	if tried.Permanent {
		return word, fmt.Sprintf("The platform will not take it as it is (HTTP status %d). After a few more such answers it goes into quarantine.", tried.Status)
	}
	return word, fmt.Sprintf("The platform answered HTTP status %d. It is tried again by itself.", tried.Status)
}

// hurry has items tried at once that a technician asked for: whatever somebody
// awaits goes before all that waits.
type hurry struct {
	await func(context.Context, protocol.ID) (protocol.Receipt, error)
	ids   chan protocol.ID
	log   *slog.Logger
}

// How many items are hurried at once, for how long, and how many more may be asked
// for meanwhile; beyond that they go in their turn.
const (
	hurriedAtOnce = 8
	hurriedFor    = 10 * time.Second
	hurriedNext   = 512
)

func newHurry(desk *uplink.Desk, log *slog.Logger) *hurry {
	return &hurry{desk.Await, make(chan protocol.ID, hurriedNext), log}
}

// Run hurries until ctx ends.
func (h *hurry) Run(ctx context.Context) error {
	var workers sync.WaitGroup
	for range hurriedAtOnce {
		workers.Go(func() { h.work(ctx) })
	}
	workers.Wait()
	return context.Cause(ctx)
}

func (h *hurry) work(ctx context.Context) {
	for {
		select {
		case id := <-h.ids:
			h.one(ctx, id)
		case <-ctx.Done():
			return
		}
	}
}

func (h *hurry) one(ctx context.Context, id protocol.ID) {
	ctx, cancel := context.WithTimeout(ctx, hurriedFor)
	defer cancel()
	if _, err := h.await(ctx, id); err != nil {
		h.log.Info("item tried for the technician, and waits on", "id", id, "error", err)
	}
}

func (h *hurry) ask(id protocol.ID) {
	select {
	case h.ids <- id:
	default: // enough are asked for
	}
}
