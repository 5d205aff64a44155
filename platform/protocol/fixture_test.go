package protocol_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// people are the keys and certificates of the published vectors: everybody who
// takes part in one registration. All of them are invented.
type people struct {
	citizen     *rsa.PrivateKey
	citizenCert *x509.Certificate
	jpki        *x509.Certificate
	device      protocol.PrivateKey
	deviceCert  *x509.Certificate
	encryption  protocol.PrivateKey
	receipt     protocol.PrivateKey
	bundle      protocol.PrivateKey
	app         protocol.PrivateKey
}

// vectorKeys is testdata/vectors/keys.json.
type vectorKeys struct {
	Clause             string
	Citizen            []byte // PKCS #8
	CitizenCertificate []byte
	JPKI               []byte // certificate of the CA
	Device             []byte
	DeviceCertificate  []byte
	Encryption         []byte
	Receipt            []byte
	Bundle             []byte
	App                []byte
}

var cast = sync.OnceValue(func() people {
	var k vectorKeys
	text, err := os.ReadFile(vectorPath("keys"))
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		panic(err)
	}
	return people{
		citizen:     mustKey(k.Citizen).(*rsa.PrivateKey),
		citizenCert: mustCert(k.CitizenCertificate),
		jpki:        mustCert(k.JPKI),
		device:      mustP256(k.Device),
		deviceCert:  mustCert(k.DeviceCertificate),
		encryption:  mustP256(k.Encryption),
		receipt:     mustP256(k.Receipt),
		bundle:      mustP256(k.Bundle),
		app:         mustP256(k.App),
	}
})

func vectorPath(name string) string { return filepath.Join("testdata", "vectors", name+".json") }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func mustKey(der []byte) any { return must(x509.ParsePKCS8PrivateKey(der)) }

func mustCert(der []byte) *x509.Certificate { return must(x509.ParseCertificate(der)) }

func mustP256(der []byte) protocol.PrivateKey {
	return must(protocol.ParsePrivateKey(pemOf(der)))
}

// byKid is the platform's key ring: one encryption key.
func (p people) byKid(kid string) (protocol.PrivateKey, error) {
	if kid != p.encryption.Kid() {
		return protocol.PrivateKey{}, protocol.ErrUnknownKey
	}
	return p.encryption, nil
}

// certByKid is the platform's list of terminals: one.
func (p people) certByKid(kid string) (*x509.Certificate, error) {
	if kid != protocol.CertificateKid(p.deviceCert) {
		return nil, protocol.ErrUnknownKey
	}
	return p.deviceCert, nil
}

// card signs as the citizen's card does: it sees a SHA-256 digest and nothing
// else, and counts.
type card struct {
	key   *rsa.PrivateKey
	signs int
}

func (c *card) Public() crypto.PublicKey { return c.key.Public() }

func (c *card) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if _, pss := opts.(*rsa.PSSOptions); pss || opts.HashFunc() != crypto.SHA256 || len(digest) != 32 {
		return nil, errors.New("card signs SHA-256 DigestInfo only")
	}
	c.signs++
	return rsa.SignPKCS1v15(nil, c.key, crypto.SHA256, digest)
}

// moment is when everything in the vectors happens.
func moment() time.Time { return time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC) }

func sampleKey() protocol.RegistrationKey {
	return must(protocol.ParseRegistrationKey([]byte("314159265362")))
}

func sampleCode() protocol.Code {
	return must(protocol.ParseCode(protocol.Digits6, []byte("124578")))
}

func sampleSalt() []byte { return []byte("0123456789abcdef") }

func sampleID() protocol.ID { return must(protocol.ParseID("00112233445566778899aabbccddeeff")) }

func sampleApplication() protocol.Application {
	photo := protocol.SHA256([]byte("a face"))
	return protocol.Application{
		Version:         protocol.Version,
		RegistrationID:  sampleID(),
		PlatformID:      "watashi-test",
		TerminalID:      "T-0001",
		RegistrationKey: sampleKey(),
		Attributes: protocol.Attributes{
			Name: "架空\u3000花子", Address: "東京都架空区見本町一丁目２番３号",
			NameSubstitutes: "00000", AddressSubstitutes: "0000000000000000",
			Sex: "2", BirthDate: "420000229",
		},
		Consent:        protocol.Consent{TextID: "consent-1", Language: "ja", SHA256: protocol.SHA256([]byte("同意します"))},
		PhotoSHA256:    &photo,
		PhotoCheck:     protocol.PhotoChecked,
		CodeCommitment: protocol.Commitment(sampleSalt(), sampleCode()),
		Time:           moment(),
		Revocation:     protocol.NotChecked,
	}
}

