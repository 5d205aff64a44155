package main

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/attestation"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/postgres"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// config is the configuration file. Relative paths are relative to Dir.
type config struct {
	Dir    string   `json:"dir"`    // keys, terminal CA and store; other folders are beneath it
	Listen string   `json:"listen"` // address:port
	Hosts  []string `json:"hosts"`  // as terminals reach it; the first goes into tokens
	JPKI   string   `json:"jpki"`   // folder of CA certificates, *.crt, PEM or DER
	CRL    string   `json:"crl"`    // folder of lists of revocations, *.crl

	CRLURLs  []string       `json:"crl_urls"`        // http, https and file addresses that fill the folder
	OCSP     string         `json:"ocsp"`            // address of the CA's responder
	Webhook  *webhookConfig `json:"webhook"`         // who is told what happens to accounts
	Metrics  string         `json:"metrics"`         // loopback address:port for Prometheus; "" is none
	Postgres string         `json:"postgres"`        // connection string; "" is the embedded store
	Admin    string         `json:"admin,omitempty"` // the socket that commands go to; absent is admin.sock. Of two services on one folder each has its own

	Endorsements    string `json:"endorsements"`      // folder of makers' CA certificates, *.crt, and allowed.txt: which TPMs are real
	Protection      string `json:"protection"`        // the least that a key must have: file, tpm, tpm-attested; "" is what the environment asks for
	CertificateDays int    `json:"certificate_days"`  // of terminals
	LateRenewalDays int    `json:"late_renewal_days"` // in which a certificate that ran out can be renewed; less than 0 is never

	Fleet platform.FleetPolicy `json:"fleet"` // what is done by itself about machines that are not well

	Consents       []protocol.Consent `json:"consents"`     // the texts that a citizen agrees to: id, language and SHA-256
	CodeProfile    protocol.Profile   `json:"code_profile"` // of enrollment codes: digits6 or continuation
	Photo          string             `json:"photo"`        // on the card: off, optional or required
	Offline        string             `json:"offline"`      // without the platform a card is taken in or not: allow or refuse
	Languages      []string           `json:"languages"`    // of the screen; the first is that of the house
	Contact        map[string]string  `json:"contact"`      // where citizens ask, by language
	Limits         protocol.Limits    `json:"limits"`
	Hours          *protocol.Hours    `json:"hours,omitempty"`  // opening hours of the sites; absent is always open
	PhotoDays      int                `json:"photo_days"`       // that photos are kept
	CodeDays       int                `json:"code_days"`        // that what is kept of a code stays after the registration
	EventDays      int                `json:"event_days"`       // that an event stays after it was told
	BrakePerMinute int                `json:"brake_per_minute"` // wrong codes from everywhere together, above which none is tried
}

// webhookConfig is where events go.
type webhookConfig struct {
	URL        string `json:"url"`         // https, or http to this machine
	SecretFile string `json:"secret_file"` // whsec_ and base64, as Standard Webhooks has it
}

// defaults are what a new platform starts with.
func defaults(dir, host string) config {
	return config{
		Dir: dir, Listen: ":8443", Hosts: []string{host}, JPKI: "jpki", CRL: "crl",
		Endorsements: "endorsements", CertificateDays: 730, LateRenewalDays: 90,
		Fleet:    platform.FleetPolicy{SilenceHours: 24, OnSilence: platform.FlagOnly, OnTamper: platform.SuspendTerminal, OnAudit: platform.SuspendTerminal},
		Consents: []protocol.Consent{}, CodeProfile: protocol.Digits6,
		Photo: protocol.PhotoOff, Offline: protocol.OfflineAllow, Languages: platform.Languages(),
		Contact:   map[string]string{},
		Limits:    protocol.Limits{MaxUnsent: 100, MaxUnsentHours: 72, MaxSkewSeconds: 300},
		PhotoDays: 30, CodeDays: 30, EventDays: 90, BrakePerMinute: 100, CRLURLs: []string{},
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
	if err := decodeConfig(io.LimitReader(file, maxConfig), &c); err != nil {
		return c, fmt.Errorf("reading %s: %w", path, err)
	}
	if c.Dir == "" {
		c.Dir = filepath.Dir(path)
	}
	return c, c.check(path)
}

func (c config) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.Dir, name)
}

func (c config) cas() files.CADirectory { return files.CADirectory(c.path(c.JPKI)) }

// oldCAs are those that were dropped.
func (c config) oldCAs() files.CADirectory {
	return files.CADirectory(filepath.Join(c.path(c.JPKI), "old"))
}

// pinned are both, as the platform looks at them again and again.
func (c config) pinned() jpki.CADirectories {
	return jpki.CADirectories{Now: c.cas(), Old: c.oldCAs()}
}

// allCAs are those whose lists of revocations count.
func (c config) allCAs() ([]*x509.Certificate, error) {
	now, old, err := c.pinned().Certificates()
	return append(now, old...), err
}

func (c config) endorsements() attestation.EndorsementDirectory {
	return attestation.EndorsementDirectory(c.path(c.Endorsements))
}

