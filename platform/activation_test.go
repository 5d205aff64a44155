package platform_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// registered is a citizen who was at a terminal and holds a slip.
type registered struct {
	app  phone
	key  protocol.RegistrationKey
	id   protocol.ID
	code protocol.Code
}

// registered has a citizen visit a machine with an app's new key.
func (m *machine) registered(citizen haltest.Citizen, app phone, change ...func(*visit)) registered {
	m.w.t.Helper()
	key := app.registers().RegistrationKey
	id, code, envelope := m.visits(citizen, key, change...)
	m.w.receipt(m.delivers(id, envelope), id, envelope)
	return registered{app, key, id, code}
}

func (r registered) activates(confirm bool) reply { return r.app.activates(r.key, r.code, confirm) }

// other is a code that is not this one.
func (r registered) other(n int) protocol.Code {
	right, _ := strconv.Atoi(string(r.code.Whole()))
	wrong, err := protocol.ParseCode(protocol.Digits6, fmt.Appendf(nil, "%06d", (right+1+n)%1_000_000))
	if err != nil {
		panic(err) // six digits are a code
	}
	return wrong
}

func expect(t testing.TB, what string, r reply, status int, code string) {
	t.Helper()
	if r.status != status || (code != "" && r.code(t) != code) {
		t.Errorf("%s: got %d %s, want %d %s", what, r.status, r.body, status, code)
	}
}

func TestSixthTryIsTooMany(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	for n := range 5 {
		expect(t, fmt.Sprint("wrong code ", n+1), r.app.activates(r.key, r.other(n), true), 404, protocol.CodeWrong)
	}
	expect(t, "the right code as sixth", r.activates(true), 410, "code-tries-spent")
	expect(t, "a wrong code as seventh", r.app.activates(r.key, r.other(9), true), 410, "code-tries-spent")
}

func TestFifthTryMayBeRight(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	for n := range 4 {
		expect(t, "wrong code", r.app.activates(r.key, r.other(n), true), 404, protocol.CodeWrong)
	}
	if got := r.app.status(r.activates(true)); got.Status != protocol.Bound {
		t.Errorf("got %s, want bound", got.Status)
	}
}

func TestWrongCodeAndWrongKeyHaveOneAnswer(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	code := r.app.activates(r.key, r.other(0), true)
	key := r.app.activates(protocol.NewRegistrationKey(), r.code, true)
	if code.status != key.status || string(code.body) != string(key.body) {
		t.Errorf("wrong code: %d %s; wrong key: %d %s", code.status, code.body, key.status, key.body)
	}
}

func TestCodeTriedByAnotherAppCountsNoTry(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	thief := w.phone()
	expect(t, "an app nobody knows", thief.activates(r.key, r.code, true), 403, protocol.CodeForeignKey)
	thief.registers()
	for n := range 6 {
		expect(t, "another app", thief.activates(r.key, r.other(n), true), 403, protocol.CodeForeignKey)
	}
	if got := ok(w.Registration(background, r.id))(t); got.Tries != 0 {
		t.Errorf("tries counted: got %d, want 0", got.Tries)
	}
	if got := r.app.status(r.activates(true)); got.Status != protocol.Bound {
		t.Errorf("its own app: got %s, want bound", got.Status)
	}
}

func TestNonceServesOnce(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	said := protocol.ActivationRequest{Nonce: w.nonce(), Key: r.key, Code: r.code}
	jws := ok(protocol.SignActivation(said, r.app.key))(t)
	post := func(jws []byte) reply { return w.do(w.apps, "POST", "/v1/activations", protocol.MediaJOSE, jws) }
	expect(t, "first", post(jws), 200, "")
	expect(t, "replayed", post(jws), 400, protocol.CodeNonce)

	said.Nonce = w.nonce()
	w.clock.pass(5 * time.Minute)
	expect(t, "run out", post(ok(protocol.SignActivation(said, r.app.key))(t)), 400, protocol.CodeNonce)
	said.Nonce = "made-up"
	expect(t, "made up", post(ok(protocol.SignActivation(said, r.app.key))(t)), 400, protocol.CodeNonce)
	request := protocol.KeyRequest{Nonce: "made-up", Time: w.clock.now()}
	expect(t, "key with a made-up nonce", w.do(w.apps, "POST", "/v1/registration-keys", protocol.MediaJOSE,
		ok(protocol.SignKeyRequest(request, r.app.key))(t)), 400, protocol.CodeNonce)
}

// Cards sign by the real clock, so in these tests sealing is now, and what comes
// before it lies in the past.

func TestCodeLivesADay(t *testing.T) {
	w := newWorld(t)
	online := w.machine("atm-0001").registered(midori(), w.phone())
	w.clock.pass(24*time.Hour - time.Minute)
	expect(t, "within the day", online.activates(false), 200, "")
	w.clock.pass(time.Minute + time.Second)
	expect(t, "after it", online.activates(true), 410, protocol.CodeExpired)
}

