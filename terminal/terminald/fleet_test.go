package main

import (
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/platform/fleet"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

func TestPlatformHasWordsForEveryCodeThatCloses(t *testing.T) {
	words := fleet.ReasonCodes()
	for _, f := range catalogue.Faults() {
		told := slices.Contains(words, string(f.Code)) || f.Code == protocol.ConditionSuspended // which it knows better
		if f.Severity == catalogue.Closed && !told {
			t.Errorf("the view of the fleet has no words for %s", f.Code)
		}
	}
	if catalogue.TerminalSuspended != protocol.ConditionSuspended {
		t.Error("a suspended terminal tells another code than the platform looks for")
	}
}
