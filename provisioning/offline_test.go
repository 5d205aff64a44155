package provisioning_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
)

// The platform here is the one that ships, without its network.

// remote is a platform that machines know by hand only.
type remote struct {
	*platform.Platform
	t     testing.TB
	ahead time.Duration
}

func newRemote(t testing.TB, id string) *remote {
	t.Helper()
	dir, r := t.TempDir(), &remote{t: t}
	if err := keyring.Init(dir, keyring.Founding{PlatformID: id, Environment: protocol.Test}); err != nil {
		t.Fatal(err)
	}
	r.Platform = must(platform.New(platform.Config{
		Dir: dir, Store: must(bolt.Open(filepath.Join(dir, "platform.db"))), Hosts: []string{"platform.example"}, JPKI: haltest.NewCA().Certificates(), CRLs: &jpki.CRLMemory{},
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return time.Now().Add(r.ahead) },
	}))
	t.Cleanup(func() { r.Close() })
	return r
}

// machine is a new terminal with a token of it, and a stick.
func (r *remote) machine(id string) *machine {
	report, dir := &bytes.Buffer{}, r.t.TempDir()
	stick := filepath.Join(dir, "stick")
	if err := os.Mkdir(stick, 0o700); err != nil {
		r.t.Fatal(err)
	}
	return &machine{provisioning.InitConfig{
		Token: must(r.IssueToken(id)), Environment: protocol.Test, Report: telling(report), Offline: stick,
		StateDir: filepath.Join(dir, "terminald"), UplinkDir: filepath.Join(dir, "uplinkd"),
	}, report}
}

// asks runs init for the first time, and returns the request on the stick.
func (m *machine) asks(t testing.TB) protocol.SealedRequest {
	t.Helper()
	m.waits(t, provisioning.ErrWaiting)
	return must(protocol.ReadEnrolRequest(m.request(t)))
}

// request is the file on the stick.
func (m *machine) request(t testing.TB) []byte {
	t.Helper()
	names := m.stick(t, "watashi-request-"+protocol.FileMark(protocol.Bytes(m.Token.Secret))+"-*.json")
	if len(names) != 1 {
		t.Fatalf("%d requests on the stick", len(names))
	}
	return must(os.ReadFile(names[0]))
}

