package bolt

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Evidence is most of what the file holds. It stands in the order of coming, so that
// what comes together is written together and nothing else with it; and what is
// bytes stands there as bytes, behind the JSON of the rest.

// kept is a registration as it stands in the file.
type kept struct {
	platform.Registration
	// Place is where its evidence stands; 0 is where earlier layouts had it.
	Place uint64 `json:"place,omitempty"`
}

func (t transaction) kept(id protocol.ID) (kept, error) { return load[kept](t, "registrations", id[:]) }

func (t transaction) keepEvidence(key []byte, e platform.Evidence) error {
	raw, err := packEvidence(e)
	if err != nil {
		return err
	}
	return t.bucket("evidence").Put(key, raw)
}

// evidenceKey is where the evidence of a registration stands: up to layout 2 that
// was under its id, up to 3 under its arrival.
func (t transaction) evidenceKey(k kept) []byte {
	switch {
	case k.Place != 0:
		return placeKey(k.Place)
	case t.bucket("evidence").Get(k.ID[:]) != nil:
		return k.ID[:]
	}
	return photoKey(k.Registration)
}

func placeKey(place uint64) []byte { return binary.BigEndian.AppendUint64(nil, place) }

func (t transaction) Evidence(id protocol.ID) (platform.Evidence, error) {
	k, err := t.kept(id)
	if err != nil {
		return platform.Evidence{}, err
	}
	return t.evidenceAt(t.evidenceKey(k))
}

func (t transaction) evidenceAt(key []byte) (platform.Evidence, error) {
	raw := t.bucket("evidence").Get(key)
	if raw == nil {
		return platform.Evidence{}, fmt.Errorf("evidence: %w", platform.ErrNotFound)
	}
	return unpackEvidence(raw)
}

func (t transaction) changeEvidence(id protocol.ID, change func(*platform.Evidence)) error {
	k, err := t.kept(id)
	if err != nil {
		return err
	}
	key := t.evidenceKey(k)
	e, err := t.evidenceAt(key)
	if err != nil {
		return err
	}
	change(&e)
	return t.keepEvidence(key, e)
}

// packed is the first byte of evidence in parts; up to layout 3 it was JSON alone.
const packed = 1

// packEvidence writes four parts with their lengths: JSON, registration,
// certificate, photo.
func packEvidence(e platform.Evidence) ([]byte, error) {
	parts := [...][]byte{nil, e.Registration, e.Certificate, e.Photo}
	e.Registration, e.Certificate, e.Photo = nil, nil, nil
	var err error
	if parts[0], err = json.Marshal(e); err != nil {
		return nil, fmt.Errorf("writing a record of evidence: %w", err)
	}
	size := 1
	for _, part := range parts {
		size += binary.MaxVarintLen32 + len(part)
	}
	raw := append(make([]byte, 0, size), packed)
	for _, part := range parts {
		raw = append(binary.AppendUvarint(raw, uint64(len(part))), part...)
	}
	return raw, nil
}

func unpackEvidence(raw []byte) (platform.Evidence, error) {
	if len(raw) == 0 || raw[0] != packed {
		return decode[platform.Evidence]("evidence", raw)
	}
	var parts [4][]byte
	rest := raw[1:]
	for i := range parts {
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) {
			return platform.Evidence{}, errors.New("reading a record of evidence: it broke off")
		}
		parts[i], rest = rest[n:n+int(size)], rest[n+int(size):]
	}
	e, err := decode[platform.Evidence]("evidence", parts[0])
	for i, to := range []*[]byte{&e.Registration, &e.Certificate, &e.Photo} {
		*to = append([]byte(nil), parts[i+1]...) // nothing stays nil
	}
	return e, err
}
