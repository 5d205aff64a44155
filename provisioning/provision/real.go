package main

import (
	"os"
	"time"

	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// thisMachine is the world as it is: devices are opened as the terminal opens
// them.
func thisMachine() world {
	return world{
		listReaders: devices.ListReaders,
		openReader:  devices.OpenReader,
		openPrinter: openPrinter,
		openScanner: devices.Config.OpenScanner,
		openSensors: devices.Config.OpenSensors,
		find:        system.Find,
		environ:     os.Getenv,
		now:         time.Now,
		operator:    system.Operator,
		logs:        system.LastLines,
	}
}

// openPrinter gives the printer of slips, and what closes its fonts.
func openPrinter(c devices.Config) (slipPrinter, func() error) {
	faces := c.LoadFaces()
	return c.OpenPrinter(faces), faces.Close
}
