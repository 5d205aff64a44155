//go:build e2e

package torture_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
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
	s.dooms.Wait()
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
		defer s.dooms.Done()
		if err := s.terminald.kill(); err != nil {
			s.t.Error(err)
		}
	}
	in := func(most time.Duration) {
		s.dooms.Add(1)
		time.AfterFunc(within(most), die)
	}
	switch rand.IntN(4) {
	case 0:
		return func() {}
	case 1:
		in(4 * time.Second)
		return func() {}
	}
	return sync.OnceFunc(func() { in(1200 * time.Millisecond) })
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
	c, records := &court{}, s.records()
	s.ledger(func(r platform.Reading) {
		c.records(records, r)
		c.hands(visits, answers, r)
	})
	found := s.search(visits)
	for _, one := range append(c.words, found...) {
		s.t.Error(one, s.said(one))
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
	words                                          []string // what was found
	registrations, codes, lost, doubled, unoffered int
	known                                          map[protocol.ID]bool
}

func (c *court) find(what *int, format string, args ...any) {
	*what++
	c.words = append(c.words, fmt.Sprintf(format, args...))
}

// records compares the journal with the ledger.
func (c *court) records(records []journal.Record, ledger platform.Reading) {
	c.registrations, c.known = len(records), map[protocol.ID]bool{}
	for _, r := range records {
		c.known[r.ID] = true
		if r.Place != 0 {
			c.find(&c.lost, "%s still waits, and was to be delivered: %+v", r.ID, r)
		}
		c.record(r, ledger)
	}
}

func (c *court) record(r journal.Record, ledger platform.Reading) {
	arrived, err := ledger.Registration(r.ID)
	active := err == nil && arrived.Verdict == protocol.Accepted && arrived.Erased.IsZero()
	switch offered := r.HandOver != journal.None; {
	case err != nil && !errors.Is(err, platform.ErrNotFound):
		c.find(&c.lost, "%s: %v", r.ID, err)
	case !offered && active:
		c.find(&c.unoffered, "%s was never offered to a hand, yet it is active: %+v", r.ID, r)
	case offered && r.Withdrawal == journal.Unasked:
		c.find(&c.lost, "%s was offered to a hand, yet it was withdrawn unasked: %+v", r.ID, r)
	case r.Withdrawal == journal.Asked && active && arrived.Activated.IsZero():
		c.find(&c.unoffered, "%s was taken back by its citizen, yet it is active: %+v", r.ID, r)
	case offered && r.Withdrawal == journal.Standing && !active:
		c.find(&c.lost, "%s was offered to a hand, yet it is not active: %+v, but %s %s", r.ID, r, arrived.Verdict, arrived.Reason)
	}
}

// hands compares what the citizens took home with the ledger.
func (c *court) hands(visits []*visit, bound map[*visit]int, ledger platform.Reading) {
	for n, v := range visits {
		c.codes += min(1, len(v.codes))
		all, err := ledger.RegistrationsOf(v.phone.issued.RegistrationKey)
		if err != nil {
			c.find(&c.lost, "visit %d: %v", n, err)
		}
		activated := 0
		for _, one := range all {
			if !c.known[one.ID] {
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
}

// records are what the terminal's journal holds, when nobody else has it open.
func (s *street) records() []journal.Record {
	s.t.Helper()
	j, err := journal.Open(s.path("state", "journal.db"))
	if err != nil {
		s.t.Fatal(err)
	}
	records, err := j.Records()
	if err := errors.Join(err, j.Close()); err != nil {
		s.t.Fatal(err)
	}
	return records
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

// said is what the programs logged of the ids in a text.
func (s *street) said(text string) string {
	var b strings.Builder
	for _, id := range regexp.MustCompile("[0-9a-f]{32}").FindAllString(text, -1) {
		for _, p := range []*program{s.terminald, s.uplinkd, s.platformd} {
			log, _ := os.ReadFile(p.log)
			for line := range strings.Lines(string(log)) {
				if strings.Contains(line, id) || strings.Contains(line, "session="+id[:8]) {
					b.WriteString("\n" + filepath.Base(p.path) + ": " + strings.TrimSpace(line))
				}
			}
		}
	}
	return b.String()
}
