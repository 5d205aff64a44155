package platform_test

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// site is a machine with the bundle that it goes by, as terminald keeps it.
type site struct {
	*machine
	bundle protocol.Bundle
}

func (w *world) site(id string) *site {
	m := w.machine(id)
	return &site{m, ok(protocol.DecodeFirstBundle(ok(w.Bundle())(w.t)))(w.t)}
}

// hears fetches the bundle, holds it against the one at hand, and says so.
func (s *site) hears() {
	s.w.t.Helper()
	r := s.w.do(s.carry, "GET", "/v1/bundle?format=2", "", nil)
	s.bundle = ok(protocol.VerifyBundle(r.body, s.bundle.BundleKeys))(s.w.t)
	s.beats(s.bundle.Version, 0)
}

func (s *site) beats(version int, waits time.Duration) {
	s.w.t.Helper()
	beat := protocol.Heartbeat{
		TerminalID: s.id, Time: s.w.clock.now().Truncate(time.Second), BundleVersion: version, Protection: "file",
		ReaderState: "online", PrinterState: "online", Paper: "full", OldestUnsentSeconds: int(waits.Seconds()),
	}
	if waits > 0 {
		beat.Queue = 1
	}
	jws := ok(protocol.SignHeartbeat(beat, s.device, s.cert))(s.w.t)
	expect(s.w.t, "heartbeat", s.w.do(s.carry, "POST", "/v1/heartbeats", protocol.MediaJOSE, jws), 204, "")
}

// unsent is a registration that waits in a journal.
type unsent struct {
	app   phone
	key   protocol.RegistrationKey
	code  protocol.Code
	id    protocol.ID
	body  []byte
	owner *site
}

// takes in a citizen by the bundle at hand.
func (s *site) takes(citizen haltest.Citizen) unsent {
	s.w.t.Helper()
	u := unsent{app: s.w.phone(), owner: s}
	u.key = u.app.registers().RegistrationKey
	u.id, u.code, u.body = s.visits(citizen, u.key, func(v *visit) { v.to = s.bundle.EncryptionKeys[0] })
	return u
}

// delivers it, and believes the receipt by the bundle at hand.
func (u unsent) delivers() protocol.Receipt {
	u.owner.w.t.Helper()
	r := u.owner.delivers(u.id, u.body)
	if r.status != http.StatusOK {
		u.owner.w.t.Fatalf("%s: got %d %s", u.owner.id, r.status, r.body)
	}
	return ok(protocol.VerifyReceipt(r.body, u.owner.bundle.ReceiptKeys, u.id, protocol.SHA256(u.body)))(u.owner.w.t)
}

func (w *world) key(name, role string) string {
	for _, k := range w.Keys() {
		if k.Name == name && k.Role == role {
			return k.Kid
		}
	}
	return ""
}

func rollable() []string {
	return []string{keyring.EncryptionKey, keyring.ReceiptKey, keyring.BundleKey}
}

