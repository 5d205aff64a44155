package attestation

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-tpm/tpm2"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What is posed, in bytes.
const (
	answerLength = 32 // fits in every EK's hash
	nonceLength  = 32
)

// Chip is a TPM that introduced itself. Nothing of it is proven yet.
type Chip struct {
	ek, ak      public
	certificate *x509.Certificate // of the EK; nil if it sent none
}

// Read reads an introduction. The error is a Refusal.
func Read(e protocol.Endorsement) (c Chip, err error) {
	if c.ek, err = readPublic("the endorsement key", e.EKPublic); err != nil {
		return Chip{}, err
	}
	if c.ak, err = readAK(e.AKPublic); err != nil {
		return Chip{}, err
	}
	if err := demand("the endorsement key", endorsing(c.ek.area.ObjectAttributes)); err != nil {
		return Chip{}, err
	}
	if err := demandNameHash("the endorsement key", c.ek, tpm2.TPMAlgSHA256, tpm2.TPMAlgSHA384); err != nil {
		return Chip{}, err
	}
	if len(e.EKCertificate) == 0 {
		return c, nil
	}
	c.certificate, err = readCertificate(e.EKCertificate)
	if err != nil {
		return Chip{}, Refusal{protocol.CodeMalformed, "the endorsement key's certificate is not one certificate in DER"}
	}
	return c, nil
}

// readAK reads an attestation key, whose word counts only if it cannot be made to
// sign what somebody else says.
func readAK(raw []byte) (public, error) {
	const what = "the attestation key"
	ak, err := readPublic(what, raw)
	if err != nil {
		return public{}, err
	}
	if err := demand(what, attesting(ak.area.ObjectAttributes)); err != nil {
		return public{}, err
	}
	return ak, demandNameHash(what, ak, tpm2.TPMAlgSHA256)
}

// readCertificate passes over what pads the certificate in NV memory: chips fill
// the index up.
func readCertificate(der []byte) (*x509.Certificate, error) {
	var first asn1.RawValue
	rest, err := asn1.Unmarshal(der, &first)
	if err != nil {
		return nil, err
	}
	if padding := bytes.TrimRight(rest, "\x00\xff"); len(padding) > 0 {
		return nil, errOdd
	}
	return x509.ParseCertificate(first.FullBytes)
}

// Endorsement names the chip: SHA-256 of the SubjectPublicKeyInfo of its EK.
func (c Chip) Endorsement() protocol.Digest { return c.ek.spki }

// AttestationKey is the AK's TPMT_PUBLIC, for Judge.
func (c Chip) AttestationKey() []byte { return c.ak.raw }

// Trust is who vouches for chips.
type Trust struct {
	CAs     []*x509.Certificate // of the makers of chips; any of them ends a chain
	Allowed []protocol.Digest   // endorsement keys that the operator has seen
}

// How a chip was vouched for, in the evidence.
const (
	ByList  = "list"
	ByMaker = "maker"
)

// Vouch says who vouches for the chip: ByList, or ByMaker with the maker's name.
// The error is a Refusal.
func (t Trust) Vouch(c Chip, now time.Time) (by string, err error) {
	if slices.ContainsFunc(t.Allowed, c.ek.spki.Equal) {
		return ByList, nil
	}
	if c.certificate == nil {
		return "", untrusted(c, "brings no certificate and is on no list")
	}
	if !sameKey(c.certificate, c.ek) {
		return "", refuse("the endorsement key's certificate is for another key: read key and certificate of one kind, ECC or RSA")
	}
	maker, err := t.maker(c.certificate, now)
	if err != nil {
		return "", untrusted(c, "is on no list and its certificate leads to no CA that is trusted")
	}
	return ByMaker + ": " + maker, nil
}

// untrusted says what the operator of the platform can do.
func untrusted(c Chip, why string) error {
	return Refusal{protocol.CodeEndorsement, fmt.Sprintf("the chip %s; the platform's operator can allow it: ek allow %s", why, c.ek.spki)}
}

