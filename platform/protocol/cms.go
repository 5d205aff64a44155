package protocol

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/smallstep/pkcs7"
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

// The shape: RFC 5652, 5.1 and 5.3, without what the profile leaves out.
type cmsOuter struct {
	Type    asn1.ObjectIdentifier
	Content cmsSigned `asn1:"explicit,tag:0"`
}

type cmsSigned struct {
	Version      int
	Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
	Content      cmsContent
	Certificates asn1.RawValue `asn1:"tag:0"`
	Signers      []cmsSigner   `asn1:"set"`
}

type cmsContent struct {
	Type asn1.ObjectIdentifier
	Data []byte `asn1:"explicit,tag:0"`
}

type cmsSigner struct {
	Version    int
	Issuer     cmsIssuer
	Digest     pkix.AlgorithmIdentifier
	Attributes asn1.RawValue `asn1:"tag:0"`
	Algorithm  pkix.AlgorithmIdentifier
	Signature  []byte
}

type cmsIssuer struct {
	Name   asn1.RawValue
	Serial *big.Int
}

type cmsAttribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

// verifyCMS checks shape, digest, signature and that the signed attributes name
// the certificate that came along.
func verifyCMS(der []byte) (verified, error) {
	signed, err := parseCMS(der)
	if err != nil {
		return verified{}, err
	}
	cert, err := signed.certificate()
	if err != nil {
		return verified{}, err
	}
	signer := signed.Signers[0]
	attributes, err := signer.attributes()
	if err != nil {
		return verified{}, err
	}
	at, err := attributes.judge(signed.Content.Data, cert)
	if err != nil {
		return verified{}, err
	}
	// RFC 5652, 5.4: the signature is over the attributes as a SET OF, not as [0].
	set := slices.Concat([]byte{0x31}, signer.Attributes.FullBytes[1:])
	if err := cert.CheckSignature(x509.SHA256WithRSA, set, signer.Signature); err != nil {
		return verified{}, errors.New("signature is not the certificate's")
	}
	return verified{signed.Content.Data, cert, at}, nil
}

func parseCMS(der []byte) (cmsSigned, error) {
	if len(der) > MaxBody {
		return cmsSigned{}, ErrTooLarge
	}
	var outer cmsOuter
	rest, err := asn1.Unmarshal(der, &outer)
	if err != nil || len(rest) > 0 {
		return cmsSigned{}, errors.New("not CMS SignedData in DER with one signer and one certificate")
	}
	// The standard decoder tolerates what follows the last known element, and any
	// tag on a raw value; a CMS of ours comes back as it was.
	if again, err := asn1.Marshal(outer); err != nil || !bytes.Equal(again, der) {
		return cmsSigned{}, errors.New("CMS is not DER")
	}
	return outer.Content, outer.check()
}

func (o *cmsOuter) check() error {
	s := o.Content
	if !o.Type.Equal(pkcs7.OIDSignedData) || !s.Content.Type.Equal(pkcs7.OIDData) || s.Version != 1 {
		return errors.New("CMS is not SignedData, version 1, over data")
	}
	if len(s.Digests) != 1 || len(s.Signers) != 1 || s.Signers[0].Version != 1 {
		return errors.New("CMS has not exactly one signer")
	}
	if !isTagged0(s.Certificates) || !isTagged0(s.Signers[0].Attributes) {
		return errors.New("CMS without certificate or signed attributes")
	}
	if !isSHA256(s.Digests[0]) || !isSHA256(s.Signers[0].Digest) {
		return errors.New("CMS digest is not SHA-256")
	}
	if !isRSA(s.Signers[0].Algorithm) {
		return errors.New("CMS signature is not RSASSA-PKCS1-v1_5")
	}
	return nil
}

// isTagged0 holds a raw value to its [0] IMPLICIT.
func isTagged0(v asn1.RawValue) bool {
	return v.Class == asn1.ClassContextSpecific && v.Tag == 0 && v.IsCompound
}

