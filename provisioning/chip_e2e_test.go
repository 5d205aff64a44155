//go:build e2e

package provisioning_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/attestation"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/tpm"
	"github.com/digital-watashi/kiosk/provisioning/tpm/swtpm"
)

// The software TPMs here are processes of swtpm, the platform is the one that ships.

// realPlatform issues over keys that their TPM has proven, and nothing else.
type realPlatform struct {
	*platform.Platform
	mu     sync.Mutex
	ahead  time.Duration
	trust  attestation.Trust
	server *http.Server
}

// Trust is attestation.EndorsementSource.
func (p *realPlatform) Trust(context.Context) (attestation.Trust, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trust, nil
}

func (p *realPlatform) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Add(p.ahead)
}

func (p *realPlatform) pass(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ahead += d
}

// dated answers by the platform's clock.
func (p *realPlatform) dated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", p.now().UTC().Format(http.TimeFormat))
		next.ServeHTTP(w, r)
	})
}

func newPlatform(t testing.TB) *realPlatform {
	t.Helper()
	dir, p := t.TempDir(), &realPlatform{}
	if err := keyring.Init(dir, keyring.Founding{PlatformID: "platform-test", Environment: protocol.Test}); err != nil {
		t.Fatal(err)
	}
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	p.Platform = must(platform.New(platform.Config{
		Dir: dir, Store: must(bolt.Open(filepath.Join(dir, "platform.db"))), Hosts: []string{listener.Addr().String()}, JPKI: haltest.NewCA().Certificates(), CRLs: &jpki.CRLMemory{},
		Endorsements: p, Protection: protocol.ProtectionAttested, Log: slog.New(slog.DiscardHandler), Now: p.now,
	}))
	p.server = &http.Server{Handler: p.dated(p.Handler()), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	done := make(chan struct{})
	go func() { defer close(done); p.server.Serve(tls.NewListener(listener, p.TLSConfig())) }()
	t.Cleanup(func() {
		p.server.Close()
		<-done
		p.Close()
	})
	return p
}

// trusts the maker of a chip.
func (p *realPlatform) trusts(t testing.TB, chip *swtpm.Chip) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for rest := chip.Makers; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return
		}
		p.trust.CAs = append(p.trust.CAs, must(x509.ParseCertificate(block.Bytes)))
	}
}

// machineFor is a new terminal with a chip.
func machineFor(t testing.TB, p *realPlatform, chip *swtpm.Chip) *machine {
	t.Helper()
	m := newMachine(t, newCentral(t))
	m.Token = must(p.IssueToken("T-0001"))
	m.Protection, m.Device, m.Now = protocol.ProtectionTPM, chip.Socket, p.now
	return m
}

// chipped is a terminal whose keys are in a chip that its platform trusts.
func chipped(t testing.TB) (*realPlatform, *swtpm.Chip, *machine) {
	t.Helper()
	p, chip := newPlatform(t), swtpm.Certified(t)
	p.trusts(t, chip)
	m := machineFor(t, p, chip)
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	return p, chip, m
}

func TestE2EInitProvesTheKeysOfItsTPM(t *testing.T) {
	_, _, m := chipped(t)
	id := m.whole(t)
	said := must(protocol.TerminalOf(id.Certificate))
	if id.Protection != protocol.ProtectionTPM || said.Protection != protocol.ProtectionAttested {
		t.Errorf("a key in %s, certified as %s", id.Protection, said.Protection)
	}
	told(t, m, "its TPM proven", "the TPM has proven")
	carries(t, m)
	signsHeartbeats(t, id)
	for _, dir := range []string{m.StateDir, m.UplinkDir} {
		for _, key := range []string{"device.key", "tls.key"} {
			if text, err := os.ReadFile(filepath.Join(dir, key)); err == nil && !strings.Contains(string(text), tpm.PEMType) {
				t.Errorf("%s is a key in the open", key)
			}
		}
	}
}

// carries makes a TLS handshake with the chip's key.
func carries(t testing.TB, m *machine) {
	t.Helper()
	cert, pool, host, err := provisioning.LoadTLS(m.UplinkDir)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{cert}, Time: m.Now}}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport}).Get("https://" + host + protocol.PathBundle)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the platform says %s", answer.Status)
	}
}

