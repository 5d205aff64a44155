//go:build e2e && linux && cgo

package e2e_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/street"
)

// timeParts are about what comes by itself where a machine stands long enough.
func timeParts() []part {
	return []part{
		{title: "Time", conditions: []condition{
			{what: "nobody touches the screen any more", screen: "goodbye", code: catalogue.SessionTime, meet: (*scene).nobodyTouches, patient: true},
			{what: "the terminal's clock is ten minutes ahead", screen: "out-of-service", code: catalogue.Clock, meet: clockAt(10 * time.Minute)},
			{what: "the terminal's clock is a day behind", screen: "out-of-service", code: catalogue.Clock, meet: clockAt(-26 * time.Hour)},
			{what: "it is outside the opening hours", screen: "out-of-service", code: catalogue.HoursClosed, meet: (*scene).closed},
		}},
		{title: "The disk", conditions: []condition{
			{what: "the disk is nearly full", screen: "out-of-service", code: catalogue.DiskFull, meet: (*scene).fullDisk},
			{what: "the disk does not take a registration", screen: "fault", code: catalogue.DiskFault, meet: (*scene).diskFailsAtCommit},
			{what: "the disk does not take a withdrawal", screen: "fault", code: catalogue.WithdrawalFailed, meet: (*scene).diskFailsAtWithdrawal},
		}},
	}
}

// nobodyTouches waits as long as a terminal does.
func (s *scene) nobodyTouches() {
	card("good")(s)
	s.screen.Shows("password")
	err := street.Eventually(s.T.Context(), 2*time.Minute, "the time is up", func() error {
		if !strings.HasPrefix(s.screen.Now(), "password") {
			return nil
		}
		return errNotSo
	})
	if err != nil {
		s.T.Fatal(err)
	}
}

// sets sets a program's clock, until the condition is over.
func (s *scene) sets(clock *street.Program, ahead time.Duration) {
	s.T.Helper()
	set := func(ahead time.Duration) {
		if err := clock.Ahead(ahead); err != nil {
			s.T.Fatal(err)
		}
	}
	set(ahead)
	s.later(func() { set(0) })
}

func clockAt(ahead time.Duration) func(*scene) {
	return func(s *scene) { s.sets(s.Terminald, ahead) }
}

// closed has the site open on one day of the week, which is far.
func (s *scene) closed() {
	day := strings.ToLower(time.Now().Add(4 * 24 * time.Hour).Weekday().String()[:3])
	s.Rule(map[string]any{"hours": protocol.Hours{Zone: "Asia/Tokyo", Week: map[string][]protocol.Span{day: {{From: "09:00", Until: "17:00"}}}}})
	s.later(func() { s.Rule(map[string]any{"hours": nil}) })
}

// The disk of the terminal is small enough to be filled at once. It is full below 64
// MiB, and empty enough again above 96.
const diskSize, filling = "160m", 110 << 20

// smallDisk lays a disk of its own under the terminal's folder. The platform would
// suspend a machine that comes with another disk; here it shall only take note.
func smallDisk(s *street.Street) {
	s.T.Helper()
	s.Edit(s.Path("platform", "platformd.json"), map[string]any{
		"fleet": platform.FleetPolicy{SilenceHours: 24, OnSilence: platform.FlagOnly, OnTamper: platform.SuspendTerminal, OnAudit: platform.FlagOnly},
	})
	state := s.Path("state")
	err := os.Mkdir(state, 0o700)
	if err == nil {
		err = syscall.Mount("tmpfs", state, "tmpfs", 0, "mode=0700,size="+diskSize)
	}
	if err != nil {
		s.T.Fatal("laying a disk: ", err)
	}
	s.T.Cleanup(func() {
		if err := syscall.Unmount(state, syscall.MNT_DETACH); err != nil {
			s.T.Error("taking the disk away: ", err)
		}
	})
}

func (s *scene) fullDisk() {
	filler, err := os.Create(s.Path("state", "filler"))
	if err == nil {
		err = syscall.Fallocate(int(filler.Fd()), 0, 0, filling)
	}
	if err != nil {
		s.T.Fatal("filling the disk: ", err)
	}
	s.later(func() {
		filler.Close()
		if err := os.Remove(filler.Name()); err != nil {
			s.T.Error(err)
		}
	})
}

func (s *scene) diskFailsAtCommit() {
	s.atConfirm(s.newKey())
	s.diskFails()
	s.screen.Press("sign")
}

func (s *scene) diskFailsAtWithdrawal() {
	s.paperEnds()
	s.screen.Shows("code")
	s.diskFails()
	s.screen.Press("no")
}

// atConfirm goes as far as what is confirmed.
func (s *scene) atConfirm(key []byte) {
	s.T.Helper()
	s.atKey()
	s.givesKey(key)
}

// diskFails has what terminald writes into its journal fail as on a broken disk, by
// the tool that shows what it writes. Once the disk works, the terminal comes back by
// itself.
func (s *scene) diskFails() {
	s.T.Helper()
	tool := exec.CommandContext(s.T.Context(), "strace", "-f", "-p", s.Terminald.PID(), "-P", s.Path("state", "journal.db"),
		"-e", "trace=pwrite64,fdatasync,fsync", "-e", "inject=pwrite64,fdatasync,fsync:error=EIO", "-o", os.DevNull)
	said, err := tool.StderrPipe()
	if err == nil {
		err = tool.Start()
	}
	if err != nil {
		s.T.Fatal("breaking the disk: ", err)
	}
	s.later(func() {
		_ = tool.Process.Signal(os.Interrupt) // it lets terminald go and ends
		_ = tool.Wait()
	})
	first, err := bufio.NewReader(said).ReadString('\n')
	if err != nil || !strings.Contains(first, "attached") {
		s.T.Fatalf("breaking the disk: %q, %v", first, err)
	}
	go io.Copy(io.Discard, said) // of each thread that comes
}

// visitsOffline is a whole visit while the platform is down, which has not come up
// again when the card is gone.
func (s *scene) visitsOffline() {
	s.T.Helper()
	key := s.newKey()
	s.comes(haltest.Citizens()[0], "good")
	s.givesPassword()
	s.screen.Shows("attributes")
	s.Platformd.Stop()
	s.screen.Press("yes")
	s.givesKey(key)
	s.screen.Press("sign")
	s.screen.Shows("take-card")
	s.undoes(&s.undo) // the card
	s.screen.Press("finish")
	s.later(func() {
		s.StartPlatformd()
		s.AwaitUnsent(0)
	})
}
