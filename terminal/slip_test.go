package terminal

import (
	"fmt"
	"strings"

	"github.com/digital-watashi/kiosk/hal/escpos"
)

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
		case escpos.Field:
			fmt.Fprintf(&text, "%s: %s\n", b.Label, b.Value)
		case escpos.Steps:
			for i, step := range b.Texts {
				fmt.Fprintf(&text, "%d. %s\n", i+1, step)
			}
		case escpos.Code:
			fmt.Fprintf(&text, "== %s ==\n", b.Text)
		case escpos.QR:
			fmt.Fprintf(&text, "QR %s (%s)\n", b.Content, b.Caption)
		case escpos.Rule:
			fmt.Fprintln(&text, "---")
		}
	}
	return text.String()
}
