//go:build e2e && linux

package e2e_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/kerneltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui"
)

// The lines of the cabinet, and of its guide lights.
const (
	lineTamper, lineDoor, lineOperator       = 0, 1, 2
	lineCardReader, linePrinter, lineScanner = 5, 6, 7
)

// A cabinet is a street on a kernel of its own, whose terminal has a board for its
// switches and lights, and a scanner that types.
type cabinet struct {
	*street.Street
	board   *kerneltest.Board
	scanner *kerneltest.Keyboard
	glass   *glass
}

func TestE2ECabinetOnARealKernelIsToldAsTheManualSays(t *testing.T) {
	kerneltest.Within(t, cabinetMachine(), func(t *testing.T) {
		pcscdtest.Within(t, func(t *testing.T) {
			c := newCabinet(t)
			for _, scene := range []struct {
				name string
				play func(*cabinet)
			}{
				{"the door is opened and shut", (*cabinet).doorOpens},
				{"the operator turns the key", (*cabinet).keyTurns},
				{"the board is pulled out", (*cabinet).sensorsGo},
				{"the machine is opened by force", (*cabinet).forced},
				{"a key that is typed by the scanner", (*cabinet).scans},
			} {
				if !t.Run(scene.name, func(t *testing.T) { c.In(t, func() { scene.play(c) }) }) {
					return // the cabinet is not as the next scene needs it
				}
			}
		})
	})
}

// cabinetMachine holds all programs of a street, and what they need.
func cabinetMachine() kerneltest.Machine {
	return kerneltest.Machine{
		Modules: append(kerneltest.BoardModules(), kerneltest.KeyboardModules()...),
		Programs: []string{
			"../../bin/watashi-terminald", "../../bin/watashi-uplinkd", "../../bin/watashi-platformd", "../../bin/watashi-provision",
			"../../bin/watashi-simulator", "unshare", "ip", "pcscd", "/usr/lib*/pcsc/drivers/serial/libifdvpcd.so*",
			"/etc/passwd", "/etc/group", "/usr/share/fonts/truetype/bizud-gothic",
		},
		Memory: 1536, Patience: 6 * time.Minute,
	}
}

func newCabinet(t *testing.T) *cabinet {
	t.Helper()
	c := &cabinet{board: kerneltest.NewBoard(t), scanner: kerneltest.NewKeyboard(t)}
	for _, loop := range []int{lineTamper, lineDoor, lineOperator} {
		c.board.Pull(loop, false) // closed
	}
	line := func(n int) map[string]any { return map[string]any{"line": n} }
	c.Street = street.New(t, street.Plan{Platform: "platform-kernel", Patience: 2 * time.Minute, Provisioned: func(s *street.Street) {
		s.Devices["sensors"] = map[string]any{
			"chip": c.board.Link(), "tamper": line(lineTamper), "door": line(lineDoor), "operator": line(lineOperator),
		}
		s.Devices["lights"] = map[string]any{
			"chip": c.board.Link(), "card_reader": line(lineCardReader), "receipt_printer": line(linePrinter), "scanner": line(lineScanner),
		}
		s.Devices["scanner"] = map[string]any{"kind": "keyboard", "path": c.scanner.Link()}
	}})
	c.glass = newGlass(c.Street)
	c.glass.shows("welcome")
	return c
}

// simulated is what a change may take in a machine whose every step is computed, on one
// that does other things as well. Those of a real one are held to inTime.
const simulated = 5 * inTime

// told holds that a change is told in time, everywhere and in both languages as the
// catalogue has it.
func (c *cabinet) told(code catalogue.Code, change func()) {
	c.T.Helper()
	change()
	begun := time.Now()
	c.Until("the status says "+string(code), func() error {
		if s, err := c.Status(); err != nil || s.OutOfService != string(code) {
			return fmt.Errorf("it says %q (%v)", s.OutOfService, err)
		}
		return nil
	})
	var view ui.View
	c.Until("the screen says "+string(code), func() error { // a terminal that closes looks round first
		if view = c.glass.shows("out-of-service"); view.Notice == nil || view.Notice.Code != string(code) {
			return fmt.Errorf("it says %+v", view.Notice)
		}
		return nil
	})
	took := time.Since(begun)
	c.T.Logf("%s was told after %v, %.2f of what a real machine may take", code, rounded(took), float64(took)/float64(inTime))
	if took > simulated {
		c.T.Errorf("%s was told after %v, want %v at most", code, took, simulated)
	}
	for _, language := range []string{"en", "ja"} {
		c.glass.speaks(language)
		c.Until("it says so in "+language, func() error { // the board's adapter may stumble in between
			view = c.glass.shows("out-of-service")
			if view.Title != catalogue.Explain(language, code).Title || view.Notice == nil || view.Notice.Code != string(code) {
				return fmt.Errorf("it says %q, %+v", view.Title, view.Notice)
			}
			return nil
		})
		c.T.Logf("%s: %s (%s)", code, view.Title, language)
	}
}

