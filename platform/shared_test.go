package platform_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// couple are two platforms on one folder and one store. Neither runs: what they take
// up, they take up because they are asked.
func couple(t *testing.T, change ...func(*platform.Config)) (w, other *world) {
	t.Helper()
	w = newWorld(t, append(change, func(c *platform.Config) { c.Store = ok(bolt.Open(c.Dir + "/store.db"))(t) })...)
	return w, w.sibling(w.config.Store)
}

// at is the machine, gone to another platform.
func (m machine) at(w *world) *machine {
	m.w = w
	return &m
}

func TestKeyOfAnotherPlatformIsTakenUpBeforeAnythingIsRefused(t *testing.T) {
	w, other := couple(t)
	m := w.machine("atm-0001")
	for range 3 { // an old key opens what is late as well
		waits := m.w.phone().registers().RegistrationKey
		lateID, _, late := m.visits(midori(), waits)
		w.clock.pass(time.Second) // a key is kept under the second in which it was replaced
		must(t, other.RollKey(background, keyring.EncryptionKey, true))
		issued := w.phone().registers()
		id, _, body := m.visits(midori(), issued.RegistrationKey) // sealed to the new key: the bundle says so
		if got := w.receipt(m.delivers(id, body), id, body); got.Verdict != protocol.Accepted {
			t.Errorf("sealed to a key that the other platform made: %s %s", got.Verdict, got.Reason)
		}
		if got := w.receipt(m.delivers(lateID, late), lateID, late); got.Verdict != protocol.Accepted {
			t.Errorf("sealed before that: %s %s", got.Verdict, got.Reason)
		}
	}
	w.clock.pass(time.Second)
	must(t, other.RollKey(background, keyring.EncryptionKey, true))
	expect(t, "a question sealed to the next one", m.asks(w.phone().registers().RegistrationKey), 200, "")
}

func TestAnnouncedKeyIsUsedByWhicheverPlatformHearsTheLastTerminal(t *testing.T) {
	w, other := couple(t)
	s := w.site("atm-0001")
	for _, name := range rollable() {
		must(t, other.RollKey(background, name, false))
	}
	s.hears()
	must(t, w.Sweep(background)) // of a platform that has not announced anything
	for _, p := range []*world{w, other} {
		must(t, p.Sweep(background))
		for _, name := range rollable() {
			if got := p.key(name, keyring.KeyCurrent); got == "" || got != w.key(name, keyring.KeyCurrent) || p.key(name, keyring.KeyAnnounced) != "" {
				t.Errorf("%s: the two are not of one mind: %+v", name, p.Keys())
			}
		}
	}
	s.hears()
	u := s.takes(midori())
	u.owner = &site{s.machine.at(other), s.bundle}
	if got := u.delivers(); got.Verdict != protocol.Accepted {
		t.Errorf("at the other one: %s %s", got.Verdict, got.Reason)
	}
}

func TestTerminalCAOfAnotherPlatformIsTakenUpAtTheDoor(t *testing.T) {
	w, other := couple(t)
	stays := w.machine("atm-0001")
	must(t, other.RollCA(background))
	comes := other.machine("atm-0002").at(w) // its certificates are by the new CA
	for _, m := range []*machine{stays, comes} {
		id, _, body := m.visits(midori(), w.phone().registers().RegistrationKey)
		if got := w.receipt(m.delivers(id, body), id, body); got.Verdict != protocol.Accepted {
			t.Errorf("%s: %s %s", m.id, got.Verdict, got.Reason)
		}
	}
	token := ok(other.IssueToken("atm-0003"))(t) // pins the new CA
	w.enroll(token, newECDSA(), false)

	must(t, other.RetireCA(background))
	w.apps = other.client() // knows the new CA only
	expect(t, "who knows the new CA only", w.do(w.apps, "GET", "/v1/nonce", "", nil), 200, "")
	expect(t, "who is of the old one", w.do(w.client(), "GET", "/v1/bundle", "", nil), 403, "")
}

