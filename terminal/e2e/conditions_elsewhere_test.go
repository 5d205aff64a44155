//go:build e2e && linux && cgo

package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// A witness is another test that meets a condition.
type witness struct{ file, test string }

// elsewhere are the conditions that other tests meet. Who meets one of them on more
// than the seam adds the test to its row; the manual says which way each went.
var elsewhere = []struct {
	what      string
	code      catalogue.Code
	witnesses []witness
}{
	{"the cabinet's door is open", catalogue.SensorDoor, []witness{onAKernel, atTheSeam}},
	{"the operator switch is on maintenance", catalogue.SensorSwitch, []witness{onAKernel, atTheSeam}},
	{"the sensors are silent", catalogue.SensorNone, []witness{onAKernel, atTheSeam}},
	{"the machine is opened by force", catalogue.SensorTamper, []witness{
		onAKernel,
		{"../terminald/wiring_test.go", "TestTamperOutlivesARestartAndIsClearedOnceTheMachineIsWhole"},
	}},
}

var (
	onAKernel = witness{"kernel_test.go", "TestE2ECabinetOnARealKernelIsToldAsTheManualSays"}
	atTheSeam = witness{"../devices_test.go", "TestDeviceThatIsNotReadyClosesTheTerminalUnderItsOwnName"}
)

// way is how real the devices of a test are; its file says it.
func (w witness) way() string {
	if strings.HasPrefix(filepath.Base(w.file), "kernel_") {
		return "on a real Linux kernel"
	}
	return "at the seam"
}

func metElsewhere(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("\n## Sensors\n\nThe readers above have no cabinet round them, so other tests meet these: on a real Linux kernel whose GPIO lines are\npulled, and at the seam, where the sensors' driver would stand.\n\n")
	b.WriteString("| condition | code | the citizen reads | what it means, and what to mend | what the citizen is told to do | met by |\n|---|---|---|---|---|---|\n")
	for _, e := range elsewhere {
		var met []string
		for _, w := range e.witnesses {
			text, err := os.ReadFile(w.file)
			if err != nil || !strings.Contains(string(text), "func "+w.test+"(") {
				t.Errorf("%s has no %s: %v", w.file, w.test, err)
			}
			met = append(met, fmt.Sprintf("%s: `%s`", w.way(), w.test))
		}
		en := catalogue.Explain("en", e.code)
		fmt.Fprintf(&b, "| %s | %s | %s<br>%s | %s | %s | %s |\n", e.what, e.code, catalogue.Explain("ja", e.code).Title,
			en.Title, cell(en.Staff), cell(strings.Join(en.Steps, " ")), strings.Join(met, "<br>"))
	}
	return b.String()
}
