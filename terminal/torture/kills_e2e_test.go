//go:build e2e

package torture_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

func TestE2EKillsLoseNothing(t *testing.T) {
	for world := range worlds() {
		t.Run(fmt.Sprint("world ", world), func(t *testing.T) {
			t.Parallel()
			pcscdtest.Within(t, func(t *testing.T) {
				s := newStreet(t)
				visits := s.live(share(t, 0.65, 20*time.Second)) // the rest is for what follows
				s.judge(visits)
			})
		})
	}
}

// worlds is how many live at once: most of the time each of them waits.
func worlds() int {
	if os.Getenv("TORTURE") == "" {
		return 1
	}
	return 3
}

// live is a time in which citizens come, while programs are killed and the network
// is as bad as networks are.
func (s *street) live(long time.Duration) (visits []*visit) {
	s.t.Helper()
	ctx, stop := context.WithCancel(s.t.Context())
	failures := make(chan error, 3) // one for each killer
	go func() { failures <- kills(ctx, s.uplinkd, 200*time.Millisecond, 2*time.Second) }()
	go func() { failures <- kills(ctx, s.platformd, time.Second, 5*time.Second) }()
	s.network.Storm(rand.Uint64(), 0.25)
	end := time.Now().Add(long)
	for n := 0; time.Now().Before(end); n++ {
		visits = append(visits, s.visit(n, s.doom()))
	}
	s.network.Calm()
	stop()
	if err := errors.Join(<-failures, <-failures); err != nil {
		s.t.Fatal(err)
	}
	return visits
}

// kills ends a program again and again until the context ends.
func kills(ctx context.Context, p *program, least, most time.Duration) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(least + within(most-least)):
		}
		if err := p.kill(); err != nil {
			return err
		}
	}
}

// doom decides when terminald dies under a visit: half of the time around what
// matters most, from the signature to the slip; else anywhere, or not at all.
func (s *street) doom() (signed func()) {
	die := func() {
		if err := s.terminald.kill(); err != nil {
			s.t.Error(err)
		}
	}
	switch rand.IntN(4) {
	case 0:
		return func() {}
	case 1:
		time.AfterFunc(within(4*time.Second), die)
		return func() {}
	}
	after := within(1200 * time.Millisecond)
	return func() { time.AfterFunc(after, die) }
}

// judge waits until all is delivered, has each app enter its code, and compares
// journal, ledger and hands.
func (s *street) judge(visits []*visit) {
	s.t.Helper()
	s.delivered()
	answers := s.activate(visits)
	s.uplinkd.stop()
	s.terminald.stop()
	s.platformd.stop()
	c := &court{t: s.t}
	c.records(s)
	c.hands(s, visits, answers)
	found := s.search(visits)
	for _, one := range found {
		s.t.Error(one)
	}
	kills := s.terminald.kills + s.uplinkd.kills + s.platformd.kills
	s.t.Logf("%d visits, %d registrations, %d codes in hands; killed: terminald %d, uplinkd %d, platformd %d; network: %v",
		len(visits), c.registrations, c.codes, s.terminald.kills, s.uplinkd.kills, s.platformd.kills, s.network.Hits())
	if c.codes == 0 || kills == 0 {
		s.t.Error("nobody got a code, or nothing was killed: nothing was tried")
	}
	count(s.t, tally{Kills: kills, NetworkFaults: s.spoilt(), Registrations: c.registrations, Lost: c.lost, Doubled: c.doubled, Unoffered: c.unoffered, Personal: len(found)})
}

// delivered waits until nothing is unsent. uplinkd starts anew, as its pauses have
// grown long by now.
func (s *street) delivered() {
	s.t.Helper()
	s.until("the platform answers", s.platformAnswers)
	s.welcomed().close()
	if err := s.uplinkd.kill(); err != nil {
		s.t.Fatal(err)
	}
	s.until("all is delivered", func() error {
		n, err := s.unsent()
		if err == nil && n > 0 {
			err = fmt.Errorf("%d wait", n)
		}
		return err
	})
}