// well waits until the terminal takes cards again.
func (c *cabinet) well(change func()) {
	c.T.Helper()
	change()
	c.glass.shows("welcome")
	c.Until("the status says nothing", func() error {
		if s, err := c.Status(); err != nil || s.OutOfService != "" {
			return fmt.Errorf("it says %q (%v)", s.OutOfService, err)
		}
		return nil
	})
}

func (c *cabinet) doorOpens() {
	c.told(catalogue.SensorDoor, func() { c.board.Pull(lineDoor, true) })
	c.metric(`watashi_door_open`, "1")
	c.well(func() { c.board.Pull(lineDoor, false) })
}

func (c *cabinet) metric(name, want string) {
	c.T.Helper()
	if got := c.Metric(name); got != want {
		c.T.Errorf("%s is %q, want %q", name, got, want)
	}
}

// keyTurns opens the technician's screen. When they end it and leave the key as it
// stands, the terminal stays closed.
func (c *cabinet) keyTurns() {
	c.board.Pull(lineOperator, true)
	c.glass.shows("maintenance")
	c.told(catalogue.SensorSwitch, func() { c.glass.touch("action", "finish") })
	c.well(func() { c.board.Pull(lineOperator, false) })
}

func (c *cabinet) sensorsGo() {
	c.told(catalogue.SensorNone, c.board.Unplug)
	c.well(c.board.Plug)
}

// forced is latched: the loop is whole again, and the terminal started anew, and
// still it is closed until somebody has looked into it, and the platform's operator,
// whose platform has suspended it, lets it serve again.
func (c *cabinet) forced() {
	c.told(catalogue.SensorTamper, func() { c.board.Pull(lineTamper, true) })
	if out, code := c.clears(); code == 0 {
		c.T.Errorf("an alarm was cleared that still stands: %s", out)
	}
	c.board.Pull(lineTamper, false)
	c.Until("the loop is whole", func() error {
		if c.Metric("watashi_tamper_sensor") != "0" {
			return errNotSo
		}
		return nil
	})
	c.Terminald.Stop()
	c.StartTerminald()
	c.glass = newGlass(c.Street)
	c.told(catalogue.SensorTamper, func() {})
	c.metric("watashi_tampered", "1")
	c.Until("the platform has heard of it", func() error {
		if !strings.Contains(c.Operator("terminals"), "suspended") {
			return errNotSo
		}
		return nil
	})
	c.told(catalogue.TerminalSuspended, func() {
		out, code := c.clears()
		if code != 0 {
			c.T.Errorf("clearing ended with %d: %s", code, out)
		}
		c.T.Logf("%s", out)
	})
	c.well(func() { c.Operator("reinstate", "shop-7") })
}

// clears is the technician's command, and how it ended.
func (c *cabinet) clears() (out []byte, code int) {
	c.T.Helper()
	cmd := exec.Command(filepath.Join("..", "..", "bin", "watashi-provision"), "device", "tamper", "clear", "--json", "--config", c.Path("terminald.json"))
	out, _ = cmd.CombinedOutput()
	if !json.Valid(out) {
		c.T.Errorf("the technician is told %s", out)
	}
	return out, cmd.ProcessState.ExitCode()
}

// scans is a visit up to the key, which comes from the scanner: it fills the entry,
// and nobody else has heard it.
func (c *cabinet) scans() {
	phone, who := newPhone(c.Street), haltest.Citizens()[0]
	ear := c.scanner.Listen()
	defer c.Insert(haltest.NewCard(who, c.CA))()
	c.glass.shows("password")
	c.glass.enters(who.Password)
	c.glass.shows("attributes")
	c.glass.touch("action", "yes")
	c.glass.shows("key")
	c.lit()
	c.scanner.Type(string(phone.Issued.RegistrationKey.Scannable()))
	c.glass.shows("confirm")
	if n := ear.Keys(); n > 0 {
		c.T.Errorf("another program heard %d keys", n)
	}
}

// lit holds that the scanner's light shows the citizen where to hold the phone.
func (c *cabinet) lit() {
	c.T.Helper()
	c.Until("the scanner's light flashes", func() error {
		if c.board.Flips(lineScanner) == 0 {
			return errNotSo
		}
		return nil
	})
}
