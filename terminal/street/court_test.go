package street_test

import (
	"path/filepath"
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/street"
)

// The court is not blind: each row is a terminal, a ledger and a hand that do not
// agree.
func TestCourtFindsWhatIsWrong(t *testing.T) {
	id, key := protocol.ID{1}, protocol.NewRegistrationKey()
	active := platform.Registration{ID: id, Key: key, Verdict: protocol.Accepted}
	refused := platform.Registration{ID: id, Key: key, Verdict: protocol.Refused}
	ofHand := func(h journal.HandOver, w journal.Withdrawal) []journal.Record {
		return []journal.Record{{ID: id, HandOver: h, Withdrawal: w}}
	}
	for name, test := range map[string]struct {
		records                  []journal.Record
		ledger                   []platform.Registration
		hand                     street.Hand
		lost, doubled, unoffered bool
	}{
		"all is well":                              {records: ofHand(journal.Done, journal.Standing), ledger: []platform.Registration{active}},
		"a code that was never entered":            {records: ofHand(journal.Done, journal.Standing), ledger: []platform.Registration{active}, hand: street.Hand{Codes: 1, Unused: true}},
		"handed over, never arrived":               {records: ofHand(journal.Unknown, journal.Standing), lost: true},
		"never sent":                               {records: []journal.Record{{ID: id, HandOver: journal.None, Place: 1}}, lost: true},
		"handed over, refused":                     {records: ofHand(journal.Done, journal.Standing), ledger: []platform.Registration{refused}, lost: true},
		"handed over, withdrawn unasked":           {records: ofHand(journal.Begun, journal.Unasked), lost: true},
		"taken back, yet active":                   {records: ofHand(journal.Done, journal.Asked), ledger: []platform.Registration{active}, unoffered: true},
		"never offered, yet active":                {records: ofHand(journal.None, journal.Unasked), ledger: []platform.Registration{active}, unoffered: true},
		"a code in a hand that activates nothing":  {hand: street.Hand{Codes: 1}, lost: true},
		"a code that was not entered, for nothing": {hand: street.Hand{Codes: 1, Unused: true}, lost: true},
		"a code that nothing came out of":          {hand: street.Hand{Codes: 1, Declined: true}},
		"bound twice":                              {hand: street.Hand{Codes: 1, Bound: 2}, doubled: true},
		"unknown to the terminal":                  {ledger: []platform.Registration{active}, hand: street.Hand{Codes: 1, Unused: true}, doubled: true},
	} {
		c := &street.Court{}
		test.hand.Key = key
		inLedger(t, test.ledger, func(r platform.Reading) {
			c.Records(test.records, r)
			c.Hands([]street.Hand{test.hand}, r)
		})
		if c.Lost > 0 != test.lost || c.Doubled > 0 != test.doubled || c.Unoffered > 0 != test.unoffered {
			t.Errorf("%s: got %+v", name, c)
		}
	}
}

// inLedger reads an embedded store that holds those registrations.
func inLedger(t *testing.T, all []platform.Registration, read func(platform.Reading)) {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "platform.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	err = store.Update(t.Context(), func(w platform.Writing) error {
		for _, r := range all {
			if err := w.AddRegistration(r, platform.Evidence{}); err != nil {
				return err
			}
		}
		read(w)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
