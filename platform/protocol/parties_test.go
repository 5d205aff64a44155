package protocol_test

import (
	"crypto/elliptic"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestTerminalCertificateSaysWhichTerminal(t *testing.T) {
	want := protocol.Terminal{ID: "T-0001", Environment: protocol.Test, Protection: protocol.ProtectionFile}
	if got, err := protocol.TerminalOf(cast().deviceCert); got != want || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
	uris := func(texts ...string) *x509.Certificate {
		c := &x509.Certificate{}
		for _, s := range texts {
			c.URIs = append(c.URIs, must(url.Parse(s)))
		}
		return c
	}
	const id, env, prot = "urn:watashi:terminal:T-1", "urn:watashi:environment:test", "urn:watashi:protection:tpm"
	if _, err := protocol.TerminalOf(uris(id, env, prot)); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]*x509.Certificate{
		"nothing":           uris(),
		"no terminal":       uris(env, prot),
		"two terminals":     uris(id, "urn:watashi:terminal:T-2", env, prot),
		"two environments":  uris(id, env, "urn:watashi:environment:production", prot),
		"other environment": uris(id, "urn:watashi:environment:staging", prot),
		"other protection":  uris(id, env, "urn:watashi:protection:none"),
		"something else":    uris(id, env, prot, "https://x.example"),
		"odd id":            uris("urn:watashi:terminal:T/1", env, prot),
	} {
		if got, err := protocol.TerminalOf(c); err == nil || got != (protocol.Terminal{}) {
			t.Errorf("%s accepted", name)
		}
	}
	if _, err := (protocol.Terminal{ID: "T 1", Environment: protocol.Test, Protection: "file"}).URIs(); err == nil {
		t.Error("odd id written")
	}
}

func TestPublicKeyIsReadFromFourMembersOnly(t *testing.T) {
	key := cast().app.PublicKey()
	good := string(must(key.MarshalJSON()))
	var got protocol.PublicKey
	if err := json.Unmarshal([]byte(good), &got); err != nil || !got.Equal(key) || got.Kid() != key.Kid() {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"private":      strings.Replace(good, "{", `{"d":"AA",`, 1),
		"kid":          strings.Replace(good, "{", `{"kid":"a",`, 1),
		"other curve":  strings.Replace(good, "P-256", "P-384", 1),
		"RSA":          strings.Replace(good, `"EC"`, `"RSA"`, 1),
		"x twice":      strings.Replace(good, `"x"`, `"x":"AA","x"`, 1),
		"null":         "null",
		"empty":        "{}",
		"not on curve": `{"crv":"P-256","kty":"EC","x":"` + b64(make([]byte, 32)) + `","y":"` + b64(make([]byte, 32)) + `"}`,
		"short":        strings.Replace(good, `"x":"`, `"x":"AAAA`, 1),
	} {
		var k protocol.PublicKey
		if err := k.UnmarshalJSON([]byte(text)); err == nil || !k.IsZero() {
			t.Errorf("%s accepted", name)
		}
	}
}

func TestKidIsTheRFC7638Thumbprint(t *testing.T) {
	// Computed by hand over the members in lexicographic order (RFC 7638, 3).
	key := cast().app.PublicKey()
	point := must(key.ECDSA().Bytes())
	text := `{"crv":"P-256","kty":"EC","x":"` + b64(point[1:33]) + `","y":"` + b64(point[33:]) + `"}`
	if want := protocol.SHA256([]byte(text)).String(); key.Kid() != want {
		t.Errorf("kid %s, want %s", key.Kid(), want)
	}
	if key.ECDSA().Curve != elliptic.P256() || (protocol.PublicKey{}).Kid() != "" {
		t.Error("curve, or a kid of nothing")
	}
}

func TestPrivateKeyComesBackFromPEM(t *testing.T) {
	key := protocol.NewPrivateKey()
	text := must(key.PEM())
	got, err := protocol.ParsePrivateKey(text)
	if err != nil || !got.PublicKey().Equal(key.PublicKey()) {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"twice": append(append([]byte{}, text...), text...), "RSA": pemOf(pkcs8(cast().citizen)),
		"not PEM": []byte("x"), "not PKCS #8": pemOf([]byte("x")),
	} {
		if k, err := protocol.ParsePrivateKey(b); err == nil || !k.IsZero() {
			t.Errorf("%s accepted", name)
		}
	}
	if _, err := (protocol.PrivateKey{}).PEM(); err == nil {
		t.Error("no key written")
	}
}

