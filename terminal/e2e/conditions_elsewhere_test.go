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
	onAKernel   = witness{"kernel_test.go", "TestE2ECabinetOnARealKernelIsToldAsTheManualSays"}
	atTheSeam   = witness{"../devices_test.go", "TestDeviceThatIsNotReadyClosesTheTerminalUnderItsOwnName"}
	atAChip     = witness{"../chip_test.go", "TestTroubleWithATPMHasItsOwnCode"}
	inJourneys  = witness{"../journey_test.go", "TestJourneys"}
	inTheMatrix = witness{"../matrix_test.go", "TestMatrixOfStatesAndEventsIsAsReviewed"}
	cannotEnd   = witness{"../failure_test.go", "TestTerminalTakesNoCardInWhenItCannotEndWell"}
	pressing    = witness{"../pressure_test.go", "TestTooMuchOfSomethingClosesTheTerminalUntilItIsClearlyLess"}
	explained   = witness{"../refusal_test.go", "TestEveryReasonOfAPlatformIsExplained"}
	refusing    = witness{"../../platform/refusals_test.go", "TestEachFlawIsRefusedWithItsReason"}
	production  = witness{"../failure_test.go", "TestProductionRefusesEverythingForTests"}
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
		"The key of the machine", "The machine above keeps its key in a file. Other tests give it a TPM 2.0, a software one that is switched off and\nexchanged, and errors as a TPM gives them.",
		[]met{
			{"the TPM has gone", catalogue.ChipNone, []witness{{"../terminald/chip_e2e_test.go", "TestE2EMachineOutlivesItsTPM"}, atAChip}},
			{"the TPM is another, or was cleared", catalogue.ChipCleared, []witness{{"../terminald/chip_e2e_test.go", "TestE2EMachineWithTheKeyOfAnotherTPMSaysSo"}, atAChip}},
			{"the TPM is locked after too many wrong authorisations", catalogue.ChipLockout, []witness{atAChip}},
			{"the TPM fails", catalogue.ChipFault, []witness{atAChip}},
			{"the machine is not provisioned", catalogue.SetUpMissing, []witness{{"../terminald/terminald_test.go", "TestMachineWithoutIdentityStaysUpAndTellsWhy"}, cannotEnd}},
			{"the platform has suspended the terminal", catalogue.TerminalSuspended, []witness{{"../terminald/standing_test.go", "TestSuspendedTerminalClosesAndOpensByOrderOfThePlatform"}}},
		},
	},
	{
		"Time, disk and line", "These take hours, a full disk or a broken clock; other tests bring them about at the seam.",
		[]met{
			{"nobody touches the screen any more", catalogue.SessionTime, []witness{inJourneys}},
			{"the disk does not take a withdrawal", catalogue.WithdrawalFailed, []witness{inTheMatrix}},
			{"a key whose time is over", catalogue.KeyExpired, []witness{inJourneys}},
			{"the paper is jammed", catalogue.PrinterJam, []witness{cannotEnd}},
			{"the terminal starts", catalogue.TerminalStarting, []witness{{"../failure_test.go", "TestPowerCutBeforeTheHandOverWithdrawsAtTheNextStart"}}},
			{"the clock is wrong", catalogue.Clock, []witness{cannotEnd}},
			{"it is outside the opening hours", catalogue.HoursClosed, []witness{cannotEnd}},
			{"the disk does not work", catalogue.DiskFault, []witness{inJourneys, {"../terminald/salvage_test.go", "TestJournalThatCannotEvenBeSalvagedIsADiskFault"}}},
			{"the disk is nearly full", catalogue.DiskFull, []witness{pressing}},
			{"too many registrations wait for the platform", catalogue.QueueFull, []witness{pressing, cannotEnd}},
			{"one of them has waited too long", catalogue.QueueOld, []witness{pressing}},
			{"the journal is full", catalogue.JournalFull, []witness{pressing, cannotEnd}},
			{"the platform is not reachable, and the bundle wants it to be", catalogue.Offline, []witness{cannotEnd, inJourneys}},
			{"it is lost while the key is checked", catalogue.OfflineNow, []witness{inJourneys}},
		},
	},
	{
		"What the platform refuses", "A terminal checks beforehand what it can, so an honest one meets few of these. The platform's tests forge what leads to\nmost reasons; the terminal's hold that each reason is explained.",
		[]met{
			{"the key was never given out", catalogue.RefusedKeyUnknown, []witness{refusing, explained}},
			{"the key was used meanwhile", catalogue.RefusedKeyUsed, []witness{{"../../platform/activation_test.go", "TestCodePicksAmongRegistrationsOfAKey"}, explained}},
			{"the key ended meanwhile", catalogue.RefusedKeyExpired, []witness{{"../../platform/activation_test.go", "TestKeyIsJudgedAtSealing"}, explained}},
			{"the citizen's certificate has expired", catalogue.RefusedExpired, []witness{refusing, explained}},
			{"it is not for signing", catalogue.RefusedUnfit, []witness{refusing, explained}},
			{"it is of an unknown issuer", catalogue.RefusedIssuer, []witness{refusing, explained}},
			{"the citizen's signature does not verify", catalogue.RefusedSignature, []witness{refusing, explained}},
			{"the attributes are not the certificate's", catalogue.RefusedAttributes, []witness{refusing, explained}},
			{"the terminal is unknown or revoked", catalogue.RefusedTerminal, []witness{refusing, explained}},
			{"the terminal is set up for something else", catalogue.RefusedSetUp, []witness{refusing, explained}},
			{"the terminal's clock is wrong", catalogue.RefusedClock, []witness{refusing, explained}},
			{"it was withdrawn", catalogue.RefusedWithdrawn, []witness{{"../../platform/withdrawal_test.go", "TestWithdrawalMayArriveFirst"}, explained}},
			{"it comes after the end of its code", catalogue.RefusedLate, []witness{explained}},
			{"anything else, which no terminal sends", catalogue.RefusedOther, []witness{refusing, explained}},
		},
	},
	{
		"What a production machine refuses", "The machine above is for tests.",
		[]met{
			{"a key in a file", catalogue.ProductionKey, []witness{production, {"../terminald/terminald_test.go", "TestProductionMachineWithKeyInAFileIsRefused"}}},
			{"a test bundle", catalogue.ProductionBundle, []witness{production}},
			{"a test certificate", catalogue.ProductionCertificate, []witness{production}},
			{"an invented CA", catalogue.ProductionCA, []witness{production}},
			{"a virtual reader", catalogue.ProductionReader, []witness{production}},
		},
	},
}

// way is how real the devices of a test are; its file says it.
func (w witness) way() string {
	switch name := filepath.Base(w.file); {
	case strings.HasPrefix(name, "kernel_"):
		return "on a real Linux kernel"
	case name == "chip_e2e_test.go":
		return "with a software TPM 2.0"
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
