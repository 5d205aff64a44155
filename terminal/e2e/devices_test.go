//go:build e2e

package e2e_test

import (
	"fmt"
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
	"github.com/digital-watashi/kiosk/terminal/street"
)

// inTime is what a change of a device may take until it is told everywhere. One of
// some tries in time is enough: the machine does other things as well.
const (
	inTime = 2 * time.Second
	tries  = 3
)

func TestE2EDevicesOfAShopComeAndGo(t *testing.T) {
	pcscdtest.OnBus(t, 1, func(t *testing.T, b *pcscdtest.Bus) {
		scanner := haltest.NewScanner()
		s := newShop(t, scannerOnSerial(scanner), printerOnSerial)
		for _, scene := range []struct {
			name string
			play func(*shop)
		}{
			{"a key from the screen of a phone", func(s *shop) { s.scanned(scanner) }},
			{"a card is left lying, and then taken", (*shop).leftLying},
			{"the card service dies", func(s *shop) { s.serviceDies(b) }},
			{"the card service dies under a citizen", func(s *shop) { s.serviceDiesUnder(b) }},
			{"the reader is unplugged", func(s *shop) { s.unplugged(b) }},
			{"the paper runs out", (*shop).paperOut},
			{"the scanner is unplugged, so the key is typed", func(s *shop) { s.typed(scanner) }},
			{"what was counted", (*shop).counted},
			{"nothing personal at the status socket", (*shop).nobodyNamed},
			{"nothing personal on the disk", (*shop).searched},
		} {
			if !t.Run(scene.name, func(t *testing.T) { s.in(t, scene.play) }) {
				return // the shop is not as the next scene needs it
			}
		}
		s.screen.Quiet()
	})
}

// scannerOnSerial has the terminal read a scanner on a serial line.
func scannerOnSerial(scanner *haltest.Scanner) func(*street.Street) {
	return func(s *street.Street) {
		path, err := haltest.ServeScannerPTY(s.Life(), scanner)
		if err != nil {
			s.T.Fatal(err)
		}
		s.Devices["scanner"] = map[string]any{"kind": "serial", "path": path, "baud": 9600}
	}
}

// printerOnSerial has the terminal print on a serial line.
func printerOnSerial(s *street.Street) {
	path, err := haltest.ServePrinterPTY(s.Life(), s.Printer)
	if err != nil {
		s.T.Fatal(err)
	}
	s.Devices["printer"] = map[string]any{"kind": "serial", "path": path, "baud": 115200}
}

// scanned is a whole visit in which the key is shown and not typed. What else is
// held to the scanner, before and meanwhile, does nothing or is refused.
func (s *shop) scanned(scanner *haltest.Scanner) {
	s.until("the scanner is online", func() bool { return s.Metric(`watashi_scanner_state{state="online"}`) == "1" })
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
	scanner.Scan(readBack(v.T, v.phone.Issued.RegistrationKey.Scannable()))
	v.screen.Shows("confirm")
	v.screen.Press("sign")
	v.screen.Shows("take-card")
	code := v.code()
	v.leaves()
	v.phone.binds(code, v.citizen.Name)
	s.AwaitUnsent(0)
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

func (s *shop) serviceDies(b *pcscdtest.Bus) {
	for range 2 { // it can be lost and found again more than once
		s.comesAndGoes("RDR-SERVICE", `watashi_reader_state{state="offline"}`, b.KillService, b.StartService)
	}
}

// serviceDiesUnder ends a visit where nothing was promised yet: no try is lost, and
// nothing is kept.
func (s *shop) serviceDiesUnder(b *pcscdtest.Bus) {
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
		s.T.Errorf("%d tries left, want 5", got)
	}
	s.AwaitUnsent(0)
}

func (s *shop) unplugged(b *pcscdtest.Bus) {
	s.comesAndGoes("RDR-NONE", `watashi_reader_state{state="noDevice"}`, func() { b.Unplug(0) }, func() {
		b.Plug(0)
		b.AwaitReader(0)
	})
}

func (s *shop) paperOut() {
	s.comesAndGoes("PRN-PAPER", `watashi_paper{paper="out"}`,
		func() { s.Printer.Break(haltest.PrinterFaults{PaperOut: true}) }, func() { s.Printer.Break(haltest.PrinterFaults{}) })
}

// typed is a journey without a scanner: it is told, and keeps nobody out.
func (s *shop) typed(scanner *haltest.Scanner) {
	gone := func() time.Duration {
		scanner.Unplug()
		began := time.Now()
		s.until("the scanner is gone", func() bool { return s.Metric(`watashi_scanner_state{state="noDevice"}`) == "1" })
		return time.Since(began)
	}
	took := gone()
	for try := 1; took > inTime && try < tries; try++ {
		scanner.Plug()
		s.until("the scanner is online", func() bool { return s.Metric(`watashi_scanner_state{state="online"}`) == "1" })
		took = gone()
	}
	if took > inTime {
		s.T.Errorf("that the scanner is gone was told after %v", took)
	}
	s.journey(0, "ja")
}

// counted reads what Prometheus is told of the journeys.
func (s *shop) counted() {
	for name, want := range map[string]string{
		`watashi_sessions_total{fault=""}`: "2", "watashi_registrations_total": "2", `watashi_handovers_total{outcome="done"}`: "2",
	} {
		if got := s.Metric(name); got != want {
			s.T.Errorf("%s is %q, want %s", name, got, want)
		}
	}
}

// comesAndGoes breaks something and mends it, and wants both known in time.
func (s *shop) comesAndGoes(fault, metric string, fail, mend func()) {
	s.T.Helper()
	var told, welcomed time.Duration
	for range tries {
		s.screen.Shows("welcome")
		told, welcomed = s.told(fault, metric, fail), s.welcomed(mend)
		if told <= inTime && welcomed <= inTime+time.Second {
			return
		}
	}
	s.T.Errorf("%s: told after %v, welcome after %v, the last of %d times", fault, rounded(told), rounded(welcomed), tries)
}

// told breaks something, and says after what time metric, status and screen all tell.
func (s *shop) told(fault, metric string, fail func()) time.Duration {
	s.T.Helper()
	appeared := s.looksAt("out-of-service")
	began := time.Now()
	fail()
	s.until(metric, func() bool { return s.Metric(metric) == "1" })
	counted := time.Since(began)
	s.until("the status says "+fault, func() bool {
		all, err := s.Status()
		return err == nil && all.OutOfService == fault
	})
	known := time.Since(began)
	shown := appeared().Sub(began)
	s.screen.Says(fault)
	s.T.Logf("%s: metric after %v, status after %v, screen after %v", fault, rounded(counted), rounded(known), rounded(shown))
	return max(counted, known, shown)
}

// welcomed mends it, and says after what time the machine is back, without a restart.
func (s *shop) welcomed(mend func()) time.Duration {
	s.T.Helper()
	appeared := s.looksAt("welcome")
	mend()
	began := time.Now()
	took := appeared().Sub(began)
	s.T.Logf("welcome again after %v", rounded(took))
	if s.Terminald.Ended() {
		s.T.Error("terminald has ended")
	}
	return took
}

// looksAt has the page itself note when a screen appears on it; looking from here
// takes longer than what is to be measured.
func (s *shop) looksAt(screen string) (appeared func() time.Time) {
	s.T.Helper()
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
		s.T.Helper()
		var at int64
		s.screen.Run("waiting for "+screen, chromedp.Poll("window.appeared", &at))
		s.screen.Shows(screen)
		return time.UnixMilli(at)
	}
}

func rounded(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
