package conformance

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Who comes in, and what everybody gets.

func doorPromises() []Promise {
	return []Promise{
		{"health", "it says that it answers", "health", health},
		{"bundle-signed", "the bundle is signed by one of its own keys, and who has its version gets 304", "getBundle", bundleSigned},
		{"no-certificate-no-entry", "who shows no certificate gets nothing that is for terminals", "securitySchemes.terminal; 403 of its operations",
			func(ctx context.Context, t *trial) error { return t.turnedAway(ctx, t.apps) }},
		{"strange-certificate-no-entry", "a certificate that the platform did not issue gets nothing that is for terminals", "securitySchemes.terminal; 403 of its operations", strangeCertificate},
		{"authority-is-shown", "whoever asks is given the terminals' certificate authority, and it issued theirs", "getCACertificates", authorityShown},
		{"enrolment-needs-secret", "a secret that no token has enrols nobody", "enroll: 401", enrolmentNeedsSecret},
		{"token-serves-once", "the secret of a used token enrols no other key", "enroll: A secret serves for one request", tokenServesOnce},
		{"heartbeat-noted", "a terminal's heartbeat is noted, one that another signed is not", "postHeartbeat", heartbeats},
	}
}

func health(ctx context.Context, t *trial) error {
	r, err := t.ask(ctx, t.apps, asIs(get(protocol.PathHealth)))
	if err != nil {
		return err
	}
	return r.want(http.StatusOK, "")
}

func bundleSigned(ctx context.Context, t *trial) error {
	carry := t.machines[0].carry
	r, err := t.ask(ctx, carry, asIs(get(protocol.PathBundle)))
	if err != nil {
		return err
	}
	bundle, err := protocol.DecodeFirstBundle(r.body)
	if err != nil {
		return fmt.Errorf("%s: %w", r.asked, err)
	}
	tag := fmt.Sprintf("%q", fmt.Sprint(bundle.Version))
	if got := r.header.Get("ETag"); got != tag {
		return fmt.Errorf("%s: got the ETag %s, want %s", r.asked, got, tag)
	}
	again := get(protocol.PathBundle)
	again.header = map[string]string{"If-None-Match": tag}
	if r, err = t.ask(ctx, carry, asIs(again)); err != nil {
		return err
	}
	return r.want(http.StatusNotModified, "")
}

// authorityShown looks for the issuer of a terminal's certificate among those that
// are given.
func authorityShown(ctx context.Context, t *trial) error {
	r, err := t.ask(ctx, t.apps, asIs(get(protocol.PathESTCAs)))
	if err != nil {
		return err
	}
	if err := r.want(http.StatusOK, ""); err != nil {
		return err
	}
	certs, err := certsOnly(r.body)
	if err != nil {
		return fmt.Errorf("%s: %w", r.asked, err)
	}
	for _, ca := range certs {
		if t.machines[0].DeviceCertificate.CheckSignatureFrom(ca) == nil {
			return nil
		}
	}
	return fmt.Errorf("%s: none of the %d certificates issued that of terminal %s", r.asked, len(certs), t.machines[0].ID())
}

// turnedAway demands 403 of every operation for terminals. The end of the
// connection is as good, as long as the platform is there for others.
func (t *trial) turnedAway(ctx context.Context, c *http.Client) error {
	m := t.machines[0]
	id := protocol.NewID()
	withdrawal, err := m.withdrawal(id, now())
	if err != nil {
		return err
	}
	question, err := m.question(protocol.NewRegistrationKey())
	if err != nil {
		return err
	}
	envelope, err := m.visit(protocol.NewRegistrationKey()).seal()
	if err != nil {
		return err
	}
	for _, q := range []query{
		get(protocol.PathBundle), post(protocol.PathKeyQuery, question), put(protocol.PathWithdrawals, id, withdrawal),
		put(protocol.PathRegistrations, id, envelope), post(protocol.PathESTReenroll, nil),
	} {
		r, err := t.ask(ctx, c, asIs(q))
		if ended(err) {
			if err := health(ctx, t); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if err := r.want(http.StatusForbidden, ""); err != nil {
			return err
		}
	}
	return nil
}

// ended reports whether the server ended a connection that it had taken. With TLS
// 1.3 a client hears of its certificate's refusal after its own handshake, as an
// alert, or not at all when it writes first.
func ended(err error) bool {
	line, isLine := errors.AsType[*net.OpError](err)
	fault, isFault := errors.AsType[net.Error](err)
	return err != nil && !(isLine && line.Op == "dial") && !(isFault && fault.Timeout()) && !errors.Is(err, context.Canceled)
}

// strangeCertificate shows one that names a terminal of the platform and that the
// platform never saw.
func strangeCertificate(ctx context.Context, t *trial) error {
	key, cert, err := impostor(t.machines[0], true)
	if err != nil {
		return err
	}
	return t.turnedAway(ctx, t.client(tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}))
}

