package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// planted are log lines with something of a citizen in each way that a line may have
// it, and what must be left of them.
func planted() map[string]string {
	c := haltest.Citizens()[0]
	id := protocol.NewID().String()
	return map[string]string{
		`time=2026-11-24T03:00:00.123+09:00 level=WARN msg="device not ready" error="reading card: ` + c.Name + `"`: `time=2026-11-24T03:00:00.123+09:00 level=WARN msg="device not ready" error="reading card: …"`,
		`level=INFO msg="` + c.Address + ` committed"`:                                                              `level=INFO msg="… committed"`,
		`level=INFO msg="receipt taken" id=` + id:                                                                   `level=INFO msg="receipt taken" id=…`,
		`panic: ` + c.Password:                    `panic: …`,
		`code=482913 code="482 913" code=482-913`: `code=… code="…" code=…`,
		`born 1979-04-12, 3.19790412, 昭和54年`:      `born …`,
		`born=` + c.BirthDate:                     `born=…`,
		"YAMADA TARO read the card":               "… read the card",
		`error="exit status 2"`:                   `error="exit status 2"`,
		`HTTP status 503 from 192.168.10.7:8443`:  `HTTP status 503 from …`,
		"\x1b[31mred\x00":                         " [… ",
	}
}

func TestOnlyWordsOfTheProgramsPassTheScrubber(t *testing.T) {
	scrub := newScrubber()
	for line, want := range planted() {
		if got := scrub.line(line); got != want {
			t.Errorf("%q\n got %q\nwant %q", line, got, want)
		}
	}
}

func FuzzScrubbedTextHasKnownWordsOnly(f *testing.F) {
	for line := range planted() {
		f.Add(line)
	}
	scrub := newScrubber()
	f.Fuzz(func(t *testing.T, line string) {
		once := scrub.text(line)
		for _, word := range wordsAndNumbers().FindAllString(once, -1) {
			if !scrub.known[strings.ToLower(word)] && !(isNumber(word) && len(word) <= 3) {
				t.Errorf("%q let %q through", line, word)
			}
		}
	})
}

// The list of words is made of the programs' sources: what they log is told whole, or
// nearly so, and no invented person is on it.
func TestWordsOfTheLogAreThoseOfTheSources(t *testing.T) {
	scrub, known, all := newScrubber(), 0, 0
	call := regexp.MustCompile(`(?i)log\.(?:Info|Warn|Error|Debug)\("([^"]+)"`)
	for _, folder := range []string{"../../terminal", "../../terminal/uplink", "../../terminal/uplinkd", "../../terminal/terminald", "../../terminal/journal"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, said := range call.FindAllSubmatch(source, -1) {
				if all++; scrub.text(string(said[1])) == string(said[1]) {
					known++
				} else {
					t.Logf("%s: %s", file, scrub.text(string(said[1])))
				}
			}
		}
	}
	if all < 50 || known*100 < all*85 {
		t.Errorf("%d of %d messages pass whole: bring logwords.txt up to date", known, all)
	}
	for _, c := range haltest.Citizens() {
		for _, text := range []string{c.Name, c.Address, c.Password, c.BirthDate} {
			if left := scrub.text(text); strings.ContainsAny(left, "0123456789") || wordsAndNumbers().MatchString(left) {
				t.Errorf("%q is left of somebody", left)
			}
		}
	}
}

// unpack is the bag as files.
func (r *resting) unpack(name string) map[string][]byte {
	r.t.Helper()
	file, err := os.Open(name)
	if err != nil {
		r.t.Fatal(err)
	}
	defer file.Close()
	packed, err := gzip.NewReader(file)
	if err != nil {
		r.t.Fatal(err)
	}
	all, bag := map[string][]byte{}, tar.NewReader(packed)
	for {
		header, err := bag.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		content, err2 := io.ReadAll(bag)
		if err = errors.Join(err, err2); err != nil {
			r.t.Fatal(err)
		}
		all[strings.TrimPrefix(header.Name, "watashi-support/")] = content
	}
}

func TestSupportGathersWhatIsKnownWithoutSecrets(t *testing.T) {
	r := newResting(t)
	id := protocol.NewID()
	r.keep(id)
	r.Logs = func(context.Context) ([]byte, error) {
		var lines bytes.Buffer
		for line := range planted() {
			lines.WriteString(line + "\n")
		}
		return lines.Bytes(), nil
	}
	r.config = r.lab.config(`{"state_dir":` + quoted(r.state) + `,"password":"MIDORI123","printer":{"kind":"usb","path":"/dev/usb/lp0","note":"山田"}}`)
	out := filepath.Join(t.TempDir(), "support.tar.gz")
	e := r.do("support", "--out", out, "--json")
	r.want(e, exitDone)
	r.valid("support", e.out)
	files := r.unpack(out)
	for _, name := range []string{"manifest.json", "versions.json", "audit.json", "devices.json", "conditions.json", "log.txt", "terminald.json", "certificates.pem", "bundle.json", "machine.json"} {
		if len(files[name]) == 0 {
			t.Errorf("nothing in %s: %s", name, e.out)
		}
	}
	var m manifest
	r.decode(string(files["manifest.json"]), &m)
	for _, listed := range m.Files {
		sum := sha256.Sum256(files[listed.Name])
		if listed.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s is not as listed", listed.Name)
		}
	}
	if !slices.ContainsFunc(m.Missing, func(gone missing) bool {
		return gone.Name == "status.json" && strings.Contains(gone.Why, "does not answer")
	}) {
		t.Errorf("missing are %+v", m.Missing)
	}
	var audit struct{ Verdict string }
	if err := json.Unmarshal(files["audit.json"], &audit); err != nil || audit.Verdict != "whole" {
		t.Errorf("the trail is %q, %v", audit.Verdict, err)
	}
	c := haltest.Citizens()[0]
	for name, content := range files {
		for _, secret := range []string{c.Name, c.Address, c.Password, c.BirthDate, id.String(), "482913", "482 913", "山田", "PRIVATE KEY"} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s tells %s", name, secret)
			}
		}
	}
	if !bytes.Contains(files["terminald.json"], []byte(`"left_out": 2`)) {
		t.Errorf("the configuration is %s", files["terminald.json"])
	}
	r.want(r.do("support", "--out", out), exitFiles, "exist")
	r.want(r.do("support"), exitUsage, "--out")
	r.want(r.do("support", "--help"), exitDone, "watashi-provision support [flags]", "example")
}

// What the services know of their configuration is in the bag, whole.
func TestConfigurationsOfBothServicesAreKnownWhole(t *testing.T) {
	for _, name := range []string{"../../terminal/terminald/terminald.example.json", "../../terminal/uplinkd/uplinkd.example.json"} {
		content, err := knownConfig(name)
		if err != nil || !bytes.Contains(content, []byte(`"left_out": 0`)) {
			t.Errorf("%s: %v\n%s", name, err, content)
		}
	}
}
