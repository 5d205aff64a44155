package uplink

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Carrier is uplinkd's side of the wall. It brings to the platform what the Desk
// lists, each item on its own, and keeps nothing but the number of tries.
type Carrier struct {
	// Desk reaches the Desk's socket; the host in its URLs means nothing.
	Desk *http.Client
	// Platform speaks mutual TLS and follows no redirect.
	Platform *http.Client
	// Base is the platform's address.
	Base *url.URL
	Log  *slog.Logger

	link  link
	slots chan struct{}
	clock clockRelay
}

// Times of the Carrier. Somebody stands and waits for what is alive; the rest
// may take its time.
const (
	liveTimeout  = 8 * time.Second
	itemTimeout  = 30 * time.Second
	probeEvery   = time.Minute
	parallel     = 4
	deskTimeout  = 5 * time.Second
	deskRetry    = time.Second
	largestList  = 64 << 10
	dialTimeout  = 5 * time.Second
	idleTimeout  = 90 * time.Second
	headerWait   = 20 * time.Second
	clockEvery   = 10 * time.Second
	reconnection = 2 * time.Second // items spread over this when the platform is back
)

// NewCarrier makes a Carrier between the Desk's socket and the platform. It dials
// the platform directly: a proxy in the environment is not looked at.
func NewCarrier(socket string, platform *url.URL, config *tls.Config, log *slog.Logger) *Carrier {
	dialer := &net.Dialer{Timeout: dialTimeout}
	config = config.Clone()
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	return &Carrier{
		Desk: &http.Client{Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return dialer.DialContext(ctx, "unix", socket)
			},
			MaxResponseHeaderBytes: 8 << 10,
		}},
		Platform: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				DialContext:            dialer.DialContext,
				TLSClientConfig:        config,
				TLSHandshakeTimeout:    dialTimeout,
				ResponseHeaderTimeout:  headerWait,
				IdleConnTimeout:        idleTimeout,
				MaxResponseHeaderBytes: 64 << 10,
				ForceAttemptHTTP2:      true,
			},
		},
		Base: platform,
		Log:  log,
	}
}

// Run carries until ctx ends, and waits for everything it started. A Carrier
// runs once.
func (c *Carrier) Run(ctx context.Context) error {
	c.slots = make(chan struct{}, parallel)
	c.link.start()
	var started sync.WaitGroup
	started.Go(func() { c.probe(ctx) })
	c.follow(ctx)
	started.Wait()
	c.Desk.CloseIdleConnections()
	c.Platform.CloseIdleConnections()
	return context.Cause(ctx)
}

// follow keeps one goroutine on each item that the Desk lists, and ends it when
// the item is listed no more.
func (c *Carrier) follow(ctx context.Context) {
	var started sync.WaitGroup
	defer started.Wait()
	jobs := map[item]context.CancelFunc{}
	defer func() {
		for _, cancel := range jobs {
			cancel()
		}
	}()
	var etag string
	for ctx.Err() == nil {
		items, next, err := c.poll(ctx, etag)
		if err != nil {
			etag = ""
			c.Log.Debug("desk not reached", "error", err)
			pause(ctx, deskRetry, nil)
			continue
		}
		if next == etag {
			continue
		}
		etag = next
		reconcile(jobs, items, func(i item) context.CancelFunc {
			ctx, cancel := context.WithCancel(ctx)
			started.Go(func() { c.carry(ctx, i) })
			return cancel
		})
	}
}

// reconcile starts what is new and cancels what is gone.
func reconcile(jobs map[item]context.CancelFunc, items []item, start func(item) context.CancelFunc) {
	listed := make(map[item]bool, len(items))
	for _, i := range items {
		listed[i] = true
		if jobs[i] == nil {
			jobs[i] = start(i)
		}
	}
	for i, cancel := range jobs {
		if !listed[i] {
			cancel()
			delete(jobs, i)
		}
	}
}

// carry tries one item until its answer is with the Desk, or the Desk lists it no
// more. Items that fail wait on their own and hold up no other.
func (c *Carrier) carry(ctx context.Context, i item) {
	if i.Kind.live() {
		c.carryLive(ctx, i)
		return
	}
	for try := 0; ctx.Err() == nil; try++ {
		select {
		case c.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		o := c.attempt(ctx, i)
		<-c.slots
		if o.done {
			return
		}
		wait := o.wait(try)
		c.Log.Info("item waits", "id", i.ID, "kind", i.Kind, "try", try+1, "status", o.status, "cause", o.cause, "wait", wait.Round(time.Millisecond))
		var up <-chan struct{}
		if o.status == 0 && o.cause != "desk" {
			up = c.link.up() // no sense in waiting longer than the line is down
		}
		if pause(ctx, wait, up) {
			pause(ctx, jitter(reconnection), nil)
		}
	}
}

// attempt brings one item to the platform and its receipt to the Desk.
func (c *Carrier) attempt(ctx context.Context, i item) outcome {
	ctx, cancel := context.WithTimeout(ctx, itemTimeout)
	defer cancel()
	body, o := c.fetch(ctx, i)
	if body == nil {
		return o
	}
	answer, err := c.send(ctx, i, body)
	if err != nil {
		c.link.doubt()
		return outcome{cause: causeOf(err)}
	}
	if answer.status != http.StatusOK {
		c.post(ctx, "/refusals", refusalPost{i, answer.refusal()})
		return outcome{status: answer.status, permanent: answer.permanent(), after: answer.after, cause: answer.code}
	}
	return c.deliver(ctx, "/receipts", receiptPost{i, string(answer.body)})
}

// carryLive makes the one try that a living item has, and always tells the Desk
// how it ended.
func (c *Carrier) carryLive(ctx context.Context, i item) {
	ctx, cancel := context.WithTimeout(ctx, liveTimeout)
	defer cancel()
	body, _ := c.fetch(ctx, i)
	if body == nil {
		return
	}
	post := answerPost{item: i}
	short, cancel := context.WithTimeout(ctx, liveTimeout-time.Second) // time is left to tell
	answer, err := c.send(short, i, body)
	cancel()
	switch {
	case err != nil:
		c.link.doubt()
		post.Unreachable = true
	case answer.status/100 != 2:
		refusal := answer.refusal()
		post.Refusal = &refusal
	default:
		post.Answer = string(answer.body)
	}
	if o := c.deliver(ctx, "/answers", post); !o.done {
		c.Log.Info("answer not taken", "kind", i.Kind, "status", o.status, "cause", o.cause)
	}
}

// pause waits, or less when early is closed; it reports whether that was so.
func pause(ctx context.Context, d time.Duration, early <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-early:
		return true
	}
	return false
}
