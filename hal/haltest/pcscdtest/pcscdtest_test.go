//go:build e2e

package pcscdtest_test

import (
	"context"
	"os/exec"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

func TestOpenSCToolSeesTheVirtualCardsATR(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		card := haltest.NewCard(haltest.Citizens()[0], haltest.NewCA())
		pcscdtest.Insert(t, card)
		out, err := exec.CommandContext(context.Background(), "opensc-tool", "--atr").CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		t.Logf("%s", out)
	})
}
