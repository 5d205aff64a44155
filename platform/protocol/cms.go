package protocol

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
	"time"

	"github.com/smallstep/pkcs7"
	"golang.org/x/crypto/cryptobyte"
)

// The citizen's signature is CMS SignedData (RFC 5652) in the profile CAdES-BES
// (ETSI EN 319 122-1): one signer, one certificate, the content inside, four
// signed attributes, SHA-256 with RSASSA-PKCS1-v1_5, DER throughout. It is made
// with smallstep/pkcs7 and read here, by one exact shape, so that neither hides
// the other's mistakes.

// essCertID is ESSCertIDv2 (RFC 5035, 4) with its default hash, SHA-256. An
// issuerSerial behind the hash adds nothing to it and is not looked at.
type essCertID struct{ Hash []byte }

type signingCertificate struct{ Certs []essCertID }

func oidSigningCertificateV2() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
}

// signCMS asks signer for one signature.
func signCMS(content []byte, signer crypto.Signer, cert *x509.Certificate) ([]byte, error) {
	public, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok || !public.Equal(signer.Public()) {
		return nil, errors.New("certificate is not the signer's RSA certificate")
	}
	data, err := pkcs7.NewSignedData(content)
	if err != nil {
		return nil, err
	}
	data.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	hash := sha256.Sum256(cert.Raw)
	err = data.AddSigner(cert, signer, pkcs7.SignerInfoConfig{ExtraSignedAttributes: []pkcs7.Attribute{{
		Type:  oidSigningCertificateV2(),
		Value: signingCertificate{[]essCertID{{hash[:]}}},
	}}})
	if err != nil {
		return nil, err
	}
	// RFC 4055, 5: with sha256WithRSAEncryption the parameters are NULL, not absent.
	data.GetSignedData().SignerInfos[0].DigestEncryptionAlgorithm.Parameters = asn1.NullRawValue
	return data.Finish()
}

// verified is what a CMS SignedData proved to be.
type verified struct {
	content     []byte
	certificate *x509.Certificate
	time        time.Time
}

// signedData is what of the shape is looked at further (RFC 5652, 5.1 and 5.3).
type signedData struct {
	content     []byte
	certificate []byte // DER; whether it is one is still open
	issuer      []byte // with serial, what the signer names
	serial      []byte
	attributes  []byte // as [0], the way it came
	signature   []byte
}

// verifyCMS checks shape, digest, signature and that the signed attributes name
// the certificate that came along.
func verifyCMS(der []byte) (verified, error) {
	signed, err := parseCMS(der)
	if err != nil {
		return verified{}, err
	}
	cert, err := signed.signer()
	if err != nil {
		return verified{}, err
	}
	at, err := signed.judgeAttributes(cert)
	if err != nil {
		return verified{}, err
	}
	// RFC 5652, 5.4: the signature is over the attributes as a SET OF, not as [0].
	set := slices.Concat([]byte{byte(derSet)}, signed.attributes[1:])
	if err := cert.CheckSignature(x509.SHA256WithRSA, set, signed.signature); err != nil {
		return verified{}, errors.New("signature is not the certificate's")
	}
	return verified{signed.content, cert, at}, nil
}

// parseCMS reads the one shape that there is: whatever stands where nothing is
// expected, and any other spelling of what is, is refused.
func parseCMS(text []byte) (s signedData, err error) {
	if len(text) > MaxBody {
		return s, ErrTooLarge
	}
	outer := der(text)
	info := outer.open(derSequence)
	info.same(derSignedData)
	explicit := info.open(derTagged0)
	data := explicit.open(derSequence)
	data.same(derVersion1)
	digests := data.open(derSet)
	digests.algorithm(derSHA256)
	encapsulated := data.open(derSequence)
	encapsulated.same(derData)
	octets := encapsulated.open(derTagged0)
	s.content = octets.take(derOctets)
	s.certificate = data.take(derTagged0)
	signers := data.open(derSet)
	signer := signers.open(derSequence)
	s.readSigner(&signer)
	if !whole(outer, info, explicit, data, digests, encapsulated, octets, signers, signer) {
		return signedData{}, errors.New("not CMS SignedData in DER with one signer and one certificate, SHA-256 and RSASSA-PKCS1-v1_5")
	}
	return s, nil
}

