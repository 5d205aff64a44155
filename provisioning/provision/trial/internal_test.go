package trial

import (
	"crypto/x509"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
)

func TestCompiledInCAsAreThoseOfProduction(t *testing.T) {
	cas, err := productionCAs()
	if err != nil || len(cas) == 0 {
		t.Fatal(cas, err)
	}
	d := &desk.Desk{World: desk.ThisMachine(), Machine: desk.Machine{StateDir: t.TempDir()}}
	a, err := anchorsFor(d, nil)
	if err != nil || len(a.Generations) != len(cas) || a.source != fromProgram {
		t.Errorf("%d anchors from %s, %v", len(a.Generations), a.source, err)
	}
	if err := a.CheckProduction(); err != nil {
		t.Error(err)
	}
	entries, err := os.ReadDir("jpki")
	if err != nil || len(entries) != len(cas) {
		t.Errorf("%d files give %d CAs, %v", len(entries), len(cas), err)
	}
}

// Of one production CA only the fingerprint is compiled in.
func TestACertificateOfTheMissingCAIsToldApart(t *testing.T) {
	d := &desk.Desk{World: desk.ThisMachine(), Machine: desk.Machine{StateDir: t.TempDir()}}
	a, err := anchorsFor(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	for issued, told := range map[string]bool{"2019-09-13": false, "2019-09-14": true, "2021-05-05": true, "2023-07-15": true, "2023-07-17": false, "2026-01-01": false} {
		day, err := time.Parse(time.DateOnly, issued)
		if err != nil {
			t.Fatal(err)
		}
		if hint := a.missingGeneration(&x509.Certificate{NotBefore: day}); strings.Contains(hint, "signca02.cer") != told {
			t.Errorf("issued %s: %q", issued, hint)
		}
	}
	a.source = fromFiles
	if hint := a.missingGeneration(&x509.Certificate{NotBefore: time.Date(2021, 5, 5, 0, 0, 0, 0, time.UTC)}); hint != "" {
		t.Errorf("with files: %q", hint)
	}
}

// A CA file gives CAs or an error, and never both.
func FuzzCAFile(f *testing.F) {
	raw, err := compiledIn.ReadFile("jpki/signca03.pem")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(append(raw, raw...))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"))
	f.Add([]byte{0x30, 0x03, 0x02, 0x01, 0x00})
	f.Fuzz(func(t *testing.T, raw []byte) {
		cas, err := parseCAs(raw)
		if (err == nil) != (len(cas) > 0) {
			t.Errorf("%d CAs, %v", len(cas), err)
		}
		for _, ca := range cas {
			if !ca.IsCA {
				t.Error("a certificate that is no CA's was taken")
			}
		}
	})
}

// The slip is for people: it must say that it is none, and hold no code.
func TestATestSlipHoldsNoCode(t *testing.T) {
	for _, block := range testSlip(time.Unix(0, 0), t.TempDir()).Blocks {
		if _, is := block.(escpos.Code); is {
			t.Error("there is a code on it")
		}
	}
}