func TestBundleIsNotSignedUnlessWhole(t *testing.T) {
	for name, change := range map[string]func(*protocol.Bundle){
		"version":     func(b *protocol.Bundle) { b.Version = 0 },
		"platform":    func(b *protocol.Bundle) { b.PlatformID = "" },
		"environment": func(b *protocol.Bundle) { b.Environment = "staging" },
		"no keys":     func(b *protocol.Bundle) { b.ReceiptKeys = nil },
		"key twice":   func(b *protocol.Bundle) { b.BundleKeys = append(b.BundleKeys, b.BundleKeys[0]) },
		"empty key":   func(b *protocol.Bundle) { b.EncryptionKeys = []protocol.PublicKey{{}} },
		"no CA":       func(b *protocol.Bundle) { b.JPKI = nil },
		"leaf as CA":  func(b *protocol.Bundle) { b.JPKI = [][]byte{cast().citizenCert.Raw} },
		"policy":      func(b *protocol.Bundle) { b.SigningPolicies = []string{"any"} },
		"profile":     func(b *protocol.Bundle) { b.CodeProfile = "bind10" },
		"photo":       func(b *protocol.Bundle) { b.Photo = "" },
		"offline":     func(b *protocol.Bundle) { b.Offline = "maybe" },
		"languages":   func(b *protocol.Bundle) { b.Languages = nil },
		"language":    func(b *protocol.Bundle) { b.Languages = []string{"ja_JP!"} },
		"contact":     func(b *protocol.Bundle) { b.Contact = map[string]string{"ja": strings.Repeat("0", 1025)} },
		"unsent":      func(b *protocol.Bundle) { b.Limits.MaxUnsent = 0 },
		"hours":       func(b *protocol.Bundle) { b.Limits.MaxUnsentHours = 1441 },
		"skew":        func(b *protocol.Bundle) { b.Limits.MaxSkewSeconds = 301 },
		"code's life": func(b *protocol.Bundle) { b.Limits.CodeHoursUnsent = 169 },
		"issued":      func(b *protocol.Bundle) { b.Issued = time.Time{} },
	} {
		b := sampleBundle()
		change(&b)
		if jws, err := protocol.SignBundle(b, cast().bundle); err == nil || jws != nil {
			t.Errorf("%s: signed", name)
		}
	}
}

func TestBundleIsSignedByAKnownKey(t *testing.T) {
	jws := must(protocol.SignBundle(sampleBundle(), cast().bundle))
	b, err := protocol.VerifyBundle(jws, sampleBundle().BundleKeys)
	if err != nil || !reflect.DeepEqual(b.Contact, sampleBundle().Contact) {
		t.Fatal(err)
	}
	if _, err := protocol.VerifyBundle(jws, sampleBundle().ReceiptKeys); !errors.Is(err, protocol.ErrUnknownKey) {
		t.Errorf("by another key: %v", err)
	}
	foreign := must(protocol.SignBundle(sampleBundle(), cast().receipt))
	if _, err := protocol.DecodeFirstBundle(foreign); !errors.Is(err, protocol.ErrUnknownKey) {
		t.Errorf("first, signed by none of its own: %v", err)
	}
	for _, text := range []string{"", ".", "..", "a.b.c", "e30.e30.e30"} {
		if _, err := protocol.DecodeFirstBundle([]byte(text)); err == nil {
			t.Errorf("%q accepted", text)
		}
	}
}

func TestCodeLifeHasDefaults(t *testing.T) {
	b := sampleBundle()
	if accepted, unsent := b.CodeLife(); accepted != 24*time.Hour || unsent != 168*time.Hour {
		t.Errorf("%v, %v", accepted, unsent)
	}
	b.Limits.CodeHours, b.Limits.CodeHoursUnsent = 1, 2
	if accepted, unsent := b.CodeLife(); accepted != time.Hour || unsent != 2*time.Hour {
		t.Errorf("%v, %v", accepted, unsent)
	}
}

