package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"syscall"
	"time"
)

// How often it looks, how long it leaves between two starts of a browser that does not
// stay, and how long a browser that was killed may take to be gone.
const (
	look  = 50 * time.Millisecond
	pause = time.Second
	grave = 5 * time.Second
)

// kiosk is the browser on the screen.
type kiosk struct {
	page     *url.URL
	command  []string
	profile  string // a folder in which each browser has one of its own
	watched  string // the file with the page's address
	handOver string
	silence  time.Duration
	said     *notifier
	log      *slog.Logger

	buried chan error // how the burial of the browser before went
}

// run replaces browsers until ctx ends.
func (k *kiosk) run(ctx context.Context) error {
	if err := os.RemoveAll(k.profile); err != nil {
		return fmt.Errorf("removing the browser's folder: %w", err)
	}
	k.buried = make(chan error, 1)
	k.buried <- nil
	err := k.replace(ctx)
	return errors.Join(err, <-k.buried, os.RemoveAll(k.profile))
}

func (k *kiosk) replace(ctx context.Context) error {
	for ctx.Err() == nil {
		began := time.Now()
		why, err := k.once(ctx)
		if err != nil {
			return err
		}
		if ctx.Err() == nil {
			k.log.Info("browser is replaced", "why", why)
		}
		if why == ended || why == twice {
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
	silent = "the terminal does not hear the page"
	twice  = "the address that works once was asked for again"
)

// once has one browser on the screen, from an empty profile to its end. The one before
// may still be on its way out of memory, killed: it draws nothing any more.
func (k *kiosk) once(ctx context.Context) (why string, err error) {
	over, err := openHandOver(k.handOver, k.page)
	if err != nil {
		return "", err
	}
	defer over.close()
	// Both are taken before the browser is there: what changes from now on is news.
	state := watched{k.watched, stampOf(k.watched), stampOf(heard(k.watched))}
	browser, err := k.start(over)
	if err != nil {
		return "", err
	}
	why = k.attend(ctx, browser, over.again, state)
	err = k.bury(browser)
	if why == ended || why == silent || why == twice {
		browser.said.tell(k.log)
	}
	return why, err
}

// attend returns when the browser has to be replaced.
func (k *kiosk) attend(ctx context.Context, b *browser, again <-chan struct{}, state watched) (why string) {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	last, known := b.started, false
	for {
		select {
		case <-ctx.Done():
			return ""
		case <-b.gone:
			k.log.Warn("browser ended", "how", b.how)
			return ended
		case <-again:
			if !known {
				return twice
			}
			k.log.Warn(twice)
		case <-ticker.C:
		}
		if state.hears() {
			last = time.Now()
			if !known {
				known = true
				k.log.Info("the terminal hears the page", "after", time.Since(b.started).Round(time.Millisecond))
			}
			k.said.ready()
		}
		switch {
		case state.asks():
			return asked
		case time.Since(last) > k.silence:
			return silent
		}
		k.said.alive()
	}
}

// bury kills a browser at once, and has it buried while the next one starts. It fails if
// the one before could not be.
func (k *kiosk) bury(b *browser) error {
	died := time.Now()
	// The whole group: what is left of it would still hold what was drawn.
	_ = syscall.Kill(-b.pid, syscall.SIGKILL)
	before := <-k.buried
	go func() {
		err := b.vanish(grave)
		if err == nil {
			k.log.Info("the browser is out of memory", "after", time.Since(died).Round(time.Millisecond))
		}
		k.buried <- errors.Join(err, os.RemoveAll(b.profile))
	}()
	return before
}