// activate enters each code twice, while the platform is killed again and again,
// and counts how often each was bound.
func (s *street) activate(visits []*visit) map[*visit]int {
	s.t.Helper()
	ctx, stop := context.WithCancel(s.t.Context())
	failure := make(chan error, 1)
	go func() { failure <- kills(ctx, s.platformd, 300*time.Millisecond, 2*time.Second) }()
	bound := map[*visit]int{}
	for _, v := range visits {
		for _, code := range v.codes {
			for range 2 {
				n, err := v.binds(ctx, code)
				if err != nil {
					s.t.Error(err)
				}
				bound[v] += n
			}
		}
	}
	stop()
	if err := <-failure; err != nil {
		s.t.Error(err)
	}
	return bound
}

// court compares what the terminal, the platform and the citizens have.
type court struct {
	t                                              *testing.T
	registrations, codes, lost, doubled, unoffered int
	known                                          map[protocol.ID]journal.Record
}

func (c *court) find(what *int, format string, args ...any) {
	c.t.Helper()
	*what++
	c.t.Errorf(format, args...)
}

// records compares the journal with the ledger.
func (c *court) records(s *street) {
	j, err := journal.Open(s.path("state", "journal.db"))
	if err != nil {
		c.find(&c.lost, "%v", err)
		return
	}
	defer j.Close()
	records, err := j.Records()
	if err != nil {
		c.find(&c.lost, "%v", err)
	}
	c.registrations, c.known = len(records), map[protocol.ID]journal.Record{}
	s.ledger(func(r platform.Reading) {
		for _, record := range records {
			c.known[record.ID] = record
			c.record(record, r)
		}
	})
}

func (c *court) record(r journal.Record, ledger platform.Reading) {
	arrived, err := ledger.Registration(r.ID)
	if err != nil && !errors.Is(err, platform.ErrNotFound) {
		c.t.Error(err)
	}
	active := err == nil && arrived.Verdict == protocol.Accepted && arrived.Erased.IsZero()
	switch offered := r.HandOver != journal.None; {
	case !offered && active:
		c.find(&c.unoffered, "%s was never offered to a hand, yet it is active: %+v", r.ID, r)
	case offered && r.Withdrawal == journal.Unasked:
		c.find(&c.lost, "%s was offered to a hand, yet it was withdrawn unasked", r.ID)
	case offered && r.Withdrawal == journal.Standing && !active:
		c.find(&c.lost, "%s was offered to a hand, yet it is not active: %s %s", r.ID, arrived.Verdict, arrived.Reason)
	}
}

// hands compares what the citizens took home with the ledger.
func (c *court) hands(s *street, visits []*visit, bound map[*visit]int) {
	s.ledger(func(r platform.Reading) {
		for n, v := range visits {
			all, err := r.RegistrationsOf(v.phone.issued.RegistrationKey)
			if err != nil {
				c.t.Error(err)
			}
			c.codes += min(1, len(v.codes))
			activated := 0
			for _, one := range all {
				if _, ok := c.known[one.ID]; !ok {
					c.find(&c.doubled, "visit %d: the terminal knows nothing of %s", n, one.ID)
				}
				if !one.Activated.IsZero() {
					activated++
				}
			}
			switch {
			case len(all) > 1 || activated > 1 || bound[v] > 1:
				c.find(&c.doubled, "visit %d: %d registrations, %d activated, %d answers of bound", n, len(all), activated, bound[v])
			case len(v.codes) > 0 && !v.declined && activated == 0:
				c.find(&c.lost, "visit %d: a code is in a hand that never activates; %d registrations arrived", n, len(all))
			}
		}
	})
}

// ledger reads what the platform keeps, when nobody else does.
func (s *street) ledger(read func(platform.Reading)) {
	s.t.Helper()
	store, err := platform.OpenStore(s.path("platform", "platform.db"))
	if err != nil {
		s.t.Fatal(err)
	}
	err = store.View(s.t.Context(), func(r platform.Reading) error { read(r); return nil })
	if err := errors.Join(err, store.Close()); err != nil {
		s.t.Fatal(err)
	}
}
