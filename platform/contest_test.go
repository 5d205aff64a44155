package platform_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Whatever is sent however often, in whatever order, to however many platforms on
// one store: a code activates once.

func TestSixtyFourAtOnceBindOnce(t *testing.T) { sixtyFourAtOnce(t, (&spyStore{}).into) }

func TestReplaysAndReorderingsBindOnce(t *testing.T) { replays(t, 2_500, (&spyStore{}).into) }

// crowd is several platforms on the store of a world, asked without a network.
type crowd struct {
	w         *world
	platforms []*platform.Platform
	handlers  []http.Handler
}

// crowdOf opens some more platforms on the store of a world.
func crowdOf(t testing.TB, w *world, more ...*platform.Platform) *crowd {
	t.Helper()
	c := &crowd{w: w, platforms: append(more, w.Platform)}
	for _, p := range c.platforms {
		c.handlers = append(c.handlers, p.Handler())
	}
	return c
}

// ask sends a request from an address to one of the platforms.
func (c *crowd) ask(n int, from, method, path string, body []byte, peer *x509.Certificate) reply {
	request := httptest.NewRequest(method, path, bytes.NewReader(body))
	request.RemoteAddr = from
	request.Header.Set("Content-Type", protocol.MediaJOSE)
	if peer != nil {
		request.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{peer}}
	}
	recorder := httptest.NewRecorder()
	c.handlers[n%len(c.handlers)].ServeHTTP(recorder, request)
	return reply{recorder.Code, recorder.Body.Bytes(), recorder.Header()}
}

// sixtyFourAtOnce sends one code 64 times at once to four platforms on one store:
// sixteen each, so that no limit of one of them helps.
func sixtyFourAtOnce(t *testing.T, store func(*platform.Config)) {
	l := newListener(t)
	w := newWorld(t, store, l.into)
	all := crowdOf(t, w, ok(platform.New(w.config))(t), ok(platform.New(w.config))(t), ok(platform.New(w.config))(t))
	r := w.machine("atm-0001").registered(midori(), w.phone())
	var bodies [64][]byte
	for i := range bodies {
		said := protocol.ActivationRequest{Nonce: w.nonce(), Key: r.key, Code: r.code, Confirm: true}
		bodies[i] = ok(protocol.SignActivation(said, r.app.key))(t)
	}
	var answers [64]reply
	var start, done sync.WaitGroup
	start.Add(1)
	for i := range bodies {
		done.Go(func() {
			start.Wait()
			answers[i] = all.ask(i, "192.0.2.1:1", "POST", protocol.PathActivations, bodies[i], nil)
		})
	}
	start.Done()
	done.Wait()
	bound := 0
	for _, got := range answers {
		if got.status == 200 {
			bound++
		} else if got.status != 410 || got.code(t) != protocol.CodeAlreadyBound {
			t.Errorf("got %d %s, want 200 or 410 already-bound", got.status, got.body)
		}
	}
	t.Logf("%d at once, to %d platforms: bound %d", len(answers), len(all.platforms), bound)
	if bound != 1 {
		t.Errorf("bound %d times, want once", bound)
	}
	l.expect(w, "told", platform.EventBound)
	if n := len(ok(w.Registration(background, r.id))(t).Activated.String()); n == 0 {
		t.Error("not activated")
	}
}

// replays sends that many messages: new ones, and the same again, in any order and
// four at a time.
func replays(t *testing.T, messages int, store func(*platform.Config)) {
	const perRound = 250
	w := newWorld(t, store, func(c *platform.Config) { c.BrakePerMinute = 1 << 30 })
	all := crowdOf(t, w, ok(platform.New(w.config))(t))
	m := w.machine("atm-0001")
	dice := rand.New(rand.NewPCG(1, uint64(messages)))
	bound, withdrawn := 0, 0
	for sent := 0; sent < messages; sent += perRound {
		w.clock.reset() // cards sign by the real clock
		r := newRound(t, all, m, dice, fmt.Sprint("192.0.2.1.", sent, ":1"))
		var senders sync.WaitGroup
		var left atomic.Int64
		left.Store(perRound)
		for range 4 {
			seed := dice.Uint64()
			senders.Go(func() { r.send(rand.New(rand.NewPCG(seed, 0)), &left) })
		}
		senders.Wait()
		b, d := r.judge()
		bound, withdrawn = bound+b, withdrawn+d
	}
	t.Logf("%d messages to %d platforms: %d rounds, bound %d, withdrawn %d", messages, len(all.platforms), messages/perRound, bound, withdrawn)
	if rounds := messages / perRound; bound < rounds*3/4 || withdrawn == 0 {
		t.Errorf("%d rounds: %d bound, %d withdrawn: too few to prove anything", rounds, bound, withdrawn)
	}
}

// round is one app with one key and two registrations that it could pick, one of
// which its terminal may take back.
type round struct {
	t         *testing.T
	all       *crowd
	m         *machine
	from      string // of this round alone, so that no limit remembers the one before
	peer      *x509.Certificate
	app       phone
	key       protocol.RegistrationKey
	ids       [2]protocol.ID
	codes     [2]protocol.Code
	envelopes [2][]byte
	taken     []byte // the withdrawal of the first

	mu       sync.Mutex
	receipts map[string][]byte // guarded by mu: by what was sent
	said     [][]byte          // guarded by mu: activations that were sent before
	bound    []protocol.ID     // guarded by mu: by each answer that said so
}