func TestCAOfCardsIsTakenUpWithoutARestart(t *testing.T) {
	folder := files.CADirectory(t.TempDir())
	old := files.CADirectory(filepath.Join(string(folder), "old"))
	w, other := couple(t, func(c *platform.Config) {
		must(t, folder.Add(c.JPKI[0])) // the first generation, of which no card is good any more
		c.JPKI, c.CAs = nil, jpki.CADirectories{Now: folder, Old: old}
	})
	s := w.site("atm-0001")
	for n, cert := range w.ca.Certificates()[1:] {
		must(t, folder.Add(cert))
		person := midori()
		person.Generation = n + 2
		citizen, card := w.ca.Issue(person, haltest.IssueOptions{})
		id, _, body := s.visits(midori(), w.phone().registers().RegistrationKey, func(v *visit) { v.cert, v.card = citizen, card })
		if got := w.receipt(s.delivers(id, body), id, body); got.Verdict != protocol.Accepted {
			t.Errorf("a card of generation %d, a moment after its CA was put in: %s %s", person.Generation, got.Verdict, got.Reason)
		}
	}
	must(t, other.Sweep(background))
	s.hears()
	if len(s.bundle.JPKI) != haltest.Generations {
		t.Errorf("the bundle names %d CAs, want %d", len(s.bundle.JPKI), haltest.Generations)
	}
	version := s.bundle.Version
	must(t, w.Sweep(background))
	if s.hears(); s.bundle.Version != version {
		t.Errorf("the two platforms sign in turn: version %d after %d", s.bundle.Version, version)
	}

	must(t, os.Mkdir(string(old), 0o700))
	must(t, old.Add(w.ca.Certificates()[0]))
	must(t, folder.Remove(w.ca.Certificates()[0]))
	must(t, w.Sweep(background))
	if s.hears(); len(s.bundle.JPKI) != haltest.Generations-1 {
		t.Errorf("the bundle names %d CAs after one was dropped, want %d", len(s.bundle.JPKI), haltest.Generations-1)
	}
}

func TestUptakeNeedsNobodyToAsk(t *testing.T) {
	w, other := couple(t)
	ctx, cancel := context.WithCancelCause(background)
	done := make(chan error)
	go func() { done <- w.Run(ctx) }()
	must(t, other.RollKey(background, keyring.ReceiptKey, true))
	deadline := time.Now().Add(time.Minute)
	for w.key(keyring.ReceiptKey, keyring.KeyCurrent) != other.key(keyring.ReceiptKey, keyring.KeyCurrent) {
		if time.Now().After(deadline) {
			t.Error("the new key was not taken up")
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	cancel(nil)
	<-done
}

func TestUnreadableKeyRefusesNothingForGood(t *testing.T) {
	w, other := couple(t)
	m := w.machine("atm-0001")
	must(t, other.RollKey(background, keyring.EncryptionKey, true))
	id, _, body := m.visits(midori(), w.phone().registers().RegistrationKey)
	broken := filepath.Join(w.dir, "receipt-20200101000000.pem")
	must(t, os.WriteFile(broken, []byte("half a k"), 0o600))
	expect(t, "sealed to a key that cannot be read now", m.delivers(id, body), http.StatusServiceUnavailable, protocol.CodeUnavailable)
	must(t, os.Remove(broken))
	if got := w.receipt(m.delivers(id, body), id, body); got.Verdict != protocol.Accepted {
		t.Errorf("when it can: %s %s", got.Verdict, got.Reason)
	}
}

func TestOnePlatformAtATimeChangesKeys(t *testing.T) {
	w, other := couple(t)
	var all sync.WaitGroup
	var began atomic.Int32
	for i := range 8 {
		all.Go(func() {
			if []*world{w, other}[i%2].RollKey(background, keyring.BundleKey, false) == nil {
				began.Add(1)
			}
		})
	}
	all.Wait()
	if keys := ok(filepath.Glob(filepath.Join(w.dir, "bundle*.pem")))(t); began.Load() != 1 || len(keys) != 2 {
		t.Errorf("%d announced a key, and there are %v; want one, and one beside the current one", began.Load(), keys)
	}
	release := ok(files.Alone(background, w.dir))(t)
	ctx, cancel := context.WithTimeoutCause(background, 100*time.Millisecond, errors.New("enough"))
	defer cancel()
	if err := w.RollKey(ctx, keyring.ReceiptKey, false); err == nil || !strings.Contains(err.Error(), "enough") {
		t.Errorf("while another process holds the folder: got %v", err)
	}
	release()
	must(t, w.RollKey(background, keyring.ReceiptKey, false))
}
