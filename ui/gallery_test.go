//go:build e2e

package ui_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

// TestEveryScreenIsTidyAtEverySize draws the whole gallery. At the two sizes we
// are made for nothing may scroll; at the small ones the text may.
func TestE2EEveryScreenIsTidyAtEverySize(t *testing.T) {
	sizes := []struct {
		width, height int64
		strict        bool
	}{{1080, 1920, true}, {1280, 800, true}, {1024, 768, false}, {800, 480, false}}
	k := startKiosk(t)
	page := uint64(0)
	for _, size := range sizes {
		k.run(t, chromedp.EmulateViewport(size.width, size.height))
		for name, view := range gallery(t) {
			page++
			view.Page = page
			k.draw(t, view)
			var faults []string
			k.run(t, evaluate(uitest.Tidy(size.strict), &faults))
			for _, fault := range faults {
				t.Errorf("%s at %d×%d: %s", name, size.width, size.height, fault)
			}
			k.keep(t, fmt.Sprintf("%dx%d-%s", size.width, size.height, name))
		}
	}
}
