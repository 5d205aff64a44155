package platform_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/attestation"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// visitor is a machine that speaks by stick only.
type visitor struct {
	w               *world
	token           protocol.Token
	device, carrier *ecdsa.PrivateKey
	claim           string
}

func (w *world) visitor(id, claim string) *visitor {
	w.t.Helper()
	return &visitor{w, ok(w.IssueToken(id))(w.t), newECDSA(), newECDSA(), claim}
}

func (v *visitor) csr(key *ecdsa.PrivateKey, forTLS bool) []byte {
	v.w.t.Helper()
	return ok(base64.StdEncoding.DecodeString(string(claiming(v.w.t, key, forTLS, v.claim))))(v.w.t)
}

// asks brings a request to the platform, and reads the answer.
func (v *visitor) asks(change func(*protocol.EnrolRequest)) (protocol.SignedAnswer, error) {
	v.w.t.Helper()
	r := protocol.EnrolRequest{Time: time.Now(), BundleFormat: 1, Device: v.csr(v.device, false), TLS: v.csr(v.carrier, true)}
	if change != nil {
		change(&r)
	}
	return v.brings(ok(protocol.SealEnrolRequest(r, v.token))(v.w.t))
}

func (v *visitor) brings(file []byte) (protocol.SignedAnswer, error) {
	v.w.t.Helper()
	answer, err := v.w.Enrol(background, file)
	if answer == nil {
		return protocol.SignedAnswer{}, err
	}
	read := ok(protocol.ReadEnrolAnswer(answer))(v.w.t)
	if read.Signed() != nil || !read.Request.Equal(ok(protocol.ReadEnrolRequest(file))(v.w.t).Digest) {
		v.w.t.Error("the answer is not signed, or not to the request")
	}
	return read, err
}

// introduced is a request with what a chip says of itself.
func introduced(c *chip) func(*protocol.EnrolRequest) {
	return func(r *protocol.EnrolRequest) {
		e := c.introduces(nil)
		r.Endorsement = &e
	}
}

func (v *visitor) proving(c *chip, challenge protocol.Challenge) func(*protocol.EnrolRequest) {
	proof := c.proves(challenge, v.device, v.carrier)
	return func(r *protocol.EnrolRequest) { r.Challenge, r.Proof = challenge.ID, &proof }
}

func codeOf(err error) string {
	said, _ := errors.AsType[protocol.Problem](err)
	return said.Code
}

func TestStickBringsCertificatesOnce(t *testing.T) {
	w := newWorld(t)
	v := w.visitor("atm-0001", protocol.ProtectionFile)
	first, err := v.asks(nil)
	must(t, err)
	cert := ok(x509.ParseCertificate(first.Device))(t)
	if said := ok(protocol.TerminalOf(cert))(t); said.ID != "atm-0001" || said.Protection != protocol.ProtectionFile {
		t.Errorf("a certificate for %+v", said)
	}
	if b := ok(protocol.DecodeFirstBundle([]byte(first.Bundle)))(t); b.Format != 0 {
		t.Errorf("a bundle of format %d", b.Format)
	}
	again, err := v.asks(nil)
	if err != nil || !bytes.Equal(again.Device, first.Device) || !bytes.Equal(again.TLS, first.TLS) {
		t.Errorf("the same keys got other certificates: %v", err)
	}
	v.device = newECDSA()
	refused, err := v.asks(nil)
	if codeOf(err) != protocol.CodeTokenUsed || refused.Problem == nil || refused.Problem.Code != protocol.CodeTokenUsed || refused.Device != nil {
		t.Errorf("another key under the token: %v, %+v", err, refused.Problem)
	}
}

// The network and the stick are one judgement: what was begun by one goes on by the other.
func TestStickAndNetworkShareAToken(t *testing.T) {
	w := newWorld(t)
	v := w.visitor("atm-0001", protocol.ProtectionFile)
	byNetwork := w.enroll(v.token, v.device, false)
	answer, err := v.asks(nil)
	if err != nil || !bytes.Equal(answer.Device, byNetwork.Raw) {
		t.Errorf("the certificate is not the one of the network: %v", err)
	}
}

