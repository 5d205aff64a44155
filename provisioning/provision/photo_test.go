package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// citizen is one whose card prints Western years, or those of the era.
func citizen(t *testing.T, western bool) haltest.Citizen {
	t.Helper()
	for _, c := range haltest.Citizens() {
		if c.ForeignResident == western && !c.Minor {
			return c
		}
	}
	t.Fatal("the cast lacks one")
	return haltest.Citizen{}
}

func TestFacePhotoIsReadAndChecked(t *testing.T) {
	for format, western := range map[string]bool{"era": false, "western": true} {
		synctest.Test(t, func(t *testing.T) {
			l, c := newLab(t), citizen(t, western)
			card := l.insert(c)
			path := filepath.Join(l.dir, "photo.jp2")
			e := l.read(c.Password+"\n"+c.SecurityCode+"\n", "--photo", path, "--birth-format", format, "--expiry", c.CardExpiry.Format("2006"), "--json")
			l.want(e, exitDone, `"record":"signature-valid-issuer-not-anchored"`, "tries of the number on the card's face left")
			l.valid("device-card-read", e.out)
			photo, err := os.ReadFile(path)
			info, _ := os.Stat(path)
			if err != nil || !bytes.Equal(photo, c.Photo) || info.Mode() != 0o600 {
				t.Errorf("%d bytes of photo, %v, %v", len(photo), info, err)
			}
			if n := verifies(card, "92"); n != 1 {
				t.Errorf("%d VERIFYs of number B", n)
			}
		})
	}
}

func TestFacePhotoTellsPeopleWhatWasChecked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c := newLab(t), midori()
		l.insert(c)
		args := []string{"--photo", os.DevNull, "--birth-format", "era", "--expiry", "2035"}
		l.want(l.read(c.Password+"\n"+c.SecurityCode+"\n", args...), exitDone, "signature valid, chip genuine, issuer not anchored", os.DevNull)
	})
}

func TestFacePhotoThatCannotBeHadLeavesNoFile(t *testing.T) {
	for name, c := range map[string]struct {
		option haltest.Option
		code   string
		expiry string
		exit   int
		spent  int
		says   string
	}{
		"wrong security code": {haltest.NumberBTriesLeft(10), "0000", "2035", exitPhoto, 1, "wrong verification number B, 9 tries left"},
		"wrong expiry":        {haltest.NumberBTriesLeft(10), "2285", "2034", exitPhoto, 1, "9 tries left"},
		"three digits":        {haltest.NumberBTriesLeft(10), "228", "2035", exitPhoto, 0, "verification number B"},
		"no second line":      {haltest.NumberBTriesLeft(10), "", "2035", exitPhoto, 0, "second line"},
		"one try left":        {haltest.NumberBTriesLeft(1), "2285", "2035", exitLastTry, 0, "--last-try-too"},
		"blocked":             {haltest.NumberBTriesLeft(0), "2285", "2035", exitPhoto, 0, "blocked"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t)
				card := l.insert(midori(), c.option)
				path := filepath.Join(l.dir, "photo.jp2")
				in := midori().Password + "\n"
				if c.code != "" {
					in += c.code + "\n"
				}
				e := l.read(in, "--photo", path, "--birth-format", "era", "--expiry", c.expiry)
				l.want(e, c.exit, c.says, "signature       valid")
				if n := verifies(card, "92"); n != c.spent {
					t.Errorf("%d VERIFYs of number B, want %d", n, c.spent)
				}
				if _, err := os.Stat(path); !os.IsNotExist(err) {
					t.Errorf("the file is there: %v", err)
				}
			})
		})
	}
}

func TestFacePhotoThatIsNotGenuineIsToldSo(t *testing.T) {
	for name, c := range map[string]struct {
		option haltest.Option
		says   string
	}{
		"tampered": {haltest.TamperedFace(), "signature valid: no"},
		"copied":   {haltest.ClonedChip(), "chip genuine: no"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t)
				l.insert(midori(), c.option)
				e := l.read("MIDORI123\n2285\n", "--photo", os.DevNull, "--birth-format", "era", "--expiry", "2035")
				l.want(e, exitPhoto, "read, not believed", c.says)
			})
		})
	}
}

func TestAPhotoIsWrittenOverNothing(t *testing.T) {
	l := newLab(t)
	card := l.insert(midori())
	path := filepath.Join(l.dir, "photo.jp2")
	if err := os.WriteFile(path, []byte("somebody's"), 0o644); err != nil {
		t.Fatal(err)
	}
	l.want(l.read("MIDORI123\n2285\n", "--photo", path, "--birth-format", "era", "--expiry", "2035"), exitFiles)
	if kept, err := os.ReadFile(path); string(kept) != "somebody's" || err != nil || len(card.Transcript()) > 0 {
		t.Errorf("%q, %v, %d lines to the card", kept, err, len(card.Transcript()))
	}
}
