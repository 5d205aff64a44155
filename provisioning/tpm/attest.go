package tpm

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/google/go-tpm/tpm2"
	"github.com/google/go-tpm/tpm2/transport"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// How a chip proves what lives in it. The maker certified its endorsement key
// (EK), which cannot sign but decrypts; an attestation key (AK) of the same chip
// signs only what the chip says of itself. The platform encrypts a secret for
// exactly this pair (TPM2_ActivateCredential opens it), and the AK certifies the
// terminal's keys over the platform's nonce (TPM2_Certify).
//
// Both are primary keys, made anew each time out of the chip's seeds.

// Endorsement introduces the chip.
func (c *Chip) Endorsement() (e protocol.Endorsement, err error) {
	err = c.use("reading the TPM's endorsement", making, func(s *session) error {
		e, err = s.endorsement()
		return err
	})
	if err != nil {
		return protocol.Endorsement{}, err
	}
	return e, nil
}

// Prove answers a platform's challenge, for those keys of the chip.
func (c *Chip) Prove(challenge protocol.Challenge, keys ...*Key) (p protocol.Proof, err error) {
	err = c.use("proving the TPM's keys", making, func(s *session) error {
		p, err = s.prove(challenge, keys)
		return err
	})
	if err != nil {
		return protocol.Proof{}, err
	}
	return p, nil
}

// EndorsementID is how people name a chip: SHA-256 of its endorsement key as X.509
// writes it, in hexadecimal. Platforms without the maker's CA list chips by it.
func EndorsementID(e protocol.Endorsement) (string, error) {
	public, err := tpm2.Unmarshal[tpm2.TPMTPublic](e.EKPublic)
	if err != nil {
		return "", fmt.Errorf("naming the TPM: %w", err)
	}
	key, err := tpm2.Pub(*public)
	if err != nil {
		return "", fmt.Errorf("naming the TPM: %w", err)
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", fmt.Errorf("naming the TPM: %w", err)
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:]), nil
}

func (s *session) endorsement() (protocol.Endorsement, error) {
	ek, certificate, err := s.endorsementKey()
	if err != nil {
		return protocol.Endorsement{}, err
	}
	ak, err := s.attestationKey()
	if err != nil {
		return protocol.Endorsement{}, err
	}
	return protocol.Endorsement{
		EKPublic: tpm2.Marshal(ek.public), EKCertificate: certificate, AKPublic: tpm2.Marshal(ak.public),
	}, nil
}

// attestationKey is the chip's only one of our template.
func (s *session) attestationKey() (loaded, error) {
	return s.primary(tpm2.TPMRHOwner, attestationTemplate())
}

// endorsementKey is the one that the maker certified, ECC before RSA; without any
// certificate the ECC one, which a platform may know by its digest.
func (s *session) endorsementKey() (ek loaded, certificate []byte, err error) {
	for _, kind := range endorsements() {
		if certificate, err = s.certificate(kind.certificate); err != nil {
			return loaded{}, nil, err
		}
		if certificate == nil {
			continue
		}
		if ek, there := s.kept(kind.kept); there && certifies(certificate, ek) {
			return ek, certificate, nil
		}
		ek, err = s.endorse(kind)
		if err != nil || certifies(certificate, ek) {
			return ek, certificate, err
		}
		if err := s.flush(ek.handle); err != nil { // the certificate of a key made otherwise
			return loaded{}, nil, err
		}
	}
	ek, err = s.endorse(endorsements()[0])
	return ek, nil, err
}

// kept is a key that stays loaded in the chip. Making an RSA key anew takes some
// chips half a minute.
func (s *session) kept(handle tpm2.TPMHandle) (loaded, bool) {
	there, err := tpm2.ReadPublic{ObjectHandle: handle}.Execute(s)
	if err != nil {
		return loaded{}, false
	}
	public, err := there.OutPublic.Contents()
	if err != nil {
		return loaded{}, false
	}
	return loaded{handle, there.Name, *public}, true
}

