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
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

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
		c := haltest.Citizens()[0]
		return []byte(strings.Join([]string{
			`level=WARN msg="device not ready" error="reading card: ` + c.Name + `"`, `msg="` + c.Address + ` committed"`,
			`msg="receipt taken" id=` + id.String(), "panic: " + c.Password, `code=482913 code="482 913"`, "born=" + c.BirthDate, "",
		}, "\n")), nil
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
	var m struct {
		Format, Time, Version string
		Files                 []struct {
			Name, SHA256 string
			Size         int
		}
		Missing []struct{ Name, Why string }
	}
	r.decode(string(files["manifest.json"]), &m)
	for _, listed := range m.Files {
		sum := sha256.Sum256(files[listed.Name])
		if listed.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s is not as listed", listed.Name)
		}
	}
	if !slices.ContainsFunc(m.Missing, func(gone struct{ Name, Why string }) bool {
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
