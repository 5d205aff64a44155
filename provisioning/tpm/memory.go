package tpm

import (
	"encoding/asn1"
	"errors"
	"fmt"

	"github.com/google/go-tpm/tpm2"
)

// endorsementKind is one of the two that the TCG's EK credential profile names,
// with the places in the chip's memory where the maker left what belongs to it.
type endorsementKind struct {
	certificate, template tpm2.TPMHandle
	kept                  tpm2.TPMHandle // where a maker or an operating system may have left the key itself
	usual                 tpm2.TPMTPublic
}

func endorsements() []endorsementKind {
	return []endorsementKind{
		{0x01C0000A, 0x01C0000C, 0x81010002, tpm2.ECCEKTemplate},
		{0x01C00002, 0x01C00004, 0x81010001, tpm2.RSAEKTemplate},
	}
}

// certificate reads a certificate; nil if there is none. The place may be longer
// than what stands in it.
func (s *session) certificate(index tpm2.TPMHandle) ([]byte, error) {
	stored, err := s.memory(index)
	if err != nil || stored == nil {
		return nil, err
	}
	var whole asn1.RawValue
	if _, err := asn1.Unmarshal(stored, &whole); err != nil {
		return nil, fmt.Errorf("reading the maker's certificate: %w", err)
	}
	return whole.FullBytes, nil
}

// What is read of the chip's memory at once, and at most.
const (
	memoryChunk = 512
	maxMemory   = 8 << 10
)

// memory reads a place of the chip's memory (NV index); nil if it is not there.
func (s *session) memory(index tpm2.TPMHandle) ([]byte, error) {
	place, err := tpm2.NVReadPublic{NVIndex: index}.Execute(s)
	if errors.Is(err, tpm2.TPMRCHandle) || errors.Is(err, tpm2.TPMRCValue) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	public, err := place.NVPublic.Contents()
	if err != nil {
		return nil, err
	}
	if public.DataSize > maxMemory {
		return nil, fmt.Errorf("reading the TPM's memory: %d bytes at %#x", public.DataSize, uint32(index))
	}
	at := tpm2.AuthHandle{Handle: index, Name: place.NVName, Auth: tpm2.PasswordAuth(nil)}
	var found []byte
	for len(found) < int(public.DataSize) {
		chunk := min(memoryChunk, int(public.DataSize)-len(found))
		read, err := tpm2.NVRead{AuthHandle: at, NVIndex: at, Size: uint16(chunk), Offset: uint16(len(found))}.Execute(s)
		if err != nil {
			return nil, err
		}
		found = append(found, read.Data.Buffer...)
	}
	return found, nil
}
