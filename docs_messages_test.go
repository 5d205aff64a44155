package kiosk_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// messageMakers show what crosses the wire: the test vectors of the protocol, which
// its tests verify, taken apart.
func messageMakers() map[string]func(*testing.T) string {
	all := map[string]func(*testing.T) string{
		"message-application": application,
		"message-envelope":    envelope,
		"message-key-query":   keyQuery,
		"attestation-members": attestationMembers,
		"message-token":       token1,
		"message-enrol":       enrolment,
		"time-left":           timeLeft,
		"fixture":             fixture,
	}
	for _, name := range []string{"registration", "receipt", "withdrawal", "key-answer", "heartbeat", "order", "retirement", "bundle", "key-request", "activation"} {
		all["message-"+name] = func(t *testing.T) string { return signed(t, name) }
	}
	return all
}

const vectors = "platform/protocol/testdata/vectors"

// vector is what the documents show of a file of test vectors.
type vector struct {
	JWS, JWE, CMS string
	Application   json.RawMessage
	Text          string
	Token         json.RawMessage
}

func readVector(t *testing.T, name string) (v vector) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(vectors, name+".json"))
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// part is one part of a compact serialization.
func part(t *testing.T, compact string, n int) []byte {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(compact, ".")[n])
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// shown is a JSON object with a line for each of its members, in their order. What
// is long, as a key or a digest, is cut short.
func shown(t *testing.T, text []byte) string {
	t.Helper()
	return long.ReplaceAllString(members(t, text), `"$1…"`)
}

// long is base64url or the like of 41 characters or more, and what is shown of it.
var long = regexp.MustCompile(`"([A-Za-z0-9+/=._-]{12})[A-Za-z0-9+/=._-]{29,}"`)

func members(t *testing.T, text []byte) string {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	if opening, err := decoder.Token(); err != nil || opening != json.Delim('{') {
		t.Fatalf("no object: %v %s", err, text)
	}
	var lines []string
	for decoder.More() {
		name, err := decoder.Token()
		var value json.RawMessage
		if err == nil {
			err = decoder.Decode(&value)
		}
		var tight bytes.Buffer
		if err == nil {
			err = json.Compact(&tight, value)
		}
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("  %q: %s", name, tight.String()))
	}
	return "{\n" + strings.Join(lines, ",\n") + "\n}\n"
}

func signed(t *testing.T, name string) string {
	t.Helper()
	jws := readVector(t, name).JWS
	text := "\n```json\n" + shown(t, part(t, jws, 0))
	if payload := part(t, jws, 1); json.Valid(payload) {
		text += "```\n\n```json\n" + shown(t, payload)
	}
	return text + "```\n\n"
}

func application(t *testing.T) string {
	return "\n```json\n" + shown(t, readVector(t, "application").Application) + "```\n\n"
}

func token1(t *testing.T) string {
	v := readVector(t, "token")
	return "\n```text\n" + v.Text + "\n```\n\n```json\n" + shown(t, v.Token) + "```\n\n"
}

// enrolment is what a machine without a network leaves on a stick, both lines, and the
// content of an answer.
func enrolment(t *testing.T) string {
	at := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC)
	token := protocol.Token{Pin: protocol.SHA256([]byte("spki")), Secret: []byte("twelve bytes and twenty that stay")}
	filler := protocol.Base64(strings.Repeat("DER ", 20))
	request, err := protocol.SealEnrolRequest(protocol.EnrolRequest{
		Time: at, BundleFormat: protocol.NewestFormat, Device: filler, TLS: filler,
		Endorsement: &protocol.Endorsement{EKPublic: filler, EKCertificate: filler, AKPublic: filler},
	}, token)
	if err != nil {
		t.Fatal(err)
	}
	read, err := protocol.ReadEnrolRequest(request)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := protocol.SignEnrolAnswer(protocol.EnrolAnswer{
		Token: read.Token, Request: read.Digest, Time: at, CAs: []protocol.Base64{filler}, Device: filler, TLS: filler,
		Bundle: "eyJhbGciOiJFUzI1NiIsImtpZCI6Ii4uLiJ9.eyJ2ZXJzaW9uIjoxfQ.c2ln",
	}, protocol.NewPrivateKey().ECDSA(), [][]byte{filler})
	if err != nil {
		t.Fatal(err)
	}
	lines, first := strings.Split(string(request), "\n"), strings.Split(string(answer), "\n")[0]
	return "\n```json\n" + shown(t, []byte(lines[0])) + "```\n\n```json\n" + shown(t, []byte(lines[1])) + "```\n\n```json\n" + shown(t, []byte(first)) + "```\n\n"
}

