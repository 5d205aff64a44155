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
	cause     string        // why not; or what else the platform says
	since     time.Time     // when it was lost; zero before the first contact and while it is up
	risen     chan struct{} // closed and replaced when the platform is back
	doubted   chan struct{} // room for one doubt
}

func (l *link) start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cause = CauseNotTried
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

// verdict is what one probe found.
type verdict struct {
	reachable bool
	cause     string
	after     time.Duration // Retry-After
}

// turn is what a verdict has changed.
type turn struct {
	news      bool
	rose      bool
	fell      bool
	outage    time.Duration // until it rose, or until now; 0 when never up before
	reachable bool
}

// judge takes the verdict of a probe.
func (l *link) judge(v verdict, now time.Time) turn {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := turn{news: l.reachable != v.reachable || l.cause != v.cause, reachable: v.reachable}
	t.rose, t.fell = v.reachable && !l.reachable, !v.reachable && l.since.IsZero()
	if t.fell {
		l.since = now
	}
	if !l.since.IsZero() {
		t.outage = now.Sub(l.since)
	}
	if v.reachable {
		l.since = time.Time{}
	}
	if t.rose {
		close(l.risen)
		l.risen = make(chan struct{})
	}
	l.reachable, l.cause = v.reachable, v.cause
	return t
}

// Spacing of probes. While the platform does not answer they come seldomer the
// longer that lasts: the first minutes of an outage are worth asking often, and
// tens of thousands of terminals that ask a platform on its way up would keep it
// down. Whoever stands in front of the terminal has it asked at once.
const (
	probeEvery = 5 * time.Minute // exchanges that fail have it asked earlier
	probeBase  = time.Second
	probeCap   = 30 * time.Second
	probePart  = 16 // of the outage
	probeMax   = 5 * time.Minute
	nudgeEvery = 5 * time.Second
	// bundleEvery is how often the bundle is brought although the platform has no newer
	// one: the Desk may have lost it since.
	bundleEvery = time.Hour
)

// probeWait is how long to wait for the next probe, so long into an outage.
func probeWait(outage time.Duration, try int, after time.Duration) time.Duration {
	most := max(probeCap, min(outage/probePart, probeMax))
	wait := span(probeBase, most, try)
	return max(wait/2, min(after, probeMax)) + jitter(wait/2)
}

// probe asks for the bundle, again and again: that shows whether the platform
// answers, what its clock says, and brings news of configuration and trust.
func (c *Carrier) probe(ctx context.Context) {
	var etag string
	asked := time.Now()
	for try := 0; ctx.Err() == nil; try++ {
		if time.Since(asked) > bundleEvery {
			etag, asked = "", time.Now()
		}
		v := c.probeOnce(ctx, &etag)
		if ctx.Err() != nil {
			return
		}
		t := c.link.judge(v, time.Now())
		c.turned(ctx, v, t)
		if v.reachable {
			try = 0
			if pause(ctx, probeEvery/2+jitter(probeEvery/2), c.link.doubted) {
				pause(ctx, jitter(probeBase), nil) // doubts come in flocks
			}
			continue
		}
		wait := probeWait(t.outage, try, v.after)
		pause(ctx, min(wait, nudgeEvery), nil)
		pause(ctx, wait-nudgeEvery, c.link.doubted)
	}
}

// news tells that the Desk has taken a bundle.
func (c *Carrier) news() {
	if c.Brought != nil {
		c.Brought()
	}
}

// turned makes of a verdict what follows from it.
func (c *Carrier) turned(ctx context.Context, v verdict, t turn) {
	switch {
	case t.rose:
		c.gate.rise(time.Now(), t.outage)
	case t.fell:
		c.gate.fall(time.Now())
		c.Platform.CloseIdleConnections() // they may be dead and not know it
	}
	if !t.news {
		return
	}
	c.Log.Info("platform link changed", "reachable", v.reachable, "cause", v.cause, "outage", t.outage.Round(time.Second))
	if c.Told != nil {
		c.Told(v.reachable, v.cause)
	}
	c.tellLink(ctx)
}

// tellLink tells the Desk at once; the poll that waits there would only do so
// when it ends. It asks for what cannot be there, so the answer does not wait.
func (c *Carrier) tellLink(ctx context.Context) {
	if _, _, err := c.poll(ctx, `"news"`); err != nil {
		c.Log.Debug("desk not told of the link", "error", err)
	}
}

// probeOnce asks once. A platform that answers, but not for a bundle, is there:
// only what says that nobody is behind it counts as an outage.
func (c *Carrier) probeOnce(ctx context.Context, etag *string) verdict {
	ctx, cancel := context.WithTimeout(ctx, c.patience.live)
	defer cancel()
	a, err := c.ask(ctx, http.MethodGet, protocol.PathNewestBundle, nil, *etag)
	if err != nil {
		c.Log.Debug("platform not reached", "error", err)
		return verdict{cause: causeOf(err)}
	}
	switch a.status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return verdict{cause: fmt.Sprintf("http-%d", a.status), after: a.after}
	case http.StatusUnauthorized, http.StatusForbidden:
		return verdict{reachable: true, cause: a.told()}
	case http.StatusOK:
		if status, err := c.postRaw(ctx, "/bundles", protocol.MediaJOSE, a.body); err == nil && status == http.StatusNoContent {
			*etag = a.etag // the Desk has it
			c.news()
		}
	}
	return verdict{reachable: true}
}