func newRound(t *testing.T, all *crowd, m *machine, dice *rand.Rand, from string) *round {
	carrier := m.carry.Transport.(described).next.(*http.Transport).TLSClientConfig.Certificates[0].Certificate[0]
	r := &round{t: t, all: all, m: m, from: from, app: all.w.phone(), peer: ok(x509.ParseCertificate(carrier))(t), receipts: map[string][]byte{}}
	var issued protocol.IssuedKey
	request := ok(protocol.SignKeyRequest(protocol.KeyRequest{Nonce: r.nonce(), Time: all.w.clock.now()}, r.app.key))(t)
	must(t, json.Unmarshal(all.ask(0, from, "POST", protocol.PathKeys, request, nil).body, &issued))
	r.key = issued.RegistrationKey
	citizen := haltest.Citizens()[dice.IntN(2)]
	for i := range r.ids {
		r.ids[i], r.codes[i], r.envelopes[i] = m.visits(citizen, r.key)
	}
	if dice.IntN(3) == 0 {
		r.taken = m.withdrawal(r.ids[0])
	}
	return r
}

// send sends messages until none is left.
func (r *round) send(dice *rand.Rand, left *atomic.Int64) {
	for left.Add(-1) >= 0 {
		r.all.w.clock.pass(time.Second)
		n := dice.IntN(2)
		switch kind := dice.IntN(8); {
		case kind < 2:
			r.delivers(dice.Int(), "/v1/registrations/"+r.ids[n].String(), r.envelopes[n])
		case kind == 2 && r.taken != nil:
			r.delivers(dice.Int(), "/v1/withdrawals/"+r.ids[0].String(), r.taken)
		case kind < 5:
			r.activates(dice.Int(), r.claim(n))
		default:
			r.activates(dice.Int(), r.replayed(dice))
		}
	}
}

// delivers puts, and holds the answer to the one that came before.
func (r *round) delivers(to int, path string, body []byte) {
	got := r.all.ask(to, r.from, "PUT", path, body, r.peer)
	if got.status != 200 {
		r.t.Errorf("PUT %s: got %d %s", path, got.status, got.body)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if before, again := r.receipts[path]; again && !bytes.Equal(before, got.body) {
		r.t.Errorf("PUT %s again: another receipt", path)
	}
	r.receipts[path] = got.body
}

func (r *round) nonce() string {
	var nonce protocol.Nonce
	if err := json.Unmarshal(r.all.ask(0, r.from, "GET", protocol.PathNonce, nil, nil).body, &nonce); err != nil {
		r.t.Error(err)
	}
	return nonce.Nonce
}

// claim is a new claim to one of the registrations.
func (r *round) claim(n int) []byte {
	said := protocol.ActivationRequest{Nonce: r.nonce(), Key: r.key, Code: r.codes[n], Confirm: true}
	jws, err := protocol.SignActivation(said, r.app.key)
	if err != nil {
		r.t.Error(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, jws)
	return jws
}

// replayed is a claim that was sent before.
func (r *round) replayed(dice *rand.Rand) []byte {
	r.mu.Lock()
	if len(r.said) > 0 {
		defer r.mu.Unlock()
		return r.said[dice.IntN(len(r.said))]
	}
	r.mu.Unlock()
	return r.claim(0)
}

func (r *round) activates(to int, jws []byte) {
	got := r.all.ask(to, r.from, "POST", protocol.PathActivations, jws, nil)
	var said protocol.Activation
	switch {
	case got.status == 200:
		if err := json.Unmarshal(got.body, &said); err != nil {
			r.t.Error(err)
		}
	case !slices.Contains([]int{400, 404, 410, 429}, got.status):
		r.t.Errorf("activation: got %d %s", got.status, got.body)
	}
	if said.Status == protocol.Bound {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.bound = append(r.bound, *said.RegistrationID)
	}
}

// judge says whether it bound, and whether a registration was taken back.
func (r *round) judge() (bound, withdrawn int) {
	if len(r.bound) > 1 {
		r.t.Errorf("bound %d times: %v", len(r.bound), r.bound)
	}
	activated := 0
	for i, id := range r.ids {
		found, err := r.all.w.Registration(background, id)
		if err != nil { // it was never delivered
			continue
		}
		if !found.Activated.IsZero() {
			activated++
			if len(r.bound) != 1 || r.bound[0] != id {
				r.t.Errorf("activated %v, answered %v", id, r.bound)
			}
		}
		if !found.Erased.IsZero() {
			withdrawn++
			if i == 1 || !found.Activated.IsZero() {
				r.t.Errorf("%v is erased and must not be", id)
			}
		}
	}
	if activated != len(r.bound) {
		r.t.Errorf("%d activated, %d answered so", activated, len(r.bound))
	}
	return len(r.bound), withdrawn
}
