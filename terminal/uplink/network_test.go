package uplink_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/torture/netfault"
	"github.com/digital-watashi/kiosk/terminal/uplink"
	"github.com/digital-watashi/kiosk/terminal/uplink/socket"
)

// ledger is an honest platform that counts by id. It judges nothing: what comes
// under a new id is a registration, what comes again must be the same.
type ledger struct {
	key protocol.PrivateKey

	mu          sync.Mutex
	kept        map[protocol.ID]protocol.Digest
	forgotten   map[protocol.ID]bool
	doubled     []protocol.ID // another body under a known id
	deliveries  int
	withdrawals int
	queries     int
}

func newLedger() *ledger {
	return &ledger{key: protocol.NewPrivateKey(), kept: map[protocol.ID]protocol.Digest{}, forgotten: map[protocol.ID]bool{}}
}

func (l *ledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // a request cut off is none
	}
	id, _ := protocol.ParseID(r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:])
	switch {
	case strings.HasPrefix(r.URL.Path, "/v1/registrations/"):
		jose(w, l.receipt(id, body, l.register(id, protocol.SHA256(body))))
	case strings.HasPrefix(r.URL.Path, "/v1/withdrawals/"):
		jose(w, l.receipt(id, body, l.withdraw(id)))
	case r.URL.Path == "/v1/registration-keys/query":
		jose(w, l.answer(body))
	default:
		w.WriteHeader(http.StatusNotModified)
	}
}

func (l *ledger) register(id protocol.ID, d protocol.Digest) protocol.Verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deliveries++
	if known, again := l.kept[id]; again && known != d {
		l.doubled = append(l.doubled, id)
	}
	if l.forgotten[id] {
		return protocol.Refused
	}
	l.kept[id] = d
	return protocol.Accepted
}

func (l *ledger) delivered() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.deliveries
}

func (l *ledger) withdraw(id protocol.ID) protocol.Verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.withdrawals++
	l.forgotten[id] = true
	return protocol.Withdrawn
}

func (l *ledger) receipt(id protocol.ID, body []byte, v protocol.Verdict) []byte {
	r := protocol.Receipt{ID: id, BodySHA256: protocol.SHA256(body), Verdict: v, Time: time.Now()}
	if v == protocol.Refused {
		r.Reason = protocol.ReasonWithdrawn
	}
	jws, err := protocol.SignReceipt(r, l.key)
	if err != nil {
		panic(err)
	}
	return jws
}

func (l *ledger) answer(query []byte) []byte {
	l.mu.Lock()
	l.queries++
	l.mu.Unlock()
	jws, err := protocol.SignKeyAnswer(protocol.KeyAnswer{QuerySHA256: protocol.SHA256(query), Verdict: protocol.KeyUnknown, Time: time.Now()}, l.key)
	if err != nil {
		panic(err)
	}
	return jws
}

// laboratory is both services as they are installed, a real journal, and a
// network that can be spoilt before an honest platform. At clean-up the journal
// must be whole and empty.
type laboratory struct {
	t       *testing.T
	journal *journal.Journal
	ledger  *ledger
	desk    *uplink.Desk
	clock   *uplink.Clock
	proxy   *netfault.Proxy
}

func newLaboratory(t *testing.T) *laboratory {
	l := &laboratory{t: t, ledger: newLedger(), journal: openJournal(t)}
	l.clock = uplink.NewClock(func() time.Duration { return 0 }, func() time.Time { return time.Time{} })
	far := newAuthority(t)
	l.proxy = l.network(far)
	path := filepath.Join(t.TempDir(), "uplink.sock")
	listener := listen(t, path)
	quiet := slog.New(slog.DiscardHandler)
	l.desk = uplink.NewDesk(uplink.DeskConfig{
		Journal: l.journal, Log: quiet, Clock: l.clock.Hear,
		Keys:   func() []protocol.PublicKey { return []protocol.PublicKey{l.ledger.key.PublicKey()} },
		Bundle: func([]byte) error { return nil },
	})
	carrier := uplink.NewCarrier(path, l.proxy.URL(), &tls.Config{RootCAs: far.pool(), Certificates: []tls.Certificate{far.issue(t, "terminal")}}, quiet)
	uplink.Hasten(carrier, 1500*time.Millisecond, 3*time.Second)
	run(t, func(ctx context.Context) { l.desk.Run(ctx, listener) })
	run(t, func(ctx context.Context) { carrier.Run(ctx) })
	until(t, "reachable", l.desk.Reachable)
	return l
}

