package service

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	manager "github.com/kardianos/service"
)

// Run runs one of the two services until whatever has started it, systemd,
// the Windows service manager or a shell, wants it to end, or until it ends by
// itself. It returns what ended it; nil when it was asked to. Installing is done
// by the packages, with units of our own.
func Run(name string, run func(context.Context) error) error {
	if runtime.GOOS == "windows" && manager.Interactive() {
		return attended(run) // the library would wait for Ctrl+C whatever happens
	}
	p := &program{name: name, run: run, ended: make(chan struct{})}
	s, err := manager.New(p, &manager.Config{Name: name, Option: manager.KeyValue{"RunWait": p.wait}})
	if err != nil {
		return err
	}
	return s.Run()
}

// attended runs for a person, until that one presses Ctrl+C.
func attended(run func(context.Context) error) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// program is what the service library starts and stops.
type program struct {
	name   string
	run    func(context.Context) error
	cancel context.CancelFunc
	ended  chan struct{}
	err    error // once ended is closed
}

// Start returns at once, or Windows would give the service up (error 1053).
func (p *program) Start(manager.Service) error {
	var ctx context.Context
	ctx, p.cancel = context.WithCancel(context.Background())
	go func() {
		defer close(p.ended)
		p.err = p.run(ctx)
		if ctx.Err() == nil && runtime.GOOS == "windows" && !manager.Interactive() {
			complain(p.name, p.err)
			os.Exit(1) // the library would wait for the manager, which then would not restart us
		}
	}()
	return nil
}

// Stop waits for everything that runs.
func (p *program) Stop(manager.Service) error {
	p.cancel()
	<-p.ended
	if errors.Is(p.err, context.Canceled) {
		return nil
	}
	return p.err
}

// wait takes the place of the library's own, which would not notice an end from
// within.
func (p *program) wait() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	select {
	case <-ctx.Done():
	case <-p.ended:
	}
}
