package escpos_test

import (
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
)

// BenchmarkJoinedSlip draws a slip in Nepali, whose letters are shaped together, as a
// ratio to one in Japanese of as many characters.
func BenchmarkJoinedSlip(b *testing.B) {
	faces := escpos.LoadFaces(escpos.SystemFontDirs()...)
	defer faces.Close()
	slip := func(language, text string) escpos.Slip {
		return escpos.Slip{Language: language, Blocks: []escpos.Block{escpos.Paragraph{Text: strings.Repeat(text, 20)}}}
	}
	var joined, single time.Duration
	for b.Loop() {
		begun := time.Now()
		escpos.Render(slip("ne", "यो नम्बर अरू कसैलाई नभन्नुहोस्। "), faces, 576)
		between := time.Now()
		escpos.Render(slip("ja", "この番号は、だれにも教えないでください。この番号は、今。"), faces, 576)
		joined, single = joined+between.Sub(begun), single+time.Since(between)
	}
	b.ReportMetric(float64(joined)/float64(single), "of-japanese")
}
