package conformance

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// description is the OpenAPI document with the JSON Schemas that it names.
type description struct {
	root    map[string]any
	schemas map[string]*jsonschema.Schema // by file name
	paths   map[string]*regexp.Regexp
}

// readDescription reads what package protocol embeds.
func readDescription() (*description, error) {
	d := &description{schemas: map[string]*jsonschema.Schema{}, paths: map[string]*regexp.Regexp{}}
	if err := yaml.Unmarshal(protocol.OpenAPI, &d.root); err != nil {
		return nil, fmt.Errorf("reading the OpenAPI document: %w", err)
	}
	for pattern := range d.at(d.root, "paths") {
		d.paths[pattern] = regexp.MustCompile("^" + regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(pattern), "[^/]+") + "$")
	}
	if err := d.compile(); err != nil {
		return nil, fmt.Errorf("reading the schemas: %w", err)
	}
	return d, nil
}

func (d *description) compile() error {
	const base = "https://platform.example/schema/"
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	files, err := fs.Glob(protocol.Schemas, "schema/*.json")
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := fs.ReadFile(protocol.Schemas, file)
		if err != nil {
			return err
		}
		schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return err
		}
		if err := compiler.AddResource(base+path.Base(file), schema); err != nil {
			return err
		}
	}
	for _, file := range files {
		if d.schemas[path.Base(file)], err = compiler.Compile(base + path.Base(file)); err != nil {
			return err
		}
	}
	return nil
}

// Two things can be wrong with an answer beside its shape; they are promises of
// their own.
var (
	errProblem = errors.New("an error that is not described")
	errLater   = errors.New("no Retry-After in whole seconds")
)

// judge holds one answer to the document: status, media type, schema, headers.
// The error wraps errProblem for an answer of 400 and above.
func (d *description) judge(method, where string, r reply) error {
	err := d.judgeAnswer(method, where, r)
	if err != nil && r.status >= http.StatusBadRequest && !errors.Is(err, errLater) {
		return fmt.Errorf("%w: %w", errProblem, err)
	}
	return err
}

func (d *description) judgeAnswer(method, where string, r reply) error {
	operation := d.operation(method, where)
	if operation == nil { // nothing is said of it, so nothing may be there
		if r.status != http.StatusNotFound && r.status != http.StatusMethodNotAllowed {
			return fmt.Errorf("status %d where there is no operation", r.status)
		}
		return d.judgeBody(d.at(d.root, "components", "responses", "problem"), r)
	}
	answer := d.at(operation, "responses", strconv.Itoa(r.status))
	if answer == nil {
		return fmt.Errorf("status %d is not listed for %v", r.status, operation["operationId"])
	}
	if d.at(answer, "headers", "Retry-After") != nil && !regexp.MustCompile("^[0-9]+$").MatchString(r.header.Get("Retry-After")) {
		return errLater
	}
	return d.judgeBody(answer, r)
}

// judgeBody holds a body to the content that is described for it.
func (d *description) judgeBody(said map[string]any, r reply) error {
	content := d.at(said, "content")
	if content == nil {
		if len(r.body) > 0 {
			return fmt.Errorf("%d bytes where none belong", len(r.body))
		}
		return nil
	}
	media, _, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("Content-Type %q: %w", r.header.Get("Content-Type"), err)
	}
	as := d.at(content, media)
	if as == nil {
		return fmt.Errorf("media type %s is not listed", media)
	}
	switch {
	case strings.HasSuffix(media, "json"):
		return d.judgeJSON(d.at(as, "schema")["$ref"], r.body)
	case media == protocol.MediaJOSE:
		return d.judgeJWS(as, r.body)
	}
	_, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(r.body)), ""))
	return err
}

// judgeJWS looks at the header and into the payload. Every answer that is JOSE is
// a JWS.
func (d *description) judgeJWS(as map[string]any, body []byte) error {
	header, payload, err := opened(body)
	if err != nil {
		return err
	}
	var said struct{ Typ string }
	if err := json.Unmarshal(header, &said); err != nil {
		return err
	}
	if said.Typ != as["x-typ"] {
		return fmt.Errorf("typ is %q, want %v", said.Typ, as["x-typ"])
	}
	return errors.Join(d.judgeJSON("schema/jws-header.json", header), d.judgeJSON(as["x-payload"], payload))
}

// opened takes a compact JWS apart and verifies nothing.
func opened(jws []byte) (header, payload []byte, err error) {
	parts := bytes.Split(jws, []byte("."))
	if len(parts) != 3 {
		return nil, nil, errors.New("not a JWS in compact serialization")
	}
	header, bad := base64.RawURLEncoding.DecodeString(string(parts[0]))
	payload, worse := base64.RawURLEncoding.DecodeString(string(parts[1]))
	return header, payload, errors.Join(bad, worse)
}

func (d *description) judgeJSON(ref any, text []byte) error {
	name, _ := ref.(string)
	schema := d.schemas[path.Base(name)]
	if schema == nil {
		return fmt.Errorf("there is no schema %q", name)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	return oneLine(schema.Validate(value))
}

// oneLine keeps of a validator's report which schema and which member.
func oneLine(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(strings.Join(strings.Fields(strings.NewReplacer("\n", " ", "https://platform.example/", "").Replace(err.Error())), " "))
}

// operation is what the document says of a method at a path; nil is nothing.
func (d *description) operation(method, where string) map[string]any {
	for pattern, expression := range d.paths {
		if !expression.MatchString(where) {
			continue
		}
		if operation := d.at(d.root, "paths", pattern, strings.ToLower(method)); operation != nil {
			return operation
		}
	}
	return nil
}

// at walks down, and follows what refers to elsewhere in the document.
func (d *description) at(from map[string]any, names ...string) map[string]any {
	for _, name := range names {
		from, _ = from[name].(map[string]any)
		if inside, ok := strings.CutPrefix(fmt.Sprint(from["$ref"]), "#/"); ok {
			from = d.at(d.root, strings.Split(inside, "/")...)
		}
	}
	return from
}
