package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// World is the machine on which the commands work. A test gives one with
// virtual devices.
type World struct {
	ListReaders func(ctx context.Context) ([]devices.ReaderInfo, error)
	OpenReader  func(name string, o devices.ReaderOptions) (hal.Reader, error)
	OpenPrinter func(c devices.Config) (SlipPrinter, func() error)
	OpenScanner func(c devices.Config, o devices.ScannerOptions) (hal.Scanner, error) // nil where none is named
	OpenSensors func(c devices.Config, o devices.SensorOptions) (hal.Sensors, error)  // nil where none is named
	Find        func(pattern string) []string
	Environ     func(name string) string
	Now         func() time.Time
	Operator    func() string                             // the user as whom this runs
	Logs        func(ctx context.Context) ([]byte, error) // the last lines of both services
}

// SlipPrinter is what the commands want of a printer.
type SlipPrinter interface {
	Status(ctx context.Context) (hal.PrinterStatus, error)
	Print(ctx context.Context, s escpos.Slip) error
}

// Machine is what the configuration file of terminald says that is of use here.
type Machine struct {
	devices.Config
	StateDir     string `json:"state_dir"`
	StatusSocket string `json:"status_socket"`
	File         string `json:"-"` // where it stands; empty where there is none
}

// MaxConfig bounds terminald's configuration file, in bytes.
const MaxConfig = 64 << 10

// Load reads the configuration file. One that nobody named may be missing.
func (d *Desk) Load(file string) error {
	d.Machine = Machine{Config: devices.Defaults(), StateDir: system.StateDir, StatusSocket: system.StatusSocket}
	name := file
	if name == "" {
		name = system.ConfigFile
	}
	raw, err := os.ReadFile(name)
	if file == "" && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	d.Machine.File = name
	return d.Machine.Parse(raw)
}

// Parse takes what it knows; the rest of the file is terminald's to judge.
func (m *Machine) Parse(raw []byte) error {
	if len(raw) > MaxConfig {
		return fmt.Errorf("%w: longer than %d bytes", ErrConfig, MaxConfig)
	}
	if err := json.NewDecoder(bytes.NewReader(raw)).Decode(m); err != nil {
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if err := m.Validate(); err != nil {
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return nil
}

// ThisMachine is the world as it is: devices are opened as the terminal opens
// them.
func ThisMachine() World {
	return World{
		ListReaders: devices.ListReaders,
		OpenReader:  devices.OpenReader,
		OpenPrinter: openPrinter,
		OpenScanner: devices.Config.OpenScanner,
		OpenSensors: devices.Config.OpenSensors,
		Find:        system.Find,
		Environ:     os.Getenv,
		Now:         time.Now,
		Operator:    system.Operator,
		Logs:        system.LastLines,
	}
}

// openPrinter gives the printer of slips, and what closes its fonts.
func openPrinter(c devices.Config) (SlipPrinter, func() error) {
	faces := c.LoadFaces()
	return c.OpenPrinter(faces), faces.Close
}
