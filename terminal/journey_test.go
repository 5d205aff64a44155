package terminal_test

import (
	"testing"
	"testing/synctest"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestCitizenGetsACodeThatWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		defer b.stop()
		b.insert(b.person("midori"))
		b.typeKeys(b.card.Citizen().Password)
		b.press("next")
		b.press("yes")
		b.typeKeys(string(protocol.NewRegistrationKey().Digits()))
		b.press("next")
		b.press("sign")
		t.Log(b.told())
		t.Log(b.printer.texts)
		t.Log(b.log)
	})
}
