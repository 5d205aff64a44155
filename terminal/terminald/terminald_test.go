//go:build cgo || windows

package main

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/devices"
	"github.com/digital-watashi/kiosk/terminal/service"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// machine is a machine with terminald on it, and what it needs on its disk.
type machine struct {
	t      *testing.T
	config Config
	keys   struct{ device, seal, receipt, bundle protocol.PrivateKey }
	cert   *x509.Certificate
}

// newMachine is not provisioned yet. Its printer is unplugged, and its reader's
// name is nobody's.
func newMachine(t *testing.T) *machine {
	dir, me := t.TempDir(), strconv.Itoa(os.Getuid())
	m := &machine{t: t, config: Defaults()}
	m.config.StateDir = filepath.Join(dir, "state")
	m.config.Reader = "no reader of this name"
	m.config.Printer = devices.Printer{Kind: "usb", Path: filepath.Join(dir, "lp0"), WidthDots: 576}
	m.config.UI = UI{Listen: "127.0.0.1:0", URLFile: filepath.Join(dir, "screen.url")}
	m.config.UplinkSocket, m.config.StatusSocket = filepath.Join(dir, "uplink"), filepath.Join(dir, "status")
	m.config.UplinkUsers, m.config.StatusUsers = []string{me}, []string{me}
	m.keys.device, m.keys.seal = protocol.NewPrivateKey(), protocol.NewPrivateKey()
	m.keys.receipt, m.keys.bundle = protocol.NewPrivateKey(), protocol.NewPrivateKey()
	if err := m.config.Validate(); err != nil {
		t.Fatal(err)
	}
	return m
}

// provision leaves what watashi-provision would.
func (m *machine) provision(e protocol.Environment) {
	m.t.Helper()
	uris, err := protocol.Terminal{ID: "t-0001", Environment: e, Protection: protocol.ProtectionFile}.URIs()
	m.must(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), URIs: uris, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, m.keys.device.Public(), m.keys.device)
	m.must(err)
	m.cert, err = x509.ParseCertificate(der)
	m.must(err)
	key, err := m.keys.device.PEM()
	m.must(err)
	m.must(os.MkdirAll(m.config.StateDir, 0o700))
	m.write("bundle.jws", m.bundle(e, 1))
	m.write("device.key", key)
	m.write("device.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func (m *machine) bundle(e protocol.Environment, version int) []byte {
	m.t.Helper()
	jws, err := protocol.SignBundle(protocol.Bundle{
		Version: version, PlatformID: "platform-test", Environment: e,
		EncryptionKeys: []protocol.PublicKey{m.keys.seal.PublicKey()}, ReceiptKeys: []protocol.PublicKey{m.keys.receipt.PublicKey()},
		BundleKeys: []protocol.PublicKey{m.keys.bundle.PublicKey()},
		JPKI:       [][]byte{haltest.NewCA().Certificates()[0].Raw}, SigningPolicies: []string{mynumber.TestSigningPolicy().String()}, CodeProfile: protocol.Digits6,
		Photo: protocol.PhotoOff, Offline: protocol.OfflineAllow, Languages: []string{"ja", "en"},
		Contact: map[string]string{"ja": "0120-000-000", "en": "0120-000-000"},
		Limits:  protocol.Limits{MaxUnsent: 100, MaxUnsentHours: 72, MaxSkewSeconds: 300},
		Issued:  time.Now().UTC().Truncate(time.Second),
	}, m.keys.bundle)
	m.must(err)
	return jws
}

func (m *machine) write(name string, content []byte) {
	m.t.Helper()
	m.must(os.WriteFile(filepath.Join(m.config.StateDir, name), content, 0o600))
}

func (m *machine) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// start runs terminald until the test ends, and expects it to end in order.
func (m *machine) start() {
	ctx, cancel := context.WithCancel(m.t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, m.config, &service.Notifier{}, slog.New(slog.DiscardHandler))
	}()
	m.t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			m.t.Errorf("ended with %v", err)
		}
	})
}

// until asks the status socket until the answer is as wanted.
func (m *machine) until(what string, is func(Status) bool) Status {
	m.t.Helper()
	deadline, tick := time.After(30*time.Second), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for {
		s, err := m.status()
		if err == nil && is(s) {
			return s
		}
		select {
		case <-tick.C:
		case <-deadline:
			m.t.Fatalf("waited for %s in vain; last %+v, %v", what, s, err)
		}
	}
}