func TestCodeNeverLivesPastAWeekFromIssue(t *testing.T) {
	w := newWorld(t)
	m, app := w.machine("atm-0001"), w.phone()
	key := app.registers().RegistrationKey
	id, code, late := m.visits(midori(), key)
	tooLate, _, stale := m.visits(midori(), key)
	w.clock.pass(6*24*time.Hour + 12*time.Hour)
	w.publish()
	receipt := w.receipt(m.delivers(id, late), id, late)
	if receipt.Verdict != protocol.Accepted {
		t.Fatalf("late: got %s %s, want accepted", receipt.Verdict, receipt.Reason)
	}
	if left := receipt.CodeExpires.Sub(receipt.Time); left > 12*time.Hour {
		t.Errorf("life of a code that arrived late: got %v, want 12h at most", left)
	}
	if got := app.status(app.activates(key, code, false)); got.Status != protocol.Confirm {
		t.Errorf("in time: got %s, want confirm", got.Status)
	}
	w.clock.pass(24 * time.Hour)
	w.publish()
	if got := w.receipt(m.delivers(tooLate, stale), tooLate, stale); got.Reason != "code-expired" {
		t.Errorf("a week late: got %s %s, want refused code-expired", got.Verdict, got.Reason)
	}
}

func TestKeyIsJudgedAtSealing(t *testing.T) {
	store := &spyStore{}
	w := newWorld(t, store.into)
	m := w.machine("atm-0001")
	until := func(left time.Duration) protocol.RegistrationKey {
		k := platform.Key{Key: protocol.NewRegistrationKey(), App: "app", Pictures: protocol.MatchPictures{"sun", "moon"}, Expires: w.clock.now().Add(left)}
		must(t, store.Update(background, func(w platform.Writing) error { return w.IssueKey(k) }))
		return k.Key
	}
	inTime, _, first := m.visits(midori(), until(time.Hour))
	tooLate, _, second := m.visits(midori(), until(-time.Second))
	w.clock.pass(2 * time.Hour)
	if got := w.receipt(m.delivers(inTime, first), inTime, first); got.Verdict != protocol.Accepted {
		t.Errorf("sealed before: got %s %s, want accepted", got.Verdict, got.Reason)
	}
	if got := w.receipt(m.delivers(tooLate, second), tooLate, second); got.Reason != protocol.ReasonKeyExpired {
		t.Errorf("sealed after: got %s %s, want refused key-expired", got.Verdict, got.Reason)
	}
}

func TestCodeWhoseEnvelopeIsOnItsWayIsPending(t *testing.T) {
	w := newWorld(t)
	m, app := w.machine("atm-0001"), w.phone()
	key := app.registers().RegistrationKey
	id, code, envelope := m.visits(midori(), key)
	if got := app.status(app.activates(key, code, true)); got.Status != protocol.Pending {
		t.Errorf("before it arrives: got %s, want pending", got.Status)
	}
	w.receipt(m.delivers(id, envelope), id, envelope)
	if got := app.status(app.activates(key, code, true)); got.Status != protocol.Bound {
		t.Errorf("after: got %s, want bound", got.Status)
	}
}

func TestPendingIsNotAskedForever(t *testing.T) {
	w := newWorld(t)
	app := w.phone()
	key, code := app.registers().RegistrationKey, protocol.NewCode(protocol.Digits6)
	for range 10 {
		if got := app.status(app.activates(key, code, true)); got.Status != protocol.Pending {
			t.Fatalf("got %s, want pending", got.Status)
		}
	}
	r := app.activates(key, code, true)
	expect(t, "eleventh", r, 429, protocol.CodeTooMany)
	if r.header.Get("Retry-After") == "" {
		t.Error("429 without Retry-After")
	}
}

func TestCodePicksAmongRegistrationsOfAKey(t *testing.T) {
	w := newWorld(t)
	m, app := w.machine("atm-0001"), w.phone()
	key := app.registers().RegistrationKey
	first, firstCode, one := m.visits(midori(), key)
	second, secondCode, two := m.visits(midori(), key)
	for string(firstCode.Whole()) == string(secondCode.Whole()) { // one in a million
		second, secondCode, two = m.visits(midori(), key)
	}
	w.receipt(m.delivers(first, one), first, one)
	w.receipt(m.delivers(second, two), second, two)
	if got := app.status(app.activates(key, secondCode, true)); *got.RegistrationID != second {
		t.Errorf("got %s, want the second", got.RegistrationID)
	}
	expect(t, "the first one's code", app.activates(key, firstCode, true), 410, "key-used")
	third, _, three := m.visits(midori(), key)
	if got := w.receipt(m.delivers(third, three), third, three); got.Reason != protocol.ReasonKeyUsed {
		t.Errorf("a third: got %s %s, want refused key-used", got.Verdict, got.Reason)
	}
}