// certifies reports whether a certificate is about that key. Whether anybody
// trusts it is the platform's to judge.
func certifies(certificate []byte, ek loaded) bool {
	cert, err := x509.ParseCertificate(certificate)
	if err != nil {
		return false
	}
	key, err := tpm2.Pub(ek.public)
	if err != nil {
		return false
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	return err == nil && string(der) == string(cert.RawSubjectPublicKeyInfo)
}

// endorse makes an endorsement key anew, by the maker's own template if it left one.
func (s *session) endorse(kind endorsementKind) (loaded, error) {
	template := kind.usual
	own, err := s.memory(kind.template)
	if err != nil {
		return loaded{}, err
	}
	if own != nil {
		read, err := tpm2.Unmarshal[tpm2.TPMTPublic](own)
		if err != nil {
			return loaded{}, fmt.Errorf("reading the maker's template: %w", err)
		}
		template = *read
	}
	return s.primary(tpm2.TPMRHEndorsement, template)
}

// prove opens the secret, and certifies each key.
func (s *session) prove(challenge protocol.Challenge, keys []*Key) (protocol.Proof, error) {
	secret, err := s.activate(challenge)
	if err != nil {
		return protocol.Proof{}, err
	}
	proof := protocol.Proof{Secret: secret}
	for _, key := range keys {
		certified, err := s.certify(key, challenge.Nonce)
		if err != nil {
			return protocol.Proof{}, err
		}
		proof.Keys = append(proof.Keys, certified)
	}
	return proof, nil
}

// activate needs both keys loaded, and the endorsement hierarchy's leave.
func (s *session) activate(challenge protocol.Challenge) ([]byte, error) {
	ek, _, err := s.endorsementKey()
	if err != nil {
		return nil, err
	}
	ak, err := s.attestationKey()
	if err != nil {
		return nil, err
	}
	opened, err := tpm2.ActivateCredential{
		ActivateHandle: ak.use(),
		KeyHandle:      tpm2.AuthHandle{Handle: ek.handle, Name: ek.name, Auth: tpm2.Policy(ek.public.NameAlg, 16, byEndorsement)},
		CredentialBlob: tpm2.TPM2BIDObject{Buffer: challenge.Credential},
		Secret:         tpm2.TPM2BEncryptedSecret{Buffer: challenge.Secret},
	}.Execute(s)
	if err != nil {
		return nil, notForUs(err)
	}
	return opened.CertInfo.Buffer, errors.Join(s.flush(ak.handle), s.flush(ek.handle))
}

// notForUs tells a challenge that does not open from a key that does not load: the
// chip says the same of both.
func notForUs(err error) error {
	if errors.Is(err, tpm2.TPMRCIntegrity) || errors.Is(err, tpm2.TPMRCSize) || errors.Is(err, tpm2.TPMRCValue) ||
		errors.Is(err, tpm2.TPMRCECCPoint) || errors.Is(err, tpm2.TPMRCInsufficient) {
		return fmt.Errorf("%w (%w)", ErrChallenge, err)
	}
	return err
}

// byEndorsement is the policy of an endorsement key: who may use the hierarchy.
func byEndorsement(t transport.TPM, policy tpm2.TPMISHPolicy, nonce tpm2.TPM2BNonce) error {
	_, err := tpm2.PolicySecret{
		AuthHandle:    tpm2.AuthHandle{Handle: tpm2.TPMRHEndorsement, Auth: tpm2.PasswordAuth(nil)},
		PolicySession: policy, NonceTPM: nonce,
	}.Execute(t)
	return err
}

// certify has the attestation key say that a key lives in the chip.
func (s *session) certify(key *Key, nonce []byte) (protocol.CertifiedKey, error) {
	object, err := s.load(key)
	if err != nil {
		return protocol.CertifiedKey{}, err
	}
	ak, err := s.attestationKey()
	if err != nil {
		return protocol.CertifiedKey{}, err
	}
	said, err := tpm2.Certify{
		ObjectHandle: object.use(), SignHandle: ak.use(),
		QualifyingData: tpm2.TPM2BData{Buffer: nonce}, InScheme: tpm2.TPMTSigScheme{Scheme: tpm2.TPMAlgNull},
	}.Execute(s)
	if err != nil {
		return protocol.CertifiedKey{}, err
	}
	return protocol.CertifiedKey{
		Public: tpm2.Marshal(object.public), Attest: said.CertifyInfo.Bytes(), Signature: tpm2.Marshal(said.Signature),
	}, errors.Join(s.flush(ak.handle), s.flush(object.handle))
}
