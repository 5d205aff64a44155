//go:build e2e

package e2e_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"rsc.io/qr"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

// inTime is what a change of a device may take until it is told everywhere.
const inTime = 2 * time.Second

func TestE2EDevicesOfAShopComeAndGo(t *testing.T) {
	pcscdtest.OnBus(t, 1, func(t *testing.T, b *pcscdtest.Bus) {
		scanner := haltest.NewScanner()
		s := newStreet(t, scannerOnSerial(scanner), printerOnSerial)
		for _, scene := range []struct {
			name string
			play func(*street)
		}{
			{"a key from the screen of a phone", func(s *street) { s.scanned(scanner) }},
			{"the card service dies", func(s *street) { s.serviceDies(b) }},
			{"the card service dies under a citizen", func(s *street) { s.serviceDiesUnder(b) }},
			{"the reader is unplugged", func(s *street) { s.unplugged(b) }},
			{"the paper runs out", (*street).paperOut},
			{"the scanner is unplugged, so the key is typed", func(s *street) { s.typed(scanner) }},
			{"nothing personal at the status socket", (*street).nobodyNamed},
			{"nothing personal on the disk", (*street).searched},
		} {
			if !t.Run(scene.name, func(t *testing.T) { s.in(t, scene.play) }) {
				return // the street is not as the next scene needs it
			}
		}
		s.screen.Quiet()
	})
}

// scannerOnSerial has the terminal read a scanner on a serial line.
func scannerOnSerial(scanner *haltest.Scanner) func(*street) {
	return func(s *street) {
		path, err := haltest.ServeScannerPTY(s.life.Context(), scanner)
		if err != nil {
			s.t.Fatal(err)
		}
		s.devices["scanner"] = map[string]any{"kind": "serial", "path": path, "baud": 9600}
	}
}

// printerOnSerial has the terminal print on a serial line.
func printerOnSerial(s *street) {
	path, err := haltest.ServePrinterPTY(s.life.Context(), s.printer)
	if err != nil {
		s.t.Fatal(err)
	}
	s.devices["printer"] = map[string]any{"kind": "serial", "path": path, "baud": 115200}
}

// scanned is a whole visit in which the key is shown and not typed. What else is
// held to the scanner, before and meanwhile, does nothing or is refused.
func (s *street) scanned(scanner *haltest.Scanner) {
	s.until("the scanner is online", func() bool { return s.metric(`watashi_scanner_state{state="online"}`) == "1" })
	scanner.Scan("watashi:key:000000000098") // a stranger's, before there is a citizen
	v := s.visit(haltest.Citizens()[0], "en")
	v.through("key")
	for _, hostile := range []string{
		`watashi:key:<img src=x onerror=alert(1)>`, "https://example.com/?watashi:key:000000000098",
		"watashi:key:000000000089", strings.Repeat("9", 4096), // a digit is wrong, and far too long
	} {
		scanner.Scan(hostile)
	}
	v.screen.Says("KEY-SCAN")
	v.screen.Shows("key")
	scanner.Scan(readBack(v.t, v.phone.issued.RegistrationKey.Scannable()))
	v.screen.Shows("confirm")
	v.screen.Press("sign")
	v.screen.Shows("take-card")
	code := v.code()
	v.leaves()
	v.phone.binds(code, v.citizen.Name)
	s.unsent(0)
}