func isSHA256(a pkix.AlgorithmIdentifier) bool {
	return a.Algorithm.Equal(pkcs7.OIDDigestAlgorithmSHA256) && noParameters(a)
}

func isRSA(a pkix.AlgorithmIdentifier) bool {
	return (a.Algorithm.Equal(pkcs7.OIDEncryptionAlgorithmRSASHA256) || a.Algorithm.Equal(pkcs7.OIDEncryptionAlgorithmRSA)) && noParameters(a)
}

// noParameters: absent or NULL, as RFC 5754 has readers accept.
func noParameters(a pkix.AlgorithmIdentifier) bool {
	return len(a.Parameters.FullBytes) == 0 || bytes.Equal(a.Parameters.FullBytes, asn1.NullBytes)
}

// certificate is the only one, and the one the signer names.
func (s *cmsSigned) certificate() (*x509.Certificate, error) {
	cert, err := x509.ParseCertificate(s.Certificates.Bytes)
	if err != nil {
		return nil, errors.New("CMS has not exactly one certificate")
	}
	named := s.Signers[0].Issuer
	if !bytes.Equal(named.Name.FullBytes, cert.RawIssuer) || named.Serial.Cmp(cert.SerialNumber) != 0 {
		return nil, errors.New("CMS signer is not its certificate")
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok || key.N.BitLen() < 2048 || key.N.BitLen() > 4096 {
		return nil, errors.New("citizen's key is not RSA of 2048 bits or more")
	}
	return cert, nil
}

type cmsAttributes []cmsAttribute

func (s *cmsSigner) attributes() (cmsAttributes, error) {
	set := slices.Concat([]byte{0x31}, s.Attributes.FullBytes[1:])
	var list cmsAttributes
	if rest, err := asn1.UnmarshalWithParams(set, &list, "set"); err != nil || len(rest) > 0 {
		return nil, errors.New("signed attributes out of shape")
	}
	if len(list) != 4 {
		return nil, errors.New("not the four signed attributes")
	}
	return list, nil
}

// judge holds the attributes against content and certificate and returns the
// signing time. Four attributes, four looked for: none is there twice.
func (a cmsAttributes) judge(content []byte, cert *x509.Certificate) (time.Time, error) {
	var (
		contentType asn1.ObjectIdentifier
		digest      []byte
		at          time.Time
		signedBy    signingCertificate
	)
	for _, want := range []struct {
		oid   asn1.ObjectIdentifier
		value any
	}{
		{pkcs7.OIDAttributeContentType, &contentType},
		{pkcs7.OIDAttributeMessageDigest, &digest},
		{pkcs7.OIDAttributeSigningTime, &at},
		{oidSigningCertificateV2(), &signedBy},
	} {
		if err := a.read(want.oid, want.value); err != nil {
			return time.Time{}, err
		}
	}
	sum, hash := sha256.Sum256(content), sha256.Sum256(cert.Raw)
	switch {
	case !contentType.Equal(pkcs7.OIDData):
		return time.Time{}, errors.New("signed content type is not data")
	case !bytes.Equal(digest, sum[:]):
		return time.Time{}, errors.New("signed digest is not the content's")
	case len(signedBy.Certs) != 1 || !bytes.Equal(signedBy.Certs[0].Hash, hash[:]):
		return time.Time{}, errors.New("signing-certificate-v2 names another certificate")
	}
	return at.UTC(), nil
}

func (a cmsAttributes) read(oid asn1.ObjectIdentifier, value any) error {
	for _, attribute := range a {
		if !attribute.Type.Equal(oid) {
			continue
		}
		if len(attribute.Values) != 1 {
			return fmt.Errorf("signed attribute %v has not one value", oid)
		}
		rest, err := asn1.Unmarshal(attribute.Values[0].FullBytes, value)
		if err != nil || len(rest) > 0 {
			return fmt.Errorf("signed attribute %v out of shape", oid)
		}
		return nil
	}
	return fmt.Errorf("signed attribute %v missing", oid)
}
