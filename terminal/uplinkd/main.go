// Command watashi-uplinkd is the network half of a terminal. It carries sealed
// envelopes, withdrawals, key queries and heartbeats from watashi-terminald's
// socket to the platform over mutual TLS, and the signed answers back. It can
// read none of it, stores nothing, and links nothing of card, screen or session.
//
//	watashi-uplinkd [-config /etc/watashi/uplinkd.json] [-check] [-version]
//
// -check reads the configuration, tells all that is wrong with it, and ends.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// version is set by the linker.
var version = "unknown"

func main() {
	err := uplink.RunService("watashi-uplinkd", func(ctx context.Context) error {
		return run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	})
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "watashi-uplinkd:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("watashi-uplinkd", flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("config", "/etc/watashi/uplinkd.json", "configuration `file`")
	check := flags.Bool("check", false, "check the configuration and end")
	tell := flags.Bool("version", false, "tell the version and end")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *tell {
		_, err := fmt.Fprintln(stdout, version)
		return err
	}
	c, err := LoadConfig(*path)
	if err != nil || *check {
		return err
	}
	notifier, err := uplink.NewNotifier(getenv)
	if err != nil {
		return err
	}
	defer notifier.Close()
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: c.level()}))
	return serve(ctx, c, notifier, log)
}

// serve carries until ctx ends. Without an identity it stays, and waits for one.
func serve(ctx context.Context, c Config, notifier *uplink.Notifier, log *slog.Logger) error {
	notifier.Ready()
	defer notifier.Stopping()
	ctx, cancel := context.WithCancel(ctx)
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	watching.Go(func() { notifier.Watch(ctx, context.Cause) })

	platform, config, err := identity(ctx, c.UplinkDir, notifier, log)
	if err != nil {
		return err
	}
	log.Info("carrying", "platform", platform.Host, "socket", c.Socket, "version", version)
	notifier.Status("carrying between " + c.Socket + " and " + platform.Host)
	return uplink.NewCarrier(c.Socket, platform, config, log).Run(ctx)
}

// identityRetry is how often a machine that is not provisioned looks again.
const identityRetry = 5 * time.Second

// identity waits for the TLS identity that the technician's command brings. The
// certificate is read again at each handshake, so that a renewed one counts.
func identity(ctx context.Context, dir string, notifier *uplink.Notifier, log *slog.Logger) (*url.URL, *tls.Config, error) {
	timer := time.NewTicker(identityRetry)
	defer timer.Stop()
	for {
		_, roots, host, err := provisioning.LoadTLS(dir)
		if err == nil {
			return &url.URL{Scheme: "https", Host: host}, &tls.Config{
				RootCAs:    roots,
				MinVersion: tls.VersionTLS12,
				GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
					certificate, _, _, err := provisioning.LoadTLS(dir)
					return &certificate, err
				},
			}, nil
		}
		log.Warn("waiting for an identity", "error", err)
		notifier.Status("not provisioned: " + err.Error())
		select {
		case <-ctx.Done():
			return nil, nil, context.Cause(ctx)
		case <-timer.C:
		}
	}
}
