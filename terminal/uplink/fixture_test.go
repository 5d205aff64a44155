package uplink_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// shelf is a journal in memory: what waits, in order, and what was settled.
type shelf struct {
	mu      sync.Mutex
	waiting []thing
	settled []protocol.Receipt
	held    map[protocol.ID]thing  // in quarantine
	aside   map[protocol.ID]string // and why
	changed chan struct{}
}

type thing struct {
	id   protocol.ID
	kind string
	body []byte
}

func newShelf() *shelf {
	return &shelf{changed: make(chan struct{}), held: map[protocol.ID]thing{}, aside: map[protocol.ID]string{}}
}

func (s *shelf) put(id protocol.ID, kind, body string) {
	s.change(func() {
		s.waiting = slices.DeleteFunc(s.waiting, func(t thing) bool { return t.id == id })
		s.waiting = append(s.waiting, thing{id, kind, []byte(body)})
	})
}

func (s *shelf) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *shelf) Outbox(limit int, visit func(protocol.ID, string)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.waiting[:min(limit, len(s.waiting))] {
		visit(t.id, t.kind)
	}
	return nil
}

func (s *shelf) Body(id protocol.ID) (string, []byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.waiting {
		if t.id == id {
			return t.kind, t.body, nil
		}
	}
	if t, held := s.held[id]; held {
		return t.kind, t.body, nil
	}
	return "", nil, errors.New("nothing waits")
}

func (s *shelf) SettleAll(receipts []protocol.Receipt) []error {
	s.change(func() {
		for _, r := range receipts {
			s.waiting = slices.DeleteFunc(s.waiting, func(t thing) bool { return t.id == r.ID })
			s.settled = append(s.settled, r)
		}
	})
	return make([]error, len(receipts))
}

func (s *shelf) Quarantine(id protocol.ID, reason string, _ time.Time) error {
	s.change(func() {
		if at := s.find(id); at >= 0 {
			s.held[id], s.aside[id] = s.waiting[at], reason
			s.waiting = slices.Delete(s.waiting, at, at+1)
		}
	})
	return nil
}

func (s *shelf) Release(id protocol.ID) error {
	s.change(func() {
		s.waiting = append(s.waiting, s.held[id])
		delete(s.held, id)
		delete(s.aside, id)
	})
	return nil
}

func (s *shelf) find(id protocol.ID) int {
	return slices.IndexFunc(s.waiting, func(t thing) bool { return t.id == id })
}

func (s *shelf) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

func (s *shelf) verdicts() (found []protocol.Verdict) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.settled {
		found = append(found, r.Verdict)
	}
	return found
}

func (s *shelf) left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiting)
}

// pipes is a listener whose connections never leave the bubble.
type pipes struct {
	calls  chan net.Conn
	closed chan struct{}
	once   sync.Once
	mu     sync.Mutex
	cut    error // what dialing fails with
}

func newPipes() *pipes {
	return &pipes{calls: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.mu.Lock()
	cut := p.cut
	p.mu.Unlock()
	if cut != nil {
		return nil, cut
	}
	near, far := net.Pipe()
	select {
	case p.calls <- far:
		return near, nil
	case <-p.closed:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (p *pipes) cutOff(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = err
}

func (p *pipes) client() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DialContext: p.dial, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// platform answers as the test says, and notes when it was asked for what.
type platform struct {
	key protocol.PrivateKey

	mu      sync.Mutex
	asked   map[string][]time.Time
	answers map[string]func(w http.ResponseWriter, body []byte)
}

func newPlatform() *platform {
	return &platform{
		key:     protocol.NewPrivateKey(),
		asked:   map[string][]time.Time{},
		answers: map[string]func(http.ResponseWriter, []byte){},
	}
}

func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	p.asked[r.URL.Path] = append(p.asked[r.URL.Path], time.Now())
	answer := p.answers[r.URL.Path]
	p.mu.Unlock()
	if answer == nil {
		answer = p.usual(r.URL.Path)
	}
	answer(w, body)
}

// usual is how an honest platform answers.
func (p *platform) usual(path string) func(http.ResponseWriter, []byte) {
	verdict := protocol.Accepted
	if strings.HasPrefix(path, "/v1/withdrawals/") {
		verdict = protocol.Withdrawn
	}
	return func(w http.ResponseWriter, body []byte) {
		w.Header().Set("Content-Type", protocol.MediaJOSE)
		switch path {
		case "/v1/bundle":
			w.WriteHeader(http.StatusNotModified)
		case "/v1/heartbeats":
			w.WriteHeader(http.StatusNoContent)
		case "/v1/registration-keys/query":
			w.Write(p.keyAnswer(body))
		default:
			id, _ := protocol.ParseID(path[strings.LastIndex(path, "/")+1:])
			w.Write(p.receipt(id, body, verdict))
		}
	}
}

func (p *platform) on(path string, answer func(http.ResponseWriter, []byte)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[path] = answer
}

func (p *platform) times(path string) []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked[path])
}

