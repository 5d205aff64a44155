package conformance_test

import (
	"testing"

	"github.com/digital-watashi/kiosk/platform/conformance"
)

func TestReferencePlatformKeepsEveryPromise(t *testing.T) {
	w := newWorld(t, nil)
	report := ok(conformance.Run(t.Context(), w.subject))(t)
	for _, r := range report.Results {
		if r.Outcome != conformance.Held {
			t.Errorf("%s %s: %s", r.Name, r.Outcome, r.Why)
		}
	}
	if report.Held != len(conformance.Promises()) || !report.Kept() {
		t.Errorf("%d of %d promises held", report.Held, len(conformance.Promises()))
	}
	report.WriteText(t.Output())
}
