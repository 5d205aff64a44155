package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/devices"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/service"
	"github.com/digital-watashi/kiosk/terminal/uplink"
	"github.com/digital-watashi/kiosk/terminal/uplink/socket"
	"github.com/digital-watashi/kiosk/ui"
)

// serve wires the terminal in the order of the flow and runs it until ctx ends.
// Screen and status socket are there first, so that whatever is missing after
// them can be told.
func serve(ctx context.Context, c Config, notifier *service.Notifier, log *slog.Logger) error {
	return run(ctx, c, assemble, notifier, log)
}

// assembler opens the devices that a configuration names.
type assembler func(c devices.Config, refuseVirtual bool, log *slog.Logger) (*rig, error)

func run(ctx context.Context, c Config, devices assembler, notifier *service.Notifier, log *slog.Logger) error {
	if err := undumpable(); err != nil {
		return fmt.Errorf("keeping memory out of crash dumps: %w", err)
	}
	uplinkUsers, err := socket.Find(c.UplinkUsers)
	if err != nil {
		return fmt.Errorf("uplink_users: %w", err)
	}
	statusUsers, err := socket.Find(c.StatusUsers)
	if err != nil {
		return fmt.Errorf("status_users: %w", err)
	}
	p := newParts(ctx)
	defer notifier.Stopping()
	f := newFront(log)
	if err := f.open(p, c.UI); err != nil {
		return p.end(err)
	}
	counts := newTally()
	g := newGauge(counts)
	status, err := socket.Listen(c.StatusSocket, statusUsers, log)
	if err != nil {
		return p.end(err)
	}
	p.serve("status socket", status, newTechnician(g, log))
	notifier.Ready()
	p.run("watchdog", func(ctx context.Context) error {
		notifier.Watch(ctx, g.healthy)
		return nil
	})
	a := attending{devices, uplinkUsers, f, g, newAftermath(c.UI.URLFile, log), notifier, log}
	if err := a.attend(p, c); err != nil {
		return p.end(err)
	}
	return p.wait()
}

// attending is what stands before there is a terminal.
type attending struct {
	devices     assembler
	uplinkUsers socket.Users
	front       *front
	gauge       *gauge
	over        aftermath
	notifier    *service.Notifier
	log         *slog.Logger
}

// attend waits for what the machine must have, and then makes the terminal of it.
func (a attending) attend(p *parts, c Config) error {
	base, err := awaitGround(p.ctx, c.StateDir, a.front, a.gauge, a.notifier, a.log)
	if err != nil {
		return err
	}
	p.close(base.journal.Close)
	clock := uplink.NewClock(base.skew, base.past)
	r, err := a.devices(c.Config, base.identity.Environment != protocol.Test, a.log)
	if err != nil {
		return err
	}
	p.close(r.close)
	a.gauge.fit(base, clock, r)
	desk := uplink.NewDesk(uplink.DeskConfig{
		Journal: base.journal, Keys: base.receiptKeys, Bundle: base.take, Clock: clock.Hear, SignedClock: clock.HearSigned,
		Heartbeat: a.gauge.heartbeat, Log: a.log, Order: base.takeOrder,
		Renewal:     func() ([]byte, error) { return base.identity.RenewalRequest(time.Now()) },
		Certificate: func(der []byte) error { return base.identity.TakeCertificate(der, time.Now()) },
	})
	urgent := newHurry(desk, a.log)
	a.gauge.link(desk, urgent)
	t := a.terminal(base, clock, r, desk)
	a.gauge.bay.admit(t)
	r.card.tell(t.ReaderState)
	listener, err := socket.Listen(c.UplinkSocket, a.uplinkUsers, a.log)
	if err != nil {
		return err
	}
	p.run("device key", base.identity.Watch)
	p.run("hurry", urgent.Run)
	p.run("imports", base.imports.Run)
	p.run("compaction", tidy{base.journal, a.gauge.counts.idle, a.log}.Run)
	p.run("uplink socket", func(ctx context.Context) error { return desk.Run(ctx, listener) })
	p.run("aftermath", a.over.Run)
	p.run("terminal", t.Run)
	a.front.hand(t.Command, t.ScreenConnected)
	a.gauge.beat(func() { t.Command(ui.Command{Page: math.MaxUint64}) }, t.Conditions)
	debug.FreeOSMemory() // what only the start needed, as schemas and parsed faces; it takes milliseconds once
	a.notifier.Status("attending as terminal " + base.identity.TerminalID)
	a.log.Info("attending", "terminal", base.identity.TerminalID, "environment", base.identity.Environment, "version", version, "fonts_missing", r.faces.Missing(), "voices_missing", r.mute())
	return nil
}

