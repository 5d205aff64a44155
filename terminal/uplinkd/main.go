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
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal/service"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// version and commit are set by the linker.
var version, commit = "unknown", "unknown"

func main() { program().Main() }

func program() service.Program[Config] {
	return service.Program[Config]{
		Name: "watashi-uplinkd", Version: version, Commit: commit, File: configFile, Defaults: Defaults(), Serve: serve,
	}
}

// half is the network half as it runs.
type half struct {
	Config
	notifier *service.Notifier
	pulse    *service.Pulse // of the loop that carries, or waits for an identity
	log      *slog.Logger
}

// pulseSlack is what a slow machine may add to a turn of the loop.
const pulseSlack = 5 * time.Second

// serve carries until ctx ends. Without an identity it stays, and waits for one.
func serve(ctx context.Context, c Config, notifier *service.Notifier, log *slog.Logger) error {
	h := half{c, notifier, new(service.Pulse), log}
	h.pulse.Beat()
	notifier.Ready()
	defer notifier.Stopping()
	ctx, cancel := context.WithCancel(ctx)
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	watching.Go(func() { notifier.Watch(ctx, h.pulse.Within(uplink.LongestTurn+pulseSlack)) })
	return h.run(ctx)
}

// run carries by one route after the other.
func (h half) run(ctx context.Context) error {
	news := make(chan struct{}, 1)
	for ctx.Err() == nil {
		platform, config, err := h.identity(ctx)
		if err != nil {
			return err
		}
		if err := h.carry(ctx, route{platform, config, news}); !errors.Is(err, errOtherRoots) {
			return err
		}
		h.log.Info("the platform's CAs are others now")
	}
	return context.Cause(ctx)
}

// route is the way to the platform, by the roots as they were.
type route struct {
	platform *url.URL
	config   *tls.Config
	news     chan struct{} // of the platform: time to look after the certificates
}

// errOtherRoots: connections have to be made anew, by other roots.
var errOtherRoots = errors.New("the roots are others")

// carry carries until ctx ends, or the roots are others.
func (h half) carry(ctx context.Context, r route) error {
	ctx, stop := context.WithCancelCause(ctx)
	var renewing sync.WaitGroup
	defer renewing.Wait()
	defer stop(nil)
	renewing.Go(func() { renew(ctx, h.Config, r, stop, h.log) })
	h.log.Info("carrying", "platform", r.platform.Host, "socket", h.Socket, "version", version)
	h.notifier.Status("carrying between " + h.Socket + " and " + r.platform.Host)
	carrier := uplink.NewCarrier(h.Socket, r.platform, r.config, h.log)
	carrier.Alive = h.pulse.Beat
	carrier.Told = func(reachable bool, cause string) { h.notifier.Status(statusLine(r.platform.Host, reachable, cause)) }
	carrier.Brought = func() {
		select {
		case r.news <- struct{}{}:
		default: // it is known already
		}
	}
	return carrier.Run(ctx)
}

// statusLine is what systemctl status shows.
func statusLine(host string, reachable bool, cause string) string {
	switch words := uplink.Explain(cause); {
	case !reachable:
		return host + " not reachable (" + cause + "): " + words
	case words != "":
		return "carrying to " + host + " (" + cause + "): " + words
	}
	return "carrying to " + host
}

// identityRetry is how often a machine that is not provisioned looks again.
const identityRetry = 5 * time.Second

// identity waits for the TLS identity that the technician's command brings.
func (h half) identity(ctx context.Context) (*url.URL, *tls.Config, error) {
	timer := time.NewTicker(identityRetry)
	defer timer.Stop()
	for {
		h.pulse.Beat()
		_, roots, host, err := provisioning.LoadTLS(h.UplinkDir)
		if err == nil {
			return &url.URL{Scheme: "https", Host: host}, mutual(roots, h.UplinkDir), nil
		}
		h.log.Warn("waiting for an identity", "error", err)
		h.notifier.Status("not provisioned: " + err.Error())
		select {
		case <-ctx.Done():
			return nil, nil, context.Cause(ctx)
		case <-timer.C:
		}
	}
}

// mutual is how TLS is spoken. The certificate is read again at each handshake, so
// that a renewed one counts.
func mutual(roots *x509.CertPool, dir string) *tls.Config {
	return &tls.Config{
		RootCAs:    roots,
		MinVersion: tls.VersionTLS12,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			certificate, _, _, err := provisioning.LoadTLS(dir)
			if err == nil {
				err = provisioning.CheckKey(certificate.PrivateKey)
			}
			if err != nil {
				return nil, fmt.Errorf("%w: %w", uplink.ErrIdentity, err)
			}
			return &certificate, nil
		},
	}
}
