package platform_test

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/smallstep/pkcs7"
	"go.yaml.in/yaml/v3"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// described holds every exchange of every test to the OpenAPI document: its path,
// method and status stand there, and what is sent and answered is of the media
// type and schema that it names, sealed bodies opened. A request that was
// refused before anybody looked into it may have been anything; its refusal may not.
type described struct {
	w    *world
	next http.RoundTripper
}

// unseal finds the platform's key that a body was sealed to.
type unseal func(kid string) (*ecdsa.PrivateKey, error)

// RoundTrip passes an exchange on and judges it.
func (d described) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	response, err := d.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	got, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(got))
	if err := judge(r, sent, response, got, d.w.Unseal); err != nil {
		d.w.t.Errorf("%s %s, status %d: not as the OpenAPI document says: %v", r.Method, r.URL.Path, response.StatusCode, err)
	}
	return response, nil
}

func judge(r *http.Request, sent []byte, response *http.Response, got []byte, open unseal) error {
	operation, found := find(r)
	if !found { // nothing is said of it, so nothing may be there
		if response.StatusCode != http.StatusNotFound && response.StatusCode != http.StatusMethodNotAllowed {
			return fmt.Errorf("no such path and method")
		}
		return judgeBody(asNode(map[string]any{"$ref": "#/components/responses/problem"}), response.Header, got, open)
	}
	answer, listed := operation.at("responses").find(strconv.Itoa(response.StatusCode))
	if !listed {
		return fmt.Errorf("status is not listed")
	}
	if answer.at("headers", "Retry-After") != nil && !regexp.MustCompile("^[0-9]+$").MatchString(response.Header.Get("Retry-After")) {
		return fmt.Errorf("no Retry-After")
	}
	if err := judgeBody(answer, response.Header, got, open); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	if request := operation.at("requestBody"); request != nil && taken(response.StatusCode, got) {
		if err := judgeBody(request, r.Header, sent, open); err != nil {
			return fmt.Errorf("request: %w", err)
		}
	}
	return nil
}

// taken reports whether a request was taken for what it claims to be: what is
// wrong with it then is something that its schema does not speak of.
func taken(status int, got []byte) bool {
	if parts := strings.Split(string(got), "."); status == http.StatusOK && len(parts) == 3 {
		payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
		var receipt protocol.Receipt
		_ = json.Unmarshal(payload, &receipt) // of an answer that was judged already
		return receipt.Reason != protocol.ReasonEnvelopeInvalid && receipt.Reason != protocol.ReasonCitizenSignature
	}
	var problem protocol.Problem
	_ = json.Unmarshal(got, &problem)
	return status < http.StatusMultipleChoices || slices.Contains([]string{
		protocol.CodeNonce, protocol.CodeWrong, protocol.CodeExpired, protocol.CodeTriesSpent, protocol.CodeAppLocked, protocol.CodeKeyUsed,
		protocol.CodeAlreadyBound, protocol.CodeRefused, protocol.CodeClock, protocol.CodeOtherTerminal, protocol.CodeConflict,
	}, problem.Code)
}

// judgeBody holds a body to the content that is described for it.
func judgeBody(said node, header http.Header, body []byte, open unseal) error {
	content := said.at("content")
	if content == nil {
		if len(body) > 0 {
			return fmt.Errorf("%d bytes where none belong", len(body))
		}
		return nil
	}
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return err
	}
	as, listed := content.find(media)
	if !listed {
		return fmt.Errorf("media type %s is not listed", media)
	}
	switch schema := as.at("schema"); {
	case strings.HasSuffix(media, "json"):
		return judgeJSON(schema["$ref"], body)
	case media == protocol.MediaJOSE:
		return errors.Join(judgeText(schema, body), judgeJOSE(as, body, open))
	default:
		return judgeText(schema, body)
	}
}

// judgeText looks at what a schema can say of a body that is no JSON.
func judgeText(schema node, body []byte) error {
	if most, bounded := schema["maxLength"].(int); bounded && len(body) > most {
		return fmt.Errorf("%d bytes, want %d at most", len(body), most)
	}
	if schema["contentEncoding"] == "base64" {
		_, err := base64.StdEncoding.DecodeString(string(body))
		return err
	}
	return nil
}

// judgeJOSE looks at the header and into the payload.
func judgeJOSE(as node, body []byte, open unseal) error {
	parts := strings.Split(string(body), ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return err
	}
	var header struct{ Typ string }
	if err := json.Unmarshal(raw, &header); err != nil {
		return err
	}
	if want := as["x-typ"]; header.Typ != want {
		return fmt.Errorf("typ is %s, want %v", header.Typ, want)
	}
	if len(parts) == 5 {
		return errors.Join(judgeJSON("schema/jwe-header.json", raw), judgeSealed(as, body, open))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return err
	}
	return errors.Join(judgeJSON("schema/jws-header.json", raw), judgePayload(as["x-payload"], payload))
}

