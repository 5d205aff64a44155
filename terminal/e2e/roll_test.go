//go:build e2e

package e2e_test

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

// TestE2ERollOverDrill replaces every key and CA of the platform, one after another,
// while the terminal works and an envelope for the old keys waits.
func TestE2ERollOverDrill(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		s := newShop(t)
		s.drop(2) // a card of it comes at the end
		before := s.Operator("keys", "list")
		waiting := s.sealedOffline()
		s.Operator("keys", "roll", "encryption", "--now")
		s.Operator("keys", "roll", "receipt", "--now")
		s.Operator("keys", "roll", "bundle")
		if !strings.Contains(s.Operator("keys", "left"), "shop-7") {
			t.Error("nobody is waited for")
		}
		s.Operator("ca", "roll")
		if !strings.Contains(s.Operator("ca", "left"), "shop-7") {
			t.Error("the terminal is not on the old CA after a roll-over that it has not heard of")
		}
		s.Start(s.Uplinkd)
		s.AwaitUnsent(0)
		waiting.phone.bindsEventually(waiting.code(), waiting.citizen.Name)

		s.Operator("keys", "roll", "bundle", "--now") // the terminal knows it by now
		s.Until("both certificates are the new CA's", func() error {
			if left := strings.TrimSpace(s.Operator("ca", "left")); left != "" {
				return errors.New("left: " + left)
			}
			return nil
		})
		s.Operator("ca", "retire")
		s.believeNewCA()
		s.Operator("ca", "add", s.generation(2))
		s.drop(3)
		s.journey(2, "ja")
		after := s.Operator("keys", "list")
		for line := range strings.Lines(before) {
			kid := strings.Fields(line)[1]
			if !strings.Contains(after, kid+" old, kept until") {
				t.Errorf("%s is not an old key now", kid)
			}
		}
		s.nobodyNamed()
		s.searched()
		all, err := s.Status()
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("rolled: encryption, receipt and bundle key, terminal CA, a generation of cards by another; 1 envelope waited, 2 registrations bound once, bundle %d\n%s",
			all.Bundle.Version, after)
	})
}

// TestE2ERollOverThatIsNone: bundles that no terminal may take.
func TestE2ERollOverThatIsNone(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		s := newShop(t)
		old, err := os.ReadFile(s.Path("platform", "platform.db"))
		if err != nil {
			t.Fatal(err)
		}
		s.Rule(map[string]any{"photo_days": 31, "offline": "allow", "contact": map[string]string{"ja": "新しい番号"}})
		version := s.bundleNow().Version
		s.Platformd.Stop()
		if err := os.WriteFile(s.Path("platform", "platform.db"), old, 0o600); err != nil {
			t.Fatal(err)
		}
		s.offered("rolled back", version)

		s.Platformd.Stop()
		s.Tool("watashi-platformd", "init", "-dir", s.Path("clone"), "-id", "platform-e2e", "-host", "127.0.0.1:8443")
		if err := os.Rename(s.Path("clone", "bundle.pem"), s.Path("platform", "bundle.pem")); err != nil {
			t.Fatal(err)
		}
		s.Edit(s.Path("platform", "platformd.json"), map[string]any{"contact": map[string]string{"ja": "別の番号"}})
		s.offered("signed by another key", version)
		s.screen.Shows("welcome") // it serves by the last good one
	})
}

// sealedOffline takes a citizen in while there is no way to the platform, and leaves
// it so.
func (s *shop) sealedOffline() *visit {
	s.T.Helper()
	v := s.visit(haltest.Citizens()[0], "ja")
	v.through("key")
	s.Uplinkd.Stop()
	v.screen.Type(string(v.phone.Digits()))
	v.screen.Press("next")
	v.screen.Shows("confirm")
	v.screen.Press("sign")
	v.screen.Shows("take-card")
	s.AwaitUnsent(1)
	v.code()
	v.leaves()
	return v
}

// generation is a file with the CA of one generation of cards.
func (s *shop) generation(n int) (path string) {
	s.T.Helper()
	s.Write("generation.crt", s.CA.Certificates()[n-1].Raw)
	return s.Path("generation.crt")
}

// drop takes a generation of cards out of the bundle.
func (s *shop) drop(generation int) {
	s.T.Helper()
	s.Operator("ca", "drop", s.generation(generation))
	s.Rule(nil)
}

// believeNewCA tells the phones, which pin the platform's CA as well.
func (s *shop) believeNewCA() {
	s.T.Helper()
	pem, err := os.ReadFile(s.Path("platform", "terminal-ca.pem"))
	s.Roots = x509.NewCertPool()
	if err != nil || !s.Roots.AppendCertsFromPEM(pem) {
		s.T.Fatal("the platform has no CA file: ", err)
	}
}

// bundleSaid is what the status says of the bundle.
type bundleSaid struct {
	Version int
	Refused struct {
		Words string
		Count int
	}
}

func (s *shop) bundleNow() bundleSaid {
	s.T.Helper()
	var all struct{ Bundle bundleSaid }
	text, err := s.Ask("/status")
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		s.T.Fatal(err)
	}
	return all.Bundle
}

// offered starts the platform and waits until the terminal has refused what it offers,
// and says so, with the bundle that it had.
func (s *shop) offered(words string, version int) {
	s.T.Helper()
	s.Start(s.Platformd)
	s.Until("platformd answers", s.PlatformAnswers)
	s.Uplinkd.Stop() // one that starts asks for the bundle at once
	s.Start(s.Uplinkd)
	s.Until("the bundle is refused as "+words, func() error {
		b := s.bundleNow()
		if b.Version != version || b.Refused.Count < 1 || !strings.HasPrefix(b.Refused.Words, words) {
			return fmt.Errorf("bundle %d, want %d; refused: %+v", b.Version, version, b.Refused)
		}
		return nil
	})
	if s.Metric("watashi_bundle_refused") == "0" || !strings.Contains(s.Terminald.Logged(), "bundle not taken") {
		s.T.Error("it is neither counted nor logged")
	}
}