func TestEveryKeyIsRolledOverWhileManyTerminalsWorkAndNothingIsLost(t *testing.T) {
	const terminals, rounds = 8, 2
	w := newWorld(t)
	var sites []*site
	for n := range terminals {
		sites = append(sites, w.site(fmt.Sprintf("atm-%04d", n)))
	}
	var waiting []unsent
	all := map[protocol.ID]unsent{}
	work := func(deliver bool) {
		for n, s := range sites {
			u := s.takes(haltest.Citizens()[n%4])
			all[u.id] = u
			if !deliver || n%3 == 0 { // a third has no network
				waiting = append(waiting, u)
				continue
			}
			if got := u.delivers(); got.Verdict != protocol.Accepted {
				t.Errorf("%s: %s %s", s.id, got.Verdict, got.Reason)
			}
		}
	}
	for range rounds {
		before := w.Keys()
		for _, name := range rollable() {
			must(t, w.RollKey(background, name, false))
		}
		work(true) // announced: nobody knows it yet
		for _, s := range sites[1:] {
			s.hears()
		}
		must(t, w.Sweep(background))
		if left := ok(w.KeysLeft(background))(t); len(left) != 1 || left[0].TerminalID != sites[0].id {
			t.Fatalf("left: %v, want the first terminal", left)
		}
		work(true)
		sites[0].hears()
		must(t, w.Sweep(background))
		for _, name := range rollable() {
			if is := w.key(name, keyring.KeyCurrent); slices.ContainsFunc(before, func(k keyring.KeyState) bool { return k.Kid == is }) {
				t.Errorf("%s: the same key after all terminals were heard", name)
			}
		}
		work(true) // used: nobody has heard that
		for _, s := range sites {
			s.hears()
			if kid := s.bundle.EncryptionKeys[0].Kid(); kid != w.key(keyring.EncryptionKey, keyring.KeyCurrent) {
				t.Errorf("%s seals to %s", s.id, kid)
			}
		}
		w.clock.pass(time.Minute)
	}
	must(t, w.RollCA(background))
	for _, u := range waiting {
		if got := u.delivers(); got.Verdict != protocol.Accepted {
			t.Errorf("%s waited: %s %s", u.owner.id, got.Verdict, got.Reason)
		}
		if again := u.owner.delivers(u.id, u.body); again.status != http.StatusOK {
			t.Errorf("%s again: %d", u.owner.id, again.status)
		}
	}
	for id := range all {
		if r := ok(w.Registration(background, id))(t); r.Verdict != protocol.Accepted {
			t.Errorf("%s: %s", id, r.Verdict)
		}
	}
	t.Logf("%d terminals, %d keys and a terminal CA rolled over: %d registrations, %d of them late, each accepted once, bundle %d",
		terminals, rounds*len(rollable()), len(all), len(waiting), sites[0].bundle.Version)
}

func TestRollOverWaitsForTerminalsThatAreInOrderOnly(t *testing.T) {
	w := newWorld(t)
	well, ill, gone := w.site("atm-0001"), w.site("atm-0002"), w.site("atm-0003")
	must(t, w.Suspend(background, ill.id, false))
	must(t, w.Suspend(background, gone.id, true))
	must(t, w.RollKey(background, keyring.ReceiptKey, false))
	must(t, w.Sweep(background))
	if w.key(keyring.ReceiptKey, keyring.KeyAnnounced) == "" {
		t.Fatal("used before the terminal was heard")
	}
	if err := w.RollKey(background, keyring.ReceiptKey, false); err == nil {
		t.Error("announced twice")
	}
	if err := w.RollKey(background, "secret", false); err == nil {
		t.Error("rolled over what there is not")
	}
	well.hears()
	must(t, w.Sweep(background))
	if w.key(keyring.ReceiptKey, keyring.KeyAnnounced) != "" {
		t.Error("waits for terminals that are suspended")
	}
	w.restart()
	if len(w.Keys()) != 4 || w.key(keyring.ReceiptKey, keyring.KeyOld) == "" {
		t.Errorf("after a restart: %v", w.Keys())
	}
}

func TestKeyIsUsedAtOnceWhenTold(t *testing.T) {
	w := newWorld(t)
	s := w.site("atm-0001")
	u := s.takes(midori())
	for _, name := range rollable() {
		must(t, w.RollKey(background, name, true))
	}
	if left := ok(w.KeysLeft(background))(t); len(left) > 0 {
		t.Errorf("left: %v, while nothing is announced", left)
	}
	s.hears() // the key before introduces the bundle key even so
	if got := u.delivers(); got.Verdict != protocol.Accepted {
		t.Errorf("sealed to the old key: %s %s", got.Verdict, got.Reason)
	}
	w.clock.pass(time.Minute)
	must(t, w.RollKey(background, keyring.ReceiptKey, false))
	must(t, w.RollKey(background, keyring.ReceiptKey, true)) // hastened
	s.hears()
}

