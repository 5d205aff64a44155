//go:build e2e

package torture_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/terminal/street"
)

func TestE2EKillsLoseNothing(t *testing.T) {
	for world := range worlds() {
		t.Run(fmt.Sprint("world ", world), func(t *testing.T) {
			t.Parallel()
			pcscdtest.Within(t, func(t *testing.T) {
				s := newWorld(t)
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
func (s *world) live(long time.Duration) (visits []*visit) {
	s.T.Helper()
	ctx, stop := context.WithCancel(s.T.Context())
	failures := make(chan error, 3) // one for each killer
	go func() { failures <- kills(ctx, s.Uplinkd, 200*time.Millisecond, 2*time.Second) }()
	go func() { failures <- kills(ctx, s.Platformd, time.Second, 5*time.Second) }()
	s.network.Storm(rand.Uint64(), 0.25)
	end := time.Now().Add(long)
	for n := 0; time.Now().Before(end) || !served(visits) && time.Now().Before(end.Add(3*long)); n++ {
		visits = append(visits, s.visit(n, s.doom()))
	}
	s.network.Calm()
	s.dooms.Wait()
	stop()
	if err := errors.Join(<-failures, <-failures); err != nil {
		s.T.Fatal(err)
	}
	return visits
}

// served is whether somebody got a code. On a busy machine few come in a time, and most
// of those die under it.
func served(visits []*visit) bool {
	return slices.ContainsFunc(visits, func(v *visit) bool { return len(v.codes) > 0 })
}

// kills ends a program again and again until the context ends.
func kills(ctx context.Context, p *street.Program, least, most time.Duration) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(least + within(most-least)):
		}
		if err := p.Kill(); err != nil {
			return err
		}
	}
}

// doom decides when terminald dies under a visit: half of the time around what
// matters most, from the signature to the slip; else anywhere, or not at all.
func (s *world) doom() (signed func()) {
	die := func() {
		defer s.dooms.Done()
		if err := s.Terminald.Kill(); err != nil {
			s.T.Error(err)
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
func (s *world) judge(visits []*visit) {
	s.T.Helper()
	s.delivered()
	answers := s.activate(visits)
	s.Uplinkd.Stop()
	s.Terminald.Stop()
	s.Platformd.Stop()
	c := s.Judge(hands(visits, answers))
	found := s.search(visits)
	for _, one := range append(c.Words, found...) {
		s.T.Error(one, s.said(one))
	}
	kills := s.Terminald.Kills() + s.Uplinkd.Kills() + s.Platformd.Kills()
	s.T.Logf("%d visits, %d registrations, %d codes in hands; killed: terminald %d, uplinkd %d, platformd %d; network: %v",
		len(visits), c.Registrations, c.Codes, s.Terminald.Kills(), s.Uplinkd.Kills(), s.Platformd.Kills(), s.network.Hits())
	if c.Codes == 0 || kills == 0 {
		s.T.Error("nobody got a code, or nothing was killed: nothing was tried")
	}
	count(s.T, tally{Kills: kills, NetworkFaults: s.spoilt(), Registrations: c.Registrations, Lost: c.Lost, Doubled: c.Doubled, Unoffered: c.Unoffered, Personal: len(found)})
}

// delivered waits until nothing is unsent. uplinkd starts anew, as its pauses have
// grown long by now.
func (s *world) delivered() {
	s.T.Helper()
	s.Until("the platform answers", s.PlatformAnswers)
	s.welcomed().Close()
	if err := s.Uplinkd.Kill(); err != nil {
		s.T.Fatal(err)
	}
	s.Until("all is delivered", func() error {
		n, err := s.Unsent()
		if err == nil && n > 0 {
			err = fmt.Errorf("%d wait", n)
		}
		return err
	})
}

// activate enters each code twice, while the platform is killed again and again,
// and counts how often each was bound.
func (s *world) activate(visits []*visit) map[*visit]int {
	s.T.Helper()
	ctx, stop := context.WithCancel(s.T.Context())
	failure := make(chan error, 1)
	go func() { failure <- kills(ctx, s.Platformd, 300*time.Millisecond, 2*time.Second) }()
	bound := map[*visit]int{}
	for _, v := range visits {
		for _, code := range v.codes {
			for range 2 {
				n, err := v.binds(ctx, code)
				if err != nil {
					s.T.Error(err)
				}
				bound[v] += n
			}
		}
	}
	stop()
	if err := <-failure; err != nil {
		s.T.Error(err)
	}
	return bound
}

// hands are what the citizens went home with.
func hands(visits []*visit, bound map[*visit]int) (all []street.Hand) {
	for _, v := range visits {
		all = append(all, street.Hand{Key: v.phone.Issued.RegistrationKey, Codes: len(v.codes), Declined: v.declined, Bound: bound[v]})
	}
	return all
}

// said is what the programs logged of the ids in a text.
func (s *world) said(text string) string {
	var b strings.Builder
	for _, id := range regexp.MustCompile("[0-9a-f]{32}").FindAllString(text, -1) {
		for _, p := range []*street.Program{s.Terminald, s.Uplinkd, s.Platformd} {
			for line := range strings.Lines(p.Logged()) {
				if strings.Contains(line, id) || strings.Contains(line, "session="+id[:8]) {
					b.WriteString("\n" + p.Name() + ": " + strings.TrimSpace(line))
				}
			}
		}
	}
	return b.String()
}