func TestKeyAnswerHasPicturesExactlyWhenOpen(t *testing.T) {
	sign := func(verdict protocol.KeyVerdict, pictures [2]protocol.Picture) error {
		a := sampleAnswer()
		a.Verdict, a.Pictures = verdict, pictures
		jws, err := protocol.SignKeyAnswer(a, cast().receipt)
		if err == nil {
			_, err = protocol.VerifyKeyAnswer(jws, []protocol.PublicKey{cast().receipt.PublicKey()}, a.QuerySHA256)
		}
		return err
	}
	two, none := [2]protocol.Picture{"sun", "sun"}, [2]protocol.Picture{}
	for _, verdict := range []protocol.KeyVerdict{protocol.KeyUsed, protocol.KeyExpired, protocol.KeyUnknown} {
		if err := sign(verdict, none); err != nil {
			t.Errorf("%s: %v", verdict, err)
		}
		if sign(verdict, two) == nil {
			t.Errorf("%s with pictures accepted", verdict)
		}
	}
	if err := sign(protocol.KeyOpen, two); err != nil {
		t.Error(err)
	}
	for _, wrong := range [][2]protocol.Picture{none, {"sun", ""}, {"sun", "dragon"}} {
		if sign(protocol.KeyOpen, wrong) == nil {
			t.Errorf("%v accepted", wrong)
		}
	}
	for _, text := range []string{`["sun"]`, `["sun","sun","sun"]`, `[]`, `"sun"`, `[1,2]`} {
		var p protocol.MatchPictures
		if err := json.Unmarshal([]byte(text), &p); err == nil {
			t.Errorf("%s accepted", text)
		}
	}
}

func TestKeyAnswerIsForOneQuery(t *testing.T) {
	jws := must(protocol.SignKeyAnswer(sampleAnswer(), cast().receipt))
	if _, err := protocol.VerifyKeyAnswer(jws, []protocol.PublicKey{cast().receipt.PublicKey()}, protocol.SHA256(nil)); err == nil {
		t.Error("accepted for another query")
	}
}

func TestAppProvesItsKey(t *testing.T) {
	app, other := cast().app, protocol.NewPrivateKey()
	jws := must(protocol.SignKeyRequest(protocol.KeyRequest{Nonce: "n", Time: moment()}, app))
	r, err := protocol.VerifyKeyRequest(jws)
	if err != nil || !r.JWK.Equal(app.PublicKey()) {
		t.Fatal(err)
	}
	payload := must(json.Marshal(r))
	header := `{"alg":"ES256","kid":"` + app.Kid() + `","typ":"watashi-key-request+jws"}`
	if _, err := protocol.VerifyKeyRequest(forge(other, header, payload)); err == nil {
		t.Error("accepted, signed by another key")
	}
	if _, err := protocol.VerifyKeyRequest(forge(app, strings.Replace(header, app.Kid(), other.Kid(), 1), payload)); err == nil {
		t.Error("accepted under another kid")
	}
	claim := must(protocol.SignActivation(protocol.ActivationRequest{Nonce: "n", Key: sampleKey(), Code: sampleCode()}, app))
	if protocol.ClaimedKid(claim) != app.Kid() || protocol.ClaimedKid([]byte("x.y.z")) != "" {
		t.Error("claimed kid")
	}
	if _, err := protocol.VerifyActivation(claim, other.PublicKey()); err == nil {
		t.Error("activation accepted for another app")
	}
	if _, err := protocol.VerifyActivation(claim, protocol.PublicKey{}); err == nil {
		t.Error("activation accepted for no app")
	}
	if _, err := protocol.VerifyActivation(jws, app.PublicKey()); err == nil {
		t.Error("a key request passes for an activation")
	}
}

// Wherever it was cut, the same is said: what is there is of no use to anybody.
func TestTokenThatWasCutIsToldAlike(t *testing.T) {
	whole := sampleToken().String()
	for end := len("watashi1.") + 2; end < len(whole); end++ {
		if _, err := protocol.ParseToken(whole[:end]); err == nil || err.Error() != protocol.ErrTokenShape.Error() {
			t.Errorf("cut to %d of %d: %v", end, len(whole), err)
		}
	}
}

func TestTokenIsReadWholeOrNotAtAll(t *testing.T) {
	good := sampleToken()
	if got, err := protocol.ParseToken(good.String()); err != nil || !reflect.DeepEqual(got, good) {
		t.Fatal(err)
	}
	text := good.String()
	for i := range text {
		if _, err := protocol.ParseToken(text[:i]); !errors.Is(err, protocol.ErrTokenShape) {
			t.Fatalf("the first %d characters: %v", i, err)
		}
	}
	for _, host := range []string{"", "a b", "a/b", "a@b", "a:b", "a:", "a#", "a?x=1", "[::1", strings.Repeat("a", 256)} {
		bad := good
		bad.Host = host
		if _, err := protocol.ParseToken(bad.String()); err == nil {
			t.Errorf("host %q accepted", host)
		}
	}
	for _, host := range []string{"a", "a.example", "127.0.0.1:8443", "[::1]:8443", "a.example:1"} {
		fine := good
		fine.Host = host
		if _, err := protocol.ParseToken(fine.String()); err != nil {
			t.Errorf("host %q: %v", host, err)
		}
	}
	for _, bad := range []protocol.Token{{Host: "a", Secret: good.Secret}, {Host: "a", Pin: good.Pin}, {Host: "a", Pin: good.Pin, Secret: make([]byte, 15)}} {
		if _, err := protocol.ParseToken(bad.String()); err == nil {
			t.Error("accepted without pin or secret")
		}
	}
	if secret, err := protocol.ParsePassword(good.Password()); err != nil || string(secret) != string(good.Secret) {
		t.Error(err)
	}
	for _, password := range []string{"", "AA", "a b", strings.Repeat("A", 129)} {
		if _, err := protocol.ParsePassword(password); err == nil {
			t.Errorf("password %q accepted", password)
		}
	}
}

