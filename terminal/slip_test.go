package terminal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

func someSlip(language string, o Outcome) escpos.Slip {
	visit := someVisit(someRules())
	visit.Language = language
	return slip(page{someSurroundings(), visit}, "T-0001", someIssue(), o)
}

func TestSlipsAreAsReviewed(t *testing.T) {
	for _, l := range catalogue.Languages() {
		for _, o := range []Outcome{Active, Unreached} {
			compareGolden(t, fmt.Sprintf("testdata/slip-%s-%s.txt", l.Tag, o), readable(someSlip(l.Tag, o)))
		}
	}
}

// Dot for dot, with the one font that is on every machine. It has no Devanagari:
// Nepali comes out as English does.
func TestSlipsAreDrawnAsReviewed(t *testing.T) {
	var lines strings.Builder
	for _, l := range catalogue.Languages() {
		for _, dots := range []int{escpos.Paper80mm, escpos.Paper58mm} {
			picture := escpos.Render(someSlip(l.Tag, Unreached), escpos.LoadFaces(), dots)
			fmt.Fprintf(&lines, "%-9s %d x %d: %x\n", l.Tag, dots, picture.Rect.Dy(), sha256.Sum256(picture.Pix))
		}
	}
	compareGolden(t, "testdata/slips.txt", lines.String())
}

func TestSlipsSayWhatWasReadOfTheCard(t *testing.T) {
	for _, rule := range []PhotoRule{PhotoOff, PhotoOptional, PhotoRequired} {
		for _, l := range catalogue.Languages() {
			visit := someVisit(withPhoto(rule))
			visit.Language = l.Tag
			text := readable(slip(page{someSurroundings(), visit}, "T-0001", someIssue(), Active))
			photo := catalogue.Text(l.Tag, catalogue.SlipNoticePhoto)
			if !strings.Contains(text, "platform-test") || strings.Contains(text, photo) != (rule != PhotoOff) {
				t.Errorf("%s, photo %s:\n%s", l.Tag, rule, text)
			}
		}
	}
}

// No slip may outlive its print: the spare holds the code as well.
func TestSlipsAreWipedWithTheirSpares(t *testing.T) {
	s := someSlip("ne", Active)
	s.Wipe()
	for _, block := range append(s.Blocks, s.Spare.Blocks...) {
		switch b := block.(type) {
		case escpos.Code:
			zero(t, b.Text)
		case escpos.QR:
			zero(t, b.Content)
		}
	}
	if s.Spare.Language != "en" || s.Spare.Spare != nil {
		t.Errorf("the spare of Nepali is %q", s.Spare.Language)
	}
}

func zero(t *testing.T, code []byte) {
	if !bytes.Equal(code, make([]byte, len(code))) {
		t.Errorf("left in a slip: %q", code)
	}
}

// readable writes a slip down as it is read.
func readable(s escpos.Slip) string {
	var text strings.Builder
	for _, block := range s.Blocks {
		switch b := block.(type) {
		case escpos.Banner:
			fmt.Fprintf(&text, "[ %s ]\n", b.Text)
		case escpos.Heading:
			fmt.Fprintf(&text, "# %s\n", b.Text)
		case escpos.Paragraph:
			fmt.Fprintln(&text, b.Text)
		case escpos.Small:
			fmt.Fprintf(&text, "  %s\n", b.Text)
		case escpos.Facts:
			for _, f := range b {
				fmt.Fprintf(&text, "  %s\n", strings.TrimSpace(f.Label+" "+f.Value))
			}
		case escpos.Field:
			fmt.Fprintf(&text, "%s: %s\n", b.Label, b.Value)
		case escpos.Steps:
			for i, step := range b.Texts {
				fmt.Fprintf(&text, "%d. %s\n", i+1, step)
			}
		case escpos.Code:
			fmt.Fprintf(&text, "== %s ==\n", b.Text)
		case escpos.QR:
			fmt.Fprintf(&text, "QR %s (%s) %s\n", b.Content, b.Caption, b.Text)
		case escpos.Rule:
			fmt.Fprintln(&text, "---")
		}
	}
	return text.String()
}

// slowLine takes what a serial line of 19200 baud takes: ten bits for a byte.
type slowLine struct{ *haltest.Printer }

func (l slowLine) Write(b []byte) (int, error) {
	time.Sleep(time.Duration(len(b)) * 10 * time.Second / 19200)
	return l.Printer.Write(b)
}

func TestSlipsComeOutInTimeOnTheSlowestLine(t *testing.T) {
	faces := escpos.LoadFaces(escpos.SystemFontDirs()...)
	defer faces.Close()
	for _, l := range catalogue.Languages() {
		synctest.Test(t, func(t *testing.T) {
			printer := escpos.New(slowLine{haltest.NewPrinter()}, escpos.Options{Faces: faces})
			ctx, cancel := context.WithTimeout(t.Context(), limitPrint)
			defer cancel()
			if err := printer.Print(ctx, someSlip(l.Tag, Unreached)); err != nil {
				t.Errorf("%s: %v", l.Tag, err)
			}
		})
	}
}
