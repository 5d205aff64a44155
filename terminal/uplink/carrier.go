package uplink

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/digital-watashi/kiosk/terminal/uplink/socket"
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
	// Told hears whether the platform answers, and why not, at each change; Explain
	// makes a sentence of the cause. May be nil.
	Told func(reachable bool, cause string)
	// Alive hears each turn of the loop that follows the Desk's list, one in
	// LongestTurn at the least. May be nil.
	Alive func()
	// Brought hears that the Desk has taken a bundle. May be nil.
	Brought func()

	patience patience
	room     int // items under way at once; zero is parallel
	link     link
	gate     *gate
	clock    clockRelay
	memory   memory
}

// Times of the Carrier. Somebody stands and waits for what is alive; the rest
// may take its time.
const (
	liveTimeout = 8 * time.Second
	itemTimeout = 30 * time.Second
	deskTimeout = 5 * time.Second
	deskRetry   = time.Second
	largestList = 64 << 10
	dialTimeout = 5 * time.Second
	idleTimeout = 90 * time.Second
	headerWait  = 20 * time.Second
	clockEvery  = 10 * time.Second
	pingAfter   = 15 * time.Second // of silence on a shared connection
)

// LongestTurn is how long the loop that follows the Desk's list may be silent: the
// Desk holds the list back until it changes, and may be slow to answer then.
const LongestTurn = pollWait + deskTimeout

// patience is how long one try may take.
type patience struct{ live, item time.Duration }

func (p *patience) fill() {
	p.live, p.item = cmp.Or(p.live, liveTimeout), cmp.Or(p.item, itemTimeout)
}

// NewCarrier makes a Carrier between the Desk's socket and the platform. It dials
// the platform directly: a proxy in the environment is not looked at.
func NewCarrier(place string, platform *url.URL, config *tls.Config, log *slog.Logger) *Carrier {
	dialer := &net.Dialer{Timeout: dialTimeout}
	config = config.Clone()
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	return &Carrier{
		Desk: &http.Client{Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				ctx, cancel := context.WithTimeout(ctx, dialTimeout)
				defer cancel()
				return socket.Dial(ctx, place)
			},
			MaxResponseHeaderBytes: 8 << 10,
			MaxIdleConnsPerHost:    2 * parallel,
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
				MaxIdleConnsPerHost:    2 * parallel,
				DisableCompression:     true, // a small answer stays small
				ForceAttemptHTTP2:      true,
				// A shared connection that has died in silence must not be used again.
				HTTP2: &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: dialTimeout},
			},
		},
		Base: platform,
		Log:  log,
	}
}

// Run carries until ctx ends, and waits for everything it started. A Carrier
// runs once.
func (c *Carrier) Run(ctx context.Context) error {
	c.patience.fill()
	c.gate = newGate(time.Now())
	c.gate.room = cmp.Or(c.room, parallel)
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
	jobs := map[item]*job{}
	defer func() {
		for _, j := range jobs {
			j.cancel()
		}
	}()
	var etag string
	var wanted uint64
	for ctx.Err() == nil {
		c.alive()
		listed, next, err := c.poll(ctx, etag)
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
		if listed.Wanted != wanted {
			wanted = listed.Wanted
			c.link.doubt()
		}
		reconcile(jobs, listed.Items, func(i item) *job {
			ctx, cancel := context.WithCancel(ctx)
			j := &job{item: i, cancel: cancel, hurry: make(chan struct{}, 1)}
			started.Go(func() { c.carry(ctx, j) })
			return j
		})
	}
}

func (c *Carrier) alive() {
	if c.Alive != nil {
		c.Alive()
	}
}

// job is one item on its way.
type job struct {
	item
	cancel context.CancelFunc
	urgent atomic.Bool   // somebody waits for it
	hurry  chan struct{} // room for the news that it has become so
}

// reconcile starts what is new, hurries what is urgent, and cancels what is gone.
func reconcile(jobs map[item]*job, items []entry, start func(item) *job) {
	listed := make(map[item]bool, len(items))
	for _, e := range items {
		listed[e.item] = true
		j := jobs[e.item]
		if j == nil {
			j = start(e.item)
			jobs[e.item] = j
		}
		if !j.urgent.Swap(e.Urgent) && e.Urgent {
			select {
			case j.hurry <- struct{}{}:
			default:
			}
		}
	}
	for i, j := range jobs {
		if !listed[i] {
			j.cancel()
			delete(jobs, i)
		}
	}
}