func TestOldKeysAreKeptTwiceTheLongestUnsentAge(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.Limits.MaxUnsentHours = 24 })
	s := w.site("atm-0001")
	late := s.takes(midori())
	must(t, w.RollKey(background, keyring.EncryptionKey, true))
	old := w.key(keyring.EncryptionKey, keyring.KeyOld)
	w.clock.pass(48*time.Hour - time.Minute)
	w.publish()
	must(t, w.Sweep(background))
	if w.key(keyring.EncryptionKey, keyring.KeyOld) != old {
		t.Fatal("destroyed early")
	}
	w.clock.pass(2 * time.Minute)
	s.beats(1, 49*time.Hour) // it has something that only the old key opens
	must(t, w.Sweep(background))
	if w.key(keyring.EncryptionKey, keyring.KeyOld) != old {
		t.Fatal("destroyed while a terminal says that it has something older")
	}
	s.hears()
	if got := late.delivers(); got.Verdict != protocol.Accepted {
		t.Errorf("%s %s", got.Verdict, got.Reason)
	}
	w.clock.pass(time.Minute)
	s.beats(s.bundle.Version, 0)
	must(t, w.Sweep(background))
	if w.key(keyring.EncryptionKey, keyring.KeyOld) != "" || len(ok(filepath.Glob(filepath.Join(w.dir, "encryption-*.pem")))(t)) > 0 {
		t.Error("kept for ever")
	}
	s.hears()
	if len(s.bundle.EncryptionKeys) != 1 {
		t.Errorf("the bundle names %d keys", len(s.bundle.EncryptionKeys))
	}
}

func TestLateEnvelopeOfARetiredCAIsJudgedByTheTimeOfSealing(t *testing.T) {
	w := newWorld(t)
	s := w.site("atm-0001")
	before, dropped := s.takes(midori()), s.takes(haltest.Citizens()[1])
	withdrawal := s.withdrawal(dropped.id)
	must(t, w.RollCA(background))
	w.clock.pass(time.Minute)
	must(t, w.RetireCA(background))
	after := s.takes(midori())
	w.apps = w.client()

	own := *s
	token := ok(w.IssueToken(s.id))(t) // the same site, with new keys, brings what the old one sealed
	carrier := newECDSA()
	w.enroll(token, newECDSA(), false)
	own.carry = w.holding(w.enroll(token, carrier, true), carrier).client
	before.owner, after.owner = &own, &own
	if got := before.delivers(); got.Verdict != protocol.Accepted {
		t.Errorf("sealed before: %s %s", got.Verdict, got.Reason)
	}
	if got := after.delivers(); got.Verdict != protocol.Refused || got.Reason != protocol.ReasonTerminalUnknown {
		t.Errorf("sealed after: %s %s, want refused", got.Verdict, got.Reason)
	}
	path := "/v1/withdrawals/" + dropped.id.String()
	expect(t, "withdrawn before", w.do(own.carry, "PUT", path, protocol.MediaJOSE, withdrawal), 200, "")
	path = "/v1/withdrawals/" + after.id.String()
	expect(t, "withdrawn after", w.do(own.carry, "PUT", path, protocol.MediaJOSE, s.withdrawal(after.id)), 403, protocol.CodeOtherTerminal)
	w.restart()
	if r := w.do(w.holding(s.cert, s.device).client, "GET", "/v1/bundle", "", nil); r.status != http.StatusForbidden {
		t.Errorf("the old certificate opens the door: %d", r.status)
	}
}

func TestTerminalCAIsRolledOverWithoutARestart(t *testing.T) {
	w := newWorld(t)
	old := w.inField("atm-0001", nil)
	before := w.CACertificate()
	must(t, w.RollCA(background))
	after := w.CACertificate()
	if roots := w.inBundle(); len(roots) != 2 || !roots[0].Equal(after) || !roots[1].Equal(before) {
		t.Errorf("the bundle names %d terminal CAs, want the new one and the old one", len(roots))
	}
	renewed, _ := granted(t, old.renews(old.carrier, true, "tpm"))
	granted(t, old.renews(old.device, false, "tpm"))
	must(t, renewed.CheckSignatureFrom(after))
	must(t, w.RetireCA(background))
	w.apps = w.client()
	expect(t, "the new certificate", w.do(w.holding(renewed, old.carrier).client, "GET", "/v1/bundle", "", nil), 200, "")
	expect(t, "the old one", w.do(w.holding(old.tls, old.carrier).client, "GET", "/v1/bundle", "", nil), 403, "")
	if roots := w.inBundle(); len(roots) != 1 || !roots[0].Equal(after) {
		t.Errorf("the bundle names %d terminal CAs, want the new one", len(roots))
	}
}

// inBundle are the terminal CAs that the bundle names.
func (w *world) inBundle() (all []*x509.Certificate) {
	for _, der := range ok(protocol.DecodeFirstBundle(ok(w.Bundle())(w.t)))(w.t).TerminalCAs {
		all = append(all, ok(x509.ParseCertificate(der))(w.t))
	}
	return all
}

