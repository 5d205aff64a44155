//go:build e2e

package escpos_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/encoding/japanese"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// These tests want fonts-morisawa-bizud-gothic, fonts-noto-cjk, fonts-noto-core,
// libharfbuzz-bin and zbar-tools.

func installed(t *testing.T) *escpos.Faces {
	faces := escpos.LoadFaces(escpos.SystemFontDirs()...)
	t.Cleanup(func() { faces.Close() })
	if missing := faces.Missing(); missing != nil {
		t.Fatalf("not installed: %q", missing)
	}
	return faces
}

func TestE2EPrintedQRCodesReadBack(t *testing.T) {
	faces := installed(t)
	tests := map[string]escpos.Slip{"124578": sampleJapanese(), "7K3M9QXT2VB8R.Zm9ydHktdHdvIGJ5dGU": sampleEnglish()}
	for code, slip := range tests {
		for _, dots := range []int{escpos.Paper80mm, escpos.Paper58mm} {
			device := haltest.NewPrinter(haltest.PrinterWidth(dots))
			printer := escpos.New(device, escpos.Options{Faces: faces, Dots: dots})
			if err := printer.Print(t.Context(), slip); err != nil {
				t.Fatal(err)
			}
			if got, want := readQR(t, device.Last()), "watashi:code:"+code; got != want {
				t.Errorf("%d dots: zbarimg reads %q, want %q", dots, got, want)
			}
		}
	}
}

func readQR(t *testing.T, slip image.Image) string {
	var picture bytes.Buffer
	if err := png.Encode(&picture, slip); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-")
	command.Stdin = &picture
	out, err := command.Output()
	if err != nil {
		t.Fatalf("zbarimg: %v", err)
	}
	return strings.TrimSpace(string(out))
}

func TestE2EEveryCharacterOfTheJapaneseStandardsHasAGlyph(t *testing.T) {
	faces := installed(t)
	standards := map[string][]rune{"JIS X 0208": jis(), "JIS X 0212": jis(0x8F)}
	for name, want := range map[string]int{"JIS X 0208": 6879, "JIS X 0212": 6067} {
		if got := len(standards[name]); got < want {
			t.Errorf("%s: looked at %d characters only", name, got)
		}
		for _, r := range standards[name] {
			if !escpos.HasGlyph(faces, "ja", r) {
				t.Errorf("%s: no glyph for %c %U", name, r, r)
			}
		}
	}
	for _, r := range standards["JIS X 0208"] {
		if unicode.Is(unicode.Han, r) && !escpos.HasGlyph(bare(), "ja", r) {
			t.Errorf("the bitmap font has no %c %U", r, r)
		}
	}
}

// jis is what EUC-JP encodes in two bytes, JIS X 0208 and a few more, or in three,
// JIS X 0212, which begins so. Rows behind the 84th are makers' own.
func jis(prefix ...byte) []rune {
	var all []rune
	decoder := japanese.EUCJP.NewDecoder()
	for row := byte(0xA1); row <= 0xA0+84; row++ {
		for cell := byte(0xA1); cell < 0xFF; cell++ {
			code := append(slices.Clone(prefix), row, cell)
			if text, err := decoder.Bytes(code); err == nil && !bytes.ContainsRune(text, '\uFFFD') {
				all = append(all, []rune(string(text))...)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestE2EEveryLanguageOfTheTerminalHasItsGlyphs(t *testing.T) {
	texts := map[string]string{
		"ja": "端末認証番号 髙﨑 𠮷野 ～−①", "en": "enrollment code “é” €", "zh-Hans": "终端认证号码", "zh-Hant": "終端認證號碼",
		"ko": "단말 인증 번호", "vi": "Mã đăng ký được cấp ở quầy", "pt-BR": "código de inscrição",
	}
	faces := installed(t)
	for language, text := range texts {
		for _, r := range text {
			if !escpos.HasGlyph(faces, language, r) {
				t.Errorf("%s: no glyph for %c %U", language, r, r)
			}
		}
	}
}

// HarfBuzz itself is the judge of how Nepali stands: which glyphs, in which order,
// how far apart.
func TestE2ENepaliIsJoinedAsHarfBuzzJoinsIt(t *testing.T) {
	faces := installed(t)
	for _, word := range []string{"दर्ता", "नामाङ्कन", "मितिसम्म", "स्क्यान", "गर्नुहोस्।", "क्षत्रिय", "ज्ञान", "विद्यार्थी", "र्\u200dयाल"} {
		got := escpos.Joined(faces, "ne", word, 1000) // of a font with 1000 units to the em
		if want := harfbuzz(t, word); !slices.Equal(got, want) {
			t.Errorf("%s: glyphs %v, want %v", word, got, want)
		}
	}
}

// harfbuzz gives the advances of a word in font units.
func harfbuzz(t *testing.T, word string) (advances []float64) {
	font := "/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf"
	out, err := exec.CommandContext(t.Context(), "hb-shape", "--no-glyph-names", "--no-clusters", "--language=ne", "--script=deva", "--output-format=json", font, word).Output()
	if err != nil {
		t.Fatalf("hb-shape: %v", err)
	}
	var glyphs []struct {
		Advance float64 `json:"ax"`
	}
	if err := json.Unmarshal(out, &glyphs); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, g := range glyphs {
		advances = append(advances, g.Advance)
	}
	return advances
}
