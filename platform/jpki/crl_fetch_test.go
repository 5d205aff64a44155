package jpki_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/jpki"
)

// publisher is where a CA publishes its list, and can be broken.
type publisher struct {
	mu     sync.Mutex
	body   []byte // guarded by mu
	status int    // guarded by mu; 0 is 200
	got    []int  // guarded by mu: what was answered
}

func (p *publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	tag := fmt.Sprintf("%q", fmt.Sprint(len(p.body)))
	status := max(p.status, http.StatusOK)
	if status == http.StatusOK && r.Header.Get("If-None-Match") == tag {
		status = http.StatusNotModified
	}
	p.got = append(p.got, status)
	w.Header().Set("ETag", tag)
	w.WriteHeader(status)
	if status == http.StatusOK {
		w.Write(p.body)
	}
}

func (p *publisher) set(status int, body []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status, p.body = status, body
}

func fetcher(t *testing.T, ca *haltest.CA, addresses ...string) (*jpki.CRLFetch, jpki.CRLDirectory, *bytes.Buffer) {
	t.Helper()
	folder, log := jpki.CRLDirectory(t.TempDir()), &bytes.Buffer{}
	f := ok(jpki.NewCRLFetch(addresses, folder, believed(ca), slog.New(slog.NewTextHandler(log, nil))))(t)
	return f, folder, log
}

func lists(t *testing.T, folder jpki.CRLDirectory) [][]byte {
	t.Helper()
	return ok(folder.Lists(t.Context()))(t)
}

func TestListIsFetchedOnceAndKeptWhateverHappens(t *testing.T) {
	ca, p := haltest.NewCA(), &publisher{}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	f, folder, log := fetcher(t, ca, server.URL+"/sign.crl?secret=1")
	good := ok(ca.CRL(3, nil, time.Now()))(t)
	p.set(0, good)
	must(t, f.Fetch(t.Context()))
	must(t, f.Fetch(t.Context()))
	if want := []int{200, 304}; fmt.Sprint(p.got) != fmt.Sprint(want) {
		t.Errorf("answers: got %v, want %v", p.got, want)
	}
	if got := f.Standing()[0]; got.Fails != 0 || got.Fetched.IsZero() || got.Until.Before(time.Now().Add(47*time.Hour)) {
		t.Errorf("standing: got %+v", got)
	}
	foreign := append([]byte(nil), good...)
	foreign[len(foreign)-1] ^= 1
	older := ok(ca.CRL(3, nil, time.Now().Add(-time.Hour)))(t)
	for name, broken := range map[string]struct {
		status int
		body   []byte
	}{
		"gone": {404, nil}, "down": {503, nil}, "not a list": {0, []byte("hello")}, "not the CA's": {0, append(foreign, 0)[:len(foreign)]}, "empty": {0, nil},
		"older than the one at hand": {0, append([]byte("\n"), pemList(older)...)},
	} {
		p.set(broken.status, broken.body)
		if name == "not the CA's" { // of the same length as the good one: would be the same tag
			p.set(0, pemList(foreign))
		}
		if f.Fetch(t.Context()) == nil {
			t.Errorf("%s: got no error", name)
		}
		if all := lists(t, folder); len(all) != 1 || !bytes.Equal(all[0], good) {
			t.Errorf("%s: the good list is gone", name)
		}
	}
	if got := f.Standing()[0]; got.Fails != 6 || strings.Contains(got.Address, "secret") {
		t.Errorf("standing: got %+v, want 6 failures and no secret", got)
	}
	if strings.Contains(log.String(), "secret") {
		t.Error("the log tells the query of the address")
	}
}

func pemList(der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}) }

func TestGenerationsAreKeptApartUnderOneAddress(t *testing.T) {
	ca := haltest.NewCA()
	path := filepath.Join(t.TempDir(), "all.pem")
	var all []byte
	for generation := 1; generation <= haltest.Generations; generation++ {
		all = append(all, pemList(ok(ca.CRL(generation, nil, time.Now()))(t))...)
	}
	must(t, os.WriteFile(path, all, 0o600))
	f, folder, _ := fetcher(t, ca, (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String())
	must(t, f.Fetch(t.Context()))
	if got := lists(t, folder); len(got) != haltest.Generations {
		t.Errorf("got %d lists, want one of each generation", len(got))
	}
	before := ok(folder.Edition(t.Context()))(t)
	must(t, f.Fetch(t.Context())) // nothing is new
	if after := ok(folder.Edition(t.Context()))(t); after != before {
		t.Error("a file that did not change was read again")
	}
	must(t, os.Remove(path))
	if f.Fetch(t.Context()) == nil || len(lists(t, folder)) != haltest.Generations {
		t.Error("without the file: want an error, and the lists kept")
	}
}

// believed are the CAs of an authority, as they are asked for each time.
func believed(ca *haltest.CA) func() ([]*x509.Certificate, error) {
	return func() ([]*x509.Certificate, error) { return ca.Certificates(), nil }
}

func TestAddressesOfListsAreChecked(t *testing.T) {
	for _, address := range []string{"ldap://x/y", "http:///x", "sign.crl", "://"} {
		if _, err := jpki.NewCRLFetch([]string{address}, "", nil, slog.Default()); err == nil {
			t.Errorf("%s: taken", address)
		}
	}
}

func TestNextFetchHonoursTheEndOfAList(t *testing.T) {
	now := time.Now()
	tests := []struct {
		name     string
		until    time.Time
		min, max time.Duration
	}{
		{"unknown", time.Time{}, 54 * time.Minute, time.Hour},
		{"in two days", now.Add(48 * time.Hour), 54 * time.Minute, time.Hour},
		{"in half an hour", now.Add(30 * time.Minute), 18 * time.Minute, 20 * time.Minute},
		{"in a moment", now.Add(time.Minute), 54 * time.Second, time.Minute},
		{"over", now.Add(-time.Hour), 54 * time.Second, time.Minute},
	}
	for _, test := range tests {
		if got := jpki.UntilNext(test.until, now); got < test.min || got > test.max {
			t.Errorf("%s: got %v, want %v to %v", test.name, got, test.min, test.max)
		}
	}
	for fails := 1; fails < 100; fails++ {
		if got := jpki.CRLBackOff(fails); got < 30*time.Second || got > time.Hour {
			t.Errorf("after %d failures: got %v", fails, got)
		}
	}
}
