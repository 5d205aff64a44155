//go:build e2e

package torture_test

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/terminal/torture/netfault"
)

// certificates makes what the network will show in the platform's stead, before the
// platform runs: one that is good, and one that has expired.
func (s *world) certificates() {
	s.T.Helper()
	long := 200 * 24 * time.Hour // more than a certificate of the platform lives
	s.expired = s.certificate(func() time.Time { return time.Now().Add(-long) })
	s.good = s.certificate(time.Now)
}

// layNetwork puts a network that can be spoilt between uplinkd, which is
// provisioned by now, and the platform.
func (s *world) layNetwork() {
	s.T.Helper()
	proxy, err := netfault.New(netfault.Config{
		Base: &url.URL{Scheme: "https", Host: street.PlatformAddress}, Certificate: s.good, Expired: s.expired,
		Upstream: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.Roots, MinVersion: tls.VersionTLS13, GetClientCertificate: s.identity}},
		Drip:     10 * time.Millisecond,
	})
	if err != nil {
		s.T.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- proxy.Run(ctx) }()
	s.T.Cleanup(func() {
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			s.T.Error(err)
		}
	})
	s.network = proxy
	s.Edit(s.Path("uplink", "platform.json"), map[string]any{"host": proxy.URL().Host})
}

// certificate is one that the platform shows at that time.
func (s *world) certificate(now func() time.Time) tls.Certificate {
	s.T.Helper()
	pinned, err := files.CADirectory(s.Path("platform", "jpki")).Certificates()
	if err != nil {
		s.T.Fatal(err)
	}
	store, err := bolt.Open(s.Path("platform", "platform.db"))
	if err != nil {
		s.T.Fatal(err)
	}
	p, err := platform.New(platform.Config{
		Dir: s.Path("platform"), Store: store, Hosts: []string{street.PlatformAddress}, JPKI: pinned, CRLs: jpki.CRLDirectory(s.Path("platform", "crl")),
		Now: now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		s.T.Fatal(err)
	}
	shown, err := p.TLSConfig().GetCertificate(nil)
	if err := errors.Join(err, p.Close()); err != nil {
		s.T.Fatal(err)
	}
	return *shown
}

// identity is the terminal's, which the network lends on: the platform asks for it.
func (s *world) identity(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	own, _, _, err := provisioning.LoadTLS(s.Path("uplink"))
	return &own, err
}

// spoilt is how often the network was.
func (s *world) spoilt() (n int) {
	for _, times := range s.network.Hits() {
		n += times
	}
	return n
}