func (m *machine) waits(t testing.TB, want error) {
	t.Helper()
	if err := m.init(t); !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

func (m *machine) stick(t testing.TB, pattern string) []string {
	t.Helper()
	return must(filepath.Glob(filepath.Join(m.Offline, pattern)))
}

// forgets has the machine make another request; the file was damaged, say.
func (m *machine) forgets(t testing.TB) {
	t.Helper()
	if err := os.Remove(filepath.Join(m.StateDir, ".provisioning", "request.json")); err != nil {
		t.Fatal(err)
	}
}

// answers has the platform answer the request on a machine's stick, and returns the file.
func (r *remote) answers(m *machine) []byte {
	r.t.Helper()
	file := m.request(r.t)
	answer, err := r.Enrol(r.t.Context(), file)
	if _, refused := errors.AsType[protocol.Problem](err); err != nil && !refused {
		r.t.Fatal(err)
	}
	m.brings(r.t, must(protocol.ReadEnrolRequest(file)).AnswerFile(), answer)
	return answer
}

func (m *machine) brings(t testing.TB, name string, file []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(m.Offline, name), file, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestStickBringsAMachineUpInOneTrip(t *testing.T) {
	r := newRemote(t, "platform-1")
	m := r.machine("T-0001")
	asked := m.asks(t)
	r.answers(m)
	m.report.Reset()
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	told(t, m, "its answer came on the stick", "device certificate for terminal T-0001", "bundle 1 of platform-1")
	if id := m.whole(t); id.TerminalID != "T-0001" {
		t.Errorf("terminal %s", id.TerminalID)
	}
	if left := m.stick(t, "*"); len(left) > 0 {
		t.Errorf("left on the stick: %v", left)
	}
	if asked.Proof != nil || asked.Endorsement != nil {
		t.Error("a key in a file was proven")
	}
	m.waits(t, provisioning.ErrProvisioned)
}

func TestSecretDoesNotTravel(t *testing.T) {
	r := newRemote(t, "platform-1")
	m := r.machine("T-0001")
	m.asks(t)
	r.answers(m)
	for _, name := range m.stick(t, "*") {
		file := must(os.ReadFile(name))
		for _, secret := range []string{m.Token.Password(), m.Token.Password()[16:], string(m.Token.Secret), string(m.Token.Secret[protocol.TokenNameLength:])} {
			if bytes.Contains(file, []byte(secret)) {
				t.Errorf("%s holds the secret", name)
			}
		}
	}
}

// Each answer that is not the one is told apart, changes nothing, and the right one is
// taken afterwards.
func TestWrongAnswersAreToldApart(t *testing.T) {
	for name, c := range map[string]struct {
		bring func(t *testing.T, r *remote, m *machine) // onto the stick
		want  error
	}{
		"none yet":      {func(*testing.T, *remote, *machine) {}, provisioning.ErrWaiting},
		"another stick": {func(t *testing.T, _ *remote, m *machine) { m.Offline = t.TempDir() }, provisioning.ErrOtherStick},
		"of another machine": {func(t *testing.T, r *remote, m *machine) {
			other := r.machine("T-0002")
			other.asks(t)
			m.brings(t, "watashi-answer-00000000-1.json", r.answers(other))
		}, provisioning.ErrOtherMachine},
		"to an older request": {func(t *testing.T, r *remote, m *machine) {
			old := r.answers(m)
			m.forgets(t)
			m.Offline = t.TempDir()
			m.asks(t)
			m.brings(t, "watashi-answer-00000000-1.json", old)
		}, provisioning.ErrOldAnswer},
		"cut": {func(t *testing.T, r *remote, m *machine) {
			whole := r.answers(m)
			m.brings(t, filepath.Base(m.stick(t, "watashi-answer-*")[0]), whole[:len(whole)-9])
		}, protocol.ErrCarried},
		"changed": {func(t *testing.T, r *remote, m *machine) {
			whole := r.answers(m)
			at := bytes.Index(whole, []byte(`"device":"`)) + 100
			if whole[at] == 'A' {
				whole[at] = 'B'
			} else {
				whole[at] = 'A'
			}
			m.brings(t, filepath.Base(m.stick(t, "watashi-answer-*")[0]), whole)
		}, provisioning.ErrForeignAnswer},
		"of another platform": {func(t *testing.T, r *remote, m *machine) {
			m.brings(t, "watashi-answer-00000000-1.json", forged(t, r, m, nil))
		}, provisioning.ErrForeignAnswer},
		"of another platform that shows our CA": {func(t *testing.T, r *remote, m *machine) {
			m.brings(t, "watashi-answer-00000000-1.json", forged(t, r, m, r.CACertificate().Raw))
		}, provisioning.ErrForeignAnswer},
		"to a request of tomorrow": {func(t *testing.T, r *remote, m *machine) {
			m.Now = func() time.Time { return time.Now().Add(24 * time.Hour) }
			m.forgets(t)
			m.asks(t)
			r.answers(m)
		}, provisioning.ErrClock},
		"read a day too early": {func(t *testing.T, r *remote, m *machine) {
			r.answers(m)
			m.Now = func() time.Time { return time.Now().Add(-24 * time.Hour) }
		}, provisioning.ErrClock},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRemote(t, "platform-1")
			m := r.machine("T-0001")
			m.asks(t)
			c.bring(t, r, m)
			m.waits(t, c.want)
			if _, err := provisioning.LoadDevice(m.StateDir); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("half an identity: %v", err)
			}
			m.Now, r.ahead = nil, 0
			r.answers(m)
			if err := m.init(t); err != nil {
				t.Fatalf("the right answer: %v", err)
			}
			m.whole(t)
		})
	}
}

