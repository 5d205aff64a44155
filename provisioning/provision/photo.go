package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// photoReport is what is told of a face photo.
type photoReport struct {
	TriesLeft      int    `json:"tries_left"`
	Bytes          int    `json:"bytes"`
	File           string `json:"file,omitempty"`
	SignatureValid bool   `json:"signature_valid"`
	ChipGenuine    bool   `json:"chip_genuine"`
	IssuerAnchored bool   `json:"issuer_anchored"`
	Record         string `json:"record,omitempty"`
}

// photoFile is where the photo goes: a new file for its owner alone, which is gone
// again unless a photo came, or a device as /dev/null.
type photoFile struct {
	file  *os.File
	fresh bool
	full  bool
}

// newPhotoFile is there before a try is spent for what cannot be written.
func newPhotoFile(name string) (*photoFile, error) {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return &photoFile{file: file, fresh: true}, nil
	}
	info, statErr := os.Stat(name)
	if statErr != nil || info.Mode().IsRegular() || !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("making the file for the photo: %w", err)
	}
	if file, err = os.OpenFile(name, os.O_WRONLY, 0); err != nil {
		return nil, fmt.Errorf("opening %s for the photo: %w", name, err)
	}
	return &photoFile{file: file}, nil
}

func (p *photoFile) write(jp2 []byte) error {
	if _, err := p.file.Write(jp2); err != nil {
		return fmt.Errorf("writing the photo: %w", err)
	}
	p.full = true
	return nil
}

// close removes what is empty.
func (p *photoFile) close() error {
	err := p.file.Close()
	if p.fresh && !p.full {
		err = errors.Join(err, os.Remove(p.file.Name()))
	}
	return err
}

// readPhoto reads the face photo and says what could be checked of it. Its number
// is made of the birth date in the certificate and what is printed on the card.
func (v *visit) readPhoto(ctx context.Context, card *mynumber.Card, h *mynumber.Holder) error {
	if v.photo == nil {
		return nil
	}
	left, err := card.PhotoTriesLeft(ctx)
	if err != nil {
		return inPhoto(err)
	}
	v.report.Photo = &photoReport{TriesLeft: left}
	v.desk.hint("%s of the number on the card's face left.", tries(left))
	if left == 1 && !v.flags.last {
		return fmt.Errorf("number on the card's face: %w", errLastTry)
	}
	number, err := v.numberB(ctx, h.Attributes.BirthDate)
	if err != nil {
		return inPhoto(err)
	}
	jp2, info, err := card.FacePhoto(ctx, number) // wipes the number
	if err != nil {
		return inPhoto(err)
	}
	defer clear(jp2)
	return v.keepPhoto(jp2, info)
}

// numberB is 照合番号B; whoever asked wipes it.
func (v *visit) numberB(ctx context.Context, birth mynumber.Date) ([]byte, error) {
	code, err := v.secrets.ask(ctx, "Security code, 4 digits under the photo (nothing is shown)")
	defer clear(code)
	if errors.Is(err, errSecretLine) {
		return nil, fmt.Errorf("%w: no security code in the second line", mynumber.ErrNumberBShape)
	}
	if err != nil {
		return nil, err
	}
	return mynumber.NumberB(birth, v.flags.birth == "western", v.flags.expiry, code)
}

func (v *visit) keepPhoto(jp2 []byte, info mynumber.PhotoInfo) error {
	p := v.report.Photo
	p.Bytes, p.Record = len(jp2), info.Record()
	p.SignatureValid, p.ChipGenuine, p.IssuerAnchored = info.SignatureValid, info.ChipGenuine, info.IssuerAnchored
	if err := v.photo.write(jp2); err != nil {
		return err
	}
	p.File = v.photo.file.Name()
	if p.Record == "" {
		return fmt.Errorf("%w: signature valid: %t, chip genuine: %t", errPhoto, info.SignatureValid, info.ChipGenuine)
	}
	return nil
}

// inPhoto tells a wrong number on the face from a wrong PIN.
func inPhoto(err error) error {
	var wrong *mynumber.WrongNumberBError
	if errors.As(err, &wrong) {
		return fmt.Errorf("%w: %w", errPhoto, err)
	}
	return fmt.Errorf("reading the face photo: %w", err)
}

func (p *photoReport) print(s *sheet) {
	switch {
	case p.Bytes == 0:
		s.fact("photo", s.in(red, "not read")+"; "+tries(p.TriesLeft)+" left before")
		return
	case p.Record != "":
		s.fact("photo", s.in(green, "read")+fmt.Sprintf(", %d bytes of JPEG 2000, in %s", p.Bytes, p.File))
		s.under("checked", "signature valid, chip genuine, issuer not anchored: its key is not published")
	default:
		s.fact("photo", s.in(red, "read, not believed")+fmt.Sprintf(", %d bytes, in %s", p.Bytes, p.File))
		s.under("checked", fmt.Sprintf("signature valid: %s, chip genuine: %s, issuer not anchored", yes(p.SignatureValid), yes(p.ChipGenuine)))
	}
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}
