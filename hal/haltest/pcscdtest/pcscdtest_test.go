//go:build e2e

package pcscdtest_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

func TestE2EOpenSCToolSeesTheVirtualCardsATR(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		card := haltest.NewCard(haltest.Citizens()[0], haltest.NewCA())
		pcscdtest.Insert(t, card)
		out, err := exec.CommandContext(context.Background(), "opensc-tool", "--atr").CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if !strings.Contains(string(out), pcscdtest.ReaderName) || !strings.Contains(string(out), "3b:e0:00:ff:81:31:fe:45:14") {
			t.Errorf("it saw %s", out)
		}
	})
}
