//go:build e2e

package e2e_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

// A site without a network: what citizens registered goes to the platform on a stick,
// its receipts come back the same way, and the help desk gets a file without any of
// them in it.
func TestE2EQueueIsCarriedByHand(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		s := newShop(t)
		s.maintained()
		s.Uplinkd.Stop()
		if err := os.Mkdir(s.Path("stick"), 0o700); err != nil {
			t.Fatal(err)
		}
		var visits []*carriedVisit
		for _, citizen := range []int{0, 2, 5} {
			visits = append(visits, s.registersOffline(citizen))
		}
		s.AwaitUnsent(3)
		s.supported("while three wait")
		s.carries(visits, "terminald")

		last := []*carriedVisit{s.registersOffline(2)}
		s.AwaitUnsent(1)
		s.Terminald.Stop()
		s.Platformd.Stop()
		s.carries(last, "journal")
		s.supported("while nothing runs")
		s.screen.Quiet()
	})
}

// maintained has a technician take the terminal out of service, and back.
func (s *shop) maintained() {
	s.T.Helper()
	s.screen.Shows("welcome")
	for _, want := range []string{"on", "off"} {
		s.until("maintenance is "+want, func() bool {
			var got struct{ Maintenance string }
			s.tells(&got, "maintenance", want)
			return got.Maintenance == want
		})
	}
	s.screen.Shows("welcome")
}

// carriedVisit is one citizen who went home with a code that no platform knows.
type carriedVisit struct {
	*visit
	paper []byte
}

func (s *shop) registersOffline(citizen int) *carriedVisit {
	s.T.Helper()
	v := &carriedVisit{visit: s.visit(haltest.Citizens()[citizen], "ja")}
	v.through("")
	v.screen.Shows("take-card")
	v.paper = v.code()
	v.leaves()
	return v
}

// carries takes what waits to the platform and its receipts back, each step twice, and
// has the citizens use their codes.
func (s *shop) carries(visits []*carriedVisit, source string) {
	s.T.Helper()
	var out struct {
		Source        string
		Registrations int
		File          string
	}
	s.tells(&out, "queue", "export", "--out", s.Path("stick"))
	if out.Source != source || out.Registrations != len(visits) {
		s.T.Fatalf("exported %+v, want %d from %s", out, len(visits), source)
	}
	receipts := s.Operator("import-queue", out.File)
	if again := s.Operator("import-queue", out.File); again != receipts {
		s.T.Errorf("the same file got other receipts:\n%s\n%s", receipts, again)
	}
	s.Write("stick/receipts.jsonl", []byte(receipts))
	for n, want := range []int{len(visits), 0} {
		var in struct {
			Source  string
			Settled int
			Before  int `json:"settled_before"`
		}
		s.tells(&in, "queue", "import", s.Path("stick", "receipts.jsonl"))
		if in.Source != source || in.Settled != want || in.Before != len(visits)-want {
			s.T.Errorf("import %d: %+v", n+1, in)
		}
	}
	out.File = ""
	s.tells(&out, "queue", "export", "--out", s.Path("stick"))
	if out.Registrations != 0 || out.File != "" {
		s.T.Errorf("left to export: %+v", out)
	}
	if source == "journal" {
		s.StartTerminald()
		s.Start(s.Platformd)
		s.Until("platformd answers", s.PlatformAnswers)
		s.screen.Visit(s.Page())
	}
	s.AwaitUnsent(0)
	for _, v := range visits {
		v.phone.binds(v.paper, v.citizen.Name)
	}
	if source == "journal" {
		s.Terminald.Stop()
	}
}

// tells runs a command of watashi-provision that prints one JSON object.
func (s *shop) tells(v any, args ...string) {
	s.T.Helper()
	said := s.Tool("watashi-provision", append(args, "--json", "--config", s.Path("terminald.json"))...)
	if err := json.Unmarshal(said, v); err != nil {
		s.T.Fatalf("%v: %v in %s", args, err, said)
	}
}

// supported has a file made for the help desk, on a machine whose log tells all that
// is personal, and looks for that in what the file holds.
func (s *shop) supported(when string) {
	s.T.Helper()
	all := s.Cast().And(s.used)
	var log bytes.Buffer
	log.WriteString(s.Terminald.Logged())
	for secret := range all {
		log.WriteString(`level=WARN msg="it was ` + secret + `" error="` + secret + `" code=` + secret + "\n")
	}
	s.Write("log", log.Bytes())
	s.Write("journalctl", []byte("#!/bin/sh\nexec cat '"+s.Path("log")+"'\n"))
	if err := os.Chmod(s.Path("journalctl"), 0o700); err != nil {
		s.T.Fatal(err)
	}
	path := os.Getenv("PATH")
	s.T.Setenv("PATH", s.Path()+string(os.PathListSeparator)+path)
	folder, file := s.T.TempDir(), filepath.Join(s.T.TempDir(), "support.tar.gz")
	s.Tool("watashi-provision", "support", "--out", file, "--config", s.Path("terminald.json"))
	if out, err := exec.Command("tar", "-xzf", file, "-C", folder).CombinedOutput(); err != nil {
		s.T.Fatalf("unpacking: %v\n%s", err, out)
	}
	if scrubbed, err := os.ReadFile(filepath.Join(folder, "watashi-support", "log.txt")); err != nil || !bytes.Contains(scrubbed, []byte("attending")) {
		s.T.Errorf("%s: the log does not tell of the terminal's start: %v", when, err)
	}
	found, err := all.Below(folder)
	if err != nil || len(found) > 0 {
		s.T.Errorf("%s: %v, %v", when, found, err)
	}
	for secret := range all { // it would find each
		if err := os.WriteFile(filepath.Join(folder, "planted"), []byte("before:"+secret+":after"), 0o600); err != nil {
			s.T.Fatal(err)
		}
		if found, err := all.Below(folder); err != nil || len(found) == 0 {
			s.T.Errorf("%s: the search does not find what was planted: %v", when, err)
		}
	}
}
