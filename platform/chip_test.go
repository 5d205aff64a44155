package platform_test

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"math/big"
	"testing"

	"github.com/google/go-tpm/tpm2"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// chip plays a TPM 2.0 as Part 1 of the library describes it: it has an endorsement
// and an attestation key, opens credentials that are for both, and certifies keys.
// It lies when told to.
type chip struct {
	t        testing.TB
	ek, ak   crypto.Signer // *ecdsa.PrivateKey or *rsa.PrivateKey
	ekPublic tpm2.TPMTPublic
	akPublic tpm2.TPMTPublic
}

// newChip makes one of either kind, ECC or RSA.
func newChip(t testing.TB, inRSA bool) *chip {
	c := &chip{t: t}
	if inRSA {
		c.ek, c.ak = ok(rsa.GenerateKey(rand.Reader, 2048))(t), ok(rsa.GenerateKey(rand.Reader, 2048))(t)
	} else {
		c.ek, c.ak = newECDSA(), newECDSA()
	}
	c.ekPublic, c.akPublic = endorsementArea(c.ek.Public()), attestationArea(c.ak.Public())
	return c
}

func rsaKey(bits int) (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, bits) }

// endorsementArea is the TCG's template round a key.
func endorsementArea(key crypto.PublicKey) tpm2.TPMTPublic {
	area := tpm2.ECCEKTemplate
	if _, inRSA := key.(*rsa.PublicKey); inRSA {
		area = tpm2.RSAEKTemplate
	}
	area.Unique = unique(key)
	return area
}

func attestationArea(key crypto.PublicKey) tpm2.TPMTPublic {
	area := tpm2.TPMTPublic{NameAlg: tpm2.TPMAlgSHA256, ObjectAttributes: resident(), Unique: unique(key)}
	area.ObjectAttributes.Restricted, area.ObjectAttributes.SignEncrypt = true, true
	if _, inRSA := key.(*rsa.PublicKey); inRSA {
		area.Type = tpm2.TPMAlgRSA
		scheme := tpm2.NewTPMUAsymScheme(tpm2.TPMAlgRSASSA, &tpm2.TPMSSigSchemeRSASSA{HashAlg: tpm2.TPMAlgSHA256})
		area.Parameters = tpm2.NewTPMUPublicParms(tpm2.TPMAlgRSA, &tpm2.TPMSRSAParms{
			Symmetric: tpm2.TPMTSymDefObject{Algorithm: tpm2.TPMAlgNull}, Scheme: tpm2.TPMTRSAScheme{Scheme: tpm2.TPMAlgRSASSA, Details: scheme}, KeyBits: 2048,
		})
		return area
	}
	area.Type, area.Parameters = tpm2.TPMAlgECC, signingParameters(tpm2.TPMECCNistP256)
	return area
}

// signingArea is a key for a certificate.
func signingArea(key crypto.PublicKey) tpm2.TPMTPublic {
	area := tpm2.TPMTPublic{
		Type: tpm2.TPMAlgECC, NameAlg: tpm2.TPMAlgSHA256, ObjectAttributes: resident(), Unique: unique(key), Parameters: signingParameters(tpm2.TPMECCNistP256),
	}
	if key.(*ecdsa.PublicKey).Curve == elliptic.P384() {
		area.Parameters = signingParameters(tpm2.TPMECCNistP384)
	}
	area.ObjectAttributes.SignEncrypt = true
	return area
}

func resident() tpm2.TPMAObject {
	return tpm2.TPMAObject{FixedTPM: true, FixedParent: true, SensitiveDataOrigin: true, UserWithAuth: true, NoDA: true}
}

func signingParameters(curve tpm2.TPMECCCurve) tpm2.TPMUPublicParms {
	scheme := tpm2.NewTPMUAsymScheme(tpm2.TPMAlgECDSA, &tpm2.TPMSSigSchemeECDSA{HashAlg: tpm2.TPMAlgSHA256})
	return tpm2.NewTPMUPublicParms(tpm2.TPMAlgECC, &tpm2.TPMSECCParms{
		Symmetric: tpm2.TPMTSymDefObject{Algorithm: tpm2.TPMAlgNull}, Scheme: tpm2.TPMTECCScheme{Scheme: tpm2.TPMAlgECDSA, Details: scheme},
		CurveID: curve, KDF: tpm2.TPMTKDFScheme{Scheme: tpm2.TPMAlgNull},
	})
}

func unique(key crypto.PublicKey) tpm2.TPMUPublicID {
	if key, inRSA := key.(*rsa.PublicKey); inRSA {
		return tpm2.NewTPMUPublicID(tpm2.TPMAlgRSA, &tpm2.TPM2BPublicKeyRSA{Buffer: key.N.Bytes()})
	}
	x, y := coordinates(key.(*ecdsa.PublicKey))
	return tpm2.NewTPMUPublicID(tpm2.TPMAlgECC, &tpm2.TPMSECCPoint{X: tpm2.TPM2BECCParameter{Buffer: x}, Y: tpm2.TPM2BECCParameter{Buffer: y}})
}

func coordinates(key *ecdsa.PublicKey) (x, y []byte) {
	size := (key.Curve.Params().BitSize + 7) / 8
	//lint:ignore SA1019 Bytes refuses a point off its curve, and a test wants one
	return key.X.FillBytes(make([]byte, size)), key.Y.FillBytes(make([]byte, size))
}