func TestGenerationOfCardsIsReplaced(t *testing.T) {
	next := newAuthority(t)
	w := newWorld(t)
	s := w.site("atm-0001")
	old := s.takes(midori())
	w.config.OldJPKI, w.config.JPKI = w.config.JPKI, []*x509.Certificate{next.Cert}
	w.restart()
	s.hears()
	if len(s.bundle.JPKI) != 1 || string(s.bundle.JPKI[0]) != string(next.Cert.Raw) {
		t.Errorf("the bundle names %d CAs, want the new one", len(s.bundle.JPKI))
	}
	w.publish()
	if got := old.delivers(); got.Verdict != protocol.Accepted {
		t.Errorf("a card of the old one, on its way before: %s %s", got.Verdict, got.Reason)
	}
}

func TestBundleIsGivenInTheFormatThatIsAskedFor(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) {
		c.Hours = &protocol.Hours{Zone: "Asia/Tokyo", Week: map[string][]protocol.Span{"mon": {{From: "07:00", Until: "23:00"}}}}
	})
	m := w.machine("atm-0001")
	for query, want := range map[string]struct {
		format int
		tag    string
	}{"": {0, `"1"`}, "?format=1": {0, `"1"`}, "?format=2": {2, `"1.2"`}, "?format=99": {2, `"1.2"`}} {
		r := w.do(m.carry, "GET", "/v1/bundle"+query, "", nil)
		got := ok(protocol.DecodeFirstBundle(r.body))(t)
		if got.Format != want.format || r.header.Get("ETag") != want.tag || (got.Hours != nil) != (want.format == 2) {
			t.Errorf("%s: got format %d, %s", query, got.Format, r.header.Get("ETag"))
		}
	}
}

func TestKeysAreRolledOverTwiceInOneSecond(t *testing.T) {
	w := newWorld(t)
	s := w.site("atm-0001")
	first := w.Keys()
	for range 3 {
		for _, name := range rollable() {
			must(t, w.RollKey(background, name, true))
		}
		s.hears()
	}
	for _, restarts := range []bool{false, true} {
		if restarts {
			w.restart()
		}
		for n, name := range rollable() {
			kids := w.kids(name)
			if len(kids) != 4 || kids[3] != first[n].Kid {
				t.Errorf("%s: %v, want the first key %s last of four", name, kids, first[n].Kid)
			}
		}
	}
}

// kids are all keys of that name, in their order.
func (w *world) kids(name string) (all []string) {
	for _, k := range w.Keys() {
		if k.Name == name {
			all = append(all, k.Kid)
		}
	}
	return all
}

func TestOldKeysOfOneSecondAreInTheirOrder(t *testing.T) {
	w := newWorld(t)
	var want []string
	for range 12 { // more than one figure
		want = append([]string{w.key(keyring.ReceiptKey, keyring.KeyCurrent)}, want...)
		must(t, w.RollKey(background, keyring.ReceiptKey, true))
	}
	w.restart()
	if got := w.kids(keyring.ReceiptKey)[1:]; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTerminalCAsOfOneSecondAreKeptApart(t *testing.T) {
	w := newWorld(t)
	s := w.site("atm-0001")
	before := s.takes(midori())
	w.clock.pass(time.Minute)
	names := map[string]bool{}
	for range 3 {
		must(t, w.RollCA(background))
		names[w.CACertificate().Subject.String()] = true
		must(t, w.RetireCA(background))
	}
	if kept := ok(filepath.Glob(filepath.Join(w.dir, "retired-*")))(t); len(kept) != 3 || len(names) != 3 {
		t.Errorf("%d CAs were retired, and %d are kept; they have %d names", 3, len(kept), len(names))
	}
	w.restart()
	w.apps = w.client()
	own := *s
	token, carrier := ok(w.IssueToken(s.id))(t), newECDSA()
	w.enroll(token, newECDSA(), false)
	own.carry = w.holding(w.enroll(token, carrier, true), carrier).client
	before.owner = &own
	if got := before.delivers(); got.Verdict != protocol.Accepted {
		t.Errorf("sealed under the first: %s %s", got.Verdict, got.Reason)
	}
}
