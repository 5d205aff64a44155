package platform_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// listener is a receiver of events that can be broken.
type listener struct {
	t      *testing.T
	secret []byte
	url    string

	mu     sync.Mutex
	status func(platform.Notice) int // guarded by mu: what is answered; nil is 204
	heard  []platform.Notice         // guarded by mu: those that were confirmed, and those that were not
	failed int                       // guarded by mu
}

func newListener(t *testing.T) *listener {
	l := &listener{t: t, secret: []byte("twenty-four bytes secret")}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	l.url = server.URL
	return l
}

func (l *listener) into(c *platform.Config) {
	c.Webhook = platform.Webhook{URL: l.url, Secret: l.secret}
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	mac := hmac.New(sha256.New, l.secret)
	io.WriteString(mac, r.Header.Get("webhook-id")+"."+r.Header.Get("webhook-timestamp")+"."+string(body))
	if got, want := r.Header.Get("webhook-signature"), "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)); got != want {
		l.t.Errorf("signature: got %s, want %s", got, want)
	}
	var said platform.Notice
	if err := json.Unmarshal(body, &said); err != nil || said.ID.String() != r.Header.Get("webhook-id") {
		l.t.Errorf("body %s: %v", body, err)
	}
	for _, c := range haltest.Citizens() {
		if strings.Contains(string(body), c.Name) || strings.Contains(string(body), c.Address) {
			l.t.Errorf("the event names %s", c.ID)
		}
	}
	if l.status != nil {
		if status := l.status(said); status/100 != 2 {
			l.failed++
			w.WriteHeader(status)
			return
		}
	}
	l.heard = append(l.heard, said)
	w.WriteHeader(http.StatusNoContent)
}

func (l *listener) answers(status func(platform.Notice) int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status = status
}

// kinds is what was confirmed since it was asked last.
func (l *listener) kinds() (kinds []platform.EventKind) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range l.heard {
		kinds = append(kinds, n.Type)
	}
	l.heard = nil
	return kinds
}

func (l *listener) expect(w *world, what string, want ...platform.EventKind) {
	l.t.Helper()
	must(l.t, w.Sweep(background))
	if got := l.kinds(); !slices.Equal(got, want) {
		l.t.Errorf("%s: told %v, want %v", what, got, want)
	}
}

// stands asks where an app stands.
func (a phone) stands() reply {
	a.w.t.Helper()
	jws := ok(protocol.SignKeyRequest(protocol.KeyRequest{Nonce: a.w.nonce(), Time: a.w.clock.now()}, a.key))(a.w.t)
	return a.w.do(a.w.apps, "POST", protocol.PathStanding, protocol.MediaJOSE, jws)
}

func TestRevokedHolderIsSuspendedAndToldEverywhere(t *testing.T) {
	l := newListener(t)
	w := newWorld(t, l.into)
	m := w.machine("atm-0001")
	r := m.registered(midori(), w.phone())
	expect(t, "before it is bound", r.app.stands(), 404, protocol.CodeNotFound)
	r.activates(true)
	l.expect(w, "activation", platform.EventBound)
	expect(t, "bound", r.app.stands(), 200, "")

	w.publish(serialOf(w))
	l.expect(w, "a list that names it", platform.EventSuspended)
	expect(t, "suspended", r.app.stands(), 410, protocol.CodeRefused)
	expect(t, "its old code", r.activates(true), 410, protocol.CodeRefused)
	w.publish(serialOf(w))
	l.expect(w, "the next list")

	// A new card is the way back (recovery).
	again := m.registered(midori(), r.app, issued(w, haltest.IssueOptions{Renewal: 1}))
	if got := r.app.status(again.activates(true)); got.Status != protocol.Bound {
		t.Errorf("with a new card: got %s, want bound", got.Status)
	}
	l.expect(w, "a new card", platform.EventBound)
	expect(t, "bound again", r.app.stands(), 200, "")
}

func TestCertificateRevokedBeforeActivationBindsNobody(t *testing.T) {
	for name, sweep := range map[string]bool{"found by the sweep": true, "found at activation": false} {
		w := newWorld(t)
		r := w.machine("atm-0001").registered(midori(), w.phone())
		w.publish(serialOf(w))
		if sweep {
			must(t, w.Sweep(background))
		}
		expect(t, name, r.activates(true), 410, protocol.CodeRefused)
		if got := ok(w.Registration(background, r.id))(t); got.Verdict != protocol.Refused || got.Reason != protocol.ReasonCitizenRevoked || !got.Activated.IsZero() {
			t.Errorf("%s: got %s %s, want refused", name, got.Verdict, got.Reason)
		}
		expect(t, name+", app", r.app.stands(), 404, protocol.CodeNotFound)
	}
}

func TestOldPhoneIsToldWhenANewOneTakesOver(t *testing.T) {
	l := newListener(t)
	w := newWorld(t, l.into)
	m := w.machine("atm-0001")
	old := m.registered(midori(), w.phone())
	old.activates(true)
	renewed := m.registered(midori(), w.phone())
	l.expect(w, "the first phone", platform.EventBound)
	renewed.activates(true)
	must(t, w.Sweep(background))
	l.mu.Lock()
	if len(l.heard) != 2 || l.heard[0].Type != platform.EventUnbound || l.heard[0].App != old.app.key.Kid() || l.heard[1].App != renewed.app.key.Kid() || l.heard[0].Account != l.heard[1].Account {
		t.Errorf("told %+v, want that the old phone is unbound and the new one bound", l.heard)
	}
	l.mu.Unlock()
	expect(t, "the old phone", old.app.stands(), 410, protocol.CodeExpired)
	expect(t, "the new phone", renewed.app.stands(), 200, "")

	// The old card's certificate is nobody's any more.
	if got := ok(w.Registration(background, old.id))(t); !got.Recheck.IsZero() {
		t.Errorf("the superseded registration is looked up again at %v", got.Recheck)
	}
}

