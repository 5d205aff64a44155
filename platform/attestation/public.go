package attestation

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"slices"

	"github.com/google/go-tpm/tpm2"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// public is a key as its chip describes it. The description is what the chip's
// name for the key is the hash of, attributes and all.
type public struct {
	raw  []byte // TPMT_PUBLIC
	area tpm2.TPMTPublic
	key  crypto.PublicKey // *ecdsa.PublicKey, on its curve, or *rsa.PublicKey
	spki protocol.Digest
}

// readPublic reads a TPMT_PUBLIC that is written in its one way.
func readPublic(what string, raw []byte) (public, error) {
	area, err := decode[tpm2.TPMTPublic](raw)
	if err != nil {
		return public{}, malformed(what)
	}
	key, err := publicKey(*area)
	if err != nil {
		return public{}, refuse("%s is neither ECC on P-256 or P-384 nor RSA of 2048 to 4096 bits", what)
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return public{}, malformed(what)
	}
	return public{raw: raw, area: *area, key: key, spki: protocol.SHA256(der)}, nil
}

// decode reads one structure; what does not come back as it came is refused, so
// nothing stands behind it and nothing is written in two ways.
func decode[T tpm2.Marshallable, P interface {
	*T
	tpm2.Unmarshallable
}](raw []byte) (*T, error) {
	v, err := tpm2.Unmarshal[T, P](raw)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(tpm2.Marshal(*v), raw) {
		return nil, errOdd
	}
	return v, nil
}

func publicKey(area tpm2.TPMTPublic) (crypto.PublicKey, error) {
	key, err := tpm2.Pub(area)
	if err != nil {
		return nil, err
	}
	switch key := key.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < 2048 || bits > 4096 || key.E != 65537 {
			return nil, errOdd
		}
	case *ecdsa.PublicKey:
		if _, err := key.ECDH(); err != nil || key.Curve.Params().BitSize > 384 {
			return nil, errOdd // not on the curve, or another
		}
	}
	return key, nil
}

// name is how the chip names the key: the name algorithm and the hash of all that
// is described.
func (p public) name() ([]byte, error) {
	name, err := tpm2.ObjectName(&p.area)
	if err != nil {
		return nil, err
	}
	return name.Buffer, nil
}

// An attribute is one that a key must or must not have, and what that is called.
type attribute struct {
	name string
	has  bool
	want bool
}

// resident are the attributes that keep a key in the one chip that made it.
func resident(a tpm2.TPMAObject) []attribute {
	return []attribute{
		{"fixedTPM", a.FixedTPM, true},
		{"fixedParent", a.FixedParent, true},
		{"sensitiveDataOrigin", a.SensitiveDataOrigin, true},
	}
}

// endorsing are those of an EK: it decrypts credentials and nothing else.
func endorsing(a tpm2.TPMAObject) []attribute {
	return append(resident(a), attribute{"restricted", a.Restricted, true}, attribute{"decrypt", a.Decrypt, true}, attribute{"sign", a.SignEncrypt, false})
}

// attesting are those of an AK: being restricted it signs only what the chip
// itself says.
func attesting(a tpm2.TPMAObject) []attribute {
	return append(resident(a), attribute{"restricted", a.Restricted, true}, attribute{"sign", a.SignEncrypt, true}, attribute{"decrypt", a.Decrypt, false})
}

// signing are those of a key for a certificate.
func signing(a tpm2.TPMAObject) []attribute {
	return append(resident(a), attribute{"restricted", a.Restricted, false}, attribute{"sign", a.SignEncrypt, true}, attribute{"decrypt", a.Decrypt, false})
}

// demand refuses a key that is not as it must be, naming what is wrong.
func demand(what string, all []attribute) error {
	i := slices.IndexFunc(all, func(a attribute) bool { return a.has != a.want })
	if i < 0 {
		return nil
	}
	if all[i].want {
		return refuse("%s lacks the attribute %s: make it anew with it", what, all[i].name)
	}
	return refuse("%s has the attribute %s: make it anew without it", what, all[i].name)
}

func demandNameHash(what string, p public, allowed ...tpm2.TPMIAlgHash) error {
	if !slices.Contains(allowed, p.area.NameAlg) {
		return refuse("%s has a name algorithm that is not allowed: use SHA-256", what)
	}
	return nil
}