// signsHeartbeats has the chip make an ES256 signature in a JWS.
func signsHeartbeats(t testing.TB, id *provisioning.Identity) {
	t.Helper()
	beat := protocol.Heartbeat{
		TerminalID: id.TerminalID, Time: time.Now().UTC().Truncate(time.Second), Protection: id.Protection,
		ReaderState: "online", PrinterState: "online", Paper: "full",
	}
	jws, err := protocol.SignHeartbeat(beat, id.Signer, id.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := protocol.VerifyHeartbeat(jws, func(string) (*x509.Certificate, error) { return id.Certificate, nil }); err != nil {
		t.Error(err)
	}
}

// A chip that nobody knows is told by its endorsement key, so that an operator can
// put it on the list; then the same token serves.
func TestE2EUnknownTPMIsNamedAndMayBeAdmitted(t *testing.T) {
	p, chip := newPlatform(t), swtpm.New(t)
	m := machineFor(t, p, chip)
	if err := m.init(t); !errors.Is(err, provisioning.ErrUnproven) {
		t.Fatalf("error %v", err)
	}
	name := must(tpm.EndorsementID(must(tpm.At(chip.Socket).Endorsement())))
	if !strings.Contains(m.report.String(), name) {
		t.Errorf("reported\n%s", m.report)
	}
	p.mu.Lock()
	p.trust.Allowed = append(p.trust.Allowed, must(attestation.ParseEndorsement(name)))
	p.mu.Unlock()
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	m.whole(t)
}

// Stopped after each of its steps, init goes on with the same token and the same keys.
func TestE2EInitWithATPMGoesOnWhereItStopped(t *testing.T) {
	p, chip := newPlatform(t), swtpm.Certified(t)
	p.trusts(t, chip)
	m := machineFor(t, p, chip)
	keys := map[string]bool{}
	for _, step := range provisioning.Steps()[:3] {
		if err := stopAfter(t, m, step); !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped after %s: %v", step, err)
		}
		keys[string(must(os.ReadFile(filepath.Join(m.StateDir, ".provisioning", "device.key"))))] = true
	}
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	m.whole(t)
	if len(keys) != 1 {
		t.Errorf("%d device keys were made", len(keys))
	}
}

// stopAfter runs init until it has reported a step.
func stopAfter(t testing.TB, m *machine, step string) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	config := m.InitConfig
	config.Report = func(p provisioning.Progress) {
		if p.Done && p.Step == step {
			cancel()
		}
	}
	return provisioning.Init(ctx, config)
}

func TestE2EBothCertificatesAreRenewedOverTheSameKeys(t *testing.T) {
	p, chip, m := chipped(t)
	before := m.whole(t)
	config := provisioning.RenewConfig{StateDir: m.StateDir, UplinkDir: m.UplinkDir, Now: p.now}
	if renewed, err := provisioning.Renew(t.Context(), config); renewed || err != nil {
		t.Errorf("before its time: %v, %v", renewed, err)
	}
	const day = 24 * time.Hour
	for _, late := range []time.Duration{500 * day, 730*day + 60*day} { // in time; 60 days after the end
		p.pass(late)
		if renewed, err := provisioning.Renew(t.Context(), config); !renewed || err != nil {
			t.Fatalf("after %v: %v, %v", late, renewed, err)
		}
		id := m.whole(t)
		if !id.Certificate.NotAfter.After(before.Certificate.NotAfter) || id.Valid(p.now()) != nil ||
			!slices.Equal(id.Certificate.RawSubjectPublicKeyInfo, before.Certificate.RawSubjectPublicKeyInfo) {
			t.Errorf("after %v: from %v until %v", late, id.Certificate.NotBefore, id.Certificate.NotAfter)
		}
		before = id
		carries(t, m)
	}
	p.pass(730*day + 200*day)
	if _, err := provisioning.Renew(t.Context(), config); !errors.Is(err, provisioning.ErrRenewal) {
		t.Errorf("far too late: %v", err)
	}
	chip.Off(t)
	if _, err := provisioning.Renew(t.Context(), config); !errors.Is(err, provisioning.ErrChipNone) {
		t.Errorf("without its chip: %v", err)
	}
}

// Over the wall: the request is made by who has the key, carried by who has the
// network, and judged by the first.
func TestE2EDeviceCertificateIsRenewedOverTheWall(t *testing.T) {
	_, _, m := chipped(t)
	id := m.whole(t)
	if csr, err := id.RenewalRequest(time.Now()); csr != nil || err != nil {
		t.Errorf("before its time: %d bytes, %v", len(csr), err)
	}
	csr, err := id.RenewalRequest(provisioning.RenewAt(id.Certificate))
	if err != nil || csr == nil {
		t.Fatalf("in time: %d bytes, %v", len(csr), err)
	}
	der, err := provisioning.CarryRenewal(t.Context(), m.UplinkDir, csr)
	if err != nil {
		t.Fatal(err)
	}
	carrier, _, _, err := provisioning.LoadTLS(m.UplinkDir)
	if err != nil {
		t.Fatal(err)
	}
	for what, lie := range map[string][]byte{"nothing": nil, "damaged": der[:len(der)-1], "the TLS certificate": carrier.Leaf.Raw, "of another CA": newCentral(t).ca.Raw} {
		if err := id.TakeCertificate(lie, time.Now()); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
	if err := id.TakeCertificate(der, time.Now()); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(id.Current().Raw, der) || !slices.Equal(m.whole(t).Certificate.Raw, der) {
		t.Error("not in force, or not on disk")
	}
}
