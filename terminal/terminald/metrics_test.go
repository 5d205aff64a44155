package main

import (
	"context"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/status"
	"github.com/digital-watashi/kiosk/ui"
)

// scrape is what Prometheus gets for a status.
func scrape(t *testing.T, s status.Terminal, counts *tally) string {
	t.Helper()
	w := httptest.NewRecorder()
	metrics(func(context.Context) status.Terminal { return s }, counts).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		t.Errorf("answered %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	return w.Body.String()
}

// full is a status with all members.
func full() status.Terminal {
	return status.Terminal{
		Version: "v1", Fault: "SET-UP", OutOfService: "PRN-CUTTER", Maintenance: "off", Reader: "deviceBusy", Scanner: "online", TamperedSince: time.Unix(1, 0),
		Printer:  &status.Printer{Device: hal.HardwareError, Paper: hal.PaperLow, CutterFault: true},
		Sensors:  &status.Sensors{Device: hal.Online, Tamper: true, Door: hal.DoorOpen, Switch: hal.SwitchRun},
		Platform: &status.Link{Reachable: true},
		Clock:    &status.Clock{SkewSeconds: -3},
		Journal:  &status.Journal{Unsent: 2, UnsentBytes: 4096, Unknown: 1, DiskFree: 1 << 30, Oldest: time.Now().Add(-time.Hour), Quarantined: 3, AuditEntries: 41, Salvaged: []status.Salvage{{Lost: 4}, {Lost: 1}}},
	}
}

func TestMetricsSayWhatTheStatusSays(t *testing.T) {
	got := scrape(t, full(), newTally())
	for _, want := range []string{
		`watashi_build_info{version="v1"} 1`, `watashi_missing{fault="SET-UP"} 1`, `watashi_out_of_service{fault="PRN-CUTTER"} 1`,
		`watashi_maintenance_mode{mode="off"} 1`, `watashi_maintenance_mode{mode="on"} 0`,
		`watashi_reader_state{state="deviceBusy"} 1`, `watashi_reader_state{state="online"} 0`, `watashi_reader_state{state="noDevice"} 0`,
		`watashi_printer_state{state="hardwareError"} 1`, `watashi_printer_cover_open 0`, `watashi_printer_cutter_fault 1`,
		`watashi_paper{paper="low"} 1`, `watashi_paper{paper="out"} 0`,
		`watashi_scanner_state{state="online"} 1`, `watashi_sensors_state{state="online"} 1`,
		`watashi_tamper_sensor 1`, `watashi_tampered 1`, `watashi_door_open 1`, `watashi_maintenance 0`,
		`watashi_platform_reachable 1`, `watashi_clock_skew_seconds -3`, `watashi_clock_wrong 0`,
		`watashi_queue_unsent 2`, `watashi_queue_unsent_bytes 4096`, `watashi_queue_oldest_seconds 3600.`,
		`watashi_queue_quarantined 3`, `watashi_journal_damaged 2`, `watashi_journal_lost 5`, `watashi_audit_entries 41`,
		`watashi_handovers_unknown 1`, `watashi_disk_free_bytes 1.073741824e+09`, `watashi_journal_fault 0`,
	} {
		if !strings.Contains(got, "\n"+want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
}

func TestWhatIsNotThereHasNoMetric(t *testing.T) {
	got := scrape(t, status.Terminal{Version: "v1"}, newTally())
	for line := range strings.Lines(got) {
		if strings.HasPrefix(line, "watashi_") && !strings.Contains(line, "_total") && !strings.Contains(line, "build_info") {
			t.Errorf("told of a machine of which nothing is known: %s", line)
		}
	}
}

// What grows with each citizen shows there, by the names that alerts have for every
// program in Go.
func TestProcessTellsWhatItWeighs(t *testing.T) {
	got := scrape(t, status.Terminal{}, newTally())
	for _, want := range []string{"go_goroutines ", "process_open_fds ", "process_resident_memory_bytes "} {
		if !strings.Contains(got, "\n"+want) {
			t.Errorf("%sis missing in\n%s", want, got)
		}
	}
}

// The package doc is what an operator reads: it names each metric, and none else.
func TestPackageDocNamesEveryMetric(t *testing.T) {
	counts := newTally()
	counts.handovers.WithLabelValues("done")
	counts.sessions.WithLabelValues("")
	counts.proofing.failed.WithLabelValues("key", "KEY-USED")
	counts.proofing.abandoned.WithLabelValues("key", "SES-TIME")
	counts.proofing.seconds.WithLabelValues("key")
	var told []string
	for _, found := range regexp.MustCompile(`(?m)^# TYPE (watashi_\S+) `).FindAllStringSubmatch(scrape(t, full(), counts), -1) {
		told = append(told, found[1])
	}
	source, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	documented := regexp.MustCompile(`\bwatashi_[a-z_]+`).FindAllString(string(source), -1)
	slices.Sort(told)
	slices.Sort(documented)
	if !slices.Equal(told, documented) {
		t.Errorf("the doc names\n%q, told are\n%q", documented, told)
	}
}

func TestSessionsAreCountedByTheFaultThatEndedThem(t *testing.T) {
	notice := func(code string) *ui.Notice { return &ui.Notice{Code: code} }
	for name, test := range map[string]struct {
		shown []ui.View
		want  string
	}{
		"to the end": {
			[]ui.View{{Screen: "welcome"}, {Screen: "password"}, {Screen: "take-card"}, {Screen: "welcome"}},
			`watashi_sessions_total{fault=""} 1`,
		},
		"a wrong password once": {
			[]ui.View{{Screen: "password"}, {Screen: "password", Notice: notice("PIN-WRONG")}, {Screen: "take-card"}, {Screen: "welcome"}},
			`watashi_sessions_total{fault=""} 1`,
		},
		"a mute card": {
			[]ui.View{{Screen: "card-reading"}, {Screen: "fault", Notice: notice("CARD-MUTE")}, {Screen: "fault", Notice: notice("CARD-MUTE")}, {Screen: "welcome"}},
			`watashi_sessions_total{fault="CARD-MUTE"} 1`,
		},
		"the card is taken out": {
			[]ui.View{{Screen: "password"}, {Screen: "welcome", Notice: notice("CARD-REMOVED")}, {Screen: "welcome"}},
			`watashi_sessions_total{fault="CARD-REMOVED"} 1`,
		},
		"stopped, and then the printer fails": {
			[]ui.View{{Screen: "password"}, {Screen: "goodbye", Notice: notice("SES-STOP")}, {Screen: "out-of-service", Notice: notice("PRN-COVER")}},
			`watashi_sessions_total{fault="SES-STOP"} 1`,
		},
	} {
		counts := newTally()
		for _, v := range test.shown {
			counts.seen(v)
		}
		got := scrape(t, status.Terminal{}, counts)
		if !strings.Contains(got, test.want+"\n") || strings.Count(got, "watashi_sessions_total{") != 1 {
			t.Errorf("%s: want %s in\n%s", name, test.want, got)
		}
	}
}

func TestNoCardNoSession(t *testing.T) {
	counts := newTally()
	for _, screen := range []string{"out-of-service", "welcome", "out-of-service", "welcome"} {
		counts.seen(ui.View{Screen: screen, Notice: &ui.Notice{Code: "RDR-SERVICE"}})
		if is := counts.outOfService() != ""; is != (screen == "out-of-service") {
			t.Errorf("%s: out of service is %q", screen, counts.outOfService())
		}
	}
	if got := scrape(t, status.Terminal{}, counts); strings.Contains(got, "watashi_sessions_total{") {
		t.Errorf("counted a session:\n%s", got)
	}
}

// fullJournal keeps nothing.
type fullJournal struct{ terminal.Journal }

func (fullJournal) Commit(protocol.ID, []byte, time.Time) error     { return journal.ErrFull }
func (fullJournal) EndHandOver(protocol.ID, journal.HandOver) error { return journal.ErrFull }

// emptyJournal keeps everything.
type emptyJournal struct{ terminal.Journal }

func (emptyJournal) Commit(protocol.ID, []byte, time.Time) error     { return nil }
func (emptyJournal) EndHandOver(protocol.ID, journal.HandOver) error { return nil }

func TestOnlyWhatIsDurableCounts(t *testing.T) {
	counts := newTally()
	for _, j := range []terminal.Journal{fullJournal{}, emptyJournal{}} {
		counted := counts.journal(j)
		_ = counted.Commit(protocol.NewID(), nil, time.Now())
		_ = counted.EndHandOver(protocol.NewID(), journal.Done)
	}
	got := scrape(t, status.Terminal{}, counts)
	for _, want := range []string{"watashi_registrations_total 1\n", `watashi_handovers_total{outcome="done"} 1` + "\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("want %s in\n%s", want, got)
		}
	}
}
