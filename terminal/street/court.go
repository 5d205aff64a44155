package street

import (
	"errors"
	"fmt"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// A Hand is what one citizen went home with.
type Hand struct {
	Key      protocol.RegistrationKey
	Codes    int  // that were printed or shown
	Declined bool // the citizen said that nothing came out
	Bound    int  // how often the platform answered that it is bound now
	Unused   bool // the app has not entered its code
}

// A Court compares what the terminal, the platform and the citizens have.
type Court struct {
	Words                                          []string // what was found
	Registrations, Codes, Lost, Doubled, Unoffered int

	known map[protocol.ID]bool
}

func (c *Court) find(what *int, format string, args ...any) {
	*what++
	c.Words = append(c.Words, fmt.Sprintf(format, args...))
}

// Records compares the journal with the ledger.
func (c *Court) Records(records []journal.Record, ledger platform.Reading) {
	c.Registrations, c.known = len(records), map[protocol.ID]bool{}
	for _, r := range records {
		c.known[r.ID] = true
		if r.Place != 0 {
			c.find(&c.Lost, "%s still waits, and was to be delivered: %+v", r.ID, r)
		}
		c.record(r, ledger)
	}
}

func (c *Court) record(r journal.Record, ledger platform.Reading) {
	arrived, err := ledger.Registration(r.ID)
	active := err == nil && arrived.Verdict == protocol.Accepted && arrived.Erased.IsZero()
	switch offered := r.HandOver != journal.None; {
	case err != nil && !errors.Is(err, platform.ErrNotFound):
		c.find(&c.Lost, "%s: %v", r.ID, err)
	case !offered && active:
		c.find(&c.Unoffered, "%s was never offered to a hand, yet it is active: %+v", r.ID, r)
	case offered && r.Withdrawal == journal.Unasked:
		c.find(&c.Lost, "%s was offered to a hand, yet it was withdrawn unasked: %+v", r.ID, r)
	case r.Withdrawal == journal.Asked && active && arrived.Activated.IsZero():
		c.find(&c.Unoffered, "%s was taken back by its citizen, yet it is active: %+v", r.ID, r)
	case offered && r.Withdrawal == journal.Standing && !active:
		c.find(&c.Lost, "%s was offered to a hand, yet it is not active: %+v, but %s %s", r.ID, r, arrived.Verdict, arrived.Reason)
	}
}

// Hands compares what the citizens took home with the ledger. Records goes before it.
func (c *Court) Hands(hands []Hand, ledger platform.Reading) {
	for n, h := range hands {
		c.Codes += min(1, h.Codes)
		all, err := ledger.RegistrationsOf(h.Key)
		if err != nil {
			c.find(&c.Lost, "visit %d: %v", n, err)
		}
		activated := 0
		for _, one := range all {
			if !c.known[one.ID] {
				c.find(&c.Doubled, "visit %d: the terminal knows nothing of %s", n, one.ID)
			}
			if !one.Activated.IsZero() {
				activated++
			}
		}
		switch {
		case len(all) > 1 || activated > 1 || h.Bound > 1:
			c.find(&c.Doubled, "visit %d: %d registrations, %d activated, %d answers of bound", n, len(all), activated, h.Bound)
		case h.Codes == 0 || h.Declined:
		case h.Unused && len(all) == 0 || !h.Unused && activated == 0:
			c.find(&c.Lost, "visit %d: a code is in a hand that never activates; %d registrations arrived", n, len(all))
		}
	}
}

// Judge has a court compare the journal, the ledger and the hands, when nobody else
// has them open: the programs have been stopped.
func (s *Street) Judge(hands []Hand) *Court {
	s.T.Helper()
	c, records := &Court{}, s.records()
	store, err := bolt.Open(s.Path("platform", "platform.db"))
	if err != nil {
		s.T.Fatal(err)
	}
	err = store.View(s.T.Context(), func(r platform.Reading) error {
		c.Records(records, r)
		c.Hands(hands, r)
		return nil
	})
	if err := errors.Join(err, store.Close()); err != nil {
		s.T.Fatal(err)
	}
	return c
}

// records are what the terminal's journal holds.
func (s *Street) records() []journal.Record {
	s.T.Helper()
	j, err := journal.Open(s.Path("state", "journal.db"))
	if err != nil {
		s.T.Fatal(err)
	}
	records, err := j.Records()
	if err := errors.Join(err, j.Close()); err != nil {
		s.T.Fatal(err)
	}
	return records
}
