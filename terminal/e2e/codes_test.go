package e2e_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// withoutRow are the codes that the manual of conditions does not show, and why.
// The list is to stay short: a code that nobody can meet is a code too many.
func withoutRow() map[catalogue.Code]string {
	return map[catalogue.Code]string{
		"TRM-FAULT":    "a mistake in this program: whoever finds a way to it mends the way",
		"PROD-REFUSED": "stands for refusals of the identity that have no code of their own; today each has one",
	}
}

func TestEveryFaultCodeHasItsRowInTheManualOfConditions(t *testing.T) {
	manual, err := os.ReadFile("../CONDITIONS.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[catalogue.Code]bool{}
	for _, found := range regexp.MustCompile(`\| ([A-Z]+(?:-[A-Z]+)*) \|`).FindAllStringSubmatch(string(manual), -1) {
		shown[catalogue.Code(found[1])] = true
	}
	for code := range shown {
		if _, known := catalogue.Find(code); !known {
			t.Errorf("the manual shows %s, which the catalogue does not know", code)
		}
	}
	for _, f := range catalogue.Faults() {
		switch why := withoutRow()[f.Code]; {
		case !shown[f.Code] && why == "":
			t.Errorf("%s has no row in the manual, and nobody says why", f.Code)
		case shown[f.Code] && why != "":
			t.Errorf("%s has a row in the manual, though it is said to have none: %s", f.Code, why)
		}
	}
}
