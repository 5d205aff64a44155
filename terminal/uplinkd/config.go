package main

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/digital-watashi/kiosk/terminal/service"
)

// Config is the configuration file. What it leaves out is as Defaults says;
// what it names and we do not know is refused.
type Config struct {
	// UplinkDir holds the TLS identity that watashi-provision made.
	UplinkDir string `json:"uplink_dir"`
	// Socket is where watashi-terminald listens.
	Socket string `json:"socket"`
	// LogLevel is debug, info, warn or error.
	LogLevel string `json:"log_level"`
}

// Defaults is the configuration of an empty file.
func Defaults() Config {
	return Config{
		UplinkDir: uplinkDir,
		Socket:    uplinkSocket,
		LogLevel:  "info",
	}
}

// Validate reports all that is wrong, and changes nothing.
func (c Config) Validate() error {
	var faults []error
	for name, path := range map[string]string{"uplink_dir": c.UplinkDir, "socket": c.Socket} {
		if !filepath.IsAbs(path) {
			faults = append(faults, fmt.Errorf("%s: %q is not an absolute path", name, path))
		}
	}
	return errors.Join(append(faults, service.CheckLevel(c.LogLevel))...)
}

// Level is from which level on it logs.
func (c Config) Level() slog.Level { return service.ParseLevel(c.LogLevel) }
