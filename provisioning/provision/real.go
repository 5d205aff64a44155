package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"time"

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
		find:        findFiles,
		environ:     os.Getenv,
		now:         time.Now,
		operator:    operator,
		logs:        lastLines,
	}
}

// openPrinter gives the printer of slips, and what closes its fonts.
func openPrinter(c devices.Config) (slipPrinter, func() error) {
	faces := c.LoadFaces()
	return c.OpenPrinter(faces), faces.Close
}

// lastLines asks the system's log; where there is none it says so.
func lastLines(ctx context.Context) ([]byte, error) {
	command := thisSystem().log
	out, err := exec.CommandContext(ctx, command[0], command[1:]...).Output()
	if err != nil {
		return nil, fmt.Errorf("asking %s: %w", command[0], err)
	}
	return out, nil
}

// comPorts stands for the serial ports of a system where they are no files.
const comPorts = `\\.\COM*`

// findFiles lists the files of a pattern; only a bad pattern is an error, and
// ours are constants.
func findFiles(pattern string) []string {
	if pattern == comPorts {
		return serialPorts()
	}
	found, err := filepath.Glob(pattern)
	if err != nil {
		panic(err)
	}
	return found
}

// operator is the user as whom this runs.
func operator() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}
