package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/uplink"
	"github.com/digital-watashi/kiosk/ui"
)

// house is everything that runs, in the order of the flow.
type house struct {
	authority *haltest.CA
	reader    *haltest.Reader
	printer   *haltest.Printer
	scanner   *haltest.Scanner
	sensors   *haltest.Sensors
	lights    *haltest.Lights
	voice     *haltest.Voice
	terminal  *terminal.Terminal
	screen    *ui.Server
	page      string // the screen's address with its token
	journal   *journal.Journal
	desk      *uplink.Desk
	network   *cable
	platform  *platform.Platform

	ctx     context.Context // ends all parts; its cause is the first that failed
	cancel  context.CancelCauseFunc
	parts   sync.WaitGroup
	closing []func() error
}

// build founds a platform, provisions a terminal at it, and puts virtual devices
// where the real ones would be. All parts run when it returns; the doors'
// listeners belong to the house.
func build(ctx context.Context, dir string, d doors, log *slog.Logger) (*house, error) {
	h := &house{
		authority: haltest.NewCA(), reader: haltest.NewReader(), printer: haltest.NewPrinter(),
		scanner: haltest.NewScanner(), sensors: haltest.NewSensors(), lights: haltest.NewLights(), voice: haltest.NewVoice(tags()...), network: &cable{},
	}
	h.ctx, h.cancel = context.WithCancelCause(ctx)
	if err := h.furnish(dir, d, log); err != nil {
		h.cancel(err)
		return nil, h.wait()
	}
	return h, nil
}

// tags are the languages of the terminal.
func tags() (all []string) {
	for _, l := range catalogue.Languages() {
		all = append(all, l.Tag)
	}
	return all
}

func (h *house) furnish(dir string, d doors, log *slog.Logger) error {
	wire, err := h.buildPlatform(dir, log)
	if err != nil {
		return fmt.Errorf("building the platform: %w", err)
	}
	if err := h.buildTerminal(dir, d.terminal, log); err != nil {
		return fmt.Errorf("building the terminal: %w", err)
	}
	phone := &phone{address: "http://" + d.phone.Addr().String() + "/"}
	app, err := phone.handler(wire.base, wire.transport)
	if err != nil {
		return err
	}
	h.serve(d.terminal, h.screen)
	h.serve(d.workbench, newWorkbench(h, phone))
	h.serve(d.phone, app)
	return nil
}

// wire is how a phone reaches the platform.
type wire struct {
	base      *url.URL
	transport *http.Transport
}

func (h *house) buildPlatform(dir string, log *slog.Logger) (w wire, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return w, err
	}
	home := filepath.Join(dir, "platform")
	if err := keyring.Init(home, keyring.Founding{PlatformID: "demo-platform", Environment: protocol.Test}); err != nil {
		return w, err
	}
	lists, err := revocations(h.authority)
	if err != nil {
		return w, err
	}
	store, err := bolt.Open(filepath.Join(home, "platform.db"))
	if err != nil {
		return w, err
	}
	h.platform, err = platform.New(platform.Config{
		Dir: home, Store: store, Hosts: []string{listener.Addr().String()}, JPKI: h.authority.Certificates(), CRLs: lists, Log: log,
		Contact: map[string]string{"ja": "お問い合わせ窓口（見本） 0120-000-000", "en": "Help desk (demo) 0120-000-000"},
	})
	if err != nil {
		return w, err
	}
	h.closing = append(h.closing, h.platform.Close)
	h.start(h.platform.Run)
	h.serve(tls.NewListener(listener, h.platform.TLSConfig()), h.platform.Handler())
	roots := x509.NewCertPool()
	roots.AddCert(h.platform.CACertificate())
	w.base = &url.URL{Scheme: "https", Host: listener.Addr().String()}
	w.transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}}
	return w, nil
}

// revocations lists the cards that the workbench offers as revoked.
func revocations(authority *haltest.CA) (*jpki.CRLMemory, error) {
	revoked := make(map[int][]*big.Int)
	for _, citizen := range haltest.Citizens() {
		for _, s := range haltest.Situations() {
			if certificate := haltest.NewCard(citizen, authority, s.Options...).Certificate(); s.Revoked && certificate != nil {
				revoked[citizen.Generation] = append(revoked[citizen.Generation], certificate.SerialNumber)
			}
		}
	}
	var lists [][]byte
	for generation := 1; generation <= haltest.Generations; generation++ {
		list, err := authority.CRL(generation, revoked[generation], time.Now())
		if err != nil {
			return nil, err
		}
		lists = append(lists, list)
	}
	memory := &jpki.CRLMemory{}
	memory.Set(lists...)
	return memory, nil
}

// serve serves one handler on one listener while the house runs.
func (h *house) serve(l net.Listener, handler http.Handler) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	h.start(func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, func() { server.Close() })
		defer stop()
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
}

// start runs a part beside the others. The first that fails ends all.
func (h *house) start(part func(context.Context) error) {
	h.parts.Go(func() {
		if err := part(h.ctx); err != nil && h.ctx.Err() == nil {
			h.cancel(err)
		}
	})
}

// wait waits until all parts have ended, and puts away what they used, in the
// other order. Being told to end is no error.
func (h *house) wait() error {
	<-h.ctx.Done()
	h.parts.Wait()
	for _, put := range slices.Backward(h.closing) {
		put()
	}
	if err := context.Cause(h.ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// cable is the way from the terminal to the platform, and can be cut.
type cable struct {
	mu   sync.Mutex
	cut  bool
	next http.RoundTripper
}

// RoundTrip fails with hal.ErrGone while the cable is cut.
func (c *cable) RoundTrip(r *http.Request) (*http.Response, error) {
	if c.isCut() {
		return nil, hal.ErrGone
	}
	return c.next.RoundTrip(r)
}

func (c *cable) isCut() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cut
}

func (c *cable) setCut(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = cut
}