func (p *platform) receipt(id protocol.ID, body []byte, v protocol.Verdict) []byte {
	r := protocol.Receipt{ID: id, BodySHA256: protocol.SHA256(body), Verdict: v, Time: moment()}
	jws, err := protocol.SignReceipt(r, p.key)
	if err != nil {
		panic(err)
	}
	return jws
}

func (p *platform) keyAnswer(query []byte) []byte {
	a := protocol.KeyAnswer{QuerySHA256: protocol.SHA256(query), Verdict: protocol.KeyUnknown, Time: moment()}
	jws, err := protocol.SignKeyAnswer(a, p.key)
	if err != nil {
		panic(err)
	}
	return jws
}

func moment() time.Time { return time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC) }

// world is both services and a platform, in one bubble.
type world struct {
	t        *testing.T
	shelf    *shelf
	platform *platform
	desk     *uplink.Desk
	carrier  *uplink.Carrier
	near     *pipes // the unix socket
	far      *pipes // the network
	bundles  chan []byte
	config   uplink.DeskConfig
}

// inBubble runs a test in a bubble, with a Desk that serves. The Carrier runs
// only when the test starts it. Everything is waited for at the end.
func inBubble(t *testing.T, test func(t *testing.T, w *world)) {
	inBubbleWith(t, func(*uplink.DeskConfig) {}, test)
}

// inBubbleWith lets the test change what the Desk works with.
func inBubbleWith(t *testing.T, change func(*uplink.DeskConfig), test func(t *testing.T, w *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		change(&w.config)
		w.serve(func() { test(t, w) })
	})
}

// serve has a Desk and the platform serve while body runs.
func (w *world) serve(body func()) {
	w.desk = uplink.NewDesk(w.config)
	ctx, cancel := context.WithCancel(w.t.Context())
	var running sync.WaitGroup
	running.Go(func() { w.desk.Run(ctx, w.near) })
	running.Go(func() {
		server := &http.Server{Handler: w.platform}
		context.AfterFunc(ctx, func() { server.Close() })
		server.Serve(w.far)
	})
	body()
	cancel()
	running.Wait()
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, shelf: newShelf(), platform: newPlatform(), near: newPipes(), far: newPipes(), bundles: make(chan []byte, 8)}
	quiet := slog.New(slog.DiscardHandler)
	w.config = uplink.DeskConfig{
		Journal: w.shelf,
		Keys:    func() []protocol.PublicKey { return []protocol.PublicKey{w.platform.key.PublicKey()} },
		Bundle:  func(jws []byte) error { w.bundles <- jws; return nil },
		Log:     quiet,
	}
	w.desk = uplink.NewDesk(w.config)
	w.carrier = &uplink.Carrier{
		Desk: w.near.client(), Platform: w.far.client(),
		Base: &url.URL{Scheme: "http", Host: "platform.example"}, Log: quiet,
	}
	return w
}

// carry starts the Carrier, until the test ends.
func (w *world) carry() {
	var running sync.WaitGroup
	ctx, cancel := context.WithCancel(w.t.Context())
	running.Go(func() { w.carrier.Run(ctx) })
	w.t.Cleanup(func() { cancel(); running.Wait() })
}

// wait lets everything that can happen now happen.
func (w *world) wait(d time.Duration) {
	time.Sleep(d) // the bubble's clock: takes no time
	synctest.Wait()
}

// call speaks to the Desk as uplinkd would, or as a liar in its place.
func (w *world) call(method, path, body string, header ...string) (status int, answer, etag string) {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, "http://desk"+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if len(header) == 2 {
		request.Header.Set(header[0], header[1])
	}
	response, err := w.near.client().Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return response.StatusCode, string(raw), response.Header.Get("ETag")
}
