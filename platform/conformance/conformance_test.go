package conformance_test

import (
	"crypto/tls"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/conformance"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestReferencePlatformKeepsEveryPromise(t *testing.T) {
	w := newWorld(t, nil)
	report := ok(conformance.Run(t.Context(), w.subject))(t)
	for _, r := range report.Results {
		if r.Outcome != conformance.Held {
			t.Errorf("%s %s: %s", r.Name, r.Outcome, r.Why)
		}
	}
	if report.Held != len(conformance.Promises()) || !report.Kept() {
		t.Errorf("%d of %d promises held", report.Held, len(conformance.Promises()))
	}
	report.WriteText(t.Output())
}

// Platforms slow down who asks for many keys from one address.
func TestRunAsksForFewKeys(t *testing.T) {
	asked := 0
	w := newWorld(t, lying(t, func(x *exchange) { x.instead(protocol.PathKeys, http.StatusOK, func() { asked++ }) }))
	ok(conformance.Run(t.Context(), w.subject))(t)
	if asked > 35 {
		t.Errorf("%d registration keys for one run, want 35 at most", asked)
	}
}

// newBundle has a platform say other things of itself.
func newBundle(t *testing.T, change func(*protocol.Bundle)) *world {
	return newWorld(t, lying(t, func(x *exchange) {
		x.instead(protocol.PathBundle, http.StatusOK, func() {
			bundle := ok(protocol.DecodeFirstBundle(x.body))(t)
			change(&bundle)
			key := ok(protocol.ParsePrivateKey(ok(os.ReadFile(filepath.Join(x.w.dir, "bundle.pem")))(t)))(t)
			x.signs(protocol.SignBundle(bundle, key))
		})
	}))
}

func TestProductionIsLeftAlone(t *testing.T) {
	w := newBundle(t, func(b *protocol.Bundle) { b.Environment = protocol.Production })
	if _, err := conformance.Run(t.Context(), w.subject); !errors.Is(err, conformance.ErrProduction) {
		t.Errorf("got %v, want %v", err, conformance.ErrProduction)
	}
}

func TestOtherProfileAndRequiredPhotoAreGivenAsTheBundleAsks(t *testing.T) {
	w := newWorld(t, nil, func(c *platform.Config) { c.CodeProfile, c.Photo = protocol.Continuation, protocol.PhotoRequired })
	report := ok(conformance.Run(t.Context(), w.subject))(t)
	if !report.Kept() || report.NotAsked > 0 {
		t.Errorf("%+v", report)
	}
}

func TestPlatformThatJudgesLaterKeepsItsPromises(t *testing.T) {
	const name = "replay-same-receipt"
	seen := map[string]bool{}
	later := func(x *exchange) {
		if x.to(protocol.PathRegistrations) && !seen[x.URL.Path] {
			seen[x.URL.Path] = true
			x.gives(protocol.Received)
		}
	}
	report := ok(conformance.Run(t.Context(), newWorld(t, lying(t, later)).subject, name))(t)
	if !report.Kept() {
		t.Errorf("got %s", report.Results[0].Why)
	}
	w := newWorld(t, lying(t, func(x *exchange) { x.on(protocol.PathRegistrations, func() { x.gives(protocol.Received) }) }))
	w.subject.Settle = time.Nanosecond
	report = ok(conformance.Run(t.Context(), w.subject, name))(t)
	if report.Kept() || !strings.Contains(report.Results[0].Why, "list of revocations") {
		t.Errorf("a platform that never judges: got %s, want what it lacks", report.Results[0].Why)
	}
}

func TestRequestThatIsPutOffIsMadeAgain(t *testing.T) {
	refused := false
	w := newWorld(t, lying(t, func(x *exchange) {
		x.on(protocol.PathKeys, func() {
			if !refused {
				x.refuses(http.StatusTooManyRequests, protocol.CodeTooMany)
				x.header.Set("Retry-After", "0")
			}
			refused = true
		})
	}))
	told := ""
	w.subject.Waits = func(asked string, _ time.Duration) { told += asked }
	report := ok(conformance.Run(t.Context(), w.subject, "key-is-issued"))(t)
	if want := "POST " + protocol.PathKeys; !report.Kept() || told != want {
		t.Errorf("got %s, and was told of %q, want %q", report.Results[0].Why, told, want)
	}
}

func TestNothingPersonalStandsInAReport(t *testing.T) {
	w := newWorld(t, lying(t, func(x *exchange) {
		x.on(protocol.PathActivations, func() { x.activates("strange") })
	}))
	report := ok(conformance.Run(t.Context(), w.subject))(t)
	var text strings.Builder
	must(t, report.WriteText(&text))
	must(t, report.WriteJSON(&text))
	if report.Broken == 0 || strings.Contains(text.String(), "架空") {
		t.Errorf("%d broken; the report:\n%s", report.Broken, text.String())
	}
}

func TestPromisesAreNamedOnceAndCiteWhatThereIs(t *testing.T) {
	seen := map[string]bool{}
	operation := regexp.MustCompile(`^([a-z][A-Za-z]+)(:|;|$)`)
	for _, p := range conformance.Promises() {
		if seen[p.Name] || p.Says == "" || p.Clause == "" {
			t.Errorf("%s is there twice, or says nothing", p.Name)
		}
		seen[p.Name] = true
		if cited := operation.FindStringSubmatch(p.Clause); cited != nil && cited[1] != "paths" && !strings.Contains(string(protocol.OpenAPI), "operationId: "+cited[1]+"\n") {
			t.Errorf("%s cites the operation %s, which is not there", p.Name, cited[1])
		}
	}
}

// Other servers verify certificates in the handshake, and tell nothing but an alert.
func TestStrangersMayBeTurnedAwayByTLS(t *testing.T) {
	w := newWorld(t, nil)
	verifying := ok(w.tls.GetConfigForClient(&tls.ClientHelloInfo{}))(t)
	verifying.ClientAuth = tls.VerifyClientCertIfGiven
	w.tls.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return verifying, nil }
	report := ok(conformance.Run(t.Context(), w.subject))(t)
	for _, r := range report.Results {
		if r.Outcome != conformance.Held {
			t.Errorf("%s %s: %s", r.Name, r.Outcome, r.Why)
		}
	}
}