// forged is an answer to the machine's very request, by somebody who has a chain of
// their own, and perhaps the certificate of the right CA.
func forged(t *testing.T, r *remote, m *machine, more []byte) []byte {
	t.Helper()
	c := newCentral(t)
	asked := must(protocol.ReadEnrolRequest(m.request(t)))
	genuine := must(protocol.ReadEnrolAnswer(must(r.Enrol(t.Context(), m.request(t)))))
	key := protocol.NewPrivateKey().ECDSA()
	leaf := c.issue(&x509.Certificate{DNSNames: []string{"platform.example"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, key.Public())
	chain := [][]byte{leaf.Raw, c.ca.Raw}
	if more != nil {
		chain = append(chain, more)
	}
	genuine.EnrolAnswer.Request = asked.Digest
	return must(protocol.SignEnrolAnswer(genuine.EnrolAnswer, key, chain))
}

func TestRefusalsComeOnTheStickAsOverTheNetwork(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*remote, *machine)
		want   error
	}{
		"expired": {func(r *remote, _ *machine) { r.ahead = 2 * time.Hour }, provisioning.ErrTokenExpired},
		"unknown": {func(_ *remote, m *machine) { m.Token.Secret[20] ^= 1 }, provisioning.ErrSecret},
		"used": {func(r *remote, m *machine) {
			first := r.machine("T-0001")
			first.Token = m.Token
			first.asks(r.t)
			r.answers(first)
		}, provisioning.ErrTokenUsed},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRemote(t, "platform-1")
			m := r.machine("T-0001")
			m.Now = func() time.Time { return time.Now().Add(r.ahead) }
			c.change(r, m)
			m.asks(t)
			r.answers(m)
			m.waits(t, c.want)
			m.Token = must(r.IssueToken("T-0001"))
			m.asks(t)
			r.answers(m)
			if err := m.init(t); err != nil {
				t.Errorf("a new token: %v", err)
			}
		})
	}
}

func TestStickIsForTheTokensPlatform(t *testing.T) {
	r, other := newRemote(t, "platform-1"), newRemote(t, "platform-2")
	m := r.machine("T-0001")
	m.asks(t)
	if _, err := other.Enrol(t.Context(), m.request(t)); !errors.Is(err, platform.ErrOtherPlatform) {
		t.Errorf("another platform says %v", err)
	}
}

func TestShortTokenIsNotCarried(t *testing.T) {
	m := newRemote(t, "platform-1").machine("T-0001")
	m.Token.Secret = m.Token.Secret[:20]
	m.waits(t, protocol.ErrTokenShort)
}

func TestStickThatIsNotThereIsSaid(t *testing.T) {
	m := newRemote(t, "platform-1").machine("T-0001")
	m.Offline = filepath.Join(m.Offline, "nowhere")
	m.waits(t, fs.ErrNotExist)
}

// The power goes at each point of the second run; the third one comes to the end.
func TestStickIsTakenUpWhereItStopped(t *testing.T) {
	r := newRemote(t, "platform-1")
	m := r.machine("T-0001")
	first := m.asks(t)
	if again := m.asks(t); !again.Digest.Equal(first.Digest) {
		t.Error("another request was made")
	}
	r.answers(m)
	m.Only = provisioning.StepAttestation
	if err := m.init(t); err != nil { // cut off behind it, and the stick is lost
		t.Fatal(err)
	}
	if err := os.RemoveAll(m.Offline); err != nil {
		t.Fatal(err)
	}
	for _, m.Only = range []string{provisioning.StepCertificates, provisioning.StepBundle} {
		if err := m.init(t); err != nil {
			t.Fatal(m.Only, err)
		}
	}
	m.whole(t)
}

// What was begun on a stick goes on over the network, with the same keys, and the other
// way round.
func TestNetworkMayComeBackMeanwhile(t *testing.T) {
	c := newCentral(t)
	m := newMachine(t, c)
	c.secret = []byte("a secret of 32 bytes ...........")
	m.Token, m.Offline = c.token(), t.TempDir()
	m.asks(t)
	m.Offline = ""
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	m.whole(t)
}