// readBack is what another program reads from the QR code that a phone would show.
func readBack(t *testing.T, text []byte) string {
	t.Helper()
	code, err := qr.Encode(string(text), qr.M)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key.png")
	if err := os.WriteFile(path, code.PNG(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("zbarimg", "--quiet", "--raw", path).Output()
	if err != nil {
		t.Fatal("reading the QR code: ", err)
	}
	return strings.TrimSpace(string(out))
}

func (s *street) serviceDies(b *pcscdtest.Bus) {
	for range 2 { // it can be lost and found again more than once
		s.screen.Shows("welcome")
		s.told("RDR-SERVICE", `watashi_reader_state{state="offline"}`, b.KillService)
		s.welcomed(b.StartService)
	}
}

// serviceDiesUnder ends a visit where nothing was promised yet: no try is lost, and
// nothing is kept.
func (s *street) serviceDiesUnder(b *pcscdtest.Bus) {
	v := s.visit(haltest.Citizens()[0], "ja")
	v.through("attributes")
	b.KillService()
	s.screen.Shows("fault")
	s.screen.Says("RDR-SERVICE")
	v.remove()
	b.StartService()
	s.screen.Press("finish")
	s.screen.Shows("welcome")
	if got := v.card.TriesLeft(); got != 5 {
		s.t.Errorf("%d tries left, want 5", got)
	}
	s.unsent(0)
}

func (s *street) unplugged(b *pcscdtest.Bus) {
	s.screen.Shows("welcome")
	s.told("RDR-NONE", `watashi_reader_state{state="noDevice"}`, func() { b.Unplug(0) })
	s.welcomed(func() {
		b.Plug(0)
		b.AwaitReader(0)
	})
}

func (s *street) paperOut() {
	s.screen.Shows("welcome")
	s.told("PRN-PAPER", `watashi_paper{paper="out"}`, func() { s.printer.Break(haltest.PrinterFaults{PaperOut: true}) })
	s.welcomed(func() { s.printer.Break(haltest.PrinterFaults{}) })
}

// typed is a journey without a scanner: it is told, and keeps nobody out.
func (s *street) typed(scanner *haltest.Scanner) {
	scanner.Unplug()
	began := time.Now()
	s.until("the scanner is gone", func() bool { return s.metric(`watashi_scanner_state{state="noDevice"}`) == "1" })
	if took := time.Since(began); took > inTime {
		s.t.Errorf("that the scanner is gone was told after %v", took)
	}
	s.journey(0, "ja")
}

// nobodyNamed reads all that a technician and Prometheus are told.
func (s *street) nobodyNamed() {
	all := s.asked("/status") + s.asked("/metrics")
	for _, want := range []string{`watashi_sessions_total{fault=""} 2`, "watashi_registrations_total 2", `watashi_handovers_total{outcome="done"} 2`} {
		if !strings.Contains(all, want+"\n") {
			s.t.Errorf("%s is missing in\n%s", want, all)
		}
	}
	for secret, what := range s.secrets() {
		if strings.Contains(all, secret) {
			s.t.Errorf("the status socket tells %s", what)
		}
	}
}

// told breaks something, and wants it told in time by metric, status and screen.
func (s *street) told(fault, metric string, fail func()) {
	s.t.Helper()
	appeared := s.looksAt("out-of-service")
	began := time.Now()
	fail()
	s.until(metric, func() bool { return s.metric(metric) == "1" })
	counted := time.Since(began)
	s.until("the status says "+fault, func() bool {
		all, err := s.status()
		return err == nil && all.OutOfService == fault
	})
	known := time.Since(began)
	shown := appeared().Sub(began)
	s.screen.Says(fault)
	s.t.Logf("%s: metric after %v, status after %v, screen after %v", fault, rounded(counted), rounded(known), rounded(shown))
	if max(counted, known, shown) > inTime {
		s.t.Errorf("%s took more than %v", fault, inTime)
	}
}

// welcomed mends it, and wants the machine back in time, without a restart.
func (s *street) welcomed(mend func()) {
	s.t.Helper()
	appeared := s.looksAt("welcome")
	mend()
	began := time.Now()
	took := appeared().Sub(began)
	s.t.Logf("welcome again after %v", rounded(took))
	if took > inTime+time.Second {
		s.t.Errorf("welcome took %v", took)
	}
	select {
	case <-s.terminald.over:
		s.t.Error("terminald has ended")
	default:
	}
}

// looksAt has the page itself note when a screen appears on it; looking from here
// takes longer than what is to be measured.
func (s *street) looksAt(screen string) (appeared func() time.Time) {
	s.t.Helper()
	s.screen.Run("watching for "+screen, chromedp.Evaluate(fmt.Sprintf(`(() => {
		const app = document.getElementById("app");
		window.appeared = 0;
		new MutationObserver((_, self) => {
			if (app.dataset.screen !== %q) return;
			window.appeared = Date.now();
			self.disconnect();
		}).observe(app, { attributes: true, attributeFilter: ["data-screen"] });
	})()`, screen), nil))
	return func() time.Time {
		s.t.Helper()
		var at int64
		s.screen.Run("waiting for "+screen, chromedp.Poll("window.appeared", &at))
		s.screen.Shows(screen)
		return time.UnixMilli(at)
	}
}

func rounded(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// metric is the value of one line of /metrics, by its name and labels.
func (s *street) metric(name string) string {
	for line := range strings.Lines(s.asked("/metrics")) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// asked is what the status socket answers; empty when it does not.
func (s *street) asked(path string) string {
	response, err := s.technician().Get("http://terminal" + path)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return ""
	}
	return string(text)
}
