//go:build e2e

package torture_test

import (
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/torture/powercut"
)

func TestE2EPowerCutsInASalvageLoseNothing(t *testing.T) {
	powerCuts(t, 0.05, 4*time.Second, powercut.Recording.TrySalvage, 25, workFolder+"_SALVAGE=1")
}
