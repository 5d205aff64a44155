package attestation

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"math/big"

	"github.com/google/go-tpm/tpm2"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Judge judges the word of an attestation key on another key of its chip, over the
// nonce that was posed, and returns the SHA-256 of that key's SubjectPublicKeyInfo.
// That the attestation key is in a chip, the challenge has to prove. The error is a
// Refusal.
func Judge(attestationKey, nonce []byte, said protocol.CertifiedKey) (protocol.Digest, error) {
	ak, err := readAK(attestationKey)
	if err != nil {
		return protocol.Digest{}, err
	}
	key, err := readSigning(said.Public)
	if err != nil {
		return protocol.Digest{}, err
	}
	if err := verify(ak, said.Attest, said.Signature); err != nil {
		return protocol.Digest{}, err
	}
	if err := judgeStatement(said.Attest, nonce, key); err != nil {
		return protocol.Digest{}, err
	}
	return key.spki, nil
}

// readSigning reads a key for a certificate: ECDSA on P-256, and it stays where it is.
func readSigning(raw []byte) (public, error) {
	const what = "the certified key"
	key, err := readPublic(what, raw)
	if err != nil {
		return public{}, err
	}
	if ecc, ok := key.key.(*ecdsa.PublicKey); !ok || ecc.Curve.Params().BitSize != 256 {
		return public{}, refuse("%s is not on P-256: make it anew on that curve", what)
	}
	if err := demand(what, signing(key.area.ObjectAttributes)); err != nil {
		return public{}, err
	}
	return key, demandNameHash(what, key, tpm2.TPMAlgSHA256)
}

// judgeStatement reads what the chip said, whose signature was verified.
func judgeStatement(raw, nonce []byte, key public) error {
	said, err := decode[tpm2.TPMSAttest](raw)
	if err != nil {
		return malformed("the attestation")
	}
	if said.Magic != tpm2.TPMGeneratedValue || said.Type != tpm2.TPMSTAttestCertify {
		return refuse("the attestation is not one of TPM2_Certify by a chip")
	}
	if subtle.ConstantTimeCompare(said.ExtraData.Buffer, nonce) != 1 {
		return refuse("the attestation is not over the nonce of this challenge: ask for a challenge and certify again")
	}
	about, err := said.Attested.Certify()
	if err != nil {
		return malformed("the attestation")
	}
	name, err := key.name()
	if err != nil {
		return malformed("the certified key")
	}
	if !bytes.Equal(about.Name.Buffer, name) {
		return refuse("the attestation is about another key than the one it came with")
	}
	return nil
}

// verify verifies an AK's signature, with SHA-256 in any case.
func verify(ak public, message, raw []byte) error {
	signature, err := decode[tpm2.TPMTSignature](raw)
	if err != nil {
		return malformed("the attestation's signature")
	}
	sum := sha256.Sum256(message)
	if !verified(ak.key, sum[:], *signature) {
		return refuse("the attestation's signature is not of the attestation key, or not ECDSA, RSASSA or RSAPSS with SHA-256")
	}
	return nil
}

func verified(key crypto.PublicKey, sum []byte, s tpm2.TPMTSignature) bool {
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		said, err := s.Signature.ECDSA()
		if s.SigAlg != tpm2.TPMAlgECDSA || err != nil || said.Hash != tpm2.TPMAlgSHA256 {
			return false
		}
		return ecdsa.Verify(key, sum, new(big.Int).SetBytes(said.SignatureR.Buffer), new(big.Int).SetBytes(said.SignatureS.Buffer))
	case *rsa.PublicKey:
		return verifiedRSA(key, sum, s)
	}
	return false
}

func verifiedRSA(key *rsa.PublicKey, sum []byte, s tpm2.TPMTSignature) bool {
	switch s.SigAlg {
	case tpm2.TPMAlgRSASSA:
		said, err := s.Signature.RSASSA()
		return err == nil && said.Hash == tpm2.TPMAlgSHA256 && rsa.VerifyPKCS1v15(key, crypto.SHA256, sum, said.Sig.Buffer) == nil
	case tpm2.TPMAlgRSAPSS:
		said, err := s.Signature.RSAPSS()
		return err == nil && said.Hash == tpm2.TPMAlgSHA256 && rsa.VerifyPSS(key, crypto.SHA256, sum, said.Sig.Buffer, nil) == nil
	}
	return false
}