// carry tries one item until its answer is with the Desk, or the Desk lists it no
// more. Items that fail wait on their own and hold up no other.
func (c *Carrier) carry(ctx context.Context, j *job) {
	if j.Kind.live() {
		c.carryLive(ctx, j.item)
		return
	}
	before := c.memory.recall(j.item)
	c.rest(ctx, j, before)
	for try := before.count; c.admit(ctx, j); try++ {
		o := c.attempt(ctx, j.item)
		c.gate.leave(time.Now(), o)
		if o.done {
			c.memory.forget(j.item)
			return
		}
		wait := o.wait(try)
		c.Log.Info("item waits", "id", j.ID, "kind", j.Kind, "try", try+1, "status", o.status, "cause", o.cause, "wait", wait.Round(time.Millisecond))
		now := tries{count: try + 1, until: time.Now().Add(wait), unheard: o.status == 0}
		c.memory.keep(j.item, now)
		c.rest(ctx, j, now)
	}
}

// rest waits for an item's next try, or until somebody waits for it. One that was
// not heard needs not wait any longer than the line is down.
func (c *Carrier) rest(ctx context.Context, j *job, t tries) {
	var up <-chan struct{}
	if t.unheard {
		up = c.link.up()
	}
	stay(ctx, time.Until(t.until), up, j.hurry, nil)
}

// admit waits until one item may go, or ctx ends. One that somebody waits for is
// let through at once.
func (c *Carrier) admit(ctx context.Context, j *job) bool {
	defer c.gate.pass()
	at, rise := c.gate.place(time.Now())
	for ctx.Err() == nil {
		changed, now := c.gate.changes(), time.Now()
		if again, r := c.gate.place(now); r != rise {
			at, rise = again, r
		}
		if j.urgent.Load() {
			select {
			case <-j.hurry: // the news has been heard
			default:
			}
			c.gate.push()
			return true
		}
		var vacant <-chan struct{} // it is not yet this item's turn
		wait, in := at.Sub(now), false
		if wait <= 0 {
			wait, in = c.gate.enter(now)
			vacant = c.gate.vacant
		}
		if in {
			return true
		}
		stay(ctx, wait, changed, j.hurry, vacant)
	}
	return false
}

// attempt brings one item to the platform and its receipt to the Desk. What did
// not come to a receipt is told to the Desk, which lists the item last then.
func (c *Carrier) attempt(ctx context.Context, i item) outcome {
	ctx, cancel := context.WithTimeout(ctx, c.patience.item)
	defer cancel()
	body, o := c.fetch(ctx, i)
	if body == nil {
		return o
	}
	answer, err := c.send(ctx, i, body)
	if err != nil {
		c.link.doubt()
		o = outcome{cause: causeOf(err)}
		c.report(ctx, i, refusal{Code: o.cause})
		return o
	}
	if answer.status != http.StatusOK {
		c.report(ctx, i, answer.refusal())
		return outcome{status: answer.status, permanent: answer.permanent(), after: answer.after, cause: answer.code}
	}
	return c.deliver(ctx, "/receipts", receiptPost{i, string(answer.body)})
}

// report tells the Desk of a failure, also when the time for the item is over.
func (c *Carrier) report(ctx context.Context, i item, r refusal) {
	if errors.Is(context.Cause(ctx), context.Canceled) {
		return // the item is gone, or we are
	}
	if _, err := c.post(context.WithoutCancel(ctx), "/refusals", refusalPost{i, r}); err != nil {
		c.Log.Debug("desk not told of a failure", "error", err)
	}
}

// carryLive makes the one try that a living item has, and always tells the Desk
// how it ended: what the try may take is over by then, and does not bound the telling.
func (c *Carrier) carryLive(ctx context.Context, i item) {
	if o := c.deliver(ctx, "/answers", c.tryLive(ctx, i)); !o.done {
		c.Log.Info("answer not taken", "kind", i.Kind, "status", o.status, "cause", o.cause)
	}
}

// tryLive asks the platform once. Whoever waits leaves sooner than this try ends if
// nobody tells them, so what could not be fetched is an answer as well.
func (c *Carrier) tryLive(ctx context.Context, i item) answerPost {
	ctx, cancel := context.WithTimeout(ctx, c.patience.live*7/8) // time is left to tell
	defer cancel()
	body, _ := c.fetch(ctx, i)
	if body == nil {
		return answerPost{item: i, Unreachable: true}
	}
	answer, err := c.send(ctx, i, body)
	switch {
	case err != nil:
		c.link.doubt()
		return answerPost{item: i, Unreachable: true}
	case answer.status/100 != 2:
		refusal := answer.refusal()
		return answerPost{item: i, Refusal: &refusal}
	}
	return answerPost{item: i, Answer: string(answer.body)}
}

// pause waits, or less when early is closed; it reports whether that was so.
func pause(ctx context.Context, d time.Duration, early <-chan struct{}) bool {
	if d <= 0 {
		return false
	}
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

// stay waits for the first of all these.
func stay(ctx context.Context, d time.Duration, changed, hurry, vacant <-chan struct{}) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-changed:
	case <-hurry:
	case <-vacant:
	case <-ctx.Done():
	}
}
