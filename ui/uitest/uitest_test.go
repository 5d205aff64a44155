//go:build e2e

package uitest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/digital-watashi/kiosk/ui/uitest"
)

// failing is a test that is expected to fail: it keeps why, and ends as one does.
type failing struct {
	testing.TB
	why string
}

func (f *failing) Fatalf(format string, args ...any) {
	f.why = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func TestE2EWaitThatRunsOutFailsUnderItsOwnName(t *testing.T) {
	f := &failing{TB: t} // its browser goes with t, which has left it by then
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		screen := uitest.OpenBlank(f, 3*time.Second)
		screen.Run("waiting for what never comes", chromedp.Poll("false", nil, chromedp.WithPollingTimeout(0)))
	}()
	<-ended
	if want := "waiting for what never comes: not done after 3s"; !strings.HasPrefix(f.why, want) {
		t.Errorf("it failed with %q, want %q", f.why, want)
	}
}
