package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
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
		UplinkDir: "/var/lib/watashi/uplinkd",
		Socket:    "/run/watashi/uplink.sock",
		LogLevel:  "info",
	}
}

// LoadConfig reads and checks a configuration file.
func LoadConfig(path string) (Config, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("reading the configuration: %w", err)
	}
	c, err := ParseConfig(raw)
	if err != nil {
		return Config{}, fmt.Errorf("reading the configuration %s: %w", path, err)
	}
	return c, nil
}

// ParseConfig reads and checks one JSON object.
func ParseConfig(raw []byte) (Config, error) {
	const largest = 64 << 10
	if len(raw) > largest {
		return Config{}, fmt.Errorf("longer than %d bytes", largest)
	}
	c := Defaults()
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return Config{}, err
	}
	if _, err := d.Token(); err != io.EOF {
		return Config{}, errors.New("something follows the JSON object")
	}
	return c, c.Validate()
}

// Validate reports all that is wrong, and changes nothing.
func (c Config) Validate() error {
	var faults []error
	for name, path := range map[string]string{"uplink_dir": c.UplinkDir, "socket": c.Socket} {
		if !filepath.IsAbs(path) {
			faults = append(faults, fmt.Errorf("%s: %q is not an absolute path", name, path))
		}
	}
	if new(slog.Level).UnmarshalText([]byte(c.LogLevel)) != nil {
		faults = append(faults, fmt.Errorf("log_level: %q is not debug, info, warn or error", c.LogLevel))
	}
	return errors.Join(faults...)
}

func (c Config) level() slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		panic(err) // Validate let it through
	}
	return level
}
