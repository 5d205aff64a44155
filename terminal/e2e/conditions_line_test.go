//go:build e2e && linux && cgo

package e2e_test

import (
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// lineParts are about a platform that cannot be reached, and what that leads to.
func lineParts() []part {
	return []part{{title: "The line", conditions: []condition{
		{what: "the platform is not reachable, and the bundle wants it to be", screen: "out-of-service", code: catalogue.Offline, meet: (*scene).offline},
		{what: "the platform is lost while a key is checked, and the bundle wants it to be reachable", screen: "fault", code: catalogue.OfflineNow, meet: (*scene).lostAtKey},
		{what: "as many registrations wait as the bundle lets wait", screen: "out-of-service", code: catalogue.QueueFull, meet: (*scene).fullQueue},
		{what: "a registration has waited longer than the bundle lets it wait", screen: "out-of-service", code: catalogue.QueueOld, meet: (*scene).oldQueue},
		{what: "the platform has suspended the terminal", screen: "out-of-service", code: catalogue.TerminalSuspended, meet: (*scene).suspended},
	}}}
}

// rules changes what the bundle says, until the condition is over.
func (s *scene) rules(member string, now, before any) {
	s.T.Helper()
	s.Rule(map[string]any{member: now})
	s.later(func() { s.Rule(map[string]any{member: before}) })
}

// reaches waits until the terminal reaches the platform, or does not.
func (s *scene) reaches(whether bool) {
	s.T.Helper()
	s.until("the line is as it should be", func() bool {
		all, err := s.Status()
		return err == nil && all.Platform.Reachable == whether
	})
}

func (s *scene) offline() {
	s.rules("offline", protocol.OfflineRefuse, protocol.OfflineAllow)
	s.reaches(true)
	s.Platformd.Stop()
	s.renewsLine()
	s.later(s.StartPlatformd)
}

// renewsLine restarts uplinkd: an idle one looks for the platform every few minutes.
func (s *scene) renewsLine() {
	s.T.Helper()
	s.Uplinkd.Stop()
	s.Start(s.Uplinkd)
}

func (s *scene) lostAtKey() {
	s.rules("offline", protocol.OfflineRefuse, protocol.OfflineAllow)
	s.reaches(true)
	key := s.newKey()
	s.atKey()
	s.Platformd.Stop()
	s.later(s.StartPlatformd)
	s.screen.Type(string(key))
	s.screen.Press("next")
	s.screen.Shows("fault")
}

func limits(unsent int) protocol.Limits {
	return protocol.Limits{MaxUnsent: unsent, MaxUnsentHours: 72, MaxSkewSeconds: 300}
}

func (s *scene) fullQueue() {
	s.rules("limits", limits(1), limits(100))
	rule := s.undo
	s.undo = nil
	s.visitsOffline()
	s.undo = append(rule, s.undo...)
}

// oldQueue is a machine that was switched off for three days and a bit, without a line.
func (s *scene) oldQueue() {
	s.visitsOffline()
	s.screen.Shows("welcome")
	s.Uplinkd.Stop()
	s.later(func() { s.Start(s.Uplinkd) })
	s.Terminald.Stop()
	s.later(func() { s.restarts() })
	s.sets(s.Terminald, 73*time.Hour)
	s.StartTerminald()
	s.screen.Visit(s.Page())
}

// restarts starts terminald anew, and shows its page.
func (s *scene) restarts() {
	s.T.Helper()
	s.Terminald.Stop()
	s.StartTerminald()
	s.screen.Visit(s.Page())
}

// suspended learns it by the answer to a heartbeat. The first of a terminal that starts
// goes out at once, the others each minute.
func (s *scene) suspended() {
	s.suspend()
	s.restarts()
}

func (s *scene) suspend() {
	s.T.Helper()
	s.Operator("suspend", "shop-7")
	s.repaired(func() {
		s.Operator("reinstate", "shop-7")
		s.restarts()
	})
}