func TestPersonOnAnotherAppAndReviewAreTold(t *testing.T) {
	l := newListener(t)
	w := newWorld(t, l.into)
	m, app := w.machine("atm-0001"), w.phone()
	m.registered(midori(), app).activates(true)
	r := m.registered(haltest.Citizens()[1], app)
	r.activates(true)
	r.activates(true)
	l.expect(w, "asked twice", platform.EventBound, platform.EventReview)
	must(t, w.Decide(background, r.id, platform.OtherPerson))
	r.activates(true)
	l.expect(w, "decided", platform.EventUnbound, platform.EventBound)
}

func TestEventsSurviveAReceiverThatIsDown(t *testing.T) {
	l := newListener(t)
	w := newWorld(t, l.into)
	m := w.machine("atm-0001")
	l.answers(func(platform.Notice) int { return 503 })
	old := m.registered(midori(), w.phone())
	old.activates(true)
	m.registered(midori(), w.phone()).activates(true)
	m.registered(haltest.Citizens()[1], w.phone()).activates(true)
	must(t, w.Sweep(background))
	must(t, w.Sweep(background))
	if l.failed != 1 {
		t.Errorf("tries while it is down: got %d, want one for all", l.failed)
	}
	if b := ok(w.Backlog(background))(t); b.Untold != 4 || b.UntoldFrom.IsZero() {
		t.Errorf("waiting: got %d, want 4", b.Untold)
	}
	l.answers(nil)
	w.clock.pass(time.Hour)
	must(t, w.Sweep(background))
	order := map[protocol.ID][]platform.EventKind{}
	for _, n := range l.heard {
		order[n.Account] = append(order[n.Account], n.Type)
	}
	if len(l.heard) != 4 || len(order) != 2 {
		t.Errorf("told %d events of %d accounts, want 4 of 2", len(l.heard), len(order))
	}
	for _, kinds := range order {
		if len(kinds) == 3 && !slices.Equal(kinds, []platform.EventKind{platform.EventBound, platform.EventUnbound, platform.EventBound}) {
			t.Errorf("order within an account: got %v", kinds)
		}
	}
}

func TestRefusedEventHoldsUpItsAccountOnly(t *testing.T) {
	l := newListener(t)
	w := newWorld(t, l.into)
	m := w.machine("atm-0001")
	first := m.registered(midori(), w.phone())
	first.activates(true)
	m.registered(midori(), w.phone()).activates(true)
	m.registered(haltest.Citizens()[1], w.phone()).activates(true)
	l.answers(func(n platform.Notice) int {
		if n.Type == platform.EventBound && n.App == first.app.key.Kid() {
			return 400
		}
		return 200
	})
	l.expect(w, "while one is refused", platform.EventBound)
	l.answers(nil)
	w.clock.pass(time.Hour)
	l.expect(w, "once it is taken", platform.EventBound, platform.EventUnbound, platform.EventBound)
	w.clock.pass(91 * 24 * time.Hour)
	must(t, w.Sweep(background))
	if b := ok(w.Backlog(background))(t); b.Untold != 0 {
		t.Errorf("waiting at the end: got %d", b.Untold)
	}
}

func TestHeldCertificateComesBack(t *testing.T) {
	l, a := newListener(t), newAuthority(t)
	w := newWorld(t, l.into, a.into)
	w.crls.Set(a.List(w.clock.now()))
	r := w.machine("atm-0001").registered(midori(), w.phone(), a.issues)
	r.activates(true)
	l.expect(w, "activation", platform.EventBound)
	w.crls.Set(a.List(w.clock.now(), x509.RevocationListEntry{SerialNumber: a.Serial, RevocationTime: w.clock.now(), ReasonCode: 6}))
	l.expect(w, "held: the card is lost", platform.EventSuspended)
	expect(t, "while held", r.app.stands(), 410, protocol.CodeRefused)
	w.crls.Set(a.List(w.clock.now()))
	l.expect(w, "found again", platform.EventReinstated)
	expect(t, "afterwards", r.app.stands(), 200, "")
}

func TestTwoPlatformsOnOneStoreTellOnce(t *testing.T) {
	l, store := newListener(t), &spyStore{}
	w := newWorld(t, l.into, store.into)
	other := ok(platform.New(w.config))(t)
	for i := range 6 {
		w.machine("atm-0001").registered(haltest.Citizens()[i%2], w.phone()).activates(true)
	}
	var both sync.WaitGroup
	for _, p := range []*platform.Platform{w.Platform, other} {
		both.Go(func() { must(t, p.Sweep(background)) })
	}
	both.Wait()
	must(t, w.Sweep(background))
	must(t, other.Sweep(background))
	seen := map[protocol.ID]bool{}
	for _, n := range l.heard {
		if seen[n.ID] {
			t.Errorf("%s was told twice", n.ID)
		}
		seen[n.ID] = true
	}
	if b := ok(w.Backlog(background))(t); b.Untold != 0 {
		t.Errorf("untold: got %d", b.Untold)
	}
}

func TestWebhookNeedsSecretAndTLS(t *testing.T) {
	secret := []byte(strings.Repeat("s", 24))
	for name, hook := range map[string]platform.Webhook{
		"http elsewhere": {URL: "http://example.com/", Secret: secret},
		"short secret":   {URL: "https://example.com/", Secret: secret[:23]},
		"no host":        {URL: "https://", Secret: secret},
		"another scheme": {URL: "ftp://example.com/", Secret: secret},
	} {
		w := newWorld(t)
		c := w.config
		c.Webhook = hook
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "webhook") {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	}
}
