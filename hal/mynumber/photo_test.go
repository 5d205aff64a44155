package mynumber_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

func TestNumberBIsWhatTheCardShows(t *testing.T) {
	date := func(era mynumber.Era, y, m, d int) mynumber.Date {
		return mynumber.Date{Era: era, Year: y, Month: m, Day: d}
	}
	for _, tc := range []struct {
		birth   mynumber.Date
		western bool
		expiry  int
		code    string
		want    string // empty: ErrNumberBShape
	}{
		{date(mynumber.Showa, 1980, 2, 17), false, 2035, "2285", "55021720352285"},
		{date(mynumber.Showa, 1980, 2, 17), true, 2035, "2285", "80021720352285"},
		{date(mynumber.Meiji, 1912, 7, 29), false, 2030, "0000", "45072920300000"},
		{date(mynumber.Taisho, 1912, 7, 30), false, 2030, "0001", "01073020300001"},
		{date(mynumber.Taisho, 1926, 12, 24), false, 2030, "0001", "15122420300001"},
		{date(mynumber.Showa, 1926, 12, 25), false, 2030, "0001", "01122520300001"},
		{date(mynumber.Showa, 1989, 1, 7), false, 2030, "0001", "64010720300001"},
		{date(mynumber.Heisei, 1989, 1, 8), false, 2030, "0001", "01010820300001"},
		{date(mynumber.Heisei, 2019, 4, 30), false, 2030, "0001", "31043020300001"},
		{date(mynumber.Reiwa, 2019, 5, 1), false, 2030, "0001", "01050120300001"},
		{date(mynumber.EraUnknown, 2003, 11, 9), true, 2031, "9999", "03110920319999"},
		{date(mynumber.EraUnknown, 2003, 11, 9), false, 2031, "9999", ""},
		{date(mynumber.Heisei, 1988, 1, 1), false, 2031, "9999", ""},
		{date(mynumber.Showa, 1980, 2, 0), false, 2031, "9999", ""},
		{date(mynumber.Showa, 1980, 2, 30), true, 2031, "9999", ""},
		{mynumber.Date{}, true, 2031, "9999", ""},
		{date(mynumber.Showa, 1980, 2, 17), false, 1999, "2285", ""},
		{date(mynumber.Showa, 1980, 2, 17), false, 2100, "2285", ""},
		{date(mynumber.Showa, 1980, 2, 17), false, 35, "2285", ""},
		{date(mynumber.Showa, 1980, 2, 17), false, 2035, "228", ""},
		{date(mynumber.Showa, 1980, 2, 17), false, 2035, "22855", ""},
		{date(mynumber.Showa, 1980, 2, 17), false, 2035, "228A", ""},
		{date(mynumber.Showa, 1980, 2, 17), false, 2035, "", ""},
	} {
		got, err := mynumber.NumberB(tc.birth, tc.western, tc.expiry, []byte(tc.code))
		if string(got) != tc.want || (tc.want == "") != errors.Is(err, mynumber.ErrNumberBShape) {
			t.Errorf("%s %v %d %s: got %s, %v, want %s", tc.birth.Code(), tc.western, tc.expiry, tc.code, got, err, tc.want)
		}
	}
}