// judgeSealed opens a JWE. What it holds is a JWS, or content with a JWS in it.
func judgeSealed(as node, body []byte, open unseal) error {
	object, err := jose.ParseEncryptedCompact(string(body), []jose.KeyAlgorithm{jose.ECDH_ES}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return err
	}
	key, err := open(object.Header.KeyID)
	if err != nil {
		return err
	}
	text, err := object.Decrypt(key)
	if err != nil {
		return err
	}
	if content, ok := as["x-payload"]; ok {
		var said struct{ Registration string }
		if err := errors.Join(judgeJSON(content, text), json.Unmarshal(text, &said)); err != nil {
			return err
		}
		text = []byte(said.Registration)
	}
	return judgeJOSE(as.at("x-inside"), text, open)
}

// judgePayload takes the signed content out of a CMS first.
func judgePayload(said any, payload []byte) error {
	name, _ := said.(string)
	schema, inCMS := strings.CutPrefix(name, "CMS SignedData over ")
	if !inCMS {
		return judgeJSON(said, payload)
	}
	cms, err := pkcs7.Parse(payload)
	if err != nil {
		return err
	}
	return judgeJSON(schema, cms.Content)
}

func judgeJSON(ref any, text []byte) error {
	name, _ := ref.(string)
	compiled := document().schemas[path.Base(name)]
	if compiled == nil {
		return fmt.Errorf("there is no schema %q", name)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return errors.Join(compiled.Validate(value), judgeWord(value, "code", protocol.ProblemCodes(), name == "schema/problem.json"),
		judgeWord(value, "reason", protocol.Reasons(), name == "schema/receipt.json"))
}

// judgeWord asks for a word of a list where a schema lets later ones pass.
func judgeWord(value any, member string, list []string, asked bool) error {
	object, _ := value.(map[string]any)
	if said, given := object[member].(string); asked && given && !slices.Contains(list, said) {
		return fmt.Errorf("%s %q stands in no list", member, said)
	}
	return nil
}

// find is the operation that a request is for.
func find(r *http.Request) (node, bool) {
	for pattern, methods := range document().root.at("paths") {
		expression := "^" + regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(pattern, "[^/]+") + "$"
		if !regexp.MustCompile(expression).MatchString(r.URL.Path) {
			continue
		}
		if operation, ok := asNode(methods).find(strings.ToLower(r.Method)); ok {
			return operation, true
		}
	}
	return nil, false
}

// node is a mapping of the document; what it refers to inside is followed.
type node map[string]any

func asNode(v any) node {
	n, _ := v.(map[string]any)
	if ref, ok := n["$ref"].(string); ok {
		if inside, ok := strings.CutPrefix(ref, "#/"); ok {
			return document().root.at(strings.Split(inside, "/")...)
		}
	}
	return n
}

func (n node) find(name string) (node, bool) {
	v, ok := n[name]
	return asNode(v), ok
}

func (n node) at(names ...string) node {
	for _, name := range names {
		n, _ = n.find(name)
	}
	return n
}

type description struct {
	root    node
	schemas map[string]*jsonschema.Schema
}

// document is read once.
var document = sync.OnceValue(func() *description {
	d := &description{schemas: map[string]*jsonschema.Schema{}}
	var root map[string]any
	if err := yaml.Unmarshal(protocol.OpenAPI, &root); err != nil {
		panic(err)
	}
	d.root = root
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	const base = "https://platform.example/schema/"
	files, err := fs.Glob(protocol.Schemas, "schema/*.json")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		text, _ := fs.ReadFile(protocol.Schemas, file)
		schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			panic(err)
		}
		if err := compiler.AddResource(base+path.Base(file), schema); err != nil {
			panic(err)
		}
	}
	for _, file := range files {
		d.schemas[path.Base(file)] = compiler.MustCompile(base + path.Base(file))
	}
	return d
})

func TestUndescribedExchangeIsNoticed(t *testing.T) {
	request, err := http.NewRequest(http.MethodGet, "https://platform.example/v1/nonce", nil)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{"Content-Type": {"application/json"}}
	for name, c := range map[string]struct {
		status int
		body   string
	}{
		"a status that is not listed": {http.StatusTeapot, `{"nonce":"x"}`},
		"another member":              {http.StatusOK, `{"nonce":"x","more":1}`},
		"no Retry-After":              {http.StatusServiceUnavailable, `{}`},
	} {
		if judge(request, nil, &http.Response{StatusCode: c.status, Header: header}, []byte(c.body), nil) == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func TestWhatASealedBodyHoldsIsNoticed(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	v := m.visit(midori(), w.phone().registers().RegistrationKey)
	said := document().root.at("paths", "/v1/registrations/{id}", "put", "requestBody", "content", "application/jose")
	whole := v.seal(t)
	must(t, judgeJOSE(said, whole, w.Unseal))
	for name, changed := range map[string]node{
		"another payload":           {"x-typ": said["x-typ"], "x-payload": "schema/receipt.json", "x-inside": said["x-inside"]},
		"another typ inside":        {"x-typ": said["x-typ"], "x-payload": said["x-payload"], "x-inside": map[string]any{"x-typ": "watashi-receipt+jws"}},
		"another payload inside":    {"x-typ": said["x-typ"], "x-payload": said["x-payload"], "x-inside": map[string]any{"x-typ": "watashi-registration+jws", "x-payload": "CMS SignedData over schema/receipt.json"}},
		"nothing is said of inside": {"x-typ": said["x-typ"], "x-payload": said["x-payload"]},
	} {
		if judgeJOSE(changed, whole, w.Unseal) == nil {
			t.Errorf("%s passes", name)
		}
	}
}
