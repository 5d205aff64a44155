package main

import (
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

func TestPlatformOffersWhatTheTerminalSpeaks(t *testing.T) {
	var spoken []string
	for _, l := range catalogue.Languages() {
		spoken = append(spoken, l.Tag)
	}
	if got := platform.Languages(); !slices.Equal(got, spoken) {
		t.Errorf("a new platform offers %q, the terminal speaks %q", got, spoken)
	}
}
