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

// lastLines asks systemd's journal; where there is none it says so.
func lastLines(ctx context.Context) ([]byte, error) {
	out, err := exec.CommandContext(ctx, "journalctl", "--unit=watashi-terminald", "--unit=watashi-uplinkd",
		"--lines=2000", "--no-pager", "--quiet", "--output=cat").Output()
	if err != nil {
		return nil, fmt.Errorf("asking journalctl: %w", err)
	}
	return out, nil
}

// findFiles lists the files of a pattern; only a bad pattern is an error, and
// ours are constants.
func findFiles(pattern string) []string {
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