// timeLeft is that member of a View of ours, which the tests of the screen draw.
func timeLeft(t *testing.T) string {
	text, err := os.ReadFile("ui/testdata/views/password-time-left.en.json")
	if err != nil {
		t.Fatal(err)
	}
	var view struct {
		TimeLeft json.RawMessage `json:"time_left"`
	}
	if err := json.Unmarshal(text, &view); err != nil {
		t.Fatal(err)
	}
	return "\n```json\n" + members(t, []byte(`{"time_left":`+string(view.TimeLeft)+"}")) + "```\n\n"
}

// fixture is the test of the example's reader.
func fixture(t *testing.T) string {
	source, err := os.ReadFile("hal/haltest/testdata/outside/devices_test.go")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?ms)^func TestReader\(.*?^}\n`).Find(source)
	if found == nil {
		t.Fatal("the example has no test of its reader")
	}
	return "\n```go\n" + string(found) + "```\n\n"
}

// encryptionKey is the platform's key of the vectors, for whatever kid is asked.
func encryptionKey(t *testing.T) func(string) (protocol.PrivateKey, error) {
	return func(string) (protocol.PrivateKey, error) {
		return protocol.ParsePrivateKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: readKeys(t).Encryption}))
	}
}

// vectorKeys are the ones that opening a vector takes.
type vectorKeys struct{ Encryption, DeviceCertificate []byte }

func readKeys(t *testing.T) (keys vectorKeys) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(vectors, "keys.json"))
	if err == nil {
		err = json.Unmarshal(text, &keys)
	}
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// sealedHeader is without the coordinates of the ephemeral key, which is another
// each time.
func sealedHeader(t *testing.T, v vector) string {
	return regexp.MustCompile(`"([xy])":"[^"]+"`).ReplaceAllString(shown(t, part(t, v.JWE, 0)), `"$1":"…"`)
}

func envelope(t *testing.T) string {
	v := readVector(t, "envelope")
	content, err := protocol.Open([]byte(v.JWE), encryptionKey(t))
	if err != nil {
		t.Fatal(err)
	}
	code, err := json.Marshal(&content.Code)
	if err != nil {
		t.Fatal(err)
	}
	inside := fmt.Sprintf(`{"registration":%q,"code":%s,"salt":%q}`, content.Registration, code, base64.RawURLEncoding.EncodeToString(content.Salt))
	return "\n```json\n" + sealedHeader(t, v) + "```\n\n```json\n" + shown(t, []byte(inside)) + "```\n\n"
}

func keyQuery(t *testing.T) string {
	v := readVector(t, "key-query")
	q, _, err := protocol.OpenKeyQuery([]byte(v.JWE), encryptionKey(t), func(string) (*x509.Certificate, error) { return deviceCertificate(t), nil })
	if err != nil {
		t.Fatal(err)
	}
	inside, err := json.Marshal(&q)
	if err != nil {
		t.Fatal(err)
	}
	return "\n```json\n" + sealedHeader(t, v) + "```\n\n```json\n" + shown(t, inside) + "```\n\n"
}

func deviceCertificate(t *testing.T) *x509.Certificate {
	t.Helper()
	cert, err := x509.ParseCertificate(readKeys(t).DeviceCertificate)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// attestationMembers lists the members of the four bodies of an attestation.
func attestationMembers(t *testing.T) string {
	var rows [][]string
	for _, step := range []struct{ name, way string }{
		{"endorsement", "1, to the platform"}, {"challenge", "1, back"}, {"proof", "2, to the platform"}, {"ticket", "2, back"},
	} {
		text, err := os.ReadFile(filepath.Join("platform/protocol/schema", step.name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var schema struct {
			Properties map[string]struct{ Description string }
			Required   []string
		}
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
		var names []string
		for name := range schema.Properties {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			must := "yes"
			if !slices.Contains(schema.Required, name) {
				must = "if there is one"
			}
			rows = append(rows, []string{step.way, "`" + name + "`", must, schema.Properties[name].Description})
		}
	}
	return table("request|member|must be there|what it is", rows)
}

// problems lists the codes of problems with what stands beside each.
func problems(t *testing.T) string {
	beside := map[string]string{}
	for _, file := range syntax(t, "platform/protocol") {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, is := n.(*ast.ValueSpec); is && len(spec.Values) == 1 && spec.Comment != nil {
				beside[text(spec.Values[0], nil)] = strings.TrimSpace(spec.Comment.Text())
			}
			return true
		})
	}
	var rows [][]string
	for _, code := range protocol.ProblemCodes() {
		rows = append(rows, []string{"`" + code + "`", beside[code]})
	}
	return table("code|more", rows)
}