func sameKey(cert *x509.Certificate, key public) bool {
	der, err := x509.MarshalPKIXPublicKey(cert.PublicKey)
	return err == nil && protocol.SHA256(der) == key.spki
}

// maker verifies the chain to a CA and names it.
func (t Trust) maker(cert *x509.Certificate, now time.Time) (string, error) {
	roots := x509.NewCertPool()
	for _, ca := range t.CAs {
		roots.AddCert(ca)
	}
	if err := forEK(cert); err != nil {
		return "", err
	}
	// The names of chip and maker stand in a critical subjectAltName of directory
	// names only, which crypto/x509 leaves to us (EK Credential Profile, 3.2.9).
	known := *cert
	known.UnhandledCriticalExtensions = slices.DeleteFunc(slices.Clone(cert.UnhandledCriticalExtensions), func(id asn1.ObjectIdentifier) bool {
		return id.Equal(asn1.ObjectIdentifier{2, 5, 29, 17})
	})
	chains, err := known.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		return "", err
	}
	last := chains[0][len(chains[0])-1]
	return last.Subject.String(), nil
}

// forEK asks for the extended key usage tcg-kp-EKCertificate, if there is any.
func forEK(cert *x509.Certificate) error {
	usage := asn1.ObjectIdentifier{2, 23, 133, 8, 1}
	if cert.IsCA || (len(cert.ExtKeyUsage)+len(cert.UnknownExtKeyUsage) > 0 && !slices.ContainsFunc(cert.UnknownExtKeyUsage, usage.Equal)) {
		return errOdd
	}
	return nil
}

// Posed is a challenge and its answer.
type Posed struct {
	Credential, Secret, Nonce []byte // for the chip
	Answer                    []byte // for us: what TPM2_ActivateCredential gives
}

// Pose makes a challenge that only the chip can answer which holds both keys.
func (c Chip) Pose() (Posed, error) {
	p := Posed{Answer: make([]byte, answerLength), Nonce: make([]byte, nonceLength)}
	rand.Read(p.Answer)
	rand.Read(p.Nonce)
	name, err := c.ak.name()
	if err != nil {
		return Posed{}, malformed("the attestation key")
	}
	if err := protects(c.ek); err != nil {
		return Posed{}, err
	}
	to, err := tpm2.ImportEncapsulationKey(&c.ek.area)
	if err != nil {
		return Posed{}, refuse("the endorsement key cannot be encrypted to: use the TCG's template")
	}
	p.Credential, p.Secret, err = tpm2.CreateCredential(rand.Reader, to, name, p.Answer)
	if err != nil {
		return Posed{}, refuse("the endorsement key cannot be encrypted to: use the TCG's template")
	}
	return p, nil
}

// protects asks for AES in CFB under the EK, as its templates have it.
func protects(ek public) error {
	var symmetric tpm2.TPMTSymDefObject
	if _, ecc := ek.key.(*ecdsa.PublicKey); ecc {
		detail, err := ek.area.Parameters.ECCDetail()
		if err != nil {
			return malformed("the endorsement key")
		}
		symmetric = detail.Symmetric
	} else {
		detail, err := ek.area.Parameters.RSADetail()
		if err != nil {
			return malformed("the endorsement key")
		}
		symmetric = detail.Symmetric
	}
	if symmetric.Algorithm != tpm2.TPMAlgAES {
		return refuse("the endorsement key does not protect by AES: use the TCG's template")
	}
	bits, err := symmetric.KeyBits.AES()
	if err != nil || (*bits != 128 && *bits != 256) {
		return refuse("the endorsement key does not protect by AES of 128 or 256 bits: use the TCG's template")
	}
	mode, err := symmetric.Mode.AES()
	if err != nil || *mode != tpm2.TPMAlgCFB {
		return refuse("the endorsement key does not protect by AES in CFB mode: use the TCG's template")
	}
	return nil
}
