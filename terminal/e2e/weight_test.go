//go:build e2e

package e2e_test

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/terminal/street"
)

// What a service may cost: the time until it tells systemd that it is ready, and
// the memory that it holds.
const (
	readyWithin = 300 * time.Millisecond
	residentMB  = 40.0
	starts      = 5 // of which the fastest counts: the machine does other things as well
)

func TestE2EServicesStartFastAndStaySmall(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		s := street.New(t, street.Plan{Platform: "platform-1", Patience: 60 * time.Second})
		for _, p := range []*street.Program{s.Platformd, s.Terminald, s.Uplinkd} {
			ready := readyWithin * 100
			for range starts {
				p.Stop()
				ready = min(ready, startToReady(t, s, p))
			}
			s.AwaitUnsent(0)
			resident, size := residentMemory(t, p), programSize(t, p)
			t.Logf("%-18s ready in %3d ms (%.2f of the limit), %4.1f MB resident (%.2f of the limit), %.1f MB on disk",
				p.Name(), ready.Milliseconds(), float64(ready)/float64(readyWithin), resident, resident/residentMB, size)
			if ready > readyWithin || resident > residentMB {
				t.Errorf("%s is above a limit: %v, %.0f MB", p.Name(), readyWithin, residentMB)
			}
		}
	})
}

// startToReady starts a program as systemd does, and waits until it says READY.
func startToReady(t *testing.T, s *street.Street, p *street.Program) time.Duration {
	t.Helper()
	path := s.Path("notify")
	_ = os.Remove(path) // of the one before
	systemd, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer systemd.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	defer os.Unsetenv("NOTIFY_SOCKET")
	begun := time.Now()
	s.Start(p)
	if err := systemd.SetReadDeadline(begun.Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for message := make([]byte, 4096); ; {
		n, err := systemd.Read(message)
		if err != nil {
			t.Fatalf("%s does not say that it is ready: %v", p.Name(), err)
		}
		if strings.Contains(string(message[:n]), "READY=1") {
			return time.Since(begun)
		}
	}
}

func residentMemory(t *testing.T, p *street.Program) (megabytes float64) {
	t.Helper()
	status, err := os.ReadFile("/proc/" + p.PID() + "/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kilobytes, err := strconv.Atoi(strings.Fields(rest + " none")[0])
	if err != nil {
		t.Fatal(fmt.Errorf("reading how much memory %s holds: %w", p.Name(), err))
	}
	return float64(kilobytes) / 1000
}

func programSize(t *testing.T, p *street.Program) (megabytes float64) {
	t.Helper()
	info, err := os.Stat("/proc/" + p.PID() + "/exe")
	if err != nil {
		t.Fatal(err)
	}
	return float64(info.Size()) / 1e6
}
