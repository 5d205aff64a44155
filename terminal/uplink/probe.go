package uplink

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// link is whether the platform answers. Only the probe decides; whoever meets a
// dead line has it probed at once. Were each failed item a verdict, one item that
// a box in between resets would turn the link off and on for all.
type link struct {
	mu        sync.Mutex
	reachable bool
	cause     string
	risen     chan struct{} // closed and replaced when the platform is back
	doubted   chan struct{} // room for one doubt
}

func (l *link) start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cause = "not-tried"
	l.risen, l.doubted = make(chan struct{}), make(chan struct{}, 1)
}

func (l *link) state() (reachable bool, cause string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.reachable, l.cause
}

// up is closed when the platform is back.
func (l *link) up() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.risen
}

func (l *link) doubt() {
	select {
	case l.doubted <- struct{}{}:
	default:
	}
}

// judge takes the verdict of a probe and reports whether it is news.
func (l *link) judge(cause string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	news := l.reachable != (cause == "") || l.cause != cause
	if cause == "" && !l.reachable {
		close(l.risen)
		l.risen = make(chan struct{})
	}
	l.reachable, l.cause = cause == "", cause
	return news
}

// Spacing of probes while the platform does not answer.
const (
	probeBase = time.Second
	probeCap  = 30 * time.Second
)

// probe asks for the bundle, again and again: that shows whether the platform
// answers, what its clock says, and brings news of configuration and trust.
func (c *Carrier) probe(ctx context.Context) {
	var etag string
	for try := 0; ctx.Err() == nil; {
		cause := c.probeOnce(ctx, &etag)
		if ctx.Err() != nil {
			return
		}
		if c.link.judge(cause) {
			c.Log.Info("platform link changed", "reachable", cause == "", "cause", cause)
			c.tellLink(ctx)
		}
		if cause == "" {
			try = 0
			if pause(ctx, probeEvery, c.link.doubted) {
				pause(ctx, jitter(probeBase), nil) // doubts come in flocks
			}
			continue
		}
		pause(ctx, probeBase/2+jitter(span(probeBase, probeCap, try)), nil)
		try++
	}
}

// tellLink tells the Desk at once; the poll that waits there would only do so
// when it ends. It asks for what cannot be there, so the answer does not wait.
func (c *Carrier) tellLink(ctx context.Context) {
	if _, _, err := c.poll(ctx, `"news"`); err != nil {
		c.Log.Debug("desk not told of the link", "error", err)
	}
}

// probeOnce returns why the platform could not be asked, "" when it could.
func (c *Carrier) probeOnce(ctx context.Context, etag *string) (cause string) {
	ctx, cancel := context.WithTimeout(ctx, liveTimeout)
	defer cancel()
	a, err := c.ask(ctx, http.MethodGet, "/v1/bundle", nil, *etag)
	switch {
	case err != nil:
		c.Log.Debug("platform not reached", "error", err)
		return causeOf(err)
	case a.status == http.StatusBadGateway, a.status == http.StatusServiceUnavailable, a.status == http.StatusGatewayTimeout:
		return fmt.Sprintf("http-%d", a.status)
	case a.status == http.StatusOK:
		if status, err := c.postRaw(ctx, "/bundles", protocol.MediaJOSE, a.body); err == nil && status == http.StatusNoContent {
			*etag = a.etag // the Desk has it
		}
	}
	return ""
}
