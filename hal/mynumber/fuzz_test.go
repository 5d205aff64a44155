package mynumber_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// faceFiles are EF 0002 and EF 0004 of the face application of a virtual card, the
// first without filler.
func faceFiles(t testing.TB) (face, certificate []byte) {
	t.Helper()
	citizen := adult()
	citizen.Photo = jp2()
	card := haltest.NewCard(citizen, theCA(), haltest.Filler(0, 0))
	ask := func(command []byte) []byte {
		answer, err := card.Transmit(context.Background(), command)
		if err != nil || !bytes.HasSuffix(answer, []byte{0x90, 0x00}) {
			t.Fatalf("% X: % X, %v", command[:4], answer, err)
		}
		return answer[:len(answer)-2]
	}
	ask(selectAID(faceAID))
	ask(append([]byte("\x00\x20\x00\x92\x0E"), card.Citizen().VerificationCodeB()...))
	return ask(unhex("00B08200000000")), ask(unhex("00B08400000000"))
}

// FuzzSurface: whatever a card says is its face, it parses or it does not; what
// parses is there once, stands in the file as it is, and leaves no trace when wiped.
func FuzzSurface(f *testing.F) {
	face, certificate := faceFiles(f)
	key, err := mynumber.ParseCertificateKey(certificate)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(face)
	f.Add(face[:len(face)/2])
	f.Add(append(bytes.Clone(face), 0xFF))
	f.Add(bytes.Replace(face, []byte{0xDF, 0x23}, []byte{0xDF, 0x22}, 1))
	f.Add(append([]byte{0xFF, 0x20, 0x25, 0xDF, 0x27, 0x22}, jp2()...))
	f.Add([]byte{0xFF, 0x20, 0x00})
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		s, err := mynumber.ParseSurface(raw)
		if err != nil {
			if !errors.Is(err, mynumber.ErrMalformed) && !errors.Is(err, mynumber.ErrNoPhoto) {
				t.Errorf("got %v", err)
			}
			return
		}
		for tag, object := range s.Objects() {
			if written, err := object.Append(nil); err != nil || !bytes.Contains(before, written) {
				t.Errorf("object %X is not in the file as it stands: %v", uint16(tag), err)
			}
		}
		if s.SignedBy(key) && !bytes.Equal(before, face) {
			t.Logf("another file with the same signed objects")
		}
		photo := s.TakePhoto()
		kept := bytes.Clone(photo)
		s.Wipe()
		if !bytes.Equal(raw, make([]byte, len(raw))) || !bytes.Equal(photo, kept) {
			t.Error("wiping leaves something, or takes the photo along")
		}
	})
}

// FuzzCertificateKey: a CV certificate gives an RSA-2048 key or nothing.
func FuzzCertificateKey(f *testing.F) {
	_, certificate := faceFiles(f)
	f.Add(certificate)
	f.Add(certificate[:40])
	f.Add(bytes.Replace(certificate, []byte{0x90, 0x03, 1, 0, 1}, []byte{0x90, 0x03, 0, 0, 3}, 1))
	f.Add([]byte{0x7F, 0x21, 0x00})
	f.Add([]byte{0x7F, 0x21, 0x05, 0x5F, 0x4E, 0x81, 0x00, 0x00})
	f.Fuzz(func(t *testing.T, raw []byte) {
		key, err := mynumber.ParseCertificateKey(raw)
		if (err == nil) != (key != nil) {
			t.Fatalf("a key and an error: %v", err)
		}
		if key != nil && (key.N.BitLen() != 2048 || key.E != 65537) {
			t.Errorf("a key of %d bits with exponent %d", key.N.BitLen(), key.E)
		}
	})
}

// FuzzHostileCard plays answers of anybody's making to a whole visit: it ends, it
// sends at most one VERIFY of each secret, and nothing that is out of bounds. The
// input is a run of answers, each with two bytes of length before it.
func FuzzHostileCard(f *testing.F) {
	for _, answers := range answersOnFile(f) {
		f.Add(answers)
	}
	f.Add([]byte("\x00\x02\x90\x00\x00\x02\x61\x01\x00\x03\x00\x61\x01"))
	f.Fuzz(func(t *testing.T, answers []byte) {
		sent := 0
		verifies := map[byte]int{}
		card := scripted(func(command []byte) ([]byte, error) {
			if sent++; listedNowhere(fmt.Sprintf("% X", command)) {
				t.Errorf("% X was sent", command[:4])
			}
			if command[1] == 0x20 && len(command) > 5 {
				verifies[command[4]]++
			}
			if len(answers) < 2 {
				return nil, hal.ErrGone
			}
			n := min(int(answers[0])<<8|int(answers[1]), len(answers)-2)
			answer := bytes.Clone(answers[2 : 2+n])
			answers = answers[2+n:]
			return answer, nil
		})
		if err := visit(context.Background(), hostile{card}, testTrust(theCA()), adult()); err == nil {
			t.Error("a card without the chip's key went through")
		}
		for length, n := range verifies {
			if n > 1 {
				t.Errorf("%d VERIFYs of a secret of %d bytes", n, length)
			}
		}
	})
}

// hostile promises extended lengths.
type hostile struct{ scripted }

func (hostile) MaxData() int { return 65536 }

// answersOnFile are the answers of each transcript.
func answersOnFile(t testing.TB) (all [][]byte) {
	files, err := filepath.Glob(transcript("*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var answers []byte
		for line := range strings.Lines(string(text)) {
			if pairs, ok := strings.CutPrefix(strings.TrimSpace(line), "< "); ok {
				answer := unhex(pairs)
				answers = append(append(answers, byte(len(answer)>>8), byte(len(answer))), answer...)
			}
		}
		all = append(all, answers)
	}
	return all
}