// introduces is what the chip sends first.
func (c *chip) introduces(certificate []byte) protocol.Endorsement {
	return protocol.Endorsement{EKPublic: tpm2.Marshal(c.ekPublic), EKCertificate: certificate, AKPublic: tpm2.Marshal(c.akPublic)}
}

// endorsement names the chip.
func (c *chip) endorsement() protocol.Digest {
	return protocol.SHA256(ok(x509.MarshalPKIXPublicKey(c.ek.Public()))(c.t))
}

// activates is TPM2_ActivateCredential (Part 1, 24): nothing, if the credential is
// not for these two keys.
func (c *chip) activates(challenge protocol.Challenge) []byte {
	seed := c.decapsulates(challenge.Secret)
	name := ok(tpm2.ObjectName(&c.akPublic))(c.t).Buffer
	digest := ok(tpm2.Unmarshal[tpm2.TPM2BDigest](challenge.Credential))(c.t).Buffer
	sealed := bytes.Clone(challenge.Credential[2+len(digest):])
	block := ok(aes.NewCipher(tpm2.KDFa(crypto.SHA256, seed, "STORAGE", name, nil, 128)))(c.t)
	//lint:ignore SA1019 it is the TPM's mode; the HMAC beside it is not looked at here
	cipher.NewCFBDecrypter(block, make([]byte, block.BlockSize())).XORKeyStream(sealed, sealed)
	if size := int(binary.BigEndian.Uint16(sealed)); size == len(sealed)-2 {
		return sealed[2:]
	}
	return make([]byte, 32)
}

// decapsulates gets the seed out of its encryption to the EK (Part 1, B.10 and C.6).
func (c *chip) decapsulates(secret []byte) []byte {
	if key, inRSA := c.ek.(*rsa.PrivateKey); inRSA {
		return ok(rsa.DecryptOAEP(sha256.New(), nil, key, secret, []byte("IDENTITY\x00")))(c.t)
	}
	point := ok(tpm2.Unmarshal[tpm2.TPMSECCPoint](secret))(c.t)
	key := ok(c.ek.(*ecdsa.PrivateKey).ECDH())(c.t)
	ephemeral := ok(ecdh.P256().NewPublicKey(append(append([]byte{4}, point.X.Buffer...), point.Y.Buffer...)))(c.t)
	x, _ := coordinates(c.ek.Public().(*ecdsa.PublicKey))
	return tpm2.KDFe(crypto.SHA256, ok(key.ECDH(ephemeral))(c.t), "IDENTITY", point.X.Buffer, x, 256)
}

// certifies is TPM2_Certify of a key of the chip; lie may change what is said
// before it is signed.
func (c *chip) certifies(area tpm2.TPMTPublic, nonce []byte, lie func(*tpm2.TPMSAttest)) protocol.CertifiedKey {
	name := *ok(tpm2.ObjectName(&area))(c.t)
	said := tpm2.TPMSAttest{
		Magic: tpm2.TPMGeneratedValue, Type: tpm2.TPMSTAttestCertify, ExtraData: tpm2.TPM2BData{Buffer: nonce},
		QualifiedSigner: *ok(tpm2.ObjectName(&c.akPublic))(c.t),
		Attested:        tpm2.NewTPMUAttest(tpm2.TPMSTAttestCertify, &tpm2.TPMSCertifyInfo{Name: name, QualifiedName: name}),
	}
	if lie != nil {
		lie(&said)
	}
	raw := tpm2.Marshal(said)
	return protocol.CertifiedKey{Public: tpm2.Marshal(area), Attest: raw, Signature: tpm2.Marshal(c.signs(raw))}
}

func (c *chip) signs(message []byte) tpm2.TPMTSignature {
	sum := sha256.Sum256(message)
	switch key := c.ak.(type) {
	case *rsa.PrivateKey:
		return tpm2.TPMTSignature{SigAlg: tpm2.TPMAlgRSASSA, Signature: tpm2.NewTPMUSignature(tpm2.TPMAlgRSASSA, &tpm2.TPMSSignatureRSA{
			Hash: tpm2.TPMAlgSHA256, Sig: tpm2.TPM2BPublicKeyRSA{Buffer: ok(rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:]))(c.t)},
		})}
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
		must(c.t, err)
		return signature(r, s)
	}
	panic("a chip without an attestation key")
}

func signature(r, s *big.Int) tpm2.TPMTSignature {
	return tpm2.TPMTSignature{SigAlg: tpm2.TPMAlgECDSA, Signature: tpm2.NewTPMUSignature(tpm2.TPMAlgECDSA, &tpm2.TPMSSignatureECC{
		Hash: tpm2.TPMAlgSHA256, SignatureR: tpm2.TPM2BECCParameter{Buffer: r.Bytes()}, SignatureS: tpm2.TPM2BECCParameter{Buffer: s.Bytes()},
	})}
}

// proves answers a challenge for keys of the chip.
func (c *chip) proves(challenge protocol.Challenge, keys ...*ecdsa.PrivateKey) protocol.Proof {
	proof := protocol.Proof{Secret: c.activates(challenge)}
	for _, key := range keys {
		proof.Keys = append(proof.Keys, c.certifies(signingArea(key.Public()), challenge.Nonce, nil))
	}
	return proof
}
