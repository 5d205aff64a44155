//go:build e2e

package torture_test

import (
	"path/filepath"
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/street"
)

// The court is not blind: each row is a terminal, a ledger and a hand that do not
// agree.
func TestE2ECourtFindsWhatIsWrong(t *testing.T) {
	id := protocol.ID{1}
	active := platform.Registration{ID: id, Verdict: protocol.Accepted}
	refused := platform.Registration{ID: id, Verdict: protocol.Refused}
	hand := func(h journal.HandOver, w journal.Withdrawal) []journal.Record {
		return []journal.Record{{ID: id, HandOver: h, Withdrawal: w}}
	}
	for name, test := range map[string]struct {
		records                  []journal.Record
		ledger                   []platform.Registration
		codes, bound             int
		lost, doubled, unoffered bool
	}{
		"all is well":                             {records: hand(journal.Done, journal.Standing), ledger: []platform.Registration{active}},
		"handed over, never arrived":              {records: hand(journal.Unknown, journal.Standing), lost: true},
		"never sent":                              {records: []journal.Record{{ID: id, HandOver: journal.None, Place: 1}}, lost: true},
		"handed over, refused":                    {records: hand(journal.Done, journal.Standing), ledger: []platform.Registration{refused}, lost: true},
		"handed over, withdrawn unasked":          {records: hand(journal.Begun, journal.Unasked), lost: true},
		"taken back, yet active":                  {records: hand(journal.Done, journal.Asked), ledger: []platform.Registration{active}, unoffered: true},
		"never offered, yet active":               {records: hand(journal.None, journal.Unasked), ledger: []platform.Registration{active}, unoffered: true},
		"a code in a hand that activates nothing": {codes: 1, lost: true},
		"bound twice":                             {codes: 1, bound: 2, doubled: true},
	} {
		c, v := &court{}, &visit{phone: &street.Phone{}, codes: make([][]byte, test.codes)}
		inLedger(t, test.ledger, func(r platform.Reading) {
			c.records(test.records, r)
			c.hands([]*visit{v}, map[*visit]int{v: test.bound}, r)
		})
		if c.lost > 0 != test.lost || c.doubled > 0 != test.doubled || c.unoffered > 0 != test.unoffered {
			t.Errorf("%s: got %+v", name, c)
		}
	}
}

// inLedger reads an embedded store that holds those registrations.
func inLedger(t *testing.T, all []platform.Registration, read func(platform.Reading)) {
	t.Helper()
	store, err := platform.OpenStore(filepath.Join(t.TempDir(), "platform.db"))
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
