package terminal

import (
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

func TestEveryReasonOfAPlatformIsExplained(t *testing.T) {
	if got, want := len(refusals), len(protocol.Reasons()); got != want {
		t.Errorf("%d reasons are explained, %d can come", got, want)
	}
	for _, reason := range protocol.Reasons() {
		code, chosen := refusals[reason]
		if fault, known := catalogue.Find(code); !chosen || !known || fault.Severity != catalogue.Ended || refusal(reason) != code {
			t.Errorf("%s: %q is no fault that ends a session", reason, code)
		}
		for _, l := range catalogue.Languages() {
			if said := catalogue.Explain(l.Tag, code); said.Happened == "" || len(said.Steps) == 0 {
				t.Errorf("%s in %s: nobody is told what to do", reason, l.Tag)
			}
		}
	}
}

func TestReasonThatNobodyKnowsIsAnInvalidEnvelope(t *testing.T) {
	if got, want := refusal("of-next-year"), refusal(protocol.ReasonEnvelopeInvalid); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
