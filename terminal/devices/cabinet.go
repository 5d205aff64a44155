package devices

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/gpio"
)

// SensorOptions is who is told about the sensors.
type SensorOptions struct {
	// OnTrouble is told why they cannot be read, each time the reason changes; nil
	// for nobody.
	OnTrouble func(error)
}

// OpenSensors gives the sensors of the cabinet; nil where the configuration names
// none. Their lines are taken while they are served, so that nothing is left to
// close. It fails on a system that has no GPIO lines.
func (c Config) OpenSensors(o SensorOptions) (hal.Sensors, error) {
	s := c.Sensors
	if s.Chip == "" {
		return nil, nil
	}
	if err := gpioHere("sensors"); err != nil {
		return nil, err
	}
	return gpio.Open(gpio.Config{
		Chip: s.Chip, Tamper: s.Tamper.gpio(), Door: s.Door.gpio(), Operator: s.Operator.gpio(), Headset: s.Headset.gpio(),
		OnTrouble: o.OnTrouble,
	}), nil
}

// OpenLights gives the guide lights; nil where the configuration names none. Their
// lines are taken when they first glow; close makes them dark and lets the lines go.
// It fails on a system that has no GPIO lines.
func (c Config) OpenLights() (lights hal.Lights, close func() error, err error) {
	l := c.Lights
	if l.Chip == "" {
		return nil, func() error { return nil }, nil
	}
	if err := gpioHere("lights"); err != nil {
		return nil, nil, err
	}
	cabinet := gpio.Open(gpio.Config{
		Chip: l.Chip, CardReader: l.CardReader.gpio(), ReceiptPrinter: l.ReceiptPrinter.gpio(), Scanner: l.Scanner.gpio(),
	})
	return cabinet, cabinet.Close, nil
}

func (l *Line) gpio() *gpio.Line {
	if l == nil {
		return nil
	}
	return &gpio.Line{Offset: l.Offset, ActiveLow: l.ActiveLow}
}

func gpioHere(what string) error {
	if runtime.GOOS != "linux" {
		return fmt.Errorf("opening the %s: GPIO lines exist on Linux only: %w", what, errors.ErrUnsupported)
	}
	return nil
}