// terminal stands between the devices, each counted or watched on its way.
func (a attending) terminal(base *ground, clock *uplink.Clock, r *rig, desk *uplink.Desk) *terminal.Terminal {
	counts := a.gauge.counts
	return terminal.New(terminal.Config{
		Reader: counts.reader(r.reader), Printer: r.press, Scanner: r.scanner, Sensors: r.sensors(), Lights: r.lights, Voice: r.voice,
		Screen: counts.screen(a.front), Journal: counts.journal(base.journal), Platform: desk,
		Identity: base.identity, Bundle: base.current, Clock: clock.Fault, VirtualReader: r.card.virtual, Log: a.log,
		Suspended: func() error {
			link, _ := desk.Status()
			return base.standing.fault(link)
		},
		Over:    a.over.tell,
		Machine: (&machinist{gauge: a.gauge}).machine, Photo: counts.photo,
	})
}

// ground is what a terminal stands on. Without it no card may be taken in.
type ground struct {
	identity *provisioning.Identity
	journal  *journal.Journal
	path     string // of the journal
	standing *standing
	imports  *imports
	*shelf
}

// takeOrder takes what the platform signed in answer to a heartbeat.
func (b *ground) takeOrder(heartbeat, jws []byte) error {
	order, err := protocol.VerifyOrder(jws, b.receiptKeys(), b.identity.TerminalID, protocol.SHA256(heartbeat))
	if err != nil {
		return err
	}
	return b.standing.obey(order)
}

// groundRetry is how often a machine that lacks something looks again.
const groundRetry = 5 * time.Second

// awaitGround returns when all is there. Until then the screen says that the
// terminal is out of service, and the status socket why.
func awaitGround(ctx context.Context, dir string, f *front, g *gauge, notifier *service.Notifier, log *slog.Logger) (*ground, error) {
	ticker := time.NewTicker(groundRetry)
	defer ticker.Stop()
	last := ""
	for {
		base, code, err := openGround(dir, log)
		if err == nil {
			g.lack("", nil)
			return base, nil
		}
		f.lack(code)
		g.lack(code, err)
		if err.Error() != last {
			last = err.Error()
			log.Error("out of service", "fault", string(code), "error", err)
			notifier.Status("out of service: " + last)
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-ticker.C:
		}
	}
}

func openGround(dir string, log *slog.Logger) (*ground, catalogue.Code, error) {
	identity, err := provisioning.LoadDevice(dir)
	if err != nil {
		return nil, catalogue.SetUpMissing, err
	}
	if err := identity.Check(); err != nil { // what was sealed before goes out all the same
		log.Error("taking no card in", "fault", string(terminal.ChipFault(err)), "error", err)
	}
	bundles, err := openShelf(dir, log)
	if err != nil {
		return nil, catalogue.SetUpMissing, err
	}
	path := filepath.Join(dir, "journal.db")
	j, err := openJournal(path, log)
	if err != nil {
		return nil, catalogue.DiskFault, err
	}
	return &ground{identity, j, path, openStanding(dir, log), newImports(j, log), bundles}, "", nil
}

// skew is how far off the clock may be.
func (b *ground) skew() time.Duration {
	return time.Duration(b.current().Limits.MaxSkewSeconds) * time.Second
}

// past is a time that is surely past: when this program was built, when the
// bundle in force was issued, when the platform signed its last receipt.
func (b *ground) past() time.Time {
	latest := built()
	if issued := b.current().Issued; issued.After(latest) {
		latest = issued
	}
	if signed, err := b.journal.PlatformTime(); err == nil && signed.After(latest) {
		latest = signed
	}
	return latest
}

// parts are the goroutines of this process. The first that fails ends all.
type parts struct {
	ctx     context.Context
	cancel  context.CancelCauseFunc
	running sync.WaitGroup
	closing []func() error
}

func newParts(ctx context.Context) *parts {
	p := &parts{}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	return p
}

func (p *parts) run(name string, part func(context.Context) error) {
	p.running.Go(func() {
		if err := part(p.ctx); err != nil && p.ctx.Err() == nil {
			p.cancel(fmt.Errorf("running the %s: %w", name, err))
		}
	})
}

// idleTimeout ends a connection of somebody who asked and never hung up: one that asks
// each minute would take a descriptor and a goroutine each time.
const idleTimeout = time.Minute

// serve serves HTTP on one listener, which is closed with it.
func (p *parts) serve(name string, l net.Listener, handler http.Handler) {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: idleTimeout, MaxHeaderBytes: 8 << 10, ConnContext: withVisitor,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	p.run(name, func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, func() { server.Close() })
		defer stop()
		return server.Serve(l)
	})
}

// close has something closed when every goroutine has ended, the last first.
func (p *parts) close(f func() error) { p.closing = append(p.closing, f) }

// wait returns what ended the process, once all of it has ended.
func (p *parts) wait() error {
	<-p.ctx.Done()
	p.running.Wait()
	err := context.Cause(p.ctx)
	for i := len(p.closing) - 1; i >= 0; i-- {
		err = errors.Join(err, p.closing[i]())
	}
	return err
}

// end ends everything for a reason.
func (p *parts) end(err error) error {
	p.cancel(err)
	return p.wait()
}
