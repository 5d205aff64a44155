package trial

import (
	"context"
	"errors"
	"fmt"

	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
)

// photoReport is what is told of a face photo. The photo itself is told and kept
// nowhere.
type photoReport struct {
	TriesLeft      int    `json:"tries_left"`
	Bytes          int    `json:"bytes"`
	Format         string `json:"format,omitempty"` // there once its signature box was seen
	SignatureValid bool   `json:"signature_valid"`
	ChipGenuine    bool   `json:"chip_genuine"`
	IssuerAnchored bool   `json:"issuer_anchored"`
	Record         string `json:"record,omitempty"`
}

// jpeg2000 is the media type of a face photo, the only one that FacePhoto gives.
const jpeg2000 = "image/jp2"

// readPhoto reads the face photo, says what could be checked of it, and forgets
// it. Its number is made of the birth date in the certificate and what is printed
// on the card.
func (v *visit) readPhoto(ctx context.Context, card *mynumber.Card, h *mynumber.Holder) error {
	if !v.flags.Photo {
		return nil
	}
	left, err := card.PhotoTriesLeft(ctx)
	if err != nil {
		return inPhoto(err)
	}
	v.report.Photo = &photoReport{TriesLeft: left}
	v.desk.Hint("%s of the number on the card's face left.", tries(left))
	if left == 1 && !v.flags.LastTry {
		return fmt.Errorf("number on the card's face: %w", ErrLastTry)
	}
	number, err := v.numberB(ctx, h.Attributes.BirthDate)
	if err != nil {
		return inPhoto(err)
	}
	jp2, info, err := card.FacePhoto(ctx, number) // wipes the number
	if err != nil {
		return inPhoto(err)
	}
	size := len(jp2)
	clear(jp2) // seal before you store: here is nobody to seal it to
	return v.report.Photo.judge(size, info)
}

// numberB is 照合番号B; whoever asked wipes it.
func (v *visit) numberB(ctx context.Context, birth mynumber.Date) ([]byte, error) {
	code, err := console.AskSecret(ctx, v.desk.In, v.desk.Says, "Security code, 4 digits under the photo (nothing is shown)")
	defer clear(code)
	if errors.Is(err, console.ErrSecretLine) {
		return nil, fmt.Errorf("%w: no security code in the second line", mynumber.ErrNumberBShape)
	}
	if err != nil {
		return nil, err
	}
	return mynumber.NumberB(birth, v.flags.BirthFormat == "western", v.flags.Expiry, code)
}

// judge says what was checked; a photo that does not pass is an error.
func (p *photoReport) judge(size int, info mynumber.PhotoInfo) error {
	p.Bytes, p.Format, p.Record = size, jpeg2000, info.Record()
	p.SignatureValid, p.ChipGenuine, p.IssuerAnchored = info.SignatureValid, info.ChipGenuine, info.IssuerAnchored
	if p.Record == "" {
		return fmt.Errorf("%w: signature valid: %t, chip genuine: %t", ErrPhoto, info.SignatureValid, info.ChipGenuine)
	}
	return nil
}

// inPhoto tells a wrong number on the face from a wrong PIN.
func inPhoto(err error) error {
	var wrong *mynumber.WrongNumberBError
	if errors.As(err, &wrong) {
		return fmt.Errorf("%w: %w", ErrPhoto, err)
	}
	return fmt.Errorf("reading the face photo: %w", err)
}

// Print tells it to people.
func (p *photoReport) Print(s *console.Sheet) {
	switch {
	case p.Bytes == 0:
		s.Fact("photo", s.In(console.Red, "not read")+"; "+tries(p.TriesLeft)+" left before")
		return
	case p.Record != "":
		s.Fact("photo", s.In(console.Green, "read")+fmt.Sprintf(", %d bytes of JPEG 2000, kept nowhere", p.Bytes))
		s.Under("checked", "signature valid, chip genuine, issuer not anchored: its key is not published")
	default:
		s.Fact("photo", s.In(console.Red, "read, not believed")+fmt.Sprintf(", %d bytes of JPEG 2000, kept nowhere", p.Bytes))
		s.Under("checked", fmt.Sprintf("signature valid: %s, chip genuine: %s, issuer not anchored", yes(p.SignatureValid), yes(p.ChipGenuine)))
	}
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}
