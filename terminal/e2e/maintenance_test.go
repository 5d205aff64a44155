//go:build e2e

package e2e_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"image/png"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// A technician comes while a citizen is served, waits, tries the printer, gives the
// help desk the signed status by telephone, wipes the glass and goes.
func TestE2ETechnicianHasTheMachineWhenTheCitizenHasGone(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		s := newShop(t)
		v := s.visit(haltest.Citizens()[0], "ja")
		v.through("attributes")
		if got := s.maintain(true); got != http.StatusAccepted {
			t.Errorf("answered %d while a citizen is served, want 202", got)
		}
		s.has("off")
		v.screen.Press("yes")
		v.screen.Shows("key")
		v.screen.Press("stop")
		v.screen.Shows("goodbye")
		v.screen.Press("finish")
		v.remove()
		s.screen.Shows("maintenance")
		s.has("on")
		s.printsATest()
		s.statusIsSigned(v.citizen)
		s.isWiped()
		remove := s.Insert(haltest.NewCard(haltest.Citizens()[1], s.CA)) // somebody cannot wait
		s.screen.Shows("cleaning")
		if got := s.maintain(false); got != http.StatusNoContent {
			t.Errorf("answered %d, want 204", got)
		}
		s.screen.Shows("password")
		s.screen.Keep("too-early")
		s.has("off")
		remove()
		s.screen.Shows("welcome")
		s.nobodyNamed()
		s.screen.Quiet()
	})
}

// maintain asks for maintenance on the status socket.
func (s *shop) maintain(on bool) int {
	s.T.Helper()
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", s.Path("status.sock"))
	}}}
	response, err := client.Post("http://terminal/maintenance", "application/json", strings.NewReader(fmt.Sprintf(`{"on":%t}`, on)))
	if err != nil {
		s.T.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

// has waits until status and metrics tell the mode.
func (s *shop) has(mode string) {
	s.T.Helper()
	s.until("the status says maintenance "+mode, func() bool {
		var all struct{ Maintenance string }
		text, err := s.Ask("/status")
		return err == nil && json.Unmarshal(text, &all) == nil && all.Maintenance == mode && s.Metric(fmt.Sprintf("watashi_maintenance_mode{mode=%q}", mode)) == "1"
	})
}

// A tap just after a screen came up is not taken, so it taps again.
const tapsUntilItIsPrinted = `(() => {
  const button = document.querySelector('#trials button[data-focus="try-slip"]');
  if (button?.closest("li").classList.contains("success")) return true;
  if (button && !button.disabled) button.click();
  return false;
})()`

func (s *shop) printsATest() {
	s.T.Helper()
	s.screen.Press("tests")
	s.screen.Shows("maintenance-tests")
	var printed bool
	s.screen.Run("printing a test slip", chromedp.Poll(tapsUntilItIsPrinted, &printed, chromedp.WithPollingInterval(100*time.Millisecond)))
	s.screen.Keep("maintenance-tests")
	var slip bytes.Buffer
	if err := png.Encode(&slip, s.Printer.Last()); err != nil {
		s.T.Fatal(err)
	}
	if text := s.readQR(slip.Bytes()); text != "watashi:test" {
		s.T.Errorf("the slip bears %q", text)
	}
	s.screen.Press("back")
}

// statusIsSigned reads the code from the glass as a telephone does.
func (s *shop) statusIsSigned(citizen haltest.Citizen) {
	s.T.Helper()
	status := s.statusOnTheGlass()
	for try := 1; !status.Reachable && try < tries; try++ { // a busy machine is out of touch at times
		s.screen.Press("back")
		status = s.statusOnTheGlass()
	}
	if status.TerminalID != "shop-7" || !status.Reachable || status.CertificateDays <= 0 || len(status.Conditions) > 0 || time.Since(status.Time) > time.Minute {
		s.T.Errorf("it says %+v", status)
	}
	if text := s.screen.Now(); strings.Contains(text, citizen.Name) || strings.Contains(text, citizen.Address) {
		s.T.Error("a citizen is on a technician's screen")
	}
	s.screen.Press("back")
}

func (s *shop) statusOnTheGlass() protocol.Status {
	s.T.Helper()
	s.screen.Press("status")
	s.screen.Shows("maintenance-status")
	var picture []byte
	s.screen.Run("taking a picture of the code", chromedp.WaitVisible("#seal svg", chromedp.ByQuery), chromedp.CaptureScreenshot(&picture))
	status, _, err := protocol.VerifyStatus([]byte(s.readQR(picture)), func(kid string) (*x509.Certificate, error) { return s.deviceCertificate(), nil })
	if err != nil {
		s.T.Fatalf("the code on the glass: %v", err)
	}
	return status
}

// readQR has another program read a picture.
func (s *shop) readQR(picture []byte) string {
	s.T.Helper()
	path := filepath.Join(s.T.TempDir(), "picture.png")
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		s.T.Fatal(err)
	}
	text, err := exec.Command("zbarimg", "--quiet", "--raw", path).Output()
	if err != nil {
		s.T.Fatal("reading a QR code: ", err)
	}
	return strings.TrimSpace(string(text))
}

func (s *shop) deviceCertificate() *x509.Certificate {
	s.T.Helper()
	text, err := os.ReadFile(s.Path("state", "device.crt"))
	if err != nil {
		s.T.Fatal(err)
	}
	block, _ := pem.Decode(text)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		s.T.Fatal(err)
	}
	return cert
}

// isWiped holds that touches do nothing while the glass is locked.
func (s *shop) isWiped() {
	s.T.Helper()
	s.screen.Shows("maintenance")
	s.screen.Press("clean")
	s.screen.Shows("cleaning")
	s.has("cleaning")
	var taps []chromedp.Action
	for x := range 6 {
		for y := range 10 {
			taps = append(taps, chromedp.MouseClickXY(float64(90+180*x), float64(96+192*y)))
		}
	}
	s.screen.Run("wiping the glass", slices.Concat(taps, []chromedp.Action{chromedp.KeyEvent("\r"), chromedp.KeyEvent("A")})...)
	s.screen.Shows("cleaning")
}
