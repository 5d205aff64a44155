package escpos

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hajimehoshi/bitmapfont/v3"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
)

// Faces are the fonts a slip is drawn with. They are found on the machine; none
// is part of this module but one bitmap font, so that a slip always prints. A
// Faces may be shared between goroutines.
type Faces struct {
	families map[string]family
	joined   joinedFamily
	files    []*os.File
}

// family is one design in two weights. A weight that is not installed is the
// other one.
type family struct{ regular, bold *sfnt.Font }

// The families that are looked for, by the name that stands in the font.
const (
	bizUD  = "BIZ UDPGothic"
	notoJP = "Noto Sans CJK JP"
	notoSC = "Noto Sans CJK SC"
	notoTC = "Noto Sans CJK TC"
	notoKR = "Noto Sans CJK KR"
)

// familyNames are the names of all that a slip may be drawn with, outlines alone.
func familyNames() []string { return []string{bizUD, notoJP, notoSC, notoTC, notoKR} }

// fontFiles are the files those families come in: Debian's, and Windows' for
// BIZ UD. Only these are opened.
func fontFiles() []string {
	return []string{
		"BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf",
		"BIZ-UDGothicR.ttc", "BIZ-UDGothicB.ttc",
		"NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc",
	}
}

// order is the families to try for a language, best first. BIZ UD Gothic is
// made for readers with weak eyes and has no kanji outside JIS X 0208; Noto has
// nearly all of them.
func order(language string) []string {
	tag := strings.ToLower(language)
	switch {
	case strings.HasPrefix(tag, "zh-hant"), strings.HasPrefix(tag, "zh-tw"), strings.HasPrefix(tag, "zh-hk"):
		return []string{notoTC, notoJP, notoSC, bizUD}
	case strings.HasPrefix(tag, "zh"):
		return []string{notoSC, notoJP, notoTC, bizUD}
	case strings.HasPrefix(tag, "ko"):
		return []string{notoKR, notoJP, bizUD}
	case strings.HasPrefix(tag, "ja"):
		return []string{bizUD, notoJP, notoTC, notoSC, notoKR}
	}
	// BIZ UD lacks half of the Vietnamese letters, and a word in two faces is ugly.
	// Its other Latin letters are so wide that a slip is a hand longer.
	return []string{notoJP, bizUD, notoTC, notoSC, notoKR}
}

// SystemFontDirs is where fonts lie on Debian and on Windows.
func SystemFontDirs() []string {
	return []string{"/usr/share/fonts", "/usr/local/share/fonts", `C:\Windows\Fonts`}
}

// LoadFaces looks through the folders, and all folders in them, for the fonts it
// knows. What is missing is missing: Missing tells, and the bitmap font stands
// in. The files stay open until Close.
func LoadFaces(dirs ...string) *Faces {
	f := &Faces{families: map[string]family{}}
	for _, dir := range dirs {
		// An unreadable folder has no fonts for us; Missing reports the outcome.
		_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				_ = f.loadKnown(path, e.Name())
			}
			return nil
		})
	}
	return f
}

// loadKnown takes in a file that has one of the families.
func (f *Faces) loadKnown(path, name string) error {
	regular, bold := joinedFiles()
	switch {
	case slices.Contains(fontFiles(), name):
		return f.load(path)
	case slices.Contains(regular, name):
		return f.joined.load(path, false)
	case slices.Contains(bold, name):
		return f.joined.load(path, true)
	}
	return nil
}

// Missing names the families that were not found.
func (f *Faces) Missing() []string {
	var missing []string
	if f.joined.regular == nil {
		missing = append(missing, devanagari)
	}
	for _, name := range familyNames() {
		if _, found := f.families[name]; !found {
			missing = append(missing, name)
		}
	}
	return missing
}

// Close closes the font files. No slip may be drawn with f afterwards.
func (f *Faces) Close() error {
	var errs []error
	for _, file := range f.files {
		errs = append(errs, file.Close())
	}
	f.files, f.families, f.joined = nil, nil, joinedFamily{}
	return errors.Join(errs...)
}

// load takes in every font of a file. The file is read glyph by glyph, not
// held in memory: a Noto collection has 20 MB.
func (f *Faces) load(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening font: %w", err)
	}
	collection, err := opentype.ParseCollectionReaderAt(file)
	if err != nil {
		return errors.Join(fmt.Errorf("parsing font %s: %w", path, err), file.Close())
	}
	f.files = append(f.files, file)
	for i := range collection.NumFonts() {
		if one, err := collection.Font(i); err == nil {
			f.add(one)
		}
	}
	return nil
}

// add keeps a font that a slip may need. A Noto collection holds more than twice as
// many, and each that is kept costs a megabyte of tables.
func (f *Faces) add(one *sfnt.Font) {
	name, err := one.Name(nil, sfnt.NameIDFamily)
	if err != nil || !slices.Contains(familyNames(), name) {
		return
	}
	style, _ := one.Name(nil, sfnt.NameIDSubfamily)
	f.families[name] = f.families[name].with(one, style == "Bold")
}

func (a family) with(one *sfnt.Font, bold bool) family {
	if bold || a.bold == nil {
		a.bold = one
	}
	if !bold || a.regular == nil {
		a.regular = one
	}
	return a
}

// typeset gives the faces for a language at one size, best first and the bitmap
// font last. They are the caller's alone: a font.Face may not be shared.
func (f *Faces) typeset(language string, size int, bold bool) []font.Face {
	var faces []font.Face
	for _, name := range order(language) {
		if face := f.families[name].face(size, bold); face != nil {
			faces = append(faces, face)
		}
	}
	return append(faces, bitmapFace{Face: bitmap(language), scale: max(1, size/bitmapEm), bold: bold})
}

// bitmap is the font that is part of this module, in the shapes of a language.
func bitmap(language string) font.Face {
	switch order(language)[0] {
	case notoSC:
		return bitmapfont.FaceSC
	case notoTC:
		return bitmapfont.FaceTC
	}
	return bitmapfont.Face
}

// face scales a family; nil if it is not installed.
func (a family) face(size int, bold bool) font.Face {
	from := a.regular
	if bold {
		from = a.bold
	}
	if from == nil {
		return nil
	}
	// At 72 dpi one point is one dot.
	face, err := opentype.NewFace(from, &opentype.FaceOptions{Size: float64(size), DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil
	}
	return outlineFace{Face: face, font: from}
}
