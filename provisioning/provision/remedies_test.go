package main

import (
	"regexp"
	"testing"

	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// A technician at a machine is told to do only what can be done there.
func TestRemediesAreOfTheSystem(t *testing.T) {
	strange := map[string]*regexp.Regexp{
		"linux":   regexp.MustCompile(`sc\.exe|\.msc|SCardSvr|administrator|w32tm|cleanmgr|icacls|[A-Z]:\\`),
		"windows": regexp.MustCompile(`systemctl|journalctl|timedatectl|pcscd|\broot\b|df -h|\(date\)|0600|/(etc|dev|run|var)/`),
	}
	for name, words := range strange {
		for _, e := range exitsOn(system.Of(name)) {
			if found := words.FindString(e.remedy); found != "" {
				t.Errorf("on %s, exit %d says %q: %s", name, e.code, found, e.remedy)
			}
		}
		for _, code := range catalogue.Faults() {
			if said := system.Of(name).ForStaff(code.Code); words.MatchString(said) {
				t.Errorf("on %s, %s says: %s", name, code.Code, said)
			}
		}
	}
}

func TestExitsAreTheSameOnEachSystem(t *testing.T) {
	linux, windows := exitsOn(system.Of("linux")), exitsOn(system.Of("windows"))
	for i, e := range linux {
		if w := windows[i]; w.code != e.code || w.name != e.name || w.meaning != e.meaning {
			t.Errorf("exit %d %s on Linux is %d %s on Windows", e.code, e.name, w.code, w.name)
		}
	}
	if len(linux) != len(windows) {
		t.Errorf("%d exits on Linux, %d on Windows", len(linux), len(windows))
	}
}