func (m *machine) status() (s Status, err error) {
	response, err := unixClient(m.config.StatusSocket).Get("http://terminal/status")
	if err != nil {
		return s, err
	}
	defer response.Body.Close()
	d := json.NewDecoder(response.Body)
	d.DisallowUnknownFields()
	return s, d.Decode(&s)
}

func unixClient(path string) *http.Client {
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
	}}
}

func TestMachineWithoutIdentityStaysUpAndTellsWhy(t *testing.T) {
	m := newMachine(t)
	m.start()
	s := m.until("the reason", func(s Status) bool { return s.Missing != "" })
	if s.Fault != "SET-UP" || !strings.Contains(s.Missing, "device") || s.TerminalID != "" {
		t.Errorf("status is %+v", s)
	}
	address, err := os.ReadFile(m.config.UI.URLFile)
	m.must(err)
	response, err := http.Get(strings.TrimSpace(string(address)))
	m.must(err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the page: %s", response.Status)
	}
	m.provision(protocol.Test)
	s = m.until("the terminal, once it is provisioned", func(s Status) bool { return s.TerminalID != "" })
	if s.TerminalID != "t-0001" || s.Fault != "" || len(s.Refusals) != 0 {
		t.Errorf("status is %+v", s)
	}
}

func TestDamagedJournalIsToldAndNotTouched(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	m.write("journal.db", []byte(strings.Repeat("damaged ", 4096)))
	m.start()
	s := m.until("the reason", func(s Status) bool { return s.Missing != "" })
	if s.Fault != "DISK-FAULT" || !strings.Contains(s.Missing, "journal corrupt") {
		t.Errorf("status is %+v", s)
	}
	if kept, err := os.ReadFile(filepath.Join(m.config.StateDir, "journal.db")); err != nil || !strings.HasPrefix(string(kept), "damaged ") {
		t.Errorf("journal was touched: %v", err)
	}
}

func TestProductionMachineWithKeyInAFileIsRefused(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Production)
	m.start()
	s := m.until("the refusal", func(s Status) bool { return s.TerminalID != "" })
	if len(s.Refusals) != 1 || !strings.Contains(s.Refusals[0], "hardware") || s.Environment != "production" {
		t.Errorf("status is %+v", s)
	}
}

func TestTerminalAndPlatformHearOfEachOther(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	beats, second := make(chan []byte, 8), m.bundle(protocol.Test, 2)
	platform := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v1/bundle":
			w.Write(second)
		case "/v1/heartbeats":
			body, _ := io.ReadAll(r.Body)
			beats <- body
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	t.Cleanup(platform.Close)
	m.start()
	m.until("the uplink", func(s Status) bool { return s.Platform != nil && s.Platform.Cause == "no-contact" })
	base, err := url.Parse(platform.URL)
	m.must(err)
	carrier := &uplink.Carrier{Desk: unixClient(m.config.UplinkSocket), Platform: platform.Client(), Base: base, Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- carrier.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })

	h, _, err := protocol.VerifyHeartbeat(<-beats, func(string) (*x509.Certificate, error) { return m.cert, nil })
	if err != nil || h.TerminalID != "t-0001" || h.PrinterState != "noDevice" || h.Versions["terminald"] != version {
		t.Errorf("heartbeat is %+v, %v", h, err)
	}
	s := m.until("bundle 2", func(s Status) bool { return s.Bundle.Version == 2 })
	if !s.Platform.Reachable || s.Clock.Fault != "" || s.Journal.DiskFree == 0 || s.Printer.Device != "noDevice" {
		t.Errorf("status is %+v", s)
	}
}

func TestStatusNamesNoCitizen(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	m.start()
	m.until("the terminal", func(s Status) bool { return s.TerminalID != "" })
	response, err := unixClient(m.config.StatusSocket).Get("http://terminal/status")
	m.must(err)
	defer response.Body.Close()
	var members map[string]any
	m.must(json.NewDecoder(response.Body).Decode(&members))
	known := []string{"version", "terminal_id", "environment", "protection", "bundle", "reader", "printer", "platform", "clock", "journal"}
	for name := range members {
		if !slices.Contains(known, name) {
			t.Errorf("status tells %q as well", name)
		}
	}
	for _, path := range []string{"/", "/journal", "/debug/pprof/"} {
		response, err := unixClient(m.config.StatusSocket).Get("http://terminal" + path)
		m.must(err)
		response.Body.Close()
		if response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, response.Status)
		}
	}
}
