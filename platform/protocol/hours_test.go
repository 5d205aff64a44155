package protocol_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// sampleHours are those of a shop: a break on weekdays, through the night on Friday,
// closed on Sunday and at New Year.
func sampleHours() *protocol.Hours {
	weekday := []protocol.Span{{From: "07:00", Until: "12:00"}, {From: "13:00", Until: "23:00"}}
	return &protocol.Hours{
		Zone: "Asia/Tokyo",
		Week: map[string][]protocol.Span{
			"mon": weekday, "tue": weekday, "wed": weekday, "thu": weekday,
			"fri": {{From: "07:00", Until: "24:00"}}, "sat": {{From: "00:00", Until: "05:00"}},
		},
		Dates: map[string][]protocol.Span{"2027-01-01": {}, "2027-01-03": {{From: "10:00", Until: "15:00"}}},
	}
}

// wholeBundle is one of the newest format with all that it may have.
func wholeBundle() protocol.Bundle {
	b := sampleBundle()
	b.Format, b.Hours, b.TerminalCAs = protocol.NewestFormat, sampleHours(), [][]byte{cast().jpki.Raw}
	return b
}

func TestSiteIsOpenFromTheMinuteUntilTheMinute(t *testing.T) {
	tokyo := time.FixedZone("", 9*60*60)
	at := func(text string) time.Time {
		moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, tokyo)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	for now, opens := range map[string]string{
		"2026-11-24 06:59:59": "2026-11-24 07:00:00", // Tuesday
		"2026-11-24 07:00:00": "",
		"2026-11-24 11:59:59": "",
		"2026-11-24 12:00:00": "2026-11-24 13:00:00",
		"2026-11-24 22:59:59": "",
		"2026-11-24 23:00:00": "2026-11-25 07:00:00",
		"2026-11-27 23:59:59": "", // Friday, and on
		"2026-11-28 00:00:00": "",
		"2026-11-28 05:00:00": "2026-11-30 07:00:00", // Sunday is named nowhere
		"2027-01-01 08:00:00": "2027-01-02 00:00:00", // a Friday, but New Year
		"2027-01-03 09:00:00": "2027-01-03 10:00:00", // a Sunday that is open
		"2027-01-03 14:59:00": "",
	} {
		h := sampleHours()
		want := at(now)
		if opens != "" {
			want = at(opens)
		}
		if got := h.Opens(at(now).UTC()); !got.Equal(want) || h.Open(at(now).UTC()) != (opens == "") {
			t.Errorf("%s: open %v, opens %s, want %s", now, h.Open(at(now)), got, want)
		}
	}
	if always := (*protocol.Hours)(nil); !always.Open(at("2027-01-01 00:00:00")) {
		t.Error("a site without hours is closed")
	}
}

func TestHoursFollowTheirZoneThroughTheChangeOfItsClocks(t *testing.T) {
	h := &protocol.Hours{Zone: "Europe/Berlin", Week: map[string][]protocol.Span{"sun": {{From: "08:00", Until: "09:00"}}}}
	for _, opens := range []time.Time{
		time.Date(2027, 3, 21, 7, 0, 0, 0, time.UTC), time.Date(2027, 3, 28, 6, 0, 0, 0, time.UTC),
	} {
		if got := h.Opens(opens.Add(-24 * time.Hour)); !got.Equal(opens) {
			t.Errorf("got %s, want %s", got.UTC(), opens)
		}
	}
}