func TestNumberBOfEveryoneInTheCastIsTheCards(t *testing.T) {
	for _, citizen := range haltest.Citizens() {
		if citizen.Minor {
			continue
		}
		a, err := mynumber.ParseSubjectAltName(san(
			otherName(1, "見"), otherName(2, "0"), otherName(3, "1"), otherName(5, ""), otherName(6, ""), otherName(4, citizen.BirthDate)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := mynumber.NumberB(a.BirthDate, citizen.ForeignResident, citizen.CardExpiry.Year(), []byte(citizen.SecurityCode))
		if err != nil || string(got) != citizen.VerificationCodeB() {
			t.Errorf("%s: got %s, %v, want %s", citizen.ID, got, err, citizen.VerificationCodeB())
		}
	}
}

func TestFacePhotoComesWithItsChecks(t *testing.T) {
	card, trust := newCard(t)
	m := opened(t, card, trust)
	if n, err := m.PhotoTriesLeft(context.Background()); n != 10 || err != nil {
		t.Errorf("got %d, %v, want 10 tries", n, err)
	}
	number := []byte(card.Citizen().VerificationCodeB())
	photo, info, err := m.FacePhoto(context.Background(), number)
	if err != nil || !bytes.Equal(photo, card.Citizen().Photo) {
		t.Errorf("got %d bytes, %v, want the citizen's photo of %d", len(photo), err, len(card.Citizen().Photo))
	}
	if want := (mynumber.PhotoInfo{SignatureValid: true, ChipGenuine: true}); info != want {
		t.Errorf("got %+v, want %+v", info, want)
	}
	wiped(t, "number B", number)
}

func TestNumberBOfWrongShapeSendsNothing(t *testing.T) {
	for name, number := range map[string]string{
		"empty": "", "13": "5502172035228", "15": "550217203522850", "letter": "5502172035228A",
		"number A has 12": "123456789012",
	} {
		card, trust := newCard(t)
		m := opened(t, card, trust)
		before := len(card.Transcript())
		entered := []byte(number)
		if _, _, err := m.FacePhoto(context.Background(), entered); !errors.Is(err, mynumber.ErrNumberBShape) {
			t.Errorf("%s: got %v, want %v", name, err, mynumber.ErrNumberBShape)
		}
		if len(card.Transcript()) != before {
			t.Errorf("%s: commands were sent", name)
		}
		wiped(t, name, entered)
	}
}

func TestWrongNumberBCostsOneTryEachUntilBlocked(t *testing.T) {
	card, trust := newCard(t)
	m := opened(t, card, trust)
	for left := 9; left >= 0; left-- {
		entered := []byte("00000000000000")
		_, _, err := m.FacePhoto(context.Background(), entered)
		var wrong *mynumber.WrongNumberBError
		if !errors.As(err, &wrong) || wrong.TriesLeft != left || errors.Is(err, mynumber.ErrNumberBBlocked) != (left == 0) {
			t.Errorf("got %v, want %d left", err, left)
		}
		wiped(t, "wrong number", entered)
	}
	if n, err := m.PhotoTriesLeft(context.Background()); n != 0 || err != nil {
		t.Errorf("got %d, %v, want 0 left", n, err)
	}
	before := countVerifies(card.Transcript())
	if _, _, err := m.FacePhoto(context.Background(), []byte(card.Citizen().VerificationCodeB())); !errors.Is(err, mynumber.ErrNumberBBlocked) {
		t.Errorf("got %v, want %v", err, mynumber.ErrNumberBBlocked)
	}
	if countVerifies(card.Transcript()) != before {
		t.Error("a VERIFY was sent although number B was known to be blocked")
	}
	if card.TriesLeft() != 5 {
		t.Error("number B cost tries of the PIN")
	}
}

// onRead changes the answer to the k-th READ of the face application.
func onRead(k int, change func([]byte)) func(command, answer []byte) []byte {
	inFace, reads := false, 0
	return func(command, answer []byte) []byte {
		if command[1] == 0xA4 {
			inFace = bytes.Contains(command, unhex(faceAID))
		}
		if inFace && command[1] == 0xB0 {
			if reads++; reads == k {
				change(answer)
			}
		}
		return answer
	}
}

func TestTamperedPhotoIsRecorded(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(command, answer []byte) []byte
		want   mynumber.PhotoInfo
	}{
		"another photo": {
			onRead(1, func(b []byte) { b[bytes.Index(b, []byte("jP  \r\n"))+200] ^= 1 }),
			mynumber.PhotoInfo{ChipGenuine: true},
		},
		"another CV key": {
			onRead(2, func(b []byte) { b[100] ^= 1 }),
			mynumber.PhotoInfo{ChipGenuine: true},
		},
		"copied chip": {
			func(command, answer []byte) []byte {
				if command[1] == 0x2A && command[3] == 0 {
					answer[100] ^= 1
				}
				return answer
			},
			mynumber.PhotoInfo{SignatureValid: true},
		},
		"chip without the key": {
			func(command, answer []byte) []byte {
				if command[1] == 0x2A && command[3] == 0 {
					return []byte{0x6A, 0x88}
				}
				return answer
			},
			mynumber.PhotoInfo{SignatureValid: true},
		},
	} {
		card, trust := newCard(t)
		m := opened(t, alteredExtended{altered{card, tc.change}}, trust)
		photo, info, err := m.FacePhoto(context.Background(), []byte(card.Citizen().VerificationCodeB()))
		if err != nil || len(photo) == 0 || info != tc.want {
			t.Errorf("%s: got %+v, %v, want %+v", name, info, err, tc.want)
		}
	}
}

// alteredExtended passes extended lengths, so that a file is one READ.
type alteredExtended struct{ altered }

func (alteredExtended) MaxData() int { return 65536 }

func TestCardFaceThatIsNoneIsAnError(t *testing.T) {
	for name, change := range map[string]func([]byte){
		"no JP2":        func(b []byte) { b[bytes.Index(b, []byte("jP  \r\n"))] = 'J' },
		"other tag":     func(b []byte) { b[1] = 0x21 },
		"object twice":  func(b []byte) { b[bytes.Index(b, []byte{0xDF, 0x23})+1] = 0x22 },
		"broken length": func(b []byte) { b[bytes.Index(b, []byte{0xDF, 0x22})+2] = 0x7F },
		"too long":      func(b []byte) { b[3], b[4] = 0x80, 0x00 },
	} {
		card, trust := newCard(t)
		m := opened(t, alteredExtended{altered{card, onRead(1, change)}}, trust)
		photo, info, err := m.FacePhoto(context.Background(), []byte(card.Citizen().VerificationCodeB()))
		if !errors.Is(err, mynumber.ErrNoPhoto) || photo != nil || info != (mynumber.PhotoInfo{}) {
			t.Errorf("%s: got %d bytes, %v", name, len(photo), err)
		}
	}
}

func TestCardFaceThatIsNoneIsMalformedAndNoPhoto(t *testing.T) {
	card, trust := newCard(t, haltest.MalformedFace())
	_, _, err := opened(t, card, trust).FacePhoto(context.Background(), []byte(card.Citizen().VerificationCodeB()))
	if !errors.Is(err, mynumber.ErrNoPhoto) || !errors.Is(err, mynumber.ErrMalformed) {
		t.Errorf("got %v, want %v and %v", err, mynumber.ErrNoPhoto, mynumber.ErrMalformed)
	}
}

// A card may forget what was verified when another application is selected. The
// photo before the password costs nothing then; the other way round the signature
// is refused by name, and the password is to be given once more.
func TestForgetfulCardSignsWithThePhotoBeforeOrAfterThePassword(t *testing.T) {
	for name, order := range map[string]func(*stay) error{
		"photo first": func(v *stay) error { return errors.Join(v.photo(), v.password()) },
		"photo second": func(v *stay) error {
			if err := errors.Join(v.password(), v.photo()); err != nil {
				return err
			}
			if err := v.sign(); !errors.Is(err, mynumber.ErrNotVerified) {
				return fmt.Errorf("the first signature: got %v, want %v", err, mynumber.ErrNotVerified)
			}
			left, err := v.m.AskTriesLeft(v.t.Context())
			if left != 5 {
				err = fmt.Errorf("%d tries left, want 5: %v", left, err)
			}
			return errors.Join(err, v.password())
		},
	} {
		t.Run(name, func(t *testing.T) {
			card, trust := newCard(t, haltest.Forgetful())
			v := &stay{t: t, card: card, m: opened(t, card, trust)}
			if err := errors.Join(order(v), v.sign()); err != nil {
				t.Error(err)
			}
			if left := card.TriesLeft(); left != 5 {
				t.Errorf("%d tries of the password left, want 5", left)
			}
		})
	}
}

// A stay is what a terminal does with a card, in an order of its own.
type stay struct {
	t      *testing.T
	card   *haltest.Card
	m      *mynumber.Card
	holder *mynumber.Holder
}

func (v *stay) photo() error {
	_, info, err := v.m.FacePhoto(v.t.Context(), []byte(v.card.Citizen().VerificationCodeB()))
	if err == nil && info.Record() == "" {
		err = fmt.Errorf("the photo was not proved: %+v", info)
	}
	return err
}

func (v *stay) password() error {
	if err := v.m.VerifySigningPIN(v.t.Context(), []byte(v.card.Citizen().Password)); err != nil {
		return err
	}
	holder, err := v.m.Holder(v.t.Context())
	if v.holder == nil {
		v.holder = holder
	}
	return err
}

func (v *stay) sign() error {
	digest := sha256.Sum256([]byte("an application"))
	_, err := v.holder.Signer.Sign(nil, digest[:], crypto.SHA256)
	return err
}

// A card from before 2016 has no face application; one may be missing elsewhere.
func TestCardWithoutFaceApplicationHasNoPhoto(t *testing.T) {
	card, trust := newCard(t)
	m := opened(t, altered{card, func(command, answer []byte) []byte {
		if bytes.Contains(command, unhex(faceAID)) {
			return []byte{0x6A, 0x82}
		}
		return answer
	}}, trust)
	if _, err := m.PhotoTriesLeft(context.Background()); !errors.Is(err, mynumber.ErrNoPhoto) {
		t.Errorf("got %v, want %v", err, mynumber.ErrNoPhoto)
	}
	if _, _, err := m.FacePhoto(context.Background(), []byte(card.Citizen().VerificationCodeB())); !errors.Is(err, mynumber.ErrNoPhoto) {
		t.Errorf("got %v, want %v", err, mynumber.ErrNoPhoto)
	}
}
