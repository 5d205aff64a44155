package tpm

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/google/go-tpm/tpm2"
)

// ErrBlob: a key's file that is none, or of a key that was not made here.
var ErrBlob = errors.New("not the file of a TPM key")

// PEMType heads a key's file: the form of other TPM software, as OpenSSL's
// providers for the TPM, which can use the key as well.
const PEMType = "TSS2 PRIVATE KEY"

// keyFile is the TPMKey of that form.
type keyFile struct {
	Type      asn1.ObjectIdentifier
	EmptyAuth bool `asn1:"optional,explicit,tag:0"`
	Parent    int64
	Public    []byte // TPM2B_PUBLIC
	Private   []byte // TPM2B_PRIVATE
}

// blob is a key outside its chip.
type blob struct {
	public  tpm2.TPM2BPublic
	private tpm2.TPM2BPrivate
}

// loadable marks a key that TPM2_Load takes.
func loadable() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 23, 133, 10, 1, 3} }

// parent says that the storage root key is made anew in the owner hierarchy.
const parent = int64(tpm2.TPMRHOwner)

// pem writes the file.
func (b blob) pem() ([]byte, error) {
	der, err := asn1.Marshal(keyFile{loadable(), true, parent, tpm2.Marshal(b.public), tpm2.Marshal(b.private)})
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: PEMType, Bytes: der}), nil
}

// maxPart bounds each half of a blob, in bytes; real ones take 90 and 130.
const maxPart = 1024

// parseBlob reads the file and holds the key against the template: one that could
// be moved to another chip, or was made outside, is refused.
func parseBlob(text []byte) (blob, *ecdsa.PublicKey, error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != PEMType || len(block.Headers) > 0 || len(rest) > 0 {
		return blob{}, nil, fmt.Errorf("%w: not one PEM block of it", ErrBlob)
	}
	var file keyFile
	tail, err := asn1.Unmarshal(block.Bytes, &file)
	if err != nil || len(tail) > 0 || !file.Type.Equal(loadable()) || !file.EmptyAuth || file.Parent != parent {
		return blob{}, nil, fmt.Errorf("%w: of another kind", ErrBlob)
	}
	if len(file.Public) > maxPart || len(file.Private) > maxPart {
		return blob{}, nil, fmt.Errorf("%w: too large", ErrBlob)
	}
	return file.open()
}

func (f keyFile) open() (blob, *ecdsa.PublicKey, error) {
	public, err := tpm2.Unmarshal[tpm2.TPM2BPublic](f.Public)
	if err != nil || string(tpm2.Marshal(*public)) != string(f.Public) {
		return blob{}, nil, fmt.Errorf("%w: its public half", ErrBlob)
	}
	private, err := tpm2.Unmarshal[tpm2.TPM2BPrivate](f.Private)
	if err != nil || string(tpm2.Marshal(*private)) != string(f.Private) {
		return blob{}, nil, fmt.Errorf("%w: its private half", ErrBlob)
	}
	area, err := public.Contents()
	if err != nil {
		return blob{}, nil, fmt.Errorf("%w: its public half", ErrBlob)
	}
	key, err := publicKey(area)
	return blob{*public, *private}, key, err
}

// publicKey takes the point out of a key of our template.
func publicKey(area *tpm2.TPMTPublic) (*ecdsa.PublicKey, error) {
	if area.Type != tpm2.TPMAlgECC {
		return nil, fmt.Errorf("%w: not an ECC key", ErrBlob)
	}
	point, err := area.Unique.ECC()
	if err != nil || len(point.X.Buffer) > 32 || len(point.Y.Buffer) > 32 {
		return nil, fmt.Errorf("%w: no point", ErrBlob)
	}
	bare := *area
	bare.Unique = signingTemplate().Unique
	if string(tpm2.Marshal(bare)) != string(tpm2.Marshal(signingTemplate())) {
		return nil, fmt.Errorf("%w: not made as a terminal's keys are", ErrBlob)
	}
	encoded := make([]byte, 65)
	encoded[0] = 4
	copy(encoded[33-len(point.X.Buffer):], point.X.Buffer)
	copy(encoded[65-len(point.Y.Buffer):], point.Y.Buffer)
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), encoded)
	if err != nil {
		return nil, fmt.Errorf("%w: its point is not on P-256", ErrBlob)
	}
	return key, nil
}