// impostor is a key with a certificate of its own making: it says to be a machine,
// and to come from the machine's issuer.
func impostor(m *machine, forTLS bool) (*ecdsa.PrivateKey, *x509.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	genuine := m.DeviceCertificate
	issuer := &x509.Certificate{RawSubject: genuine.RawIssuer, SubjectKeyId: genuine.AuthorityKeyId}
	template := &x509.Certificate{
		SerialNumber: genuine.SerialNumber, RawSubject: genuine.RawSubject, URIs: genuine.URIs,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if forTLS {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return key, cert, err
}

// strayCitizen is a citizen of an authority that nobody knows: the certificate
// says all that the test citizen's says.
func (t *trial) strayCitizen() (Citizen, error) {
	genuine := t.subject.Citizen.Certificate
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return Citizen{}, err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), RawSubject: genuine.RawIssuer, SubjectKeyId: genuine.AuthorityKeyId, IsCA: true, BasicConstraintsValid: true,
		NotBefore: genuine.NotBefore, NotAfter: genuine.NotAfter, KeyUsage: x509.KeyUsageCertSign,
	}
	template := &x509.Certificate{
		SerialNumber: genuine.SerialNumber, RawSubject: genuine.RawSubject, NotBefore: genuine.NotBefore, NotAfter: genuine.NotAfter,
		ExtraExtensions: genuine.Extensions,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, authority, key.Public(), key)
	if err != nil {
		return Citizen{}, err
	}
	cert, err := x509.ParseCertificate(der)
	return Citizen{cert, key}, err
}

func enrolmentNeedsSecret(ctx context.Context, t *trial) error {
	secret := make([]byte, 32)
	rand.Read(secret)
	return t.enrolmentRefused(ctx, protocol.Token{Secret: secret}.Password())
}

func tokenServesOnce(ctx context.Context, t *trial) error {
	for _, m := range t.machines {
		if m.Token != nil {
			return t.enrolmentRefused(ctx, m.Token.Password())
		}
	}
	return notAsked("it takes a terminal that was enrolled with a token in this run")
}

func (t *trial) enrolmentRefused(ctx context.Context, password string) error {
	for _, forTLS := range []bool{false, true} {
		request, err := enrolRequest(ctx, t.subject.URL, password, protocol.NewPrivateKey(), forTLS)
		if err != nil {
			return err
		}
		r, err := t.send(t.apps, request)
		if err != nil {
			return err
		}
		if err := r.want(http.StatusUnauthorized, ""); err != nil {
			return err
		}
	}
	return nil
}

func heartbeats(ctx context.Context, t *trial) error {
	m := t.machines[0]
	said, err := protocol.TerminalOf(m.DeviceCertificate)
	if err != nil {
		return err
	}
	beat := protocol.Heartbeat{
		TerminalID: m.ID(), Time: now(), BundleVersion: t.bundle.Version, Protection: said.Protection,
		ReaderState: "online", PrinterState: "online", Paper: "full",
	}
	body, err := protocol.SignHeartbeat(beat, m.Device, m.DeviceCertificate)
	if err != nil {
		return err
	}
	r, err := t.ask(ctx, m.carry, asIs(post(protocol.PathHeartbeats, body)))
	if err != nil {
		return err
	}
	if err := r.want(http.StatusNoContent, ""); err != nil {
		return err
	}
	key, cert, err := impostor(m, false)
	if err != nil {
		return err
	}
	if body, err = protocol.SignHeartbeat(beat, key, cert); err != nil {
		return err
	}
	if r, err = t.ask(ctx, m.carry, asIs(post(protocol.PathHeartbeats, body))); err != nil {
		return err
	}
	return r.wantOneOf(http.StatusForbidden, http.StatusBadRequest)
}