func (c config) crls() jpki.CRLDirectory { return jpki.CRLDirectory(c.path(c.CRL)) }

// fetch prepares what fills the folder of lists.
func (c config) fetch(log *slog.Logger) (*jpki.CRLFetch, error) {
	return jpki.NewCRLFetch(c.CRLURLs, c.crls(), c.allCAs, log)
}

// platform is what the file means.
func (c config) platform(log *slog.Logger) (platform.Config, error) {
	hook, err := c.webhook()
	if err != nil {
		return platform.Config{}, err
	}
	var chips attestation.EndorsementSource
	if c.Endorsements != "" {
		chips = c.endorsements()
	}
	return platform.Config{
		Endorsements: chips, Protection: c.Protection, CertificateDays: c.CertificateDays, LateRenewalDays: c.LateRenewalDays,
		Fleet: c.Fleet, Dir: c.Dir, Hosts: c.Hosts, CAs: c.pinned(), CRLs: c.crls(), OCSP: c.OCSP, Webhook: hook, Consents: c.Consents,
		CodeProfile: c.CodeProfile, Photo: c.Photo, Offline: c.Offline, Languages: c.Languages, Contact: c.Contact,
		Limits: c.Limits, Hours: c.Hours, PhotoDays: c.PhotoDays, CodeDays: c.CodeDays, EventDays: c.EventDays, BrakePerMinute: c.BrakePerMinute, Log: log,
	}, nil
}

// webhook reads the secret of the webhook.
func (c config) webhook() (platform.Webhook, error) {
	if c.Webhook == nil {
		return platform.Webhook{}, nil
	}
	raw, err := os.ReadFile(c.path(c.Webhook.SecretFile))
	if err != nil {
		return platform.Webhook{}, fmt.Errorf("reading the webhook's secret: %w", err)
	}
	text, ok := strings.CutPrefix(strings.TrimSpace(string(raw)), "whsec_")
	secret, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil {
		return platform.Webhook{}, errors.New("reading the webhook's secret: not whsec_ and base64")
	}
	return platform.Webhook{URL: c.Webhook.URL, Secret: secret}, nil
}

// open opens the platform on the store that the file names.
func (c config) open(ctx context.Context, log *slog.Logger) (*platform.Platform, error) {
	settings, err := c.platform(log)
	if err != nil {
		return nil, err
	}
	if err := settings.Validate(); err != nil {
		return nil, err
	}
	if settings.Store, err = c.store(ctx); err != nil {
		return nil, err
	}
	return platform.New(settings)
}

// store opens what keeps what the platform knows: one file, if no database is named.
func (c config) store(ctx context.Context) (platform.Store, error) {
	if c.Postgres == "" {
		store, err := bolt.Open(filepath.Join(c.Dir, "platform.db"))
		if err != nil {
			return nil, fmt.Errorf("opening platform: %w", err)
		}
		return store, nil
	}
	store, err := postgres.Open(ctx, c.Postgres)
	if err != nil {
		return nil, fmt.Errorf("opening the store that %q names: %w", "postgres", err)
	}
	return store, nil
}

// initialise is the command init.
func initialise(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("init", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	dir := flags.String("dir", "", "`folder` of the new platform")
	id := flags.String("id", "", "its `id`, for good")
	host := flags.String("host", "", "`host[:port]` that terminals reach it by")
	environment := flags.String("environment", string(protocol.Test), "test or production, for good")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return printManual(out)
	} else if err != nil {
		return fmt.Errorf("%w\nusage: %s", err, founding)
	}
	if *dir == "" || *id == "" || *host == "" || flags.NArg() > 0 {
		return errors.New("usage: " + founding)
	}
	if err := checkHost(*host); err != nil {
		return err
	}
	absolute, err := filepath.Abs(*dir)
	if err != nil {
		return err
	}
	founding := keyring.Founding{PlatformID: *id, Environment: protocol.Environment(*environment)}
	if err := keyring.Init(absolute, founding); err != nil {
		return err
	}
	return layOut(absolute, *host, out)
}

// layOut makes the folders and the first configuration.
func layOut(dir, host string, out io.Writer) error {
	c := defaults(dir, host)
	if err := errors.Join(os.MkdirAll(c.path(c.JPKI), 0o700), os.MkdirAll(c.path(c.CRL), 0o700), os.MkdirAll(string(c.endorsements()), 0o700)); err != nil {
		return err
	}
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "platformd.json")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return untouched(path, host, out)
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

// untouched says that a configuration is kept, and what it says otherwise.
func untouched(path, host string, out io.Writer) error {
	fmt.Fprintf(out, "platform is ready; %s was there already and is untouched\n", path)
	there, err := readConfig(path)
	if err != nil {
		return err
	}
	if there.Hosts[0] != host {
		fmt.Fprintf(out, "it names the host %s; to have terminals come to %s, write that first into its \"hosts\"\n", there.Hosts[0], host)
	}
	return nil
}
