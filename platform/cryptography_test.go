//go:build unix

package platform_test

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"slices"
	"testing"

	"github.com/smallstep/pkcs7"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// cryptography is what an intake cannot do without, on parts as long as those of a
// real registration, by the standard library's own functions. What the platform
// need not repeat each time, such as the CA's signature under a terminal's
// certificate, is not in it; parsing, base64 and random ids are not cryptography.
type cryptography struct {
	b *testing.B

	envelope, header  []byte
	input             []byte // of the terminal's signature
	application       []byte
	attributes        []byte // signed, of the CMS
	commitment        []byte // salt and code
	receipt           []byte
	citizen           *x509.Certificate
	ca                *rsa.PublicKey
	cardSigned        []byte
	platform, device  *ecdsa.PrivateKey
	deviceSigned      []byte
	ours              *ecdh.PrivateKey
	ephemeral, sealed []byte
	secret            []byte

	registration []byte            // JWS, whole
	issued       *x509.Certificate // of the terminal
	opens        protocol.PrivateKey
	signs        protocol.PrivateKey
	whole        []byte // envelope to opens
	issuer       *x509.Certificate
}

func newCryptography(b *testing.B, m *machine, v *visit, envelope, receipt []byte) *cryptography {
	jws := v.content.Registration
	signature := bytes.LastIndexByte(jws, '.')
	cms := ok(base64.RawURLEncoding.DecodeString(string(bytes.Split(jws, []byte("."))[1])))(b)
	c := &cryptography{
		b: b, envelope: envelope, header: envelope[:bytes.IndexByte(envelope, '.')], input: jws[:signature],
		application: ok(pkcs7.Parse(cms))(b).Content, attributes: make([]byte, 250), commitment: make([]byte, 22),
		receipt: receipt[:bytes.LastIndexByte(receipt, '.')], citizen: v.cert, platform: newECDSA(), device: newECDSA(),
		ours: ok(ecdh.P256().GenerateKey(rand.Reader))(b), secret: make([]byte, 32),
		registration: jws, issued: v.issued, opens: protocol.NewPrivateKey(), signs: protocol.NewPrivateKey(),
	}
	c.whole = ok(protocol.Seal(v.content, c.opens.PublicKey()))(b)
	for _, ca := range m.w.ca.Certificates() {
		if bytes.Equal(ca.SubjectKeyId, v.cert.AuthorityKeyId) {
			c.ca, c.issuer = ca.PublicKey.(*rsa.PublicKey), ca
		}
	}
	sum := sha256.Sum256(c.attributes)
	c.cardSigned = ok(v.card.Sign(rand.Reader, sum[:], crypto.SHA256))(b)
	sum = sha256.Sum256(c.input)
	c.deviceSigned = ok(ecdsa.SignASN1(rand.Reader, c.device, sum[:]))(b)
	c.ephemeral = ok(ecdh.P256().GenerateKey(rand.Reader))(b).PublicKey().Bytes()
	c.sealed = c.seal(make([]byte, len(jws)+len(`{"registration":"","code":"123456","salt":"BwcHBwcHBwcHBwcHBwcHBw"}`)))
	return c
}

// intake is the cryptography of one.
func (c *cryptography) intake() {
	sha256.Sum256(c.envelope)
	c.openEnvelope()
	c.verifyTerminal()
	c.verifyCitizen()
	sha256.Sum256(c.commitment)
	for range 4 { // of the code by hand and whole, of the person and the birth date
		mac := hmac.New(sha256.New, c.secret)
		mac.Write(c.attributes[:100])
		mac.Sum(nil)
	}
	sum := sha256.Sum256(c.receipt)
	ok(ecdsa.SignASN1(rand.Reader, c.platform, sum[:]))(c.b)
}

// asWeDoIt is the same by the functions of the protocol: with their base64, JSON, DER
// and certificates.
func (c *cryptography) asWeDoIt(id protocol.ID) {
	body := protocol.SHA256(c.whole)
	content, err := protocol.Open(c.whole, func(string) (protocol.PrivateKey, error) { return c.opens, nil })
	must(c.b, err)
	cms, _, err := protocol.VerifyRegistration(content.Registration, func(string) (*x509.Certificate, error) { return c.issued, nil })
	must(c.b, err)
	_, citizen, at, err := protocol.VerifyApplication(cms)
	must(c.b, err)
	must(c.b, citizen.CheckSignatureFrom(c.issuer))
	protocol.Commitment(content.Salt, content.Code)
	_, err = protocol.SignReceipt(protocol.Receipt{ID: id, BodySHA256: body, Verdict: protocol.Accepted, Time: at, CodeExpires: &at}, c.signs)
	must(c.b, err)
}

// openEnvelope is ECDH-ES with A256GCM: agreement, derivation, decryption.
func (c *cryptography) openEnvelope() {
	plaintext, err := c.gcm().Open(nil, make([]byte, 12), c.sealed, c.header)
	if err != nil || len(plaintext) == 0 {
		c.b.Error("an envelope does not open")
	}
}

func (c *cryptography) gcm() cipher.AEAD {
	agreed := ok(c.ours.ECDH(ok(ecdh.P256().NewPublicKey(c.ephemeral))(c.b)))(c.b)
	key := sha256.Sum256(slices.Concat(agreed, c.secret))
	return ok(cipher.NewGCM(ok(aes.NewCipher(key[:]))(c.b)))(c.b)
}

func (c *cryptography) seal(plaintext []byte) []byte {
	return c.gcm().Seal(nil, make([]byte, 12), plaintext, c.header)
}

// verifyTerminal is ES256.
func (c *cryptography) verifyTerminal() {
	sum := sha256.Sum256(c.input)
	if !ecdsa.VerifyASN1(&c.device.PublicKey, sum[:], c.deviceSigned) {
		c.b.Error("the terminal's signature does not verify")
	}
}

// verifyCitizen is the card's signature over the attributes, which hold the hashes
// of application and certificate, and the CA's over the certificate.
func (c *cryptography) verifyCitizen() {
	sha256.Sum256(c.application)
	sha256.Sum256(c.citizen.Raw)
	sum := sha256.Sum256(c.attributes)
	must(c.b, rsa.VerifyPKCS1v15(c.citizen.PublicKey.(*rsa.PublicKey), crypto.SHA256, sum[:], c.cardSigned))
	sum = sha256.Sum256(c.citizen.RawTBSCertificate)
	must(c.b, rsa.VerifyPKCS1v15(c.ca, crypto.SHA256, sum[:], c.citizen.Signature))
}