func TestBundleHasHoursThatMakeSense(t *testing.T) {
	one := func(from, until string) []protocol.Span { return []protocol.Span{{From: from, Until: until}} }
	for name, change := range map[string]func(*protocol.Bundle){
		"no zone":        func(b *protocol.Bundle) { b.Hours.Zone = "" },
		"this machine's": func(b *protocol.Bundle) { b.Hours.Zone = "Local" },
		"unknown zone":   func(b *protocol.Bundle) { b.Hours.Zone = "Asia/Edo" },
		"a path":         func(b *protocol.Bundle) { b.Hours.Zone = "../../etc/localtime" },
		"never":          func(b *protocol.Bundle) { b.Hours.Week = map[string][]protocol.Span{"mon": {}} },
		"no weekday":     func(b *protocol.Bundle) { b.Hours.Week["noday"] = one("07:00", "08:00") },
		"no date":        func(b *protocol.Bundle) { b.Hours.Dates["2027-02-30"] = one("07:00", "08:00") },
		"backwards":      func(b *protocol.Bundle) { b.Hours.Week["mon"] = one("08:00", "08:00") },
		"25 hours":       func(b *protocol.Bundle) { b.Hours.Week["mon"] = one("08:00", "24:01") },
		"from the end":   func(b *protocol.Bundle) { b.Hours.Week["mon"] = one("24:00", "24:00") },
		"one digit":      func(b *protocol.Bundle) { b.Hours.Week["mon"] = one("7:00", "08:00") },
		"into another": func(b *protocol.Bundle) {
			b.Hours.Week["mon"] = append(one("07:00", "09:00"), one("08:00", "10:00")...)
		},
		"too many":         func(b *protocol.Bundle) { b.Hours.Week["mon"] = make([]protocol.Span, 9) },
		"of the first":     func(b *protocol.Bundle) { b.Format = 0 },
		"of a newer":       func(b *protocol.Bundle) { b.Format++ },
		"no terminal CA":   func(b *protocol.Bundle) { b.TerminalCAs = nil },
		"leaf as CA":       func(b *protocol.Bundle) { b.TerminalCAs = [][]byte{cast().citizenCert.Raw} },
		"nine CAs":         func(b *protocol.Bundle) { b.TerminalCAs = make([][]byte, 9) },
		"format with none": func(b *protocol.Bundle) { b.Hours, b.TerminalCAs = nil, nil },
	} {
		b := wholeBundle()
		change(&b)
		if jws, err := protocol.SignBundle(b, cast().bundle); err == nil || jws != nil {
			t.Errorf("%s: was signed", name)
		}
	}
}

func TestEachFormatIsReadAndHasItsMembersOnly(t *testing.T) {
	keys := []protocol.PublicKey{cast().bundle.PublicKey()}
	for asked, want := range map[int]int{-1: 0, 0: 0, 1: 0, 2: 2, 3: 2} {
		b, err := protocol.VerifyBundle(must(protocol.SignBundle(wholeBundle().In(asked), cast().bundle)), keys)
		if err != nil || b.Format != want || (b.Hours != nil) != (want == 2) || (len(b.TerminalCAs) > 0) != (want == 2) {
			t.Errorf("asked for %d: got format %d, %v, want %d", asked, b.Format, err, want)
		}
	}
}

func TestBundleFollowsByVersionThenByFormat(t *testing.T) {
	for name, test := range map[string]struct {
		version, format int
		want            bool
	}{"older": {6, 2, false}, "the same": {7, 0, false}, "newer": {8, 0, true}, "newer format": {7, 2, true}} {
		is, was := protocol.Bundle{Version: test.version, Format: test.format}, protocol.Bundle{Version: 7}
		if got := is.Follows(&was); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestBundleOfANewerFormatIsCalledSo(t *testing.T) {
	payload := `{"format":3,"version":7,"tides":[]}`
	jws := forge(cast().bundle, fmt.Sprintf(`{"alg":"ES256","kid":%q,"typ":"watashi-bundle+jws"}`, cast().bundle.Kid()), []byte(payload))
	_, err := protocol.VerifyBundle(jws, []protocol.PublicKey{cast().bundle.PublicKey()})
	if !errors.Is(err, protocol.ErrNewerFormat) || !strings.Contains(err.Error(), "3, and it reads 2") {
		t.Errorf("got %v", err)
	}
}
