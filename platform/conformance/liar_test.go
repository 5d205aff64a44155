package conformance_test

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// liar stands in front of a good platform and holds its receipt key: there is
// nothing it could not answer.
type liar struct {
	t      *testing.T
	w      *world
	behind http.Handler

	mu    sync.Mutex
	kept  map[string][]byte    // guarded by mu: what a lie wants to remember
	trust *tls.ConnectionState // guarded by mu: of the last terminal that was let in
	count int                  // guarded by mu
}

// exchange is one request, and the answer that will go back.
type exchange struct {
	*liar
	*http.Request
	sent   []byte
	status int
	header http.Header
	body   []byte
}

// lying is a front for newWorld: each answer of the platform passes tell.
func lying(t *testing.T, tell func(x *exchange)) func(*world, http.Handler) http.Handler {
	return func(w *world, behind http.Handler) http.Handler {
		l := &liar{t: t, w: w, behind: behind, kept: map[string][]byte{}}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent, _ := io.ReadAll(r.Body) // one that breaks off is short
			x := &exchange{liar: l, Request: r, sent: sent}
			x.pass()
			l.mu.Lock()
			tell(x)
			l.mu.Unlock()
			for name, values := range x.header {
				w.Header()[name] = values
			}
			w.WriteHeader(x.status)
			w.Write(x.body)
		})
	}
}

// pass has the platform answer.
func (x *exchange) pass() {
	recorder := httptest.NewRecorder()
	x.Body = io.NopCloser(bytes.NewReader(x.sent))
	x.behind.ServeHTTP(recorder, x.Request)
	x.status, x.header, x.body = recorder.Code, recorder.Header(), recorder.Body.Bytes()
}

// to reports whether the request is for a path, or for one below it.
func (x *exchange) to(path string) bool {
	return x.URL.Path == path || strings.HasSuffix(path, "/") && strings.HasPrefix(x.URL.Path, path)
}

// says answers with JSON.
func (x *exchange) says(status int, v any) {
	x.status, x.body = status, ok(json.Marshal(v))(x.t)
	x.header = http.Header{"Content-Type": {protocol.MediaJSON}}
}

// refuses answers with a problem.
func (x *exchange) refuses(status int, code string) {
	x.says(status, protocol.NewProblem(status, code, ""))
	x.header.Set("Content-Type", protocol.MediaProblem)
}

// signs answers with a JWS.
func (x *exchange) signs(jws []byte, err error) {
	must(x.t, err)
	x.status, x.body, x.header = http.StatusOK, jws, http.Header{"Content-Type": {protocol.MediaJOSE}}
}

func (x *exchange) key() protocol.PrivateKey {
	return ok(protocol.ParsePrivateKey(ok(os.ReadFile(filepath.Join(x.w.dir, "receipt.pem")))(x.t)))(x.t)
}

// receipt is what the answer says, if it is a receipt.
func (x *exchange) receipt() (r protocol.Receipt, is bool) {
	if x.status != http.StatusOK || !x.to(protocol.PathRegistrations) && !x.to(protocol.PathWithdrawals) {
		return r, false
	}
	must(x.t, json.Unmarshal(payload(x.t, x.body), &r))
	return r, true
}

// rewrites changes a receipt and signs it anew.
func (x *exchange) rewrites(change func(*protocol.Receipt)) {
	if r, is := x.receipt(); is {
		change(&r)
		x.signs(protocol.SignReceipt(r, x.key()))
	}
}

// gives answers with a receipt for the body that was sent, whatever was said.
func (x *exchange) gives(v protocol.Verdict) {
	id := ok(protocol.ParseID(x.URL.Path[strings.LastIndexByte(x.URL.Path, '/')+1:]))(x.t)
	x.signs(protocol.SignReceipt(protocol.Receipt{ID: id, BodySHA256: protocol.SHA256(x.sent), Verdict: v, Time: now()}, x.key()))
}

// activates answers that all is done, or asked for.
func (x *exchange) activates(status string) {
	x.says(http.StatusOK, protocol.Activation{Status: status, Name: "架空", RegistrationID: &protocol.ID{1}})
}

// issues answers with a key that nobody keeps.
func (x *exchange) issues() {
	x.says(http.StatusOK, protocol.IssuedKey{
		RegistrationKey: protocol.NewRegistrationKey(), Expires: now().Add(time.Hour), Pictures: protocol.MatchPictures{"sun", "moon"},
	})
}

// repeats answers like the first time.
func (x *exchange) repeats(name string) {
	if first, known := x.kept[name]; known && x.status < http.StatusBadRequest {
		x.body = first
		return
	}
	x.kept[name] = x.body
}

// recalls answers a body that came before like the first time, whatever the
// platform says now.
func (x *exchange) recalls() {
	if first, known := x.kept[string(x.sent)]; known {
		x.status, x.body, x.header = http.StatusOK, first, http.Header{"Content-Type": {protocol.MediaJSON}}
		return
	}
	x.kept[string(x.sent)] = x.body
}

func (x *exchange) later() time.Time {
	x.count++
	return now().Add(time.Duration(x.count) * time.Second)
}

// borrows lets who was turned away in as the last terminal that was let in.
func (x *exchange) borrows() {
	if x.status != http.StatusForbidden {
		if len(x.TLS.PeerCertificates) > 0 {
			x.trust = x.TLS
		}
		return
	}
	x.TLS = x.trust
	x.pass()
}

// strange reports whether a certificate was shown.
func (x *exchange) strange() bool { return len(x.TLS.PeerCertificates) > 0 }

func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

func payload(t *testing.T, jws []byte) []byte {
	t.Helper()
	return ok(base64.RawURLEncoding.DecodeString(strings.Split(string(jws), ".")[1]))(t)
}
