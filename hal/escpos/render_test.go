package escpos_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/digital-watashi/kiosk/hal/escpos"
)

func TestLinesBreakWhereReadersExpect(t *testing.T) {
	tests := map[string]struct {
		text  string
		width int
		want  []string
	}{
		"empty":                      {"", 5, []string{""}},
		"fits":                       {"登録完了", 4, []string{"登録完了"}},
		"between any two kanji":      {"登録完了", 3, []string{"登録完", "了"}},
		"no full stop starts a line": {"登録完了。次へ", 4, []string{"登録完", "了。次へ"}},
		"no bracket starts a line":   {"番号（例）です", 4, []string{"番号", "（例）で", "す"}},
		"no bracket ends a line":     {"番号「例」", 3, []string{"番号", "「例」"}},
		"no small kana starts":       {"あいうっか", 3, []string{"あい", "うっか"}},
		"no long vowel starts":       {"らーめん", 2, []string{"らー", "めん"}},
		"katakana words stay whole":  {"次のプラットフォーム", 9, []string{"次の", "プラットフォーム"}},
		"Latin words stay whole":     {"私のwatashiです", 8, []string{"私の", "watashiで", "す"}},
		"Latin breaks at spaces":     {"open the app", 8, []string{"open the", "app"}},
		"the space is dropped":       {"open  the", 4, []string{"open", "the"}},
		"Korean breaks at spaces":    {"번호를 입력", 4, []string{"번호를", "입력"}},
		"a number keeps its counter": {"期限は24日です", 5, []string{"期限は", "24日です"}},
		"too long a word is cut":     {"https://example.jp", 7, []string{"https:/", "/exampl", "e.jp"}},
		"a term keeps its brackets":  {"código (確認中)", 9, []string{"código", "(確認中)"}},
		"a reading as well":          {"番号を確認（かくにん）", 7, []string{"番号を確認", "（かくにん）"}},
		"an open bracket is none":    {"番号（かく", 4, []string{"番号（か", "く"}},
		"a long one is no term":      {"（あいうえおかきくけこさしす）", 9, []string{"（あいうえおかきく", "けこさしす）"}},
		"line feeds":                 {"a\n\nb", 9, []string{"a", "", "b"}},
		"no width at all":            {"ab", 0, []string{"a", "b"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := escpos.BreakLines(test.text, test.width); !slices.Equal(got, test.want) {
				t.Errorf("%q in %d = %q, want %q", test.text, test.width, got, test.want)
			}
		})
	}
}

func TestNoCharacterStandsAloneInTheLastLine(t *testing.T) {
	for text, test := range map[string]struct {
		em   int
		want []string
	}{
		"平台确认后号码方可使用": {10, []string{"平台确认后号码方", "可使用"}},
		"登録完了":        {4, []string{"登録完了"}},
	} {
		if got := escpos.ParagraphLines(text, test.em); !slices.Equal(got, test.want) {
			t.Errorf("%s in %d: %q, want %q", text, test.em, got, test.want)
		}
	}
}

func FuzzLinesLoseNothingButSpaces(f *testing.F) {
	f.Add("次に、「番号を入力」を押します。 open the app", 5)
	f.Add("   \n、、、（（（", 1)
	f.Fuzz(func(t *testing.T, text string, width int) {
		if !utf8.ValidString(text) || len(text) > 1000 {
			return
		}
		unspaced := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		lines := escpos.BreakLines(text, width%80)
		if got := unspaced(strings.Join(lines, "")); got != unspaced(text) {
			t.Errorf("%q became %q", text, lines)
		}
	})
}

func TestRenderIsTheSameEverywhereWithTheBitmapFont(t *testing.T) {
	// Renewed by looking at the picture first.
	tests := map[string]struct {
		slip  escpos.Slip
		width int
		want  string
	}{
		"Japanese, 80 mm": {sampleJapanese(), escpos.Paper80mm, "598c185f205b98dc"},
		"Japanese, 58 mm": {sampleJapanese(), escpos.Paper58mm, "14386934a9e91d29"},
		"English, 80 mm":  {sampleEnglish(), escpos.Paper80mm, "a4fc22a4729af9a5"},
		"English, 58 mm":  {sampleEnglish(), escpos.Paper58mm, "23cc726b8fee1b1a"},
	}
	for name, test := range tests {
		picture := escpos.Render(test.slip, bare(), test.width)
		sum := sha256.Sum256(picture.Pix)
		if got := hex.EncodeToString(sum[:8]); got != test.want {
			t.Errorf("%s: %d rows, %s, want %s", name, picture.Rect.Dy(), got, test.want)
		}
	}
}

func TestRenderKnowsBlackAndWhiteOnly(t *testing.T) {
	for _, dot := range escpos.Render(sampleJapanese(), bare(), escpos.Paper58mm).Pix {
		if dot != 0 && dot != 255 {
			t.Fatalf("a dot of grey %d", dot)
		}
	}
}

func TestRenderSurvivesWhatCannotBeDrawn(t *testing.T) {
	slip := escpos.Slip{Language: "xx", Blocks: []escpos.Block{
		escpos.Heading{}, escpos.Paragraph{Text: "\U00020BB7\u0000\uFFFD"}, escpos.Steps{}, escpos.Code{}, escpos.Field{},
		escpos.QR{Content: make([]byte, 5000), Caption: "no QR code holds this"}, escpos.QR{},
		escpos.Code{Text: []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZ")},
	}}
	for _, width := range []int{1, 8, escpos.Paper58mm} {
		if got := escpos.Render(slip, bare(), width).Rect.Dx(); got != width {
			t.Errorf("%d dots wide, want %d", got, width)
		}
	}
}

func TestMissingNamesTheFamiliesOfABareMachine(t *testing.T) {
	if got := bare().Missing(); len(got) != 6 {
		t.Errorf("missing %q, want all six", got)
	}
}