// network is a proxy before the ledger, with real TLS on the terminal's side.
func (l *laboratory) network(far authority) *netfault.Proxy {
	near := httptest.NewServer(l.ledger)
	l.t.Cleanup(near.Close)
	base, _ := url.Parse(near.URL)
	transport := &http.Transport{}
	l.t.Cleanup(transport.CloseIdleConnections)
	proxy, err := netfault.New(netfault.Config{
		Base: base, Upstream: transport, ClientCAs: far.pool(), Drip: 50 * time.Millisecond,
		Certificate: far.issue(l.t, "platform"),
		Expired:     far.issueAs(l.t, -2*time.Hour, -time.Hour, net.IPv4(127, 0, 0, 1), x509.ExtKeyUsageServerAuth),
	})
	if err != nil {
		l.t.Fatal(err)
	}
	run(l.t, func(ctx context.Context) { proxy.Run(ctx) })
	return proxy
}

func openJournal(t testing.TB) *journal.Journal {
	t.Helper()
	j, err := journal.Open(filepath.Join(t.TempDir(), "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Check(); err != nil {
			t.Errorf("after the test: %v", err)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

// envelope has the shape of a sealed one; nobody opens it.
func envelope(content string) []byte {
	return compact(`{"alg":"ECDH-ES","enc":"A256GCM"}`, "", "iv", content, "tag")
}

func compact(parts ...string) []byte {
	for i, p := range parts {
		parts[i] = base64.RawURLEncoding.EncodeToString([]byte(p))
	}
	return []byte(strings.Join(parts, "."))
}

// register commits one registration whose code is in a hand.
func (l *laboratory) register() protocol.ID {
	l.t.Helper()
	id := protocol.NewID()
	if err := l.journal.Commit(id, envelope(id.String()), time.Now()); err != nil {
		l.t.Fatal(err)
	}
	if err := l.journal.BeginHandOver(id); err != nil {
		l.t.Fatal(err)
	}
	if err := l.journal.EndHandOver(id, journal.Done); err != nil {
		l.t.Fatal(err)
	}
	return id
}

// abandon commits one whose code was never offered, and withdraws it.
func (l *laboratory) abandon() protocol.ID {
	l.t.Helper()
	id := protocol.NewID()
	if err := l.journal.Commit(id, envelope(id.String()), time.Now()); err != nil {
		l.t.Fatal(err)
	}
	if err := l.journal.Withdraw(id, compact(`{"alg":"ES256"}`, id.String(), "signature"), false); err != nil {
		l.t.Fatal(err)
	}
	return id
}

// ask asks about a key until there is an answer. What is an answer is the true
// one: the Desk has verified it against this question.
func (l *laboratory) ask() {
	l.t.Helper()
	until(l.t, "a key answer", func() bool {
		question := envelope(protocol.NewID().String())
		jws, err := l.desk.QueryKey(l.t.Context(), question)
		if err != nil {
			return false
		}
		if _, err := protocol.VerifyKeyAnswer(jws, []protocol.PublicKey{l.ledger.key.PublicKey()}, protocol.SHA256(question)); err != nil {
			l.t.Errorf("an answer that is none: %v", err)
		}
		return true
	})
}

// settled waits until nothing waits, and compares both ends.
func (l *laboratory) settled(kept, withdrawn []protocol.ID) {
	l.t.Helper()
	until(l.t, "an empty journal", func() bool {
		p, err := l.journal.Pressure()
		return err == nil && p.Unsent == 0
	})
	records := map[protocol.ID]journal.Record{}
	all, err := l.journal.Records()
	if err != nil {
		l.t.Fatal(err)
	}
	for _, r := range all {
		records[r.ID] = r
	}
	l.ledger.mu.Lock()
	defer l.ledger.mu.Unlock()
	for _, id := range kept {
		if r := records[id]; r.Delivery != journal.Accepted || l.ledger.kept[id] != r.BodySHA256 || l.ledger.forgotten[id] {
			l.t.Errorf("%s: journal says %s, platform has %v", id, r.Delivery, l.ledger.kept[id])
		}
	}
	for _, id := range withdrawn {
		if r := records[id]; r.Answer != protocol.Withdrawn || !l.ledger.forgotten[id] {
			l.t.Errorf("%s: journal says %q, platform forgot it: %v", id, r.Answer, l.ledger.forgotten[id])
		}
	}
	if len(l.ledger.doubled) != 0 || len(all) != len(kept)+len(withdrawn) {
		l.t.Errorf("doubled %v, %d records of %d", l.ledger.doubled, len(all), len(kept)+len(withdrawn))
	}
}

// TestMain has the laboratories run side by side: they wait, and compute little.
func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.parallel", "12")
	os.Exit(m.Run())
}

// Every fault at every step, twice in a row, with others on their way meanwhile.
func TestEveryFaultAtEveryStepLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var cases, faults, registrations int
	t.Run("faults", func(t *testing.T) {
		for _, fault := range netfault.Faults() {
			for _, step := range netfault.Steps() {
				t.Run(fmt.Sprintf("%s at %s", fault, step), func(t *testing.T) {
					t.Parallel()
					l := newLaboratory(t)
					kept, withdrawn := l.spoil(fault, step)
					hits := l.proxy.Hits()[fault]
					if hits == 0 {
						t.Error("the fault has spoilt nothing")
					}
					mu.Lock()
					defer mu.Unlock()
					cases, faults, registrations = cases+1, faults+hits, registrations+len(kept)+len(withdrawn)
				})
			}
		}
	})
	if want := len(netfault.Faults()) * len(netfault.Steps()); cases != want {
		t.Errorf("%d cases, want %d", cases, want)
	}
	t.Logf("%d kinds of fault at %d steps: %d faults met by %d registrations, lost 0, doubled 0", len(netfault.Faults()), len(netfault.Steps()), faults, registrations)
}

// spoil runs one case and returns what is kept and what withdrawn at its end.
func (l *laboratory) spoil(fault netfault.Fault, step netfault.Step) (kept, withdrawn []protocol.ID) {
	l.t.Helper()
	l.proxy.Arm(fault, step, 2)
	switch step {
	case netfault.Upload:
		for range 3 {
			kept = append(kept, l.register())
		}
	case netfault.Withdrawal:
		for range 3 {
			withdrawn = append(withdrawn, l.abandon())
		}
	case netfault.Query:
		l.ask()
	}
	kept, withdrawn = append(kept, l.register()), append(withdrawn, l.abandon())
	l.ask()
	l.settled(kept, withdrawn)
	return kept, withdrawn
}

// Any fault at any time, by a seed.
func TestStormLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	l := newLaboratory(t)
	l.proxy.Storm(7, 0.5)
	var kept, withdrawn []protocol.ID
	for n := range 40 {
		if n%4 == 3 {
			withdrawn = append(withdrawn, l.abandon())
		} else {
			kept = append(kept, l.register())
		}
	}
	until(t, "ten faults", func() bool {
		met := 0
		for _, n := range l.proxy.Hits() {
			met += n
		}
		p, _ := l.journal.Pressure()
		return met >= 10 || p.Unsent == 0
	})
	l.proxy.Calm()
	l.settled(kept, withdrawn)
	t.Logf("storm: %v", l.proxy.Hits())
}

// listen opens a socket for this user.
func listen(t *testing.T, path string) net.Listener {
	t.Helper()
	l, err := socket.Listen(path, socket.Me(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}