func TestStickProvesAChipInTwoTrips(t *testing.T) {
	s, c := &staff{}, newChip(t, false)
	s.allow(c)
	w := newWorld(t, strict(s))
	v := w.visitor("atm-0001", protocol.ProtectionTPM)
	first, err := v.asks(introduced(c))
	if err != nil || first.Challenge == nil {
		t.Fatalf("%v, %+v", err, first.EnrolAnswer)
	}
	w.clock.pass(50 * time.Minute) // longer than over the network, shorter than the token lives
	last, err := v.asks(v.proving(c, *first.Challenge))
	must(t, err)
	for _, der := range [][]byte{last.Device, last.TLS} {
		if said := ok(protocol.TerminalOf(ok(x509.ParseCertificate(der))(t)))(t); said.Protection != protocol.ProtectionAttested {
			t.Errorf("the key is kept in %s", said.Protection)
		}
	}
	if m := ok(w.Terminal(background, "atm-0001"))(t); m.Chip != c.endorsement() || m.Vouched != attestation.ByList {
		t.Errorf("on record: %+v", m)
	}
}

func TestEachRefusalOfAStickIsAnAnswer(t *testing.T) {
	s, c := &staff{}, newChip(t, false)
	w := newWorld(t, strict(s))
	fresh := func() *visitor { return w.visitor("atm-0001", protocol.ProtectionTPM) }
	tell := func(name string, said protocol.SignedAnswer, err error, code string) {
		t.Helper()
		if codeOf(err) != code || said.Problem == nil || said.Problem.Code != code {
			t.Errorf("%s: %v, and the machine is told %+v", name, err, said.Problem)
		}
	}
	v := fresh()
	said, err := v.asks(introduced(c))
	tell("a chip that nobody knows", said, err, protocol.CodeProtection)
	s.allow(c)
	first, err := v.asks(introduced(c))
	must(t, err)
	_, err = v.asks(introduced(c))
	must(t, err)
	said, err = v.asks(v.proving(c, *first.Challenge))
	tell("a challenge that another took the place of", said, err, protocol.CodeChallenge)
	said, err = v.asks(func(r *protocol.EnrolRequest) { r.Device, r.TLS = r.TLS, r.Device })
	tell("requests changed over", said, err, protocol.CodeMalformed)
	said, err = v.asks(func(r *protocol.EnrolRequest) { r.Device = []byte("no request") })
	tell("no request", said, err, protocol.CodeMalformed)
	v = fresh()
	v.token.Secret[protocol.TokenNameLength] ^= 1
	said, err = v.asks(introduced(c))
	tell("a secret that was guessed", said, err, protocol.CodeTokenUnknown)
	v = fresh()
	v.token.Secret[0] ^= 1
	said, err = v.asks(introduced(c))
	tell("a name that was guessed", said, err, protocol.CodeTokenUnknown)
	v = fresh()
	w.clock.pass(2 * time.Hour)
	said, err = v.asks(introduced(c))
	tell("a token whose time is over", said, err, protocol.CodeTokenExpired)
}

func TestRequestForAnotherPlatformGetsNoAnswer(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	v := other.visitor("atm-0001", protocol.ProtectionFile)
	v.w = w
	if said, err := v.asks(nil); !errors.Is(err, platform.ErrOtherPlatform) || said.Problem != nil {
		t.Errorf("%v, %+v", err, said.Problem)
	}
	if _, err := v.brings([]byte("{}\n")); !errors.Is(err, protocol.ErrCarried) {
		t.Errorf("a file that is none: %v", err)
	}
}

func TestSecretsOfTokensDiffer(t *testing.T) {
	w := newWorld(t)
	one, two := ok(w.IssueToken("atm-0001"))(t), ok(w.IssueToken("atm-0001"))(t)
	if len(one.Secret) != 32 || bytes.Equal(one.Secret, two.Secret) || bytes.Equal(one.Secret[12:], two.Secret[12:]) {
		t.Error("secrets are alike")
	}
}
