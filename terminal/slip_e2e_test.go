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
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

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
			keepPicture(t, name, picture)
			scan := exec.CommandContext(t.Context(), "zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-")
			scan.Stdin = bytes.NewReader(picture)
			if out, err := scan.Output(); err != nil || strings.TrimSpace(string(out)) != "watashi:code:124578" {
				t.Errorf("%s: zbarimg reads %q, %v", name, out, err)
			}
		}
	}
}

// A longer slip is folded, lost in the tray, and read by nobody.
func TestE2ESlipsAreShort(t *testing.T) {
	faces := escpos.LoadFaces(escpos.SystemFontDirs()...)
	defer faces.Close()
	for _, l := range catalogue.Languages() {
		limit := 300
		if l.Tag == "ja" {
			limit = 280
		}
		for name, v := range map[string]struct {
			outcome Outcome
			long    bool // the long code, and the photo
			room    int  // mm more than the others
		}{
			"active": {Active, false, 0}, "received": {Received, false, 0}, "not reached": {Unreached, false, 0},
			"long code, active": {Active, true, 0}, "long code, not reached": {Unreached, true, 15},
		} {
			picture := escpos.Render(variedSlip(t, l.Tag, v.outcome, v.long), faces, escpos.Paper80mm)
			if length := (picture.Rect.Dy() + 7) / 8; length > limit+v.room {
				t.Errorf("%s, %s: %d mm, at most %d", l.Tag, name, length, limit+v.room)
			}
			keepPicture(t, fmt.Sprintf("slip-%s-%s", l.Tag, strings.ReplaceAll(name, " ", "-")), encoded(t, picture))
		}
	}
}

// variedSlip is one of a machine with a name as long as they are, and with the banner
// of a test.
func variedSlip(t *testing.T, language string, o Outcome, long bool) escpos.Slip {
	visit, issue := someVisit(someRules()), someIssue()
	if long {
		code, err := protocol.ParseCode(protocol.Continuation, []byte("7K3M9QXT2VB8R0123456789"))
		if err != nil {
			t.Fatal(err)
		}
		visit, issue.Code = someVisit(withPhoto(PhotoOptional)), code
	}
	visit.Language = language
	return slip(page{someSurroundings(), visit}, "demo-terminal", issue, o)
}

// With SCREENSHOTS=DIR every slip is kept there, to be looked at.
func keepPicture(t *testing.T, name string, content []byte) {
	if dir := os.Getenv("SCREENSHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), content, 0o600); err != nil {
			t.Fatal(err)
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
