package attestation_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/google/go-tpm/tpm2"

	"github.com/digital-watashi/kiosk/platform/attestation"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// point is the base point of P-256, which is as good a public key as any.
func point() tpm2.TPMUPublicID {
	return tpm2.NewTPMUPublicID(tpm2.TPMAlgECC, &tpm2.TPMSECCPoint{
		X: tpm2.TPM2BECCParameter{Buffer: hexadecimal("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")},
		Y: tpm2.TPM2BECCParameter{Buffer: hexadecimal("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")},
	})
}

func hexadecimal(s string) []byte {
	raw, err := hex.DecodeString(s)
	if err != nil {
		panic(err) // written above
	}
	return raw
}

func endorsementKey() []byte {
	area := tpm2.ECCEKTemplate
	area.Unique = point()
	return tpm2.Marshal(area)
}

// signingKey is restricted or not.
func signingKey(restricted bool) []byte {
	scheme := tpm2.NewTPMUAsymScheme(tpm2.TPMAlgECDSA, &tpm2.TPMSSigSchemeECDSA{HashAlg: tpm2.TPMAlgSHA256})
	return tpm2.Marshal(tpm2.TPMTPublic{
		Type: tpm2.TPMAlgECC, NameAlg: tpm2.TPMAlgSHA256, Unique: point(),
		ObjectAttributes: tpm2.TPMAObject{FixedTPM: true, FixedParent: true, SensitiveDataOrigin: true, SignEncrypt: true, Restricted: restricted},
		Parameters: tpm2.NewTPMUPublicParms(tpm2.TPMAlgECC, &tpm2.TPMSECCParms{
			Symmetric: tpm2.TPMTSymDefObject{Algorithm: tpm2.TPMAlgNull}, Scheme: tpm2.TPMTECCScheme{Scheme: tpm2.TPMAlgECDSA, Details: scheme},
			CurveID: tpm2.TPMECCNistP256, KDF: tpm2.TPMTKDFScheme{Scheme: tpm2.TPMAlgNull},
		}),
	})
}

// isRefusal demands that whatever goes wrong can be told to whoever sent it.
func isRefusal(t *testing.T, err error) {
	t.Helper()
	refusal, ok := errors.AsType[attestation.Refusal](err)
	if !ok || refusal.Detail == "" {
		t.Errorf("got %v, want a refusal with its words", err)
	}
}

// FuzzEndorsement reads any introduction, and encrypts to the key if there is one.
func FuzzEndorsement(f *testing.F) {
	f.Add(endorsementKey(), []byte(nil), signingKey(true))
	f.Add(tpm2.Marshal(tpm2.RSAEKTemplate), []byte{0x30, 0}, signingKey(false))
	f.Fuzz(func(t *testing.T, ek, certificate, ak []byte) {
		chip, err := attestation.Read(protocol.Endorsement{EKPublic: ek, EKCertificate: certificate, AKPublic: ak})
		if err != nil {
			isRefusal(t, err)
			return
		}
		if !bytes.Equal(chip.AttestationKey(), ak) {
			t.Error("the attestation key is not what came")
		}
		if _, err := (attestation.Trust{}).Vouch(chip, time.Unix(0, 0)); err == nil {
			t.Error("somebody vouches where nobody is trusted")
		}
		posed, err := chip.Pose()
		if err != nil {
			isRefusal(t, err)
			return
		}
		if bytes.Contains(posed.Credential, posed.Answer) || len(posed.Nonce) != 32 {
			t.Error("the challenge holds its answer")
		}
	})
}

// FuzzCertifiedKey judges any statement; nobody signed it, so none can pass.
func FuzzCertifiedKey(f *testing.F) {
	name := tpm2.TPM2BName{Buffer: make([]byte, 34)}
	said := tpm2.Marshal(tpm2.TPMSAttest{
		Magic: tpm2.TPMGeneratedValue, Type: tpm2.TPMSTAttestCertify, ExtraData: tpm2.TPM2BData{Buffer: make([]byte, 32)},
		Attested: tpm2.NewTPMUAttest(tpm2.TPMSTAttestCertify, &tpm2.TPMSCertifyInfo{Name: name, QualifiedName: name}),
	})
	signature := tpm2.Marshal(tpm2.TPMTSignature{SigAlg: tpm2.TPMAlgECDSA, Signature: tpm2.NewTPMUSignature(tpm2.TPMAlgECDSA, &tpm2.TPMSSignatureECC{
		Hash: tpm2.TPMAlgSHA256, SignatureR: tpm2.TPM2BECCParameter{Buffer: []byte{1}}, SignatureS: tpm2.TPM2BECCParameter{Buffer: []byte{2}},
	})})
	f.Add(signingKey(true), signingKey(false), said, signature)
	f.Add(endorsementKey(), signingKey(true), said[:8], signature[:3])
	f.Fuzz(func(t *testing.T, ak, public, attest, signature []byte) {
		key, err := attestation.Judge(ak, make([]byte, 32), protocol.CertifiedKey{Public: public, Attest: attest, Signature: signature})
		if err == nil || !key.IsZero() {
			t.Fatalf("got %v %v, want a refusal", key, err)
		}
		isRefusal(t, err)
	})
}
