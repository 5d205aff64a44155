package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/kardianos/service"
)

// How long a peer may take.
const (
	headerTime = 10 * time.Second
	bodyTime   = 30 * time.Second
	answerTime = time.Minute
	idleTime   = 2 * time.Minute
	lastWords  = 10 * time.Second // for answers that are under way at the end
)

// gcPercent suits a heap that is small while much is thrown away: each registration
// is much parsing. The intake benchmark says: an eighth less processor time.
const gcPercent = 400

// maxHeaders bounds the headers of a request, in bytes.
const maxHeaders = 16 << 10

// program is what the service manager of the system starts and stops.
type program struct {
	ctx    context.Context
	cancel context.CancelFunc
	config config
	log    *slog.Logger

	done chan struct{}
	err  error // after done
}

// serveAsService is the command run. It returns when the service manager, a
// signal or ctx ends it, or when it cannot go on.
func serveAsService(ctx context.Context, c config, log io.Writer) error {
	p := &program{config: c, log: slog.New(slog.NewJSONHandler(log, nil)), done: make(chan struct{})}
	p.ctx, p.cancel = signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer p.cancel()
	s, err := service.New(p, &service.Config{
		Name: "watashi-platformd", DisplayName: "Watashi platform", Description: "Reference central platform of the registration terminal",
		Option: service.KeyValue{"RunWait": func() { <-p.done }}, // signals end ctx, and that ends done
	})
	if err != nil {
		return fmt.Errorf("starting as a service: %w", err)
	}
	return errors.Join(s.Run(), p.err)
}

// Start begins to serve and returns.
func (p *program) Start(s service.Service) error {
	go func() {
		defer close(p.done)
		p.err = serve(p.ctx, p.config, p.log)
		if p.err != nil && runtime.GOOS == "windows" {
			p.log.Error("service stops", "cause", p.err.Error())
			os.Exit(1) // there Run waits for its manager, which restarts what died
		}
	}()
	return nil
}

// Stop ends what Start began and waits for it.
func (p *program) Stop(service.Service) error {
	p.cancel()
	<-p.done
	return nil
}

// serve runs platform, administration and what is due, until ctx ends.
func serve(ctx context.Context, c config, log *slog.Logger) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	release, err := c.alone()
	if err != nil {
		return err
	}
	defer release()
	p, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer p.Close()
	lists, err := c.fetch(log)
	if err != nil {
		return err
	}
	metrics, err := listenIf(c.Metrics)
	if err != nil {
		return err
	}
	defer metrics.Close()
	socket, err := adminSocket(c)
	if err != nil {
		return err
	}
	defer socket.Close()
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	systemd, err := newSupervisor(os.Getenv)
	if err != nil {
		return err
	}
	defer systemd.close()
	log.Info("platform serves", "platform", p.ID(), "environment", string(p.Environment()), "address", listener.Addr().String())
	return together(ctx,
		func(ctx context.Context) error { return ignoreEnd(ctx, p.Run(ctx)) },
		func(ctx context.Context) error { return ignoreEnd(ctx, lists.Run(ctx)) },
		func(ctx context.Context) error {
			return systemd.watch(ctx, func(ctx context.Context) { _, _ = p.Backlog(ctx) })
		},
		func(ctx context.Context) error {
			return answer(ctx, newServer(metricsHandler(p, lists, log), log), metrics)
		},
		func(ctx context.Context) error {
			return answer(ctx, newServer(administration(p), slog.New(slog.DiscardHandler)), socket)
		},
		func(ctx context.Context) error {
			return answer(ctx, newServer(p.Handler(), log), tls.NewListener(listener, p.TLSConfig()))
		},
	)
}

// listenIf listens, or stands for a listener that nobody ever reaches.
func listenIf(address string) (net.Listener, error) {
	if address == "" {
		return &silent{closed: make(chan struct{})}, nil
	}
	return net.Listen("tcp", address)
}

// silent accepts nothing until it is closed.
type silent struct {
	once   sync.Once
	closed chan struct{}
}

func (s *silent) Accept() (net.Conn, error) {
	<-s.closed
	return nil, net.ErrClosed
}

func (s *silent) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

func (s *silent) Addr() net.Addr { return &net.TCPAddr{} }

func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, WriteTimeout: answerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeaders, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// answer serves until ctx ends, then lets what is under way come to its end.
func answer(ctx context.Context, server *http.Server, l net.Listener) error {
	stopped := context.AfterFunc(ctx, func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
		defer cancel()
		if server.Shutdown(last) != nil {
			server.Close()
		}
	})
	defer stopped()
	return ignoreEnd(ctx, server.Serve(l))
}

// together runs all until one fails or ctx ends, and waits for all.
func together(ctx context.Context, parts ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, len(parts))
	var all sync.WaitGroup
	for i, part := range parts {
		all.Go(func() {
			defer cancel()
			errs[i] = part(ctx)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// ignoreEnd forgives what follows from the end of ctx.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
