package tpm

import (
	"crypto"
	"crypto/ecdsa"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"

	"github.com/google/go-tpm/tpm2"
)

// A Key lives in a chip and signs SHA-256 digests by ECDSA on P-256.
type Key struct {
	chip   *Chip
	blob   blob
	public *ecdsa.PublicKey
	saved  *tpm2.TPMSContext // the loaded key, swapped out; guarded by the chip's turn
}

// NewKey has the chip draw a key and returns its file.
func (c *Chip) NewKey() (file []byte, err error) {
	err = c.use("making a key in the TPM", making, func(s *session) error {
		root, err := s.storage()
		if err != nil {
			return err
		}
		made, err := tpm2.Create{ParentHandle: root.use(), InPublic: tpm2.New2B(signingTemplate())}.Execute(s)
		if err != nil {
			return err
		}
		file, err = blob{made.OutPublic, made.OutPrivate}.pem()
		return err
	})
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Key reads a key's file. It does not ask the chip, so that a terminal knows who
// it is even while the chip is gone; Check does.
func (c *Chip) Key(file []byte) (*Key, error) {
	b, public, err := parseBlob(file)
	if err != nil {
		return nil, fmt.Errorf("reading a TPM key: %w", err)
	}
	return &Key{chip: c, blob: b, public: public}, nil
}

// Public is the half to give away: an *ecdsa.PublicKey.
func (k *Key) Public() crypto.PublicKey { return k.public }

// Chip is where the key lives.
func (k *Key) Chip() *Chip { return k.chip }

// Check asks whether the chip would sign, without a signature.
func (k *Key) Check() error {
	return k.chip.use("looking for the key in the TPM", signing, func(s *session) error {
		_, err := s.load(k)
		return err
	})
}

// Sign signs a SHA-256 digest; the signature is ASN.1 as ecdsa.SignASN1's. What
// the chip made is verified, so that a failing one is not found out by others.
func (k *Key) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts == nil || opts.HashFunc() != crypto.SHA256 || len(digest) != crypto.SHA256.Size() {
		return nil, errors.New("signing with the TPM: not a SHA-256 digest")
	}
	var signature []byte
	err := k.chip.use("signing with the TPM", signing, func(s *session) (err error) {
		signature, err = s.sign(k, digest)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !ecdsa.VerifyASN1(k.public, digest, signature) {
		return nil, fmt.Errorf("signing with the TPM: %w (its signature is wrong)", ErrChip)
	}
	return signature, nil
}

func (s *session) sign(k *Key, digest []byte) ([]byte, error) {
	key, err := s.load(k)
	if err != nil {
		return nil, err
	}
	made, err := tpm2.Sign{
		KeyHandle: key.use(), Digest: tpm2.TPM2BDigest{Buffer: digest},
		// No ticket: the key is not restricted, and the digest was made outside.
		Validation: tpm2.TPMTTKHashCheck{Tag: tpm2.TPMSTHashCheck, Hierarchy: tpm2.TPMRHNull},
	}.Execute(s)
	if err != nil {
		return nil, err
	}
	pair, err := made.Signature.Signature.ECDSA()
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(struct{ R, S *big.Int }{
		new(big.Int).SetBytes(pair.SignatureR.Buffer), new(big.Int).SetBytes(pair.SignatureS.Buffer),
	})
}

// load brings a key into a slot: from where it was swapped out, which is quick, or
// by way of its parent. After a restart of the chip only the second works.
func (s *session) load(k *Key) (loaded, error) {
	name, public, err := k.name()
	if err != nil {
		return loaded{}, err
	}
	if k.saved != nil {
		back, err := tpm2.ContextLoad{Context: *k.saved}.Execute(s)
		if err == nil {
			s.loaded = append(s.loaded, back.LoadedHandle)
			return loaded{back.LoadedHandle, name, public}, nil
		}
		k.saved = nil
	}
	root, err := s.storage()
	if err != nil {
		return loaded{}, err
	}
	put, err := tpm2.Load{ParentHandle: root.use(), InPrivate: k.blob.private, InPublic: k.blob.public}.Execute(s)
	if err != nil {
		return loaded{}, err
	}
	s.loaded = append(s.loaded, put.ObjectHandle)
	if saved, err := (tpm2.ContextSave{SaveHandle: put.ObjectHandle}).Execute(s); err == nil {
		k.saved = &saved.Context
	}
	return loaded{put.ObjectHandle, put.Name, public}, s.flush(root.handle)
}

// name is how the chip names the key in what it signs about it.
func (k *Key) name() (tpm2.TPM2BName, tpm2.TPMTPublic, error) {
	public, err := k.blob.public.Contents()
	if err != nil {
		return tpm2.TPM2BName{}, tpm2.TPMTPublic{}, err
	}
	name, err := tpm2.ObjectName(public)
	if err != nil {
		return tpm2.TPM2BName{}, tpm2.TPMTPublic{}, err
	}
	return *name, *public, nil
}
