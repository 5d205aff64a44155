package platform_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// world is a platform served over TLS, with an authority for its citizens and a
// clock that moves when told to. Whatever it logged is searched for personal data
// at clean-up.
type world struct {
	t      testing.TB
	ca     *haltest.CA
	clock  *clock
	crls   *jpki.CRLMemory
	logged *syncBuffer
	*platform.Platform
	dir    string
	config platform.Config
	url    string
	apps   *http.Client
}

type clock struct {
	mu     sync.Mutex
	offset time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

// reset shows the real time again.
func (c *clock) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = 0
}

type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// newWorld starts a platform whose lists of revocations are fresh and empty.
func newWorld(t testing.TB, change ...func(*platform.Config)) *world {
	t.Helper()
	w := &world{t: t, ca: haltest.NewCA(), clock: &clock{}, crls: &jpki.CRLMemory{}, logged: &syncBuffer{}, dir: t.TempDir()}
	must(t, keyring.Init(w.dir, keyring.Founding{PlatformID: "platform-test", Environment: protocol.Test}))
	w.publish()
	w.config = platform.Config{
		Dir: w.dir, Hosts: []string{"127.0.0.1"}, JPKI: w.ca.Certificates(), CRLs: w.crls, Now: w.clock.now,
		Log: slog.New(slog.NewJSONHandler(w.logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&w.config)
	}
	w.Platform = w.open()
	w.serve()
	t.Cleanup(func() { must(t, w.Close()); w.searchLog() })
	return w
}

// open opens the platform, on a store of its own if the world has no other.
func (w *world) open() *platform.Platform {
	c := w.config
	if c.Store == nil {
		c.Store = ok(bolt.Open(filepath.Join(c.Dir, "platform.db")))(w.t)
	}
	return ok(platform.New(c))(w.t)
}

func (w *world) serve() {
	listener := ok(net.Listen("tcp", "127.0.0.1:0"))(w.t)
	server := &http.Server{Handler: w.Handler(), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	done := make(chan struct{})
	go func() { defer close(done); server.Serve(tls.NewListener(listener, w.TLSConfig())) }()
	w.t.Cleanup(func() { server.Close(); <-done })
	w.url = "https://" + listener.Addr().String()
	w.apps = w.client()
}

// client speaks TLS by the clock of this world.
func (w *world) client(certs ...tls.Certificate) *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(w.CACertificate())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: certs, Time: w.clock.now}}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: described{w, transport}}
}

// publish gives the platform fresh lists of all generations.
func (w *world) publish(revoked ...*big.Int) {
	var lists [][]byte
	for generation := 1; generation <= haltest.Generations; generation++ {
		lists = append(lists, ok(w.ca.CRL(generation, revoked, w.clock.now().Add(-time.Minute)))(w.t))
	}
	w.crls.Set(lists...)
}

// searchLog fails when anything personal was logged.
func (w *world) searchLog() {
	for _, c := range haltest.Citizens() {
		for _, s := range []string{c.Name, c.Address, c.BirthDate} {
			if bytes.Contains(w.logged.Bytes(), []byte(s)) {
				w.t.Errorf("the log names %s", c.ID)
			}
		}
	}
}

// reply is an answer to a request.
type reply struct {
	status int
	body   []byte
	header http.Header
}

func (r reply) code(t testing.TB) string {
	t.Helper()
	var p protocol.Problem
	must(t, json.Unmarshal(r.body, &p))
	return p.Code
}

func (w *world) do(c *http.Client, method, path, media string, body []byte) reply {
	w.t.Helper()
	request := ok(http.NewRequest(method, w.url+path, bytes.NewReader(body)))(w.t)
	if media != "" {
		request.Header.Set("Content-Type", media)
	}
	return w.send(c, request)
}

func (w *world) send(c *http.Client, request *http.Request) reply {
	w.t.Helper()
	response := ok(c.Do(request))(w.t)
	defer response.Body.Close()
	return reply{response.StatusCode, ok(io.ReadAll(response.Body))(w.t), response.Header}
}

// machine is a terminal that was admitted.
type machine struct {
	w      *world
	id     string
	device crypto.Signer
	cert   *x509.Certificate
	carry  *http.Client
}

func (w *world) machine(id string) *machine {
	w.t.Helper()
	token := ok(w.IssueToken(id))(w.t)
	device, carrier := newECDSA(), newECDSA()
	m := &machine{w: w, id: id, device: device, cert: w.enroll(token, device, false)}
	m.carry = w.client(tls.Certificate{Certificate: [][]byte{w.enroll(token, carrier, true).Raw}, PrivateKey: carrier})
	return m
}

