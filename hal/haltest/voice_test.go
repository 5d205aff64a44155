package haltest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

func TestVirtualVoiceConforms(t *testing.T) {
	v := haltest.NewVoice("en")
	v.Pace = 2 * time.Millisecond
	haltest.TestVoice(t, haltest.VoiceFixture{
		Voice: v, Language: "en", Short: "Press one.", Long: strings.Repeat("Please wait a little. ", 40), Energy: v.Energy,
	})
}

func TestSpeechPrintsNoWord(t *testing.T) {
	s := hal.Speech{Language: "ja", Text: "Hanako"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if out := fmt.Sprintf(verb, s) + fmt.Sprintf(verb, &s) + fmt.Sprintf(verb, []hal.Speech{s}); strings.Contains(out, "Hanako") || strings.Contains(out, fmt.Sprintf("%x", "Hanako")) {
			t.Errorf("%s prints %s", verb, out)
		}
	}
	if got := s.LogValue().String(); strings.Contains(got, "Hanako") {
		t.Error(got)
	}
}
