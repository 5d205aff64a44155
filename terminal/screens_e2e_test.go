//go:build e2e

package terminal

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A document is read on a small glass, too, and fetched with all its pictures.
const (
	mostOfAPicture = 60 << 10
	mostOfThemAll  = 600 << 10
	pictureLength  = 960.0 // in dots, of the longer side
	pictureQuality = 85
)

// TestE2EScreensOfTheDocumentsAreDrawn draws the screens that the documents show, and
// writes them where SCREENS names a folder, with what they were drawn from.
func TestE2EScreensOfTheDocumentsAreDrawn(t *testing.T) {
	folder := os.Getenv("SCREENS")
	glass, sum := openGlass(t, ""), 0
	for _, s := range shownScreens() {
		sight := glass.look(auditPage{screen: s.name, language: s.language, size: s.size, view: s.view()})
		if sight.err != nil || len(sight.Overflows) > 0 {
			t.Errorf("%s: %v, %q", s.name, sight.err, sight.Overflows)
		}
		picture := glass.picture(t, s)
		if sum += len(picture); len(picture) > mostOfAPicture {
			t.Errorf("%s has %d bytes, more than %d", s.file(), len(picture), mostOfAPicture)
		}
		writeShown(t, folder, s.file(), picture)
	}
	if sum > mostOfThemAll {
		t.Errorf("all have %d bytes, more than %d", sum, mostOfThemAll)
	}
	writeShown(t, folder, shownViews, []byte(shownNow(t)))
}

// still stops what moves in the middle of its way, and has what changes change, so
// that the same screen gives the same picture.
const still = `document.getAnimations().forEach((one) => {
	if (one instanceof CSSTransition) return one.finish();
	one.pause();
	one.currentTime = one.effect.getTiming().duration / 2;
})`

// picture is what the glass shows, smaller.
func (g *glass) picture(t *testing.T, s shownScreen) (picture []byte) {
	t.Helper()
	scale := pictureLength / float64(max(s.size.width, s.size.height))
	whole := &cdppage.Viewport{Width: float64(s.size.width), Height: float64(s.size.height), Scale: scale}
	err := chromedp.Run(g.browser, chromedp.Evaluate(still, nil), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		picture, err = cdppage.CaptureScreenshot().WithFormat(cdppage.CaptureScreenshotFormatWebp).WithQuality(pictureQuality).WithClip(whole).Do(ctx)
		return err
	}))
	if err != nil {
		t.Fatal(fmt.Errorf("drawing %s: %w", s.name, err))
	}
	return picture
}

func writeShown(t *testing.T, folder, name string, content []byte) {
	t.Helper()
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
		t.Fatal(err)
	}
}