func sampleReceipt() protocol.Receipt {
	expires := moment().Add(24 * time.Hour)
	return protocol.Receipt{
		ID: sampleID(), BodySHA256: protocol.SHA256([]byte("body")),
		Verdict: protocol.Accepted, Time: moment(), CodeExpires: &expires,
	}
}

func sampleBundle() protocol.Bundle {
	p := cast()
	return protocol.Bundle{
		Version: 7, PlatformID: "watashi-test", Environment: protocol.Test,
		EncryptionKeys: []protocol.PublicKey{p.encryption.PublicKey()},
		ReceiptKeys:    []protocol.PublicKey{p.receipt.PublicKey()},
		BundleKeys:     []protocol.PublicKey{p.bundle.PublicKey()},
		JPKI:           [][]byte{p.jpki.Raw}, SigningPolicies: []string{"1.2.392.200149.8.5.1.0.20"},
		CodeProfile: protocol.Digits6, Photo: protocol.PhotoOptional, Offline: protocol.OfflineAllow,
		Languages: []string{"ja", "en", "zh-Hans", "pt-BR"},
		Contact:   map[string]string{"ja": "電話 00-0000-0000", "zh-Hans": "电话 00-0000-0000"},
		Limits:    protocol.Limits{MaxUnsent: 100, MaxUnsentHours: 72, MaxSkewSeconds: 300},
		Issued:    moment(),
	}
}

func sampleHeartbeat() protocol.Heartbeat {
	return protocol.Heartbeat{
		TerminalID: "T-0001", Time: moment(), Versions: map[string]string{"terminald": "1.0.0"}, BundleVersion: 7,
		Protection: protocol.ProtectionFile, Queue: 2, OldestUnsentSeconds: 90, Quarantined: 1, Unknown: 1, Lost: 3,
		AuditEntries: 41, AuditHead: protocol.SHA256([]byte("the last entry")), ClockSkewSeconds: -4,
		ReaderState: "online", PrinterState: "online", Paper: "low",
		CertificateDays: new(29), Conditions: []string{"PRN-COVER", "QUEUE-OLD"}, Maintenance: true,
	}
}

func sampleRetirement() protocol.Retirement {
	return protocol.Retirement{TerminalID: "T-0001", Time: moment(), Unsent: 2, Forced: true, Successor: "T-0002"}
}

func sampleOrder() protocol.Order {
	return protocol.Order{
		TerminalID: "T-0001", Heartbeat: protocol.SHA256([]byte("heartbeat")), Suspended: true, Since: moment().Add(-time.Hour), Time: moment(),
	}
}

func sampleQuery() protocol.KeyQuery {
	return protocol.KeyQuery{Key: sampleKey(), TerminalID: "T-0001", Nonce: []byte("nonce nonce nonce"), Time: moment()}
}

func sampleAnswer() protocol.KeyAnswer {
	return protocol.KeyAnswer{
		QuerySHA256: protocol.SHA256([]byte("query")), Verdict: protocol.KeyOpen,
		Pictures: [2]protocol.Picture{"rabbit", "umbrella"}, Time: moment(),
	}
}

func sampleToken() protocol.Token {
	return protocol.Token{Host: "platform.example:8443", Pin: protocol.SHA256([]byte("spki")), Secret: []byte("sixteen byte key")}
}

// registration is a whole one: CMS, JWS, envelope.
func registration(t testing.TB) (cms, jws, envelope []byte) {
	t.Helper()
	p := cast()
	cms, err := sampleApplication().Sign(&card{key: p.citizen}, p.citizenCert)
	if err != nil {
		t.Fatal(err)
	}
	jws, err = protocol.SignRegistration(cms, p.device, p.deviceCert)
	if err != nil {
		t.Fatal(err)
	}
	content := protocol.Content{Registration: jws, Code: sampleCode(), Salt: sampleSalt(), Photo: []byte("a face")}
	envelope, err = protocol.Seal(content, p.encryption.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	return cms, jws, envelope
}

// brokenCard fails as a card does that was taken out.
type brokenCard struct {
	*card
	err error
}

func (b brokenCard) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return nil, b.err }