func TestProblemCrossesHTTP(t *testing.T) {
	p := protocol.NewProblem(http.StatusTooManyRequests, protocol.CodeTooMany, "5 tries")
	p.RetryAfter = 1500 * time.Millisecond
	w := httptest.NewRecorder()
	p.Write(w)
	got := protocol.ReadProblem(w.Result())
	p.RetryAfter = 2 * time.Second
	if got != p {
		t.Errorf("%+v, want %+v", got, p)
	}
	if want := "429 Too Many Requests (too-many-tries): 5 tries"; got.Error() != want {
		t.Errorf("%q", got.Error())
	}
}

func TestProblemOfAProxyIsReadByItsStatus(t *testing.T) {
	for name, body := range map[string]string{
		"html": "<html>", "lines": `{"title":"a\nb\u001b[31m","status":200,"code":"x\ny"}`, "nothing": "", "huge": `{"title":"` + strings.Repeat("a", 20<<10) + `"}`,
	} {
		r := httptest.NewRecorder()
		r.Header().Set("Content-Type", protocol.MediaProblem+"; charset=utf-8")
		r.Header().Set("Date", "Tue, 24 Nov 2026 01:30:00 GMT")
		r.Header().Set("Retry-After", "Tue, 24 Nov 2026 01:31:00 GMT")
		r.WriteHeader(http.StatusServiceUnavailable)
		r.WriteString(body)
		p := protocol.ReadProblem(r.Result())
		if p.Status != 503 || p.RetryAfter != time.Minute || strings.ContainsAny(p.Error(), "\n\x1b") || len(p.Error()) > 500 {
			t.Errorf("%s: %q, %v", name, p.Error(), p.RetryAfter)
		}
	}
}

func TestHeartbeatIsNotSignedUnlessWhole(t *testing.T) {
	for name, change := range map[string]func(*protocol.Heartbeat){
		"terminal":   func(h *protocol.Heartbeat) { h.TerminalID = "" },
		"time":       func(h *protocol.Heartbeat) { h.Time = time.Time{} },
		"protection": func(h *protocol.Heartbeat) { h.Protection = "" },
		"queue":      func(h *protocol.Heartbeat) { h.Queue = -1 },
		"photos":     func(h *protocol.Heartbeat) { h.ForgedPhotos = -1 },
		"quarantine": func(h *protocol.Heartbeat) { h.Quarantined = -1 },
		"lost":       func(h *protocol.Heartbeat) { h.Lost = -1 },
		"no head":    func(h *protocol.Heartbeat) { h.AuditHead = protocol.Digest{} },
		"no entries": func(h *protocol.Heartbeat) { h.AuditEntries = 0 },
		"paper":      func(h *protocol.Heartbeat) { h.Paper = "" },
		"version":    func(h *protocol.Heartbeat) { h.Versions = map[string]string{"a b": "1"} },
	} {
		h := sampleHeartbeat()
		change(&h)
		if _, err := protocol.SignHeartbeat(h, cast().device, cast().deviceCert); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
}

func TestWhatMayBeEmptyMayBeNil(t *testing.T) {
	b, h := sampleBundle(), sampleHeartbeat()
	b.Contact, h.Versions = nil, nil
	h.AuditEntries, h.AuditHead = 0, protocol.Digest{}
	if _, err := protocol.DecodeFirstBundle(must(protocol.SignBundle(b, cast().bundle))); err != nil {
		t.Errorf("bundle: %v", err)
	}
	if _, _, err := protocol.VerifyHeartbeat(must(protocol.SignHeartbeat(h, cast().device, cast().deviceCert)), cast().certByKid); err != nil {
		t.Errorf("heartbeat: %v", err)
	}
}
