package terminal_test

import (
	"fmt"
	"testing"

	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

func TestTroubleWithATPMHasItsOwnCode(t *testing.T) {
	for err, want := range map[error]catalogue.Code{
		provisioning.ErrChipNone: catalogue.ChipNone, provisioning.ErrChipPermission: catalogue.ChipNone,
		provisioning.ErrChipCleared: catalogue.ChipCleared, provisioning.ErrChipLockout: catalogue.ChipLockout,
		provisioning.ErrChipBusy: catalogue.ChipFault, provisioning.ErrChipFault: catalogue.ChipFault,
	} {
		if got := terminal.ChipFault(fmt.Errorf("signing: %w", err)); got != want {
			t.Errorf("%v: got %s, want %s", err, got, want)
		}
	}
}
