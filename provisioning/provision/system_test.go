package main

import (
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

func TestEachSystemIsToldWholly(t *testing.T) {
	for _, name := range []string{"linux", "windows"} {
		fields := reflect.ValueOf(systemOf(name))
		for i := range fields.NumField() {
			if field := fields.Field(i); field.Kind() == reflect.String && field.String() == "" || field.Kind() == reflect.Slice && field.IsNil() {
				t.Errorf("on %s nothing is said of %s", name, fields.Type().Field(i).Name)
			}
		}
	}
}

// A technician at a machine is told to do only what can be done there.
func TestRemediesAreOfTheSystem(t *testing.T) {
	strange := map[string]*regexp.Regexp{
		"linux":   regexp.MustCompile(`sc\.exe|\.msc|SCardSvr|administrator|w32tm|cleanmgr|icacls|[A-Z]:\\`),
		"windows": regexp.MustCompile(`systemctl|journalctl|timedatectl|pcscd|\broot\b|df -h|\(date\)|0600|/(etc|dev|run|var)/`),
	}
	for name, words := range strange {
		for _, e := range exitsOn(systemOf(name)) {
			if found := words.FindString(e.remedy); found != "" {
				t.Errorf("on %s, exit %d says %q: %s", name, e.code, found, e.remedy)
			}
		}
		for _, code := range catalogue.Faults() {
			if said := systemOf(name).forStaff(code.Code); words.MatchString(said) {
				t.Errorf("on %s, %s says: %s", name, code.Code, said)
			}
		}
	}
}

func TestExitsAreTheSameOnEachSystem(t *testing.T) {
	linux, windows := exitsOn(systemOf("linux")), exitsOn(systemOf("windows"))
	for i, e := range linux {
		if w := windows[i]; w.code != e.code || w.name != e.name || w.meaning != e.meaning {
			t.Errorf("exit %d %s on Linux is %d %s on Windows", e.code, e.name, w.code, w.name)
		}
	}
	if len(linux) != len(windows) {
		t.Errorf("%d exits on Linux, %d on Windows", len(linux), len(windows))
	}
}

// Numbers of errors are the system's own: these are Windows's, as winerror.h has them.
func TestWindowsNumbersItsOwnErrors(t *testing.T) {
	for number, causes := range map[syscall.Errno][]error{
		112: systemOf("windows").full, 10061: systemOf("windows").refused, 10051: systemOf("windows").roadless,
	} {
		if !isAny(number, causes) || isAny(syscall.ENOENT, causes) {
			t.Errorf("%d is not known, or a missing file is", uint(number))
		}
	}
}

func TestAStickMayBeAnyDriveButTheSystems(t *testing.T) {
	drives := strings.Join(systemOf("windows").sticks, " ")
	if !strings.HasPrefix(drives, `D:\ E:\ `) || !strings.HasSuffix(drives, ` Z:\`) {
		t.Errorf("drives are %s", drives)
	}
}
