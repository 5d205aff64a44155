package escpos_test

import (
	"bytes"
	"testing"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

func TestABareMachineDrawsAllButDevanagari(t *testing.T) {
	for language, text := range map[string]string{
		"ja": "端末認証番号 令和", "en": "enrollment “code” é", "zh-Hans": "终端认证号码凭条应用", "zh-Hant": "終端認證號碼單據應用",
		"ko": "단말 인증번호", "vi": "Mã đăng ký được cấp ở quầy", "pt-BR": "código de inscrição", "ne": "2026 OK",
	} {
		if !bare().Draws(language, text) {
			t.Errorf("%s: %s is not drawn", language, text)
		}
	}
	for language, text := range map[string]string{"ne": "दर्ता", "en": "दर्ता", "th": "ลงทะเบียน"} {
		if bare().Draws(language, text) {
			t.Errorf("%s: %s is drawn with no font for it", language, text)
		}
	}
}

func said(language, text string, spare *escpos.Slip) escpos.Slip {
	return escpos.Slip{Language: language, Spare: spare, Blocks: []escpos.Block{
		escpos.Banner{Text: text}, escpos.Heading{Text: text}, escpos.Paragraph{Text: text}, escpos.Small{Text: text},
		escpos.Field{Label: text, Value: text}, escpos.Steps{Texts: []string{text}}, escpos.QR{Content: []byte("1"), Caption: text},
		escpos.QR{Content: []byte("1"), Text: text}, escpos.Facts{{Label: text, Value: "1"}}, escpos.Facts{{Label: "1", Value: text}},
		escpos.Code{Text: []byte("124 578")}, escpos.Rule{},
	}}
}

func TestASlipWithoutItsLettersComesOutAsItsSpare(t *testing.T) {
	english, japanese, mixed := said("en", "code", nil), said("ja", "番号", nil), said("en", "code ก", nil)
	second := said("th", "รหัส", &english)
	for name, test := range map[string]struct{ slip, want escpos.Slip }{
		"its own letters":    {said("ja", "番号", &english), japanese},
		"the spare":          {said("ne", "कोड", &english), english},
		"the spare's spare":  {said("ne", "कोड", &second), english},
		"the lesser evil":    {said("ne", "कोड", &mixed), mixed},
		"no worse than that": {said("en", "code ก", &second), english},
		"no spare":           {said("en", "code ก", nil), mixed},
	} {
		got, want := escpos.Render(test.slip, bare(), escpos.Paper58mm), escpos.Render(test.want, bare(), escpos.Paper58mm)
		if !bytes.Equal(got.Pix, want.Pix) {
			t.Errorf("%s: another slip came out", name)
		}
	}
}

// Each block alone may hold what is not drawn.
func TestEveryBlockCallsForTheSpare(t *testing.T) {
	for _, block := range said("ne", "कोड", nil).Blocks[:10] {
		english := said("en", "code", nil)
		slip := escpos.Slip{Language: "ne", Blocks: []escpos.Block{block}, Spare: &english}
		if got := escpos.Render(slip, bare(), escpos.Paper58mm); !bytes.Equal(got.Pix, escpos.Render(english, bare(), escpos.Paper58mm).Pix) {
			t.Errorf("%T was printed in marks", block)
		}
	}
}

func TestPrintSendsTheSpareAndItsCode(t *testing.T) {
	english := said("en", "code", nil)
	device := haltest.NewPrinter(haltest.PrinterWidth(escpos.Paper58mm))
	printer := escpos.New(device, escpos.Options{Faces: bare(), Dots: escpos.Paper58mm})
	if err := printer.Print(t.Context(), said("ne", "कोड", &english)); err != nil {
		t.Fatal(err)
	}
	plain := haltest.NewPrinter(haltest.PrinterWidth(escpos.Paper58mm))
	if err := escpos.New(plain, escpos.Options{Faces: bare(), Dots: escpos.Paper58mm}).Print(t.Context(), english); err != nil {
		t.Fatal(err)
	}
	if len(device.Slips()) != 1 || device.Slips()[0].Bounds() != plain.Slips()[0].Bounds() {
		t.Errorf("%d slips, another than that of the spare", len(device.Slips()))
	}
}
