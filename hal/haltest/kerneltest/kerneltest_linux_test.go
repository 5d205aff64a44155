//go:build e2e

package kerneltest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest/kerneltest"
)

func TestE2EAMachineHasTheKernelThatDebianShips(t *testing.T) {
	kerneltest.Within(t, kerneltest.Machine{Modules: []string{"uhid"}}, func(t *testing.T) {
		version, err := os.ReadFile("/proc/version")
		if err != nil || !strings.Contains(string(version), "Debian") {
			t.Errorf("the kernel is %s (%v)", version, err)
		}
		if _, err := os.Stat("/dev/uhid"); err != nil {
			t.Error("a module was not loaded: ", err)
		}
		t.Logf("%s", version)
	})
}