func (w *world) enroll(token protocol.Token, key *ecdsa.PrivateKey, forTLS bool) *x509.Certificate {
	w.t.Helper()
	r := w.askEnroll(token, key, forTLS)
	if r.status != http.StatusOK {
		w.t.Fatalf("simpleenroll: got %d %s, want 200", r.status, r.body)
	}
	der := ok(base64.StdEncoding.DecodeString(string(r.body)))(w.t)
	return ok(pkcs7.Parse(der))(w.t).Certificates[0]
}

func (w *world) askEnroll(token protocol.Token, key *ecdsa.PrivateKey, forTLS bool) reply {
	w.t.Helper()
	request := ok(http.NewRequest("POST", w.url+"/.well-known/est/simpleenroll", bytes.NewReader(request(w.t, key, forTLS))))(w.t)
	request.Header.Set("Content-Type", "application/pkcs10")
	request.SetBasicAuth(protocol.TokenUser, token.Password())
	return w.send(w.apps, request)
}

// request is a certification request that names somebody else.
func request(t testing.TB, key *ecdsa.PrivateKey, forTLS bool) []byte {
	t.Helper()
	template := &x509.CertificateRequest{Subject: pkix.Name{CommonName: "believe me"}}
	if forTLS {
		template.ExtraExtensions = clientAuth(t)
	}
	der := ok(x509.CreateCertificateRequest(rand.Reader, template, key))(t)
	return base64.StdEncoding.AppendEncode(nil, der)
}

// clientAuth is how a request asks for the TLS certificate.
func clientAuth(t testing.TB) []pkix.Extension {
	t.Helper()
	usage := ok(asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 2}}))(t)
	return []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Value: usage}}
}

// phone is an app with its key.
type phone struct {
	w   *world
	key protocol.PrivateKey
}

func (w *world) phone() phone { return phone{w, protocol.NewPrivateKey()} }

func (w *world) nonce() string {
	w.t.Helper()
	var n protocol.Nonce
	must(w.t, json.Unmarshal(w.do(w.apps, "GET", "/v1/nonce", "", nil).body, &n))
	return n.Nonce
}

// registers gets a registration key.
func (a phone) registers() protocol.IssuedKey {
	a.w.t.Helper()
	r := a.asks()
	if r.status != http.StatusOK {
		a.w.t.Fatalf("registration key: got %d %s, want 200", r.status, r.body)
	}
	var issued protocol.IssuedKey
	must(a.w.t, json.Unmarshal(r.body, &issued))
	return issued
}

func (a phone) asks() reply {
	a.w.t.Helper()
	jws := ok(protocol.SignKeyRequest(protocol.KeyRequest{Nonce: a.w.nonce(), Time: a.w.clock.now()}, a.key))(a.w.t)
	return a.w.do(a.w.apps, "POST", "/v1/registration-keys", protocol.MediaJOSE, jws)
}

func (a phone) activates(key protocol.RegistrationKey, code protocol.Code, confirm bool) reply {
	a.w.t.Helper()
	said := protocol.ActivationRequest{Nonce: a.w.nonce(), Key: key, Code: code, Confirm: confirm}
	return a.w.do(a.w.apps, "POST", "/v1/activations", protocol.MediaJOSE, ok(protocol.SignActivation(said, a.key))(a.w.t))
}

func (a phone) status(r reply) protocol.Activation {
	a.w.t.Helper()
	if r.status != http.StatusOK {
		a.w.t.Fatalf("activation: got %d %s, want 200", r.status, r.body)
	}
	var said protocol.Activation
	must(a.w.t, json.Unmarshal(r.body, &said))
	return said
}

// visit is one registration at a terminal, before it is sealed.
type visit struct {
	app     protocol.Application
	content protocol.Content
	cert    *x509.Certificate
	card    crypto.Signer
	device  crypto.Signer
	issued  *x509.Certificate // the terminal's certificate that kid names
	to      protocol.PublicKey
	reword  func(application []byte) []byte // of what no terminal of ours would sign; nil for none
}

// visits has a citizen register at a machine; change may lie before it is signed.
func (m *machine) visits(citizen haltest.Citizen, key protocol.RegistrationKey, change ...func(*visit)) (protocol.ID, protocol.Code, []byte) {
	m.w.t.Helper()
	v := m.visit(citizen, key)
	for _, c := range change {
		c(v)
	}
	return v.app.RegistrationID, v.content.Code, v.seal(m.w.t)
}

