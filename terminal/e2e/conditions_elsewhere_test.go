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

// met is a condition that other tests meet. Who meets one of them on more than the
// seam adds the test to its row; the manual says which way each went.
type met struct {
	what      string
	code      catalogue.Code
	witnesses []witness
}

// An absence is one table of the manual, and why the street does not fill it.
type absence struct {
	title, why string
	conditions []met
}

var (
	onAKernel = witness{"kernel_test.go", "TestE2ECabinetOnARealKernelIsToldAsTheManualSays"}
	atTheSeam = witness{"../devices_test.go", "TestDeviceThatIsNotReadyClosesTheTerminalUnderItsOwnName"}
	atPrinter = witness{"../devices_test.go", "TestPrinterThatIsNotReadyIsOnTheScreenWithinTwoSeconds"}
	cannotEnd = witness{"../failure_test.go", "TestTerminalTakesNoCardInWhenItCannotEndWell"}
	pressing  = witness{"../pressure_test.go", "TestTooMuchOfSomethingClosesTheTerminalUntilItIsClearlyLess"}
	explained = witness{"../refusal_test.go", "TestEveryReasonOfAPlatformIsExplained"}
	refusing  = witness{"../../platform/refusals_test.go", "TestEachFlawIsRefusedWithItsReason"}
)

var absences = []absence{
	{
		"Sensors", "The readers above have no cabinet round them, so other tests meet these: on a real Linux kernel whose GPIO lines are\npulled, and at the seam, where the sensors' driver would stand.",
		[]met{
			{"the cabinet's door is open", catalogue.SensorDoor, []witness{onAKernel, atTheSeam}},
			{"the operator switch was left on maintenance", catalogue.SensorSwitch, []witness{
				onAKernel,
				{"../maintenance_test.go", "TestTerminalIsNotOpenAgainWhileTheKeyIsForgottenAtMaintenance"},
			}},
			{"the sensors are silent", catalogue.SensorNone, []witness{onAKernel, atTheSeam}},
			{"the machine is opened by force", catalogue.SensorTamper, []witness{
				onAKernel,
				{"../terminald/wiring_test.go", "TestTamperOutlivesARestartAndIsClearedOnceTheMachineIsWhole"},
			}},
		},
	},
	{
		"A card that nobody comes back for", "It is called out for a minute before anybody is told. That it is called out, and taken then, is met on a real reader;\nthe rest at the seam, where a minute is no time.",
		[]met{
			{"a card is left in the reader", catalogue.CardForgotten, []witness{{"../left_test.go", "TestCardThatIsLeftBehindIsCalledOutAndTold"}}},
		},
	},
	{
		"A journal of hundreds of megabytes", "More than half a gigabyte of the disk would have to be filled with registrations that wait. So this one is met at the\nseam, by a journal that says so of itself.",
		[]met{
			{"the journal is nearly as large as it may become", catalogue.JournalFull, []witness{pressing, cannotEnd}},
		},
	},
	{
		"What the platform refuses, and a terminal never sends", "A terminal looks at these things itself, before it sends anything. Who gets such an answer has forged something, or a\nprogram has a mistake. The platform's tests forge each; the terminal's hold that each is explained.",
		[]met{
			{"the certificate is not for signing, or not valid yet", catalogue.RefusedUnfit, []witness{refusing, explained}},
			{"the citizen's signature does not verify", catalogue.RefusedSignature, []witness{refusing, explained}},
			{"the attributes are not the certificate's", catalogue.RefusedAttributes, []witness{refusing, explained}},
			{"the registration was withdrawn before; a terminal then keeps the withdrawal alone", catalogue.RefusedWithdrawn, []witness{{"../../platform/withdrawal_test.go", "TestWithdrawalMayArriveFirst"}, explained}},
			{"anything else that no terminal sends", catalogue.RefusedOther, []witness{refusing, explained}},
		},
	},
	{
		"Codes for drivers of yours", "No driver that ships can tell this: the status of an ESC/POS printer has no word for it, and calls it an error of the\ncutter or of the hardware. It is for printers of other kinds (docs/integrating.md), and met where their driver would\nstand.",
		[]met{
			{"the paper is jammed", catalogue.PrinterJam, []witness{atPrinter}},
		},
	},
}

// way is how real the devices of a test are; its file says it.
func (w witness) way() string {
	switch name := filepath.Base(w.file); {
	case strings.HasPrefix(name, "kernel_"):
		return "on a real Linux kernel"
	case strings.HasPrefix(w.file, "../../platform/"):
		return "at the platform"
	}
	return "at the seam"
}

// stands complains of a test that is not there.
func (w witness) stands(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(w.file)
	if err != nil || !strings.Contains(string(text), "func "+w.test+"(") {
		t.Errorf("%s has no %s: %v", w.file, w.test, err)
	}
	return fmt.Sprintf("%s: `%s`", w.way(), w.test)
}

func (m met) row(t *testing.T) string {
	t.Helper()
	var by []string
	for _, w := range m.witnesses {
		by = append(by, w.stands(t))
	}
	en := catalogue.Explain("en", m.code, catalogue.Contact("…"))
	return fmt.Sprintf("| %s | %s | %s<br>%s | %s | %s | %s |\n", m.what, m.code, catalogue.Explain("ja", m.code).Title,
		en.Title, cell(en.Staff), cell(strings.Join(en.Steps, " ")), strings.Join(by, "<br>"))
}

func metElsewhere(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, a := range absences {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", a.title, a.why)
		b.WriteString("| condition | code | the citizen reads | what it means, and what to mend | what the citizen is told to do | met by |\n|---|---|---|---|---|---|\n")
		for _, m := range a.conditions {
			b.WriteString(m.row(t))
		}
	}
	return b.String()
}
