//go:build e2e

package terminal

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// With SCREENSHOTS=DIR every slip is kept there, to be looked at.
func TestE2ESlipsOfEveryLanguageAreWholeOnBothPapers(t *testing.T) {
	faces := escpos.LoadFaces(escpos.SystemFontDirs()...)
	defer faces.Close()
	for _, l := range catalogue.Languages() {
		if !faces.Draws(l.Tag, catalogue.SlipLetters(l.Tag)) {
			t.Errorf("%s: the installed faces lack a character", l.Tag)
		}
		for _, dots := range []int{escpos.Paper80mm, escpos.Paper58mm} {
			name := fmt.Sprintf("slip-%s-%d", l.Tag, dots)
			picture := encoded(t, escpos.Render(someSlip(l.Tag, Unreached), faces, dots))
			if dir := os.Getenv("SCREENSHOTS"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			scan := exec.CommandContext(t.Context(), "zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-")
			scan.Stdin = bytes.NewReader(picture)
			if out, err := scan.Output(); err != nil || strings.TrimSpace(string(out)) != "watashi:code:124578" {
				t.Errorf("%s: zbarimg reads %q, %v", name, out, err)
			}
		}
	}
}

func encoded(t *testing.T, picture *image.Gray) []byte {
	var content bytes.Buffer
	if err := png.Encode(&content, picture); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}
