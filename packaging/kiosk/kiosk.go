package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// How often it looks, and how long it leaves between two starts of a browser that
// does not stay.
const (
	look  = 200 * time.Millisecond
	pause = time.Second
)

// kiosk is the browser on the screen.
type kiosk struct {
	page        *url.URL
	command     []string
	profile     string
	watched     string
	handOver    string
	silence     time.Duration
	connections string // a table as /proc/net/tcp
	said        *notifier
	log         *slog.Logger
}

// run replaces browsers until ctx ends.
func (k *kiosk) run(ctx context.Context) error {
	for ctx.Err() == nil {
		began := time.Now()
		why, err := k.once(ctx)
		if err != nil {
			return errors.Join(err, k.forget())
		}
		if err := k.forget(); err != nil {
			return err
		}
		if ctx.Err() == nil {
			k.log.Info("browser replaced", "why", why)
		}
		if why == ended {
			rest(ctx, pause-time.Since(began))
		}
	}
	return nil
}

func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// Why a browser is replaced.
const (
	ended  = "it ended"
	asked  = "the terminal asked for a fresh one"
	silent = "nothing is connected to the terminal"
)

// once has one browser on the screen, from an empty profile to its end.
func (k *kiosk) once(ctx context.Context) (why string, err error) {
	if err := k.prepare(); err != nil {
		return "", err
	}
	over, err := openHandOver(k.handOver, k.page)
	if err != nil {
		return "", err
	}
	defer over.close()
	stamp := stampOf(k.watched)
	browser, gone, err := k.start(over.first())
	if err != nil {
		return "", err
	}
	defer func() {
		// The whole group: what is left of it would still hold what was drawn.
		_ = syscall.Kill(-browser.Process.Pid, syscall.SIGKILL)
		<-gone
	}()
	return k.attend(ctx, gone, stamp), nil
}

// attend returns when the browser has to be replaced.
func (k *kiosk) attend(ctx context.Context, gone <-chan struct{}, stamp stamp) (why string) {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	heard := time.Now()
	for {
		select {
		case <-ctx.Done():
			return ""
		case <-gone:
			return ended
		case <-ticker.C:
		}
		if k.connected() {
			heard = time.Now()
			k.said.ready()
		}
		switch {
		case stampOf(k.watched) != stamp:
			return asked
		case time.Since(heard) > k.silence:
			return silent
		}
		k.said.alive()
	}
}

// prepare makes an empty folder that nobody else reads.
func (k *kiosk) prepare() error {
	if err := k.forget(); err != nil {
		return err
	}
	if err := os.Mkdir(k.profile, 0o700); err != nil {
		return fmt.Errorf("making the browser's folder: %w", err)
	}
	return nil
}

func (k *kiosk) forget() error {
	if err := os.RemoveAll(k.profile); err != nil {
		return fmt.Errorf("removing the browser's folder: %w", err)
	}
	return nil
}

// start starts the browser in a process group of its own; gone is closed when it ends.
func (k *kiosk) start(first string) (browser *exec.Cmd, gone chan struct{}, err error) {
	browser = exec.Command(k.command[0], append(k.command[1:len(k.command):len(k.command)], arguments(k.profile, first)...)...)
	browser.Env = append(os.Environ(), "HOME="+k.profile, "XDG_CONFIG_HOME="+k.profile, "XDG_CACHE_HOME="+k.profile)
	browser.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := browser.Start(); err != nil {
		return nil, nil, fmt.Errorf("starting the browser: %w", err)
	}
	gone = make(chan struct{})
	go func() {
		defer close(gone)
		_ = browser.Wait() // how it ended does not matter: it is replaced
	}()
	return browser, gone, nil
}

// stamp tells one state of a file from another. Its content is for others.
type stamp struct {
	inode    uint64
	modified time.Time
}

// stampOf a file that is not there is one too.
func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	s := stamp{modified: info.ModTime()}
	if system, is := info.Sys().(*syscall.Stat_t); is {
		s.inode = system.Ino
	}
	return s
}

// connected reports whether anything here is connected to the terminal. Where that
// cannot be told, nobody is called silent.
func (k *kiosk) connected() bool {
	table, err := os.ReadFile(k.connections)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	return err == nil && reaches(table, k.page.Host)
}
