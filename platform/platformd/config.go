package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// config is the configuration file. Relative paths are relative to Dir.
type config struct {
	Dir    string   `json:"dir"`
	Listen string   `json:"listen"` // address:port
	Hosts  []string `json:"hosts"`  // as terminals reach it; the first goes into tokens
	JPKI   string   `json:"jpki"`   // folder of CA certificates, *.crt, PEM or DER
	CRL    string   `json:"crl"`    // folder of lists of revocations, *.crl

	Consents       []protocol.Consent `json:"consents"`
	CodeProfile    protocol.Profile   `json:"code_profile"`
	Photo          string             `json:"photo"`
	Offline        string             `json:"offline"`
	Languages      []string           `json:"languages"`
	Contact        map[string]string  `json:"contact"`
	Limits         protocol.Limits    `json:"limits"`
	PhotoDays      int                `json:"photo_days"`
	BrakePerMinute int                `json:"brake_per_minute"`
}

// defaults are what a new platform starts with.
func defaults(dir, host string) config {
	return config{
		Dir: dir, Listen: ":8443", Hosts: []string{host}, JPKI: "jpki", CRL: "crl",
		Consents: []protocol.Consent{}, CodeProfile: protocol.Digits6,
		Photo: protocol.PhotoOff, Offline: protocol.OfflineAllow, Languages: []string{"ja", "en"},
		Contact:   map[string]string{},
		Limits:    protocol.Limits{MaxUnsent: 100, MaxUnsentHours: 72, MaxSkewSeconds: 300},
		PhotoDays: 30, BrakePerMinute: 100,
	}
}

// maxConfig bounds the file, in bytes.
const maxConfig = 1 << 20

// readConfig reads the file; what it does not know is an error.
func readConfig(path string) (c config, err error) {
	file, err := os.Open(path)
	if err != nil {
		return c, err
	}
	defer file.Close()
	decoder := json.NewDecoder(io.LimitReader(file, maxConfig))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return c, fmt.Errorf("reading %s: %w", path, err)
	}
	if c.Dir == "" {
		c.Dir = filepath.Dir(path)
	}
	return c, c.check(path)
}

// check reports all that is wrong on its face; the platform judges the rest.
func (c config) check(path string) (err error) {
	for name, missing := range map[string]bool{"listen": c.Listen == "", "hosts": len(c.Hosts) == 0, "jpki": c.JPKI == "", "crl": c.CRL == ""} {
		if missing {
			err = errors.Join(err, fmt.Errorf("%s: no %q", path, name))
		}
	}
	return err
}

func (c config) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.Dir, name)
}

func (c config) cas() platform.CADirectory { return platform.CADirectory(c.path(c.JPKI)) }

func (c config) crls() platform.CRLDirectory { return platform.CRLDirectory(c.path(c.CRL)) }

// platform is what the file means.
func (c config) platform(log *slog.Logger) (platform.Config, error) {
	cas, err := c.cas().Certificates()
	if err != nil {
		return platform.Config{}, err
	}
	return platform.Config{
		Dir: c.Dir, Hosts: c.Hosts, JPKI: cas, CRLs: c.crls(), Consents: c.Consents,
		CodeProfile: c.CodeProfile, Photo: c.Photo, Offline: c.Offline, Languages: c.Languages, Contact: c.Contact,
		Limits: c.Limits, PhotoDays: c.PhotoDays, BrakePerMinute: c.BrakePerMinute, Log: log,
	}, nil
}

// initialise is the command init.
func initialise(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("init", flag.ContinueOnError)
	flags.SetOutput(out)
	dir := flags.String("dir", "", "`folder` of the new platform")
	id := flags.String("id", "", "its `id`, for good")
	host := flags.String("host", "", "`host[:port]` that terminals reach it by")
	environment := flags.String("environment", string(protocol.Test), "test or production, for good")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" || *id == "" || *host == "" || flags.NArg() > 0 {
		return errUsage
	}
	absolute, err := filepath.Abs(*dir)
	if err != nil {
		return err
	}
	founding := platform.Founding{PlatformID: *id, Environment: protocol.Environment(*environment)}
	if err := platform.Init(absolute, founding); err != nil {
		return err
	}
	return layOut(absolute, *host, out)
}

// layOut makes the folders and the first configuration.
func layOut(dir, host string, out io.Writer) error {
	c := defaults(dir, host)
	if err := errors.Join(os.MkdirAll(c.path(c.JPKI), 0o700), os.MkdirAll(c.path(c.CRL), 0o700)); err != nil {
		return err
	}
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "platformd.json")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		fmt.Fprintf(out, "platform is ready; %s was there already and is untouched\n", path)
		return nil
	}
	if err != nil {
		return err
	}
	_, err = file.Write(append(text, '\n'))
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	fmt.Fprintf(out, "platform is ready; next:\n  watashi-platformd -config %s ca add FILE...\n  watashi-platformd -config %s run\n", path, path)
	return nil
}