func (m *machine) visit(citizen haltest.Citizen, key protocol.RegistrationKey) *visit {
	cert, card := m.w.ca.Issue(citizen, haltest.IssueOptions{})
	code := protocol.NewCode(protocol.Digits6)
	salt := bytes.Repeat([]byte{7}, 16)
	bundle := ok(protocol.DecodeFirstBundle(ok(m.w.Bundle())(m.w.t)))(m.w.t)
	return &visit{
		cert: cert, card: card, device: m.device, issued: m.cert, to: bundle.EncryptionKeys[0],
		content: protocol.Content{Code: code, Salt: salt},
		app: protocol.Application{
			Version: protocol.Version, RegistrationID: protocol.NewID(), PlatformID: m.w.ID(), TerminalID: m.id,
			RegistrationKey: key, Attributes: attributes(citizen), CodeCommitment: protocol.Commitment(salt, code),
			Consent: protocol.Consent{TextID: "consent-1", Language: "ja", SHA256: protocol.SHA256([]byte("text"))},
			Time:    m.w.clock.now().UTC().Truncate(time.Second), Revocation: protocol.NotChecked,
		},
	}
}

func (v *visit) seal(t testing.TB) []byte {
	t.Helper()
	cms := ok(v.app.Sign(v.card, v.cert))(t)
	if v.reword != nil {
		cms = ok(signReworded(v.reword(ok(pkcs7.Parse(cms))(t).Content), v.card, v.cert))(t)
	}
	v.content.Registration = ok(protocol.SignRegistration(cms, v.device, v.issued))(t)
	return ok(protocol.Seal(v.content, v.to))(t)
}

// signReworded signs any content as a card does (CAdES-BES).
func signReworded(content []byte, card crypto.Signer, cert *x509.Certificate) ([]byte, error) {
	data, err := pkcs7.NewSignedData(content)
	if err != nil {
		return nil, err
	}
	data.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	hash := sha256.Sum256(cert.Raw)
	reference := struct{ Certs []struct{ Hash []byte } }{[]struct{ Hash []byte }{{hash[:]}}} // ESSCertIDv2: RFC 5035, 4
	attribute := pkcs7.Attribute{Type: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}, Value: reference}
	if err := data.AddSigner(cert, card, pkcs7.SignerInfoConfig{ExtraSignedAttributes: []pkcs7.Attribute{attribute}}); err != nil {
		return nil, err
	}
	data.GetSignedData().SignerInfos[0].DigestEncryptionAlgorithm.Parameters = asn1.NullRawValue
	return data.Finish()
}

func attributes(c haltest.Citizen) protocol.Attributes {
	return protocol.Attributes{
		Name: protocol.Personal(c.Name), Address: protocol.Personal(c.Address), Sex: c.Sex, BirthDate: protocol.Personal(c.BirthDate),
		NameSubstitutes: protocol.Personal(c.NameFlags), AddressSubstitutes: protocol.Personal(c.AddressFlags),
	}
}

func (m *machine) delivers(id protocol.ID, envelope []byte) reply {
	m.w.t.Helper()
	return m.w.do(m.carry, "PUT", "/v1/registrations/"+id.String(), protocol.MediaJOSE, envelope)
}

// receipt verifies an answer as a terminal does.
func (w *world) receipt(r reply, id protocol.ID, body []byte) protocol.Receipt {
	w.t.Helper()
	if r.status != http.StatusOK {
		w.t.Fatalf("delivery: got %d %s, want 200", r.status, r.body)
	}
	bundle := ok(protocol.DecodeFirstBundle(ok(w.Bundle())(w.t)))(w.t)
	return ok(protocol.VerifyReceipt(r.body, bundle.ReceiptKeys, id, protocol.SHA256(body)))(w.t)
}

func (m *machine) withdraws(id protocol.ID) reply {
	m.w.t.Helper()
	return m.w.do(m.carry, "PUT", "/v1/withdrawals/"+id.String(), protocol.MediaJOSE, m.withdrawal(id))
}

func (m *machine) withdrawal(id protocol.ID) []byte {
	said := protocol.Withdrawal{ID: id, TerminalID: m.id, Time: m.w.clock.now().UTC().Truncate(time.Second)}
	return ok(protocol.SignWithdrawal(said, m.device, m.cert))(m.w.t)
}

func newECDSA() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return key
}

// midori is the usual citizen.
func midori() haltest.Citizen { return haltest.Citizens()[0] }

var background = context.Background()

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ok makes ok(f())(t) the value of f or the end of the test.
func ok[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

type ecdsaKey = ecdsa.PrivateKey

// asks has a machine ask about a key.
func (m *machine) asks(key protocol.RegistrationKey) reply {
	m.w.t.Helper()
	return m.w.do(m.carry, "POST", "/v1/registration-keys/query", protocol.MediaJOSE, m.question(key))
}

func (m *machine) question(key protocol.RegistrationKey) []byte {
	bundle := ok(protocol.DecodeFirstBundle(ok(m.w.Bundle())(m.w.t)))(m.w.t)
	query := protocol.KeyQuery{Key: key, TerminalID: m.id, Nonce: bytes.Repeat([]byte{1}, 16), Time: m.w.clock.now().UTC().Truncate(time.Second)}
	return ok(protocol.SealKeyQuery(query, m.device, m.cert, bundle.EncryptionKeys[0]))(m.w.t)
}
