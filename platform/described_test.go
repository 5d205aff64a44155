package platform_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// described holds every exchange of every test to the OpenAPI document: its path,
// method and status stand there, and what is sent and answered is of the media
// type and schema that it names. A request that was refused may have been
// anything; its refusal may not.
type described struct {
	t    testing.TB
	next http.RoundTripper
}

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
	if err := judge(r, sent, response, got); err != nil {
		d.t.Errorf("%s %s, status %d: not as the OpenAPI document says: %v", r.Method, r.URL.Path, response.StatusCode, err)
	}
	return response, nil
}

func judge(r *http.Request, sent []byte, response *http.Response, got []byte) error {
	operation, found := find(r)
	if !found { // nothing is said of it, so nothing may be there
		if response.StatusCode != http.StatusNotFound && response.StatusCode != http.StatusMethodNotAllowed {
			return fmt.Errorf("no such path and method")
		}
		return judgeJSON(node{"$ref": "schema/problem.json"}, got)
	}
	answer, listed := operation.at("responses").find(strconv.Itoa(response.StatusCode))
	if !listed {
		return fmt.Errorf("status is not listed")
	}
	if answer.at("headers", "Retry-After") != nil && !regexp.MustCompile("^[0-9]+$").MatchString(response.Header.Get("Retry-After")) {
		return fmt.Errorf("no Retry-After")
	}
	if err := judgeBody(answer, response.Header, got); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	if request := operation.at("requestBody"); request != nil && taken(response.StatusCode, got) {
		if err := judgeBody(request, r.Header, sent); err != nil {
			return fmt.Errorf("request: %w", err)
		}
	}
	return nil
}

// taken reports whether a request was taken for what it claims to be: not refused
// by its status, nor by a receipt.
func taken(status int, got []byte) bool {
	parts := strings.Split(string(got), ".")
	if len(parts) == 3 {
		payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
		return !bytes.Contains(payload, []byte(`"refused"`))
	}
	return status < http.StatusMultipleChoices
}

// judgeBody holds a body to the content that is described for it.
func judgeBody(said node, header http.Header, body []byte) error {
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
	switch {
	case !listed:
		return fmt.Errorf("media type %s is not listed", media)
	case strings.HasSuffix(media, "json"):
		return judgeJSON(as.at("schema"), body)
	case media == protocol.MediaJOSE:
		return judgeJOSE(as, body)
	}
	return nil
}

// judgeJOSE looks at the header, and into the payload where it is not sealed.
func judgeJOSE(as node, body []byte) error {
	parts := strings.Split(string(body), ".")
	var header struct{ Typ string }
	raw, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err == nil {
		err = json.Unmarshal(raw, &header)
	}
	if err != nil {
		return err
	}
	if want := as["x-typ"]; header.Typ != want {
		return fmt.Errorf("typ is %s, want %v", header.Typ, want)
	}
	if len(parts) != 3 {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return err
	}
	return judgeJSON(node{"$ref": as["x-payload"]}, payload)
}

func judgeJSON(schema node, text []byte) error {
	name, _ := schema["$ref"].(string)
	compiled := document().schemas[path.Base(name)]
	if compiled == nil {
		return fmt.Errorf("there is no schema %q", name)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return compiled.Validate(value)
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
		if judge(request, nil, &http.Response{StatusCode: c.status, Header: header}, []byte(c.body)) == nil {
			t.Errorf("%s passes", name)
		}
	}
}
