package gpio_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/gpio"
)

func TestWhatIsNoChipIsSaidSo(t *testing.T) {
	dir := t.TempDir()
	link, file, dangling := filepath.Join(dir, "link"), filepath.Join(dir, "file"), filepath.Join(dir, "dangling")
	for _, err := range []error{os.WriteFile(file, nil, 0o600), os.Symlink("/dev/null", link), os.Symlink("nothing", dangling)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for chip, want := range map[string]struct {
		state hal.State
		words string
	}{
		filepath.Join(dir, "gpiochip9"): {hal.NoDevice, "no such file"},
		dangling:                        {hal.NoDevice, "no such file"},
		file:                            {hal.HardwareError, "not a GPIO chip"},
		"/dev/null":                     {hal.HardwareError, "not a GPIO chip"},
		link:                            {hal.HardwareError, "not a GPIO chip"},
	} {
		config := wired()
		config.Chip = chip
		state, why := stateOf(t, config)
		if state != want.state || why == nil || !strings.Contains(why.Error(), want.words) || !strings.Contains(why.Error(), chip) {
			t.Errorf("%s: told %q, %v, want %q, %s", chip, state, why, want.state, want.words)
		}
		err := gpio.Open(config).Light(t.Context(), hal.GuideLights{})
		if err == nil || errors.Is(err, hal.ErrGone) != (want.state == hal.NoDevice) || !strings.Contains(err.Error(), want.words) {
			t.Errorf("%s: Light = %v, want %s", chip, err, want.words)
		}
	}
}

// stateOf serves sensors until they tell a state, and why.
func stateOf(t *testing.T, config gpio.Config) (state hal.State, why error) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	config.OnTrouble = func(err error) { why = err }
	err := gpio.Open(config).Serve(ctx, func(a hal.Auxiliaries) {
		state = a.Device
		stop()
	})
	if err == nil {
		t.Error("Serve returned no cause")
	}
	return state, why
}
