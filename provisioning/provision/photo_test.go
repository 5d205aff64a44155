package main

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
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

// photoFlags are what a card read needs for a photo besides the PIN.
func photoFlags(format, expiry string) []string {
	return []string{"--photo", "--birth-format", format, "--expiry", expiry}
}

func TestFacePhotoIsReadAndChecked(t *testing.T) {
	for format, western := range map[string]bool{"era": false, "western": true} {
		synctest.Test(t, func(t *testing.T) {
			l, c := newLab(t), citizen(t, western)
			card := l.insert(c)
			e := l.read(c.Password+"\n"+c.SecurityCode+"\n", append(photoFlags(format, c.CardExpiry.Format("2006")), "--json")...)
			l.want(e, exitDone, fmt.Sprintf(`"bytes":%d,"format":"image/jp2","signature_valid":true,"chip_genuine":true,"issuer_anchored":false`, len(c.Photo)),
				`"record":"signature-valid-issuer-not-anchored"`, "tries of the number on the card's face left")
			l.valid("device-card-read", e.out)
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
		l.want(l.read(c.Password+"\n"+c.SecurityCode+"\n", photoFlags("era", "2035")...), exitDone,
			fmt.Sprintf("\nphoto           read, %d bytes of JPEG 2000, kept nowhere\n", len(c.Photo)), "signature valid, chip genuine, issuer not anchored")
	})
}

// folders are where a careless program leaves files: the one that it stands in,
// those for what is temporary, and its owner's.
type folders []string

// ownFolders gives the test such folders of its own.
func ownFolders(t *testing.T) folders {
	t.Helper()
	here, temporary, home := t.TempDir(), t.TempDir(), t.TempDir()
	t.Chdir(here)
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, temporary)
	}
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "USERPROFILE"} {
		t.Setenv(name, home)
	}
	return folders{here, temporary, home}
}

// files are all that is in the folders.
func (f folders) files(t *testing.T) (all []string) {
	t.Helper()
	for _, root := range f {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if path != root {
				all = append(all, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// unchanged holds that what is done leaves no file in the folders.
func (f folders) unchanged(t *testing.T, what string, do func()) {
	t.Helper()
	before := f.files(t)
	do()
	if after := f.files(t); !slices.Equal(before, after) {
		t.Errorf("%s left files: %q, before %q", what, after, before)
	}
}

func TestFacePhotoIsKeptNowhere(t *testing.T) {
	for name, c := range map[string]struct {
		options []haltest.Option
		flags   []string
		exit    int
	}{
		"read":                {exit: exitDone},
		"read, for a program": {flags: []string{"--json"}, exit: exitDone},
		"not believed":        {options: []haltest.Option{haltest.TamperedFace()}, exit: exitPhoto},
		"the card leaves":     {options: []haltest.Option{haltest.Broken(haltest.LostAt(20))}, exit: exitRemoved},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				around, l := ownFolders(t), newLab(t)
				l.insert(midori(), c.options...)
				around.unchanged(t, "reading a photo", func() {
					l.want(l.read("MIDORI123\n2285\n", append(photoFlags("era", "2035"), c.flags...)...), c.exit)
				})
			})
		})
	}
}

// Whoever remembers that a file was named once is told, before the card is touched.
func TestFacePhotoTakesNoFile(t *testing.T) {
	around := ownFolders(t)
	l := newLab(t)
	card := l.insert(midori())
	for _, photo := range [][]string{{"--photo", "photo.jp2"}, {"--photo=photo.jp2"}} {
		around.unchanged(t, "naming a file", func() {
			args := append([]string{"card", "read", "--pin-stdin", "--birth-format", "era", "--expiry", "2035", "--config", "none"}, photo...)
			l.want(l.run("MIDORI123\n2285\n", args...), exitUsage, "kept nowhere")
		})
	}
	if n := len(card.Transcript()); n > 0 {
		t.Errorf("%d lines to the card", n)
	}
}

func TestFacePhotoThatCannotBeHadIsToldWhy(t *testing.T) {
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
				in := midori().Password + "\n"
				if c.code != "" {
					in += c.code + "\n"
				}
				e := l.read(in, photoFlags("era", c.expiry)...)
				l.want(e, c.exit, c.says, "signature       valid")
				if n := verifies(card, "92"); n != c.spent {
					t.Errorf("%d VERIFYs of number B, want %d", n, c.spent)
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
				e := l.read("MIDORI123\n2285\n", photoFlags("era", "2035")...)
				l.want(e, exitPhoto, "read, not believed", c.says)
			})
		})
	}
}
