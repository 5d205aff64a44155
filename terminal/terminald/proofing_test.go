package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/status"
	"github.com/digital-watashi/kiosk/ui"
)

// on is a screen of a step of the strip.
func on(screen string, step int) ui.View {
	return ui.View{Screen: screen, Progress: &ui.Progress{Step: step}}
}

func faulty(screen, code string) ui.View {
	return ui.View{Screen: screen, Notice: &ui.Notice{Code: code}}
}

// proofingLines are the counters of a journey, without those that did not move.
func proofingLines(t *testing.T, counts *tally) string {
	var lines []string
	for line := range strings.Lines(scrape(t, status.Terminal{}, counts)) {
		if name, is := strings.CutPrefix(strings.TrimSpace(line), "watashi_proofing_"); is && !strings.HasPrefix(name, "step_seconds") && !strings.HasSuffix(name, " 0") {
			lines = append(lines, name)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}

func TestProofingIsCountedByStep(t *testing.T) {
	welcome := ui.View{Screen: "welcome"}
	toKey := []ui.View{welcome, on("card-reading", 1), on("password", 2), on("attributes", 3), on("key", 4)}
	journey := func(more ...ui.View) []ui.View { return append(slices.Clone(toKey), more...) }
	for name, test := range map[string]struct {
		shown  []ui.View
		handed journal.HandOver
		want   string
	}{
		"to the end":               {journey(on("confirm", 5), on("code", 6), on("take-card", 6), welcome), journal.Done, "passed_total 1; started_total 1"},
		"the code may be in hand":  {journey(on("confirm", 5), on("code", 6), faulty("fault", "SES-TIME"), welcome), journal.Unknown, `abandoned_total{fault="SES-TIME",step="code"} 1; started_total 1`},
		"gone at the key":          {journey(faulty("goodbye", "SES-TIME"), welcome), "", `abandoned_total{fault="SES-TIME",step="key"} 1; started_total 1`},
		"the card taken out":       {journey(faulty("welcome", "CARD-REMOVED")), "", `abandoned_total{fault="CARD-REMOVED",step="key"} 1; started_total 1`},
		"stopped at the password":  {[]ui.View{on("password", 2), faulty("goodbye", "SES-STOPPED"), welcome}, "", `abandoned_total{fault="SES-STOPPED",step="password"} 1; started_total 1`},
		"a wrong password, twice":  {[]ui.View{on("password", 2), faulty("password", "PIN-WRONG"), faulty("fault", "PIN-LAST"), welcome}, "", `failed_total{fault="PIN-LAST",step="password"} 1; started_total 1`},
		"a photo that is missing":  {[]ui.View{on("attributes", 3), on("photo-code", 3), faulty("fault", "PHOTO-MISSING"), faulty("out-of-service", "PRN-COVER")}, "", `failed_total{fault="PHOTO-MISSING",step="photo"} 1; started_total 1`},
		"not me":                   {[]ui.View{on("attributes", 3), faulty("fault", "SES-NOT-ME"), welcome}, "", `failed_total{fault="SES-NOT-ME",step="check"} 1; started_total 1`},
		"a mute card at once":      {[]ui.View{faulty("fault", "CARD-MUTE"), welcome}, "", `failed_total{fault="CARD-MUTE",step="card"} 1; started_total 1`},
		"refused by the platform":  {journey(on("delivering", 5), faulty("fault", "PLT-REFUSED-KEY-USED"), welcome), "", `failed_total{fault="PLT-REFUSED-KEY-USED",step="send"} 1; started_total 1`},
		"a word of nobody's":       {[]ui.View{on("password", 2), faulty("fault", "田中 花子"), welcome}, "", `failed_total{fault="other",step="password"} 1; started_total 1`},
		"only a technician":        {[]ui.View{welcome, {Screen: "maintenance"}, {Screen: "maintenance-tests"}, {Screen: "cleaning"}, welcome}, "", ""},
		"a technician after that":  {journey(faulty("goodbye", "SES-TIME"), ui.View{Screen: "maintenance"}), "", `abandoned_total{fault="SES-TIME",step="key"} 1; started_total 1`},
		"one passes, the next not": {append(journey(on("code", 6), welcome), on("password", 2), faulty("fault", "PIN-LAST"), welcome), journal.Done, `failed_total{fault="PIN-LAST",step="password"} 1; passed_total 1; started_total 2`},
	} {
		counts := newTally()
		for _, v := range test.shown {
			counts.seen(v)
			if v.Screen == "code" && test.handed != "" {
				if err := counts.journal(emptyJournal{}).EndHandOver(protocol.NewID(), test.handed); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got := proofingLines(t, counts); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

func TestEachStepIsTimed(t *testing.T) {
	counts, now := newTally(), time.Unix(1_800_000_000, 0)
	counts.proofing.now = func() time.Time { return now }
	took := map[string]int{"card": 1, "password": 20, "check": 7, "photo": 31, "key": 61, "send": 3, "code": 12}
	for n, v := range []ui.View{on("card-reading", 1), on("password", 2), on("attributes", 3), on("photo-code", 3), on("key", 4), on("confirm", 5), on("code", 6)} {
		counts.seen(v)
		counts.seen(v) // shown again, as its countdown goes on
		now = now.Add(time.Duration(took[[]string{"card", "password", "check", "photo", "key", "send", "code"}[n]]) * time.Second)
	}
	counts.seen(ui.View{Screen: "welcome"})
	now = now.Add(time.Hour) // nobody is there
	counts.seen(ui.View{Screen: "welcome"})
	got := scrape(t, status.Terminal{}, counts)
	for _, step := range slices.Sorted(maps.Keys(took)) {
		for _, want := range []string{"_sum{step=\"" + step + "\"} " + strconv.Itoa(took[step]), "_count{step=\"" + step + "\"} 1"} {
			if !strings.Contains(got, "watashi_proofing_step_seconds"+want+"\n") {
				t.Errorf("no %s", want)
			}
		}
	}
	if !strings.Contains(got, `watashi_proofing_step_seconds_bucket{step="photo",le="60"} 1`) || !strings.Contains(got, `watashi_proofing_step_seconds_bucket{step="photo",le="30"} 0`) {
		t.Error("31 seconds are not between 30 and 60")
	}
}
