package platform_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestRecordsAreWrittenAsEncodingJSONWritesThem(t *testing.T) {
	at := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC)
	whole := platform.Registration{
		ID: protocol.NewID(), Body: protocol.SHA256([]byte("b")), Receipt: []byte("a.b.c"), TerminalID: "atm-1", Key: protocol.NewRegistrationKey(),
		Verdict: protocol.Refused, Reason: protocol.ReasonClock, Sealed: at, Arrived: at.Add(time.Nanosecond), Judged: at, Activate: at,
		CodeHand: protocol.SHA256([]byte("h")), CodeWhole: protocol.SHA256([]byte("w")), Tries: 3, Person: &platform.Person{IssuerKey: []byte{1}},
		Activated: at, Erased: at, Recheck: at,
	}
	reviewed, badKey := whole, whole
	reviewed.Review = &platform.Review{Asked: at}
	badKey.Key[0] = 'x'
	for name, record := range map[string]any{
		"registration": whole, "nothing": platform.Registration{}, "in review": reviewed, "key that is none": badKey,
		"year that is none": platform.Registration{Sealed: at.AddDate(9000, 0, 0)}, "elsewhere": platform.Registration{Sealed: at.In(time.FixedZone("", 9*3600))},
		"no evidence": platform.Evidence{}, "no checks": platform.Evidence{Checks: []platform.Check{}},
		"evidence": platform.Evidence{Registration: []byte("r"), Certificate: []byte{0xFF}, Photo: []byte("p"), Checks: []platform.Check{{What: "w", Passed: true, At: at}, {Detail: "d"}}},
		"account":  platform.Account{},
	} {
		sameJSON(t, name, record)
	}
}

// FuzzEncodeRecord puts any text where a citizen's stands.
func FuzzEncodeRecord(f *testing.F) {
	for _, s := range []string{"", "渡 一郎", `"\`, "<&>", "a\u2028b", "\xff", "\x00\x1f\x7f", "\U0002A6A5"} {
		f.Add(s, int64(0))
	}
	f.Fuzz(func(t *testing.T, s string, seconds int64) {
		person := &platform.Person{Serial: s, Attributes: protocol.Attributes{Name: protocol.Personal(s), Sex: s, Address: protocol.Personal(s)}}
		sameJSON(t, s, platform.Registration{TerminalID: s, Verdict: protocol.Verdict(s), Person: person, Judged: time.Unix(seconds%1e12, seconds%1e9).UTC()})
		sameJSON(t, s, platform.Evidence{Issuer: s, Registration: []byte(s), Checks: []platform.Check{{What: s, Detail: s}}})
	})
}

func sameJSON(t *testing.T, name string, record any) {
	t.Helper()
	want, wantErr := json.Marshal(record)
	got, err := platform.EncodeRecord(record)
	if !bytes.Equal(got, want) || (err == nil) != (wantErr == nil) {
		t.Errorf("%s: got %s, %v\nwant %s, %v", name, got, err, want, wantErr)
	}
}