func (s *signedData) readSigner(signer *der) {
	signer.same(derVersion1)
	named := signer.open(derSequence)
	s.issuer = named.element()
	s.serial = named.element()
	signer.algorithm(derSHA256)
	s.attributes = signer.elementOf(derTagged0)
	signer.algorithm(derRSASHA256, derRSA)
	s.signature = signer.take(derOctets)
	if !whole(named) {
		signer.fail()
	}
}

// signer is the only certificate, and the one that the signer names.
func (s *signedData) signer() (*x509.Certificate, error) {
	cert, err := x509.ParseCertificate(s.certificate)
	if err != nil {
		return nil, errors.New("CMS has not exactly one certificate")
	}
	var serial big.Int
	named := cryptobyte.String(s.serial)
	if !named.ReadASN1Integer(&serial) || !bytes.Equal(s.issuer, cert.RawIssuer) || serial.Cmp(cert.SerialNumber) != 0 {
		return nil, errors.New("CMS signer is not its certificate")
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok || key.N.BitLen() < 2048 || key.N.BitLen() > 4096 {
		return nil, errors.New("citizen's key is not RSA of 2048 bits or more")
	}
	return cert, nil
}

// signedAttributes are the values of the four, DER; nil is one that is missing.
type signedAttributes struct{ contentType, digest, at, signedBy []byte }

func (s *signedData) readAttributes() (a signedAttributes, err error) {
	outer := der(s.attributes)
	list := outer.open(derTagged0)
	for range 4 {
		attribute := list.open(derSequence)
		name := attribute.take(derOID)
		values := attribute.open(derSet)
		value := values.element()
		place := a.place(name)
		if !whole(attribute, values) || place == nil || *place != nil {
			return a, errors.New("signed attribute out of shape, unknown or given twice")
		}
		*place = value
	}
	if !whole(outer, list) {
		return a, errors.New("not the four signed attributes")
	}
	return a, nil
}

// place is where the value of an attribute belongs.
func (a *signedAttributes) place(name []byte) *[]byte {
	switch string(name) {
	case oidContentType:
		return &a.contentType
	case oidMessageDigest:
		return &a.digest
	case oidSigningTime:
		return &a.at
	case oidSigningCertificate:
		return &a.signedBy
	}
	return nil
}

// judgeAttributes holds the attributes against content and certificate and returns
// the signing time.
func (s *signedData) judgeAttributes(cert *x509.Certificate) (time.Time, error) {
	a, err := s.readAttributes()
	if err != nil {
		return time.Time{}, err
	}
	var at time.Time
	if rest, err := asn1.Unmarshal(a.at, &at); err != nil || len(rest) > 0 {
		return time.Time{}, errors.New("signing time out of shape")
	}
	sum, hash := sha256.Sum256(s.content), sha256.Sum256(cert.Raw)
	switch {
	case !bytes.Equal(a.contentType, []byte(derData)):
		return time.Time{}, errors.New("signed content type is not data")
	case !bytes.Equal(a.digest, slices.Concat([]byte{byte(derOctets), sha256.Size}, sum[:])):
		return time.Time{}, errors.New("signed digest is not the content's")
	case !namesOnly(a.signedBy, hash[:]):
		return time.Time{}, errors.New("signing-certificate-v2 names another certificate")
	}
	return at.UTC(), nil
}

// namesOnly reports whether SigningCertificateV2 (RFC 5035, 3) names one
// certificate, by that SHA-256. What may stand behind it is not looked at.
func namesOnly(value, hash []byte) bool {
	outer := der(value)
	signingCertificate := outer.open(derSequence)
	list := signingCertificate.open(derSequence)
	id := list.open(derSequence)
	return bytes.Equal(id.take(derOctets), hash) && whole(outer, list)
}
