package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/devices"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// bench is the devices of a machine, to be played with.
type bench struct {
	reader  *haltest.Reader
	printer *haltest.Printer
	scanner *haltest.Scanner
	sensors *haltest.Sensors
	lights  *haltest.Lights
	rig     *rig // of the terminald that runs
}

func newBench() *bench {
	return &bench{haltest.NewReader(), haltest.NewPrinter(), haltest.NewScanner(), haltest.NewSensors(), haltest.NewLights(), nil}
}

// whole is a cabinet in order.
var whole = hal.Auxiliaries{Device: hal.Online, Door: hal.DoorClosed, Switch: hal.SwitchRun}

// assemble puts them where a configuration's would be. Nobody looks at the screen
// of a machine under test, so somebody is said to.
func (b *bench) assemble(devices.Config, bool, *slog.Logger) (*rig, error) {
	r := &rig{
		reader: b.reader, card: &watch{}, scanner: b.scanner, codes: &watch{}, lights: b.lights, dark: func() error { return nil }, faces: escpos.LoadFaces(),
		cabinet: &cabinet{Sensors: b.sensors},
	}
	r.press = &press{Printer: escpos.New(b.printer, escpos.Options{Faces: r.faces})}
	r.card.state(hal.Online)
	r.codes.state(hal.Online)
	b.rig = r
	return r, nil
}

// attended is a provisioned machine with such devices.
func attended(t *testing.T) (*machine, *bench) {
	t.Helper()
	m, b := newMachine(t), newBench()
	m.provision(protocol.Test)
	return m, b
}

