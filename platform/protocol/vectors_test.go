package protocol_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// signedVector is one JWS with the key that verifies it.
type signedVector struct {
	Clause  string
	Key     protocol.PublicKey
	Payload json.RawMessage `json:",omitempty"`
	JWS     string
}

// sealedVector is one JWE with the key that opens it.
type sealedVector struct {
	Clause string
	Key    json.RawMessage // private JWK, for tests only
	JWE    string
	SHA256 string
}

func readVector(t *testing.T, name string, v any) {
	t.Helper()
	text, err := os.ReadFile(vectorPath(name))
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func TestVectorFolderIsWhole(t *testing.T) {
	want := []string{
		"activation", "application", "bundle", "code", "envelope", "heartbeat", "key-answer", "key-query",
		"key-request", "keys", "order", "receipt", "registration-key", "registration", "retirement", "token", "withdrawal",
	}
	paths, err := filepath.Glob(vectorPath("*"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, path := range paths {
		got = append(got, filepath.Base(path[:len(path)-len(".json")]))
	}
	if !slices.Equal(got, want) {
		t.Errorf("vectors are %v, want %v", got, want)
	}
}

func TestVectorRegistrationKeys(t *testing.T) {
	var v struct {
		Clause string
		Valid  []struct{ Digits, Grouped, Scannable string }
		Wrong  []struct{ Digits, Error string }
	}
	readVector(t, "registration-key", &v)
	for _, want := range v.Valid {
		key, err := protocol.ParseRegistrationKey([]byte(want.Digits))
		if err != nil || string(key.Grouped()) != want.Grouped || string(key.Scannable()) != want.Scannable {
			t.Errorf("%s: %s, %s, %v", want.Digits, key.Grouped(), key.Scannable(), err)
		}
		if scanned, err := protocol.ParseScannedKey([]byte(want.Scannable)); scanned != key || err != nil {
			t.Errorf("%s scanned: %v", want.Digits, err)
		}
	}
	for _, want := range v.Wrong {
		if key, err := protocol.ParseRegistrationKey([]byte(want.Digits)); !key.IsZero() || err == nil || err.Error() != want.Error {
			t.Errorf("%s: error %v, want %s", want.Digits, err, want.Error)
		}
	}
}

func TestVectorCodes(t *testing.T) {
	var v struct {
		Clause string
		Codes  []struct {
			Profile                 protocol.Profile
			Whole, Human, Scannable string
			Groups                  []string
			Salt                    protocol.Bytes
			Commitment              protocol.Digest
		}
	}
	readVector(t, "code", &v)
	for _, want := range v.Codes {
		code, err := protocol.ParseCode(want.Profile, []byte(want.Whole))
		if err != nil {
			t.Fatalf("%s: %v", want.Whole, err)
		}
		if got := protocol.Commitment(want.Salt, code); got != want.Commitment {
			t.Errorf("%s: commitment %v, want %v", want.Whole, protocol.Digest(got), want.Commitment)
		}
		var groups []string
		for _, g := range code.Groups() {
			groups = append(groups, string(g))
		}
		if string(code.Human()) != want.Human || string(code.Scannable()) != want.Scannable || !slices.Equal(groups, want.Groups) {
			t.Errorf("%s: human %s, scannable %s, groups %v", want.Whole, code.Human(), code.Scannable(), groups)
		}
	}
}

func TestVectorApplication(t *testing.T) {
	var v struct {
		Clause      string
		Application json.RawMessage
		Salt        protocol.Bytes
		Code        protocol.Code
		CMS         []byte
		SigningTime time.Time
	}
	readVector(t, "application", &v)
	a, cert, at, err := protocol.VerifyApplication(v.CMS)
	if err != nil {
		t.Fatal(err)
	}
	if !sameJSON(t, a, v.Application) || !cert.Equal(cast().citizenCert) || !at.Equal(v.SigningTime) {
		t.Errorf("application, certificate or signing time differ: %v", at)
	}
	if a.CodeCommitment != protocol.Commitment(v.Salt, v.Code) {
		t.Error("commitment differs")
	}
}

func TestVectorRegistration(t *testing.T) {
	var v signedVector
	readVector(t, "registration", &v)
	cms, cert, err := protocol.VerifyRegistration([]byte(v.JWS), cast().certByKid)
	if err != nil || !cert.Equal(cast().deviceCert) {
		t.Fatalf("%v", err)
	}
	if _, _, _, err := protocol.VerifyApplication(cms); err != nil {
		t.Error(err)
	}
}

func TestVectorEnvelope(t *testing.T) {
	var v sealedVector
	readVector(t, "envelope", &v)
	content, err := protocol.Open([]byte(v.JWE), cast().byKid)
	if err != nil {
		t.Fatal(err)
	}
	if string(content.Code.Whole()) != "124578" || string(content.Photo) != "a face" || !bytes.Equal(content.Salt, sampleSalt()) {
		t.Error("content differs")
	}
	if protocol.SHA256([]byte(v.JWE)).String() != v.SHA256 {
		t.Error("digest differs")
	}
	if _, _, err := protocol.VerifyRegistration(content.Registration, cast().certByKid); err != nil {
		t.Error(err)
	}
}

func TestVectorReceipt(t *testing.T) {
	var v signedVector
	var e sealedVector
	readVector(t, "receipt", &v)
	readVector(t, "envelope", &e)
	r, err := protocol.VerifyReceipt([]byte(v.JWS), []protocol.PublicKey{v.Key}, sampleID(), protocol.SHA256([]byte(e.JWE)))
	if err != nil || !sameJSON(t, r, v.Payload) {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestVectorsOfTheTerminal(t *testing.T) {
	var v signedVector
	readVector(t, "withdrawal", &v)
	w, _, err := protocol.VerifyWithdrawal([]byte(v.JWS), cast().certByKid)
	if err != nil || !sameJSON(t, w, v.Payload) {
		t.Errorf("withdrawal %+v, %v", w, err)
	}
	readVector(t, "heartbeat", &v)
	h, _, err := protocol.VerifyHeartbeat([]byte(v.JWS), cast().certByKid)
	if err != nil || !sameJSON(t, h, v.Payload) {
		t.Errorf("heartbeat %+v, %v", h, err)
	}
	readVector(t, "retirement", &v)
	r, _, err := protocol.VerifyRetirement([]byte(v.JWS), cast().certByKid)
	if err != nil || !sameJSON(t, r, v.Payload) {
		t.Errorf("retirement %+v, %v", r, err)
	}
	readVector(t, "order", &v)
	o, err := protocol.VerifyOrder([]byte(v.JWS), []protocol.PublicKey{v.Key}, "T-0001", sampleOrder().Heartbeat)
	if err != nil || !sameJSON(t, o, v.Payload) {
		t.Errorf("order %+v, %v", o, err)
	}
}

func TestVectorKeyQueryAndAnswer(t *testing.T) {
	var q sealedVector
	var a signedVector
	readVector(t, "key-query", &q)
	readVector(t, "key-answer", &a)
	query, _, err := protocol.OpenKeyQuery([]byte(q.JWE), cast().byKid, cast().certByKid)
	if err != nil || query.Key != sampleKey() || query.TerminalID != "T-0001" {
		t.Errorf("query: %v", err)
	}
	answer, err := protocol.VerifyKeyAnswer([]byte(a.JWS), []protocol.PublicKey{a.Key}, protocol.SHA256([]byte(q.JWE)))
	if err != nil || !sameJSON(t, answer, a.Payload) {
		t.Errorf("answer %+v, %v", answer, err)
	}
}

func TestVectorBundle(t *testing.T) {
	var v signedVector
	readVector(t, "bundle", &v)
	b, err := protocol.VerifyBundle([]byte(v.JWS), []protocol.PublicKey{v.Key})
	if err != nil || !sameJSON(t, b, v.Payload) {
		t.Errorf("%v", err)
	}
	if first, err := protocol.DecodeFirstBundle([]byte(v.JWS)); err != nil || first.Version != 7 {
		t.Errorf("as first: %v", err)
	}
}

func TestVectorsOfTheApp(t *testing.T) {
	var v signedVector
	readVector(t, "key-request", &v)
	r, err := protocol.VerifyKeyRequest([]byte(v.JWS))
	if err != nil || !r.JWK.Equal(v.Key) || r.Nonce != "n-1" {
		t.Errorf("key request: %v", err)
	}
	readVector(t, "activation", &v)
	if kid := protocol.ClaimedKid([]byte(v.JWS)); kid != v.Key.Kid() {
		t.Errorf("claimed kid %q", kid)
	}
	a, err := protocol.VerifyActivation([]byte(v.JWS), v.Key)
	if err != nil || a.Key != sampleKey() || !a.Code.Matches(sampleCode()) {
		t.Errorf("activation: %v", err)
	}
}

func TestVectorToken(t *testing.T) {
	var v struct {
		Clause string
		Token  json.RawMessage
		Text   string
	}
	readVector(t, "token", &v)
	token, err := protocol.ParseToken(v.Text)
	if err != nil || !sameJSON(t, token, v.Token) || token.String() != v.Text {
		t.Errorf("%v", err)
	}
}

func sameJSON(t *testing.T, v any, want json.RawMessage) bool {
	t.Helper()
	got, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	a, b := &bytes.Buffer{}, &bytes.Buffer{}
	if json.Compact(a, got) != nil || json.Compact(b, want) != nil {
		t.Fatal("not JSON")
	}
	return bytes.Equal(a.Bytes(), b.Bytes())
}
