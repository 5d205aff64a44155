package provisioning_test

import (
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
)

// served is a machine with an identity, and a platform that notes its last word.
func served(t *testing.T) (*central, *machine, *[]protocol.Retirement) {
	t.Helper()
	c := newCentral(t)
	m := newMachine(t, c)
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	id, heard := m.whole(t), &[]protocol.Retirement{}
	c.answer(protocol.PathRetirements, func(w http.ResponseWriter, r *http.Request) {
		word, _, err := protocol.VerifyRetirement(must(io.ReadAll(r.Body)), func(string) (*x509.Certificate, error) { return id.Certificate, nil })
		if err != nil || len(r.TLS.PeerCertificates) != 1 {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		*heard = append(*heard, word)
		w.WriteHeader(http.StatusNoContent)
	})
	return c, m, heard
}

func (m *machine) end(t *testing.T, change func(*provisioning.RetireConfig)) (provisioning.Retired, error) {
	t.Helper()
	config := provisioning.RetireConfig{StateDir: m.StateDir, UplinkDir: m.UplinkDir}
	if change != nil {
		change(&config)
	}
	return provisioning.Retire(t.Context(), config)
}

func TestRetiredMachineTellsThePlatformAndKeepsNothing(t *testing.T) {
	_, m, heard := served(t)
	if err := os.WriteFile(filepath.Join(m.StateDir, "journal.db"), []byte("sealed"), 0o600); err != nil {
		t.Fatal(err)
	}
	done, err := m.end(t, func(c *provisioning.RetireConfig) { c.Unsent, c.Forced, c.Successor = 2, true, "T-0002" })
	if err != nil || !done.Told || done.TerminalID != "T-0001" {
		t.Fatalf("%+v, %v", done, err)
	}
	if len(*heard) != 1 || (*heard)[0].Unsent != 2 || !(*heard)[0].Forced || (*heard)[0].Successor != "T-0002" {
		t.Errorf("heard %+v", *heard)
	}
	if left := m.names(t); len(left) != 1 || left["terminald/journal.db"] == 0 {
		t.Errorf("left %v", left)
	}
	if _, err := m.end(t, nil); !errors.Is(err, provisioning.ErrNoIdentity) {
		t.Errorf("again: %v", err)
	}
}

// Without the platform's answer no key is touched; by hand it goes without.
func TestNothingIsDestroyedUnlessThePlatformHeard(t *testing.T) {
	c, m, heard := served(t)
	c.answer(protocol.PathRetirements, func(w http.ResponseWriter, _ *http.Request) {
		protocol.NewProblem(http.StatusServiceUnavailable, protocol.CodeUnavailable, "").Write(w)
	})
	if _, err := m.end(t, nil); !errors.Is(err, provisioning.ErrUnreachable) {
		t.Errorf("error %v", err)
	}
	m.whole(t)
	if done, err := m.end(t, func(c *provisioning.RetireConfig) { c.Offline = true }); err != nil || done.Told || len(*heard) > 0 {
		t.Errorf("by hand: %+v, %v, heard %v", done, err, *heard)
	}
	if left := m.names(t); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

// A power cut may come between any two files that go.
func TestRetiringGoesOnWhereItWasCutOff(t *testing.T) {
	_, m, heard := served(t)
	copies := map[string][]byte{}
	for name := range m.names(t) {
		copies[name] = must(os.ReadFile(filepath.Join(filepath.Dir(m.StateDir), name)))
	}
	mark := filepath.Join(m.StateDir, "retiring.json")
	for name := range copies {
		for other, text := range copies {
			if other == name {
				continue
			}
			if err := os.WriteFile(filepath.Join(filepath.Dir(m.StateDir), other), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(mark, []byte(`{"terminal":"T-0001","platform_told":true}`), 0o600); err != nil {
			t.Fatal(err)
		}
		done, err := m.end(t, nil)
		if err != nil || done.TerminalID != "T-0001" || len(*heard) > 0 || len(m.names(t)) > 0 {
			t.Errorf("without %s: %+v, %v, heard %v, left %v", name, done, err, *heard, m.names(t))
		}
	}
	if err := os.WriteFile(mark, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := m.end(t, nil); err == nil || !strings.Contains(err.Error(), "retiring.json") {
		t.Errorf("a damaged mark: %v", err)
	}
}
