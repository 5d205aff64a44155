package escpos_test

import (
	"image"
	"testing"

	"github.com/digital-watashi/kiosk/hal/escpos"
)

func drawn(width int, blocks ...escpos.Block) *image.Gray {
	return escpos.Render(escpos.Slip{Language: "ja", Blocks: blocks}, bare(), width)
}

func height(blocks ...escpos.Block) int { return drawn(escpos.Paper80mm, blocks...).Rect.Dy() }

func TestFactsShareALineWhereThereIsRoom(t *testing.T) {
	small, long := escpos.Fact{Label: "端末", Value: "T-0001"}, escpos.Fact{Label: "受付日時", Value: "2026年11月24日 12時00分00秒00まで"}
	one, two := height(escpos.Small{Text: "1"}), height(escpos.Small{Text: "1\n2"})
	for name, test := range map[string]struct {
		facts escpos.Facts
		want  int
	}{
		"one":                         {escpos.Facts{small}, one},
		"without a label":             {escpos.Facts{{Value: "T-0001"}}, one},
		"two beside each other":       {escpos.Facts{small, small}, one},
		"two that have no room":       {escpos.Facts{small, long}, two},
		"a value whole, under a name": {escpos.Facts{{Label: "受付けた日と時間", Value: long.Value}}, two},
	} {
		if got := height(test.facts); got != test.want {
			t.Errorf("%s: %d dots high, want %d", name, got, test.want)
		}
	}
}

func TestSmallPrintStandsCloserThanParagraphs(t *testing.T) {
	apart := func(b escpos.Block) int { return height(b, b) - height(b) }
	lines := func(b escpos.Block, c escpos.Block) int { return height(b, c) - height(b) }
	small, fact := escpos.Small{Text: "1"}, escpos.Facts{{Value: "1"}}
	if apart(small) != lines(small, fact) || lines(escpos.Paragraph{Text: "1"}, small) <= apart(small) {
		t.Error("small print does not stand together")
	}
}

// ISO/IEC 18004 asks for four modules of white on every side, whatever stands there.
func TestQRCodesKeepTheirQuietZone(t *testing.T) {
	text := "確認が終わると番号を使えます。確認が終わると番号を使えます。"
	for _, width := range []int{escpos.Paper80mm, escpos.Paper58mm} {
		for name, said := range map[string]string{"short": "字", "long": text + text} {
			picture := drawn(width, escpos.Rule{}, escpos.QR{Content: []byte("watashi:code:124578"), Text: said, Caption: said}, escpos.Rule{})
			code, module := finders(t, picture)
			zone := code.Inset(-4 * module)
			if !zone.In(picture.Rect) {
				t.Errorf("%s on %d: the zone %v is not on the paper", name, width, zone)
			}
			for y := zone.Min.Y; y < zone.Max.Y; y++ {
				for x := zone.Min.X; x < zone.Max.X; x++ {
					if !image.Pt(x, y).In(code) && picture.GrayAt(x, y).Y == 0 {
						t.Fatalf("%s on %d: ink at %d, %d, beside the code %v", name, width, x, y, code)
					}
				}
			}
		}
	}
}

// finders finds a code of 25 modules by the upper edge of its first finder pattern,
// seven modules of ink, between white.
func finders(t *testing.T, picture *image.Gray) (code image.Rectangle, module int) {
	for y := range picture.Rect.Dy() {
		for x := range picture.Rect.Dx() {
			n := run(picture, x, y)
			if n%7 == 0 && 4*7 <= n && n <= 8*7 && run(picture, x+n*18/7, y) == n {
				module = n / 7
				return image.Rect(x, y, x+25*module, y+25*module), module
			}
		}
	}
	t.Fatal("no code on the slip")
	return image.Rectangle{}, 0
}

// run is how many dots of ink begin at x.
func run(picture *image.Gray, x, y int) (n int) {
	if x > 0 && picture.GrayAt(x-1, y).Y == 0 {
		return 0
	}
	for x+n < picture.Rect.Dx() && picture.GrayAt(x+n, y).Y == 0 {
		n++
	}
	return n
}