func TestSixteenAtOnceBindOnce(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	var bodies [16][]byte
	for i := range bodies {
		said := protocol.ActivationRequest{Nonce: w.nonce(), Key: r.key, Code: r.code, Confirm: true}
		bodies[i] = ok(protocol.SignActivation(said, r.app.key))(t)
	}
	var replies [16]reply
	var all sync.WaitGroup
	for i := range bodies {
		all.Go(func() { replies[i] = w.do(w.apps, "POST", "/v1/activations", protocol.MediaJOSE, bodies[i]) })
	}
	all.Wait()
	bound := 0
	for _, got := range replies {
		if got.status == 200 {
			bound++
		} else if got.status != 410 {
			t.Errorf("got %d %s, want 200 or 410", got.status, got.body)
		}
	}
	if bound != 1 {
		t.Errorf("bound %d times, want once", bound)
	}
}

func TestTooManyWrongCodesFromEverywhereStopAll(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.BrakePerMinute = 3 })
	m := w.machine("atm-0001")
	for range 3 {
		r := m.registered(midori(), w.phone())
		expect(t, "wrong code", r.app.activates(r.key, r.other(0), true), 404, protocol.CodeWrong)
	}
	honest := m.registered(midori(), w.phone())
	r := honest.activates(false)
	expect(t, "an honest app", r, 429, protocol.CodeTooMany)
	if seconds, err := strconv.Atoi(r.header.Get("Retry-After")); err != nil || seconds < 1 || seconds > 60 {
		t.Errorf("Retry-After: got %q, want up to a minute", r.header.Get("Retry-After"))
	}
	w.clock.pass(time.Minute)
	expect(t, "a minute later", honest.activates(false), 200, "")
}

func TestHundredWrongCodesInARowLockAnApp(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.BrakePerMinute = 1000 })
	r := w.machine("atm-0001").registered(midori(), w.phone())
	for range 100 {
		w.clock.pass(3 * time.Second)
		expect(t, "wrong key", r.app.activates(protocol.NewRegistrationKey(), r.code, true), 404, protocol.CodeWrong)
	}
	w.clock.pass(3 * time.Second)
	expect(t, "the right key and code", r.activates(true), 403, "app-locked")
}

func TestAppGetsFewKeysAtOnce(t *testing.T) {
	w := newWorld(t)
	app := w.phone()
	for range 5 {
		app.registers()
	}
	expect(t, "sixth key", app.asks(), 429, protocol.CodeTooMany)
	w.clock.pass(time.Hour)
	expect(t, "an hour later", app.asks(), 200, "")
}

func TestTerminalAndAppSeeTheSamePictures(t *testing.T) {
	w := newWorld(t)
	m, app := w.machine("atm-0001"), w.phone()
	issued := app.registers()
	answer := func(key protocol.RegistrationKey) protocol.KeyAnswer {
		jwe := m.question(key)
		r := w.do(m.carry, "POST", "/v1/registration-keys/query", protocol.MediaJOSE, jwe)
		expect(t, "question", r, 200, "")
		bundle := ok(protocol.DecodeFirstBundle(ok(w.Bundle())(t)))(t)
		return ok(protocol.VerifyKeyAnswer(r.body, bundle.ReceiptKeys, protocol.SHA256(jwe)))(t)
	}
	if got := answer(issued.RegistrationKey); got.Verdict != protocol.KeyOpen || got.Pictures != issued.Pictures || got.Pictures[0] == got.Pictures[1] {
		t.Errorf("got %s %v, want open %v, two different", got.Verdict, got.Pictures, issued.Pictures)
	}
	if got := answer(protocol.NewRegistrationKey()); got.Verdict != protocol.KeyUnknown {
		t.Errorf("a key nobody got: got %s, want unknown", got.Verdict)
	}
	used := m.registered(midori(), app)
	used.activates(true)
	if got := answer(used.key); got.Verdict != protocol.KeyUsed {
		t.Errorf("after activation: got %s, want used", got.Verdict)
	}
	w.clock.pass(30 * 24 * time.Hour)
	if got := answer(issued.RegistrationKey); got.Verdict != protocol.KeyExpired {
		t.Errorf("after 30 days: got %s, want expired", got.Verdict)
	}
}

func TestContinuationCodeActivatesByHandAndByScan(t *testing.T) {
	for _, scanned := range []bool{true, false} {
		w := newWorld(t, func(c *platform.Config) { c.CodeProfile = protocol.Continuation })
		r := w.machine("atm-0001").registered(midori(), w.phone(), func(v *visit) {
			v.content.Code = protocol.NewCode(protocol.Continuation)
			v.app.CodeCommitment = protocol.Commitment(v.content.Salt, v.content.Code)
		})
		if !scanned {
			r.code = ok(protocol.ParseCode(protocol.Continuation, r.code.Human()))(t)
		}
		if got := r.app.status(r.activates(true)); got.Status != protocol.Bound {
			t.Errorf("scanned %v: got %s, want bound", scanned, got.Status)
		}
	}
}
