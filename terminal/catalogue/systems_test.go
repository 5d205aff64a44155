package catalogue_test

import (
	"regexp"
	"runtime"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// A technician at a machine is told to do only what can be done there.
func TestStaffIsToldWhatCanBeDoneUnderItsSystem(t *testing.T) {
	strange := map[string]*regexp.Regexp{
		"linux":   regexp.MustCompile(`sc\.exe|\.msc|SCardSvr|administrator|w32tm|cleanmgr|icacls|[A-Z]:\\`),
		"windows": regexp.MustCompile(`systemctl|journalctl|timedatectl|pcscd|polkit|udev|chmod|chown|\broot\b|/(etc|dev|run|var|usr)/`),
	}
	for system, words := range strange {
		for _, l := range catalogue.Languages() {
			for _, f := range catalogue.Faults() {
				if said := catalogue.StaffOn(system, l.Tag, f.Code); said == "" || words.MatchString(said) {
					t.Errorf("on %s, %s in %s says: %s", system, f.Code, l.Tag, said)
				}
			}
			for name, key := range constants(t, "Key") {
				if said := catalogue.Text(l.Tag, catalogue.Key(key)); words.MatchString(said) {
					t.Errorf("on %s, %s in %s says: %s", system, name, l.Tag, said)
				}
			}
			for _, book := range books() {
				for _, code := range catalogue.Codes(l.Tag, book) {
					if said := catalogue.Word(l.Tag, book, code); words.MatchString(said) {
						t.Errorf("on %s, %s of %s in %s says: %s", system, code, book, l.Tag, said)
					}
				}
			}
		}
	}
}

func TestFaultsAreExplainedForTheSystemOfTheProgram(t *testing.T) {
	for _, l := range catalogue.Languages() {
		for _, code := range []catalogue.Code{catalogue.ReaderService, catalogue.ChipNone} {
			said := catalogue.Explain(l.Tag, code).Staff
			if said != catalogue.StaffOn(runtime.GOOS, l.Tag, code) || catalogue.StaffOn("windows", l.Tag, code) == catalogue.StaffOn("linux", l.Tag, code) {
				t.Errorf("%s in %s: %s", code, l.Tag, said)
			}
		}
	}
}
