package service

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
)

// Config is a service's configuration.
type Config interface {
	// Validate reports all that is wrong, and changes nothing.
	Validate() error
	// Level is from which level on the service logs.
	Level() slog.Level
}

// maxConfig bounds a configuration file, in bytes.
const maxConfig = 64 << 10

// Load reads and checks a configuration file. What it leaves out is as in
// defaults; what it names and the configuration does not know is refused.
func Load[C Config](path string, defaults C) (C, error) {
	var none C
	raw, err := os.ReadFile(path)
	if err != nil {
		return none, fmt.Errorf("reading the configuration: %w", err)
	}
	c, err := Parse(raw, defaults)
	if err != nil {
		return none, fmt.Errorf("reading the configuration %s: %w", path, err)
	}
	return c, nil
}

// Parse reads and checks one JSON object, as Load does.
func Parse[C Config](raw []byte, defaults C) (c C, err error) {
	if len(raw) > maxConfig {
		return c, fmt.Errorf("longer than %d bytes", maxConfig)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&defaults); err != nil {
		return c, err
	}
	if _, err := d.Token(); err != io.EOF {
		return c, errors.New("something follows the JSON object")
	}
	return defaults, defaults.Validate()
}

// CheckLevel reports a word that names no level of log/slog.
func CheckLevel(word string) error {
	if new(slog.Level).UnmarshalText([]byte(word)) != nil {
		return fmt.Errorf("log_level: %q is not debug, info, warn or error", word)
	}
	return nil
}

// ParseLevel is the level that a checked word names.
func ParseLevel(word string) (level slog.Level) {
	if err := level.UnmarshalText([]byte(word)); err != nil {
		panic(err) // Validate let it through
	}
	return level
}