// metric is one line of /metrics, without its name; empty when there is none.
func (m *machine) metric(name string) string {
	m.t.Helper()
	response, err := unixClient(m.config.StatusSocket).Get("http://terminal/metrics")
	m.must(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	m.must(err)
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// clearTamper asks for it as a technician does.
func (m *machine) clearTamper() (status int, said string) {
	m.t.Helper()
	response, err := unixClient(m.config.StatusSocket).Post("http://terminal/tamper/clear", "", nil)
	m.must(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	m.must(err)
	return response.StatusCode, string(text)
}

func TestTamperOutlivesARestartAndIsClearedOnceTheMachineIsWhole(t *testing.T) {
	m, b := attended(t)
	stop := m.startWith(b.assemble)
	m.until("the sensors", func(s status.Terminal) bool { return s.Sensors != nil && s.Sensors.Device == hal.Online })
	if got := m.metric("watashi_tampered"); got != "0" {
		t.Errorf("before anything: tampered is %q", got)
	}
	b.sensors.Set(hal.Auxiliaries{Device: hal.Online, Tamper: true, Door: hal.DoorOpen, Switch: hal.SwitchRun})
	first := m.until("tamper", func(s status.Terminal) bool { return !s.TamperedSince.IsZero() && s.OutOfService == "SNS-TAMPER" })
	if !first.Sensors.Tamper || first.Sensors.Door != hal.DoorOpen {
		t.Errorf("status is %+v, %+v", first, first.Sensors)
	}
	if status, said := m.clearTamper(); status != http.StatusConflict || !strings.Contains(said, "still says") {
		t.Errorf("clearing while it is open: %d %s", status, said)
	}
	b.sensors.Set(whole)
	m.until("the closed door", func(s status.Terminal) bool { return !s.Sensors.Tamper && s.Sensors.Door == hal.DoorClosed })
	stop()

	again := newBench()
	m.startWith(again.assemble)
	s := m.until("the sensors again", func(s status.Terminal) bool {
		return s.Sensors != nil && s.Sensors.Device == hal.Online && s.OutOfService == first.OutOfService
	})
	if !s.TamperedSince.Equal(first.TamperedSince) || m.metric("watashi_tampered") != "1" {
		t.Errorf("after a restart: %+v, want tampered since %v", s, first.TamperedSince)
	}
	if status, said := m.clearTamper(); status != http.StatusNoContent {
		t.Errorf("clearing it once it is whole: %d %s", status, said)
	}
	s = m.until("service without tamper", func(s status.Terminal) bool { return s.TamperedSince.IsZero() && s.OutOfService != "SNS-TAMPER" })
	if got := m.metric("watashi_tampered"); got != "0" {
		t.Errorf("cleared: tampered is %q, status %+v", got, s)
	}
	for _, line := range []string{`msg="tamper not cleared" user=`, `msg="tamper cleared" user=` + strconv.Itoa(os.Getuid())} {
		if !strings.Contains(m.log.String(), line) {
			t.Errorf("the log has no line with %s:\n%s", line, m.log.String())
		}
	}
}

func TestTamperIsNotClearedWhereNobodyCanTell(t *testing.T) {
	m, b := attended(t)
	b.sensors.Set(hal.Auxiliaries{Device: hal.NoDevice})
	m.startWith(b.assemble)
	m.until("the sensors", func(s status.Terminal) bool { return s.OutOfService == "SNS-NONE" })
	if status, said := m.clearTamper(); status != http.StatusConflict || !strings.Contains(said, "cannot be read") {
		t.Errorf("got %d %s", status, said)
	}
}

// A machine whose sensors were taken out keeps what they said, and can be cleared.
func TestTamperOutlivesTheSensorsThatToldOfIt(t *testing.T) {
	m, b := attended(t)
	stop := m.startWith(b.assemble)
	b.sensors.Set(hal.Auxiliaries{Device: hal.Online, Tamper: true})
	m.until("tamper", func(s status.Terminal) bool { return !s.TamperedSince.IsZero() })
	stop()
	m.startWith(func(c devices.Config, virtual bool, log *slog.Logger) (*rig, error) {
		r, err := newBench().assemble(c, virtual, log)
		r.cabinet = nil
		return r, err
	})
	s := m.until("tamper without sensors", func(s status.Terminal) bool { return s.OutOfService == "SNS-TAMPER" })
	if s.Sensors != nil || m.metric("watashi_sensors_state{state=\"online\"}") != "" {
		t.Errorf("sensors are told of: %+v", s.Sensors)
	}
	if status, said := m.clearTamper(); status != http.StatusNoContent {
		t.Errorf("clearing: %d %s", status, said)
	}
	m.until("service", func(s status.Terminal) bool { return s.TamperedSince.IsZero() && s.OutOfService == "SCR-NONE" })
}

func TestTamperIsClearedByPOSTOnly(t *testing.T) {
	m := newMachine(t) // without an identity
	m.startWith(newBench().assemble)
	m.until("the status", func(s status.Terminal) bool { return s.Missing != "" })
	response, err := unixClient(m.config.StatusSocket).Get("http://terminal/tamper/clear")
	m.must(err)
	response.Body.Close()
	if response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: %s", response.Status)
	}
	if status, said := m.clearTamper(); status != http.StatusConflict || !strings.Contains(said, "no terminal") {
		t.Errorf("without a terminal: %d %s", status, said)
	}
}

func TestStrangersReachNothingOfTheStatusSocket(t *testing.T) {
	m, b := attended(t)
	m.config.StatusUsers = []string{"54321"}
	if os.Getuid() == 54321 {
		t.Fatal("this user is the stranger of the test")
	}
	m.startWith(b.assemble)
	var last error
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if _, err := os.Stat(m.config.StatusSocket); err == nil {
			_, last = unixClient(m.config.StatusSocket).Post("http://terminal/tamper/clear", "", nil)
			break
		}
	}
	if last == nil {
		t.Error("a stranger was answered")
	}
}

// A device that changes is told of everywhere in time. Nobody looks at the screen
// of these machines, which is the reason that is left when all else is well.
func TestChangeOfADeviceReachesScreenStatusAndMetricsInTime(t *testing.T) {
	const inTime, calm = 2 * time.Second, "SCR-NONE"
	const tries = 5 // of which one in time is enough: the machine does other things as well
	m, b := attended(t)
	m.startWith(b.assemble)
	m.until("service", func(s status.Terminal) bool {
		return s.OutOfService == calm && s.Reader == "online" && s.Scanner == "online" && s.Sensors.Device == hal.Online
	})
	reader := func(s hal.State) func() { return func() { b.rig.card.state(s) } }
	sensors := func(a hal.Auxiliaries) func() { return func() { b.sensors.Set(a) } }
	for _, test := range []struct {
		name          string
		change, mend  func()
		fault, metric string
	}{
		{"the card service dies", reader(hal.Offline), reader(hal.Online), "RDR-SERVICE", `watashi_reader_state{state="offline"}`},
		{"the reader is unplugged", reader(hal.NoDevice), reader(hal.Online), "RDR-NONE", `watashi_reader_state{state="noDevice"}`},
		{"another program has the reader", reader(hal.DeviceBusy), reader(hal.Online), "RDR-BUSY", `watashi_reader_state{state="deviceBusy"}`},
		{"the reader is broken", reader(hal.HardwareError), reader(hal.Online), "RDR-FAULT", `watashi_reader_state{state="hardwareError"}`},
		{"the door is opened", sensors(hal.Auxiliaries{Device: hal.Online, Door: hal.DoorOpen}), sensors(whole), "SNS-DOOR", "watashi_door_open"},
		{"the operator turns the key", sensors(hal.Auxiliaries{Device: hal.Online, Switch: hal.SwitchMaintenance}), sensors(whole), "SNS-SWITCH", "watashi_maintenance"},
		{"the sensors are gone", sensors(hal.Auxiliaries{Device: hal.NoDevice}), sensors(whole), "SNS-NONE", `watashi_sensors_state{state="noDevice"}`},
	} {
		took := inTime + 1
		for try := 0; try < tries && took > inTime; try++ {
			began := time.Now()
			test.change()
			m.until(test.fault, func(s status.Terminal) bool { return s.OutOfService == test.fault })
			took = time.Since(began)
			if got := m.metric(test.metric); got != "1" {
				t.Errorf("%s: %s is %q", test.name, test.metric, got)
			}
			test.mend()
			m.until("service after "+test.name, func(s status.Terminal) bool { return s.OutOfService == calm })
		}
		if took > inTime {
			t.Errorf("%s: on the screen after %v, the last of %d times", test.name, took, tries)
		}
	}
}

func TestStatusAnswersWhileASlipIsPrinted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answered := hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperLow}
		slow := &slowPrinter{status: answered, begun: make(chan struct{}), end: make(chan struct{})}
		p := &press{Printer: slow}
		if got, err := p.glance(t.Context()); got != answered || err != nil {
			t.Fatalf("got %+v, %v", got, err)
		}
		printed := make(chan error)
		go func() { printed <- p.Print(t.Context(), escpos.Slip{}) }()
		<-slow.begun
		time.Sleep(time.Hour)
		if got, err := p.glance(t.Context()); got != answered || err != nil {
			t.Errorf("while it prints: %+v, %v, want what it said before", got, err)
		}
		close(slow.end)
		<-printed
		slow.status.Paper = hal.PaperOut
		if got, _ := p.glance(t.Context()); got.Paper != hal.PaperOut {
			t.Errorf("afterwards: %+v, want what it says now", got)
		}
	})
}

func TestWhoLooksOftenDoesNotKeepThePrinterBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := &slowPrinter{status: hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperFull}}
		p := &press{Printer: slow}
		for range 100 {
			p.glance(t.Context())
			time.Sleep(fresh / 10)
		}
		if slow.asked != 10 {
			t.Errorf("asked %d times in %v, want once in %v", slow.asked, 10*fresh, fresh)
		}
	})
}

// slowPrinter prints until it is told to end, and answers nothing meanwhile.
type slowPrinter struct {
	status     hal.PrinterStatus
	begun, end chan struct{}
	asked      int
}

func (p *slowPrinter) Status(context.Context) (hal.PrinterStatus, error) {
	p.asked++
	return p.status, nil
}

func (p *slowPrinter) Print(context.Context, escpos.Slip) error {
	close(p.begun)
	<-p.end
	return nil
}
