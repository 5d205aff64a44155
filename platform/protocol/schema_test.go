package protocol_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

const schemaBase = "https://platform.example/schema/"

// schemas compiles every schema in the folder, by its name without .json.
func schemas(t testing.TB) map[string]*jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	compiler.AssertContent()
	files := must(fs.Glob(protocol.Schemas, "schema/*.json"))
	for _, file := range files {
		doc := must(jsonschema.UnmarshalJSON(bytes.NewReader(must(fs.ReadFile(protocol.Schemas, file)))))
		if err := compiler.AddResource(schemaBase+path.Base(file), doc); err != nil {
			t.Fatal(err)
		}
	}
	compiled := map[string]*jsonschema.Schema{}
	for _, file := range files {
		schema, err := compiler.Compile(schemaBase + path.Base(file))
		if err != nil {
			t.Fatal(err)
		}
		compiled[strings.TrimSuffix(path.Base(file), ".json")] = schema
	}
	return compiled
}

func judge(schema *jsonschema.Schema, text []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// inside is one part of a JWS or JWE.
func inside(body []byte, part int) []byte {
	return must(base64.RawURLEncoding.DecodeString(strings.Split(string(body), ".")[part]))
}

// realValues are values as they cross the wire, by schema.
func realValues(t testing.TB) map[string][][]byte {
	p := cast()
	cms, jws, envelope := registration(t)
	a, _, _, err := protocol.VerifyApplication(cms)
	if err != nil {
		t.Fatal(err)
	}
	bare := a
	bare.PhotoSHA256, bare.PhotoCheck = nil, ""
	signed := func(jws []byte, err error) []byte { return inside(must(jws, err), 1) }
	receipt := func(verdict protocol.Verdict, reason string) []byte {
		r := sampleReceipt()
		r.Verdict, r.Reason, r.CodeExpires = verdict, reason, nil
		return signed(protocol.SignReceipt(r, p.receipt))
	}
	closed := sampleAnswer()
	closed.Verdict, closed.Pictures = protocol.KeyUsed, protocol.MatchPictures{}
	continuation := sampleBundle()
	continuation.CodeProfile, continuation.Contact, continuation.Limits.CodeHours = protocol.Continuation, nil, 400
	sealedQuery := must(protocol.SealKeyQuery(sampleQuery(), p.device, p.deviceCert, p.encryption.PublicKey()))
	content := map[string]any{"registration": string(jws), "code": "124578", "salt": protocol.Bytes(sampleSalt())}
	id, at := sampleID(), moment()
	return map[string][][]byte{
		"application":        {must(json.Marshal(a)), must(json.Marshal(bare))},
		"content":            {must(json.Marshal(content))},
		"receipt":            {signed(protocol.SignReceipt(sampleReceipt(), p.receipt)), receipt(protocol.Refused, protocol.ReasonKeyUsed), receipt(protocol.Received, ""), receipt(protocol.Withdrawn, ""), receipt(protocol.Activated, "")},
		"withdrawal":         {signed(protocol.SignWithdrawal(protocol.Withdrawal{ID: id, TerminalID: "T-1", Time: at.Add(time.Millisecond)}, p.device, p.deviceCert))},
		"key-query":          {must(json.Marshal(sampleQuery()))},
		"key-answer":         {signed(protocol.SignKeyAnswer(sampleAnswer(), p.receipt)), signed(protocol.SignKeyAnswer(closed, p.receipt))},
		"key-request":        {signed(protocol.SignKeyRequest(protocol.KeyRequest{Nonce: "n", Time: at}, p.app))},
		"issued-key":         {must(json.Marshal(protocol.IssuedKey{RegistrationKey: sampleKey(), Expires: at, Pictures: sampleAnswer().Pictures}))},
		"nonce":              {must(json.Marshal(protocol.Nonce{Nonce: "n-1"}))},
		"activation-request": {signed(protocol.SignActivation(protocol.ActivationRequest{Nonce: "n", Key: sampleKey(), Code: sampleCode()}, p.app)), signed(protocol.SignActivation(protocol.ActivationRequest{Nonce: "n", Key: sampleKey(), Code: sampleCode(), Confirm: true}, p.app))},
		"activation":         {must(json.Marshal(protocol.Activation{Status: protocol.Pending})), must(json.Marshal(protocol.Activation{Status: protocol.Bound, Name: "架空", RegistrationID: &id, Time: &at, Notice: &protocol.Notice{PlatformID: "P-1", TerminalID: "T-1", Time: at, Contact: map[string]string{"ja": "窓口"}}}))},
		"bundle":             {signed(protocol.SignBundle(sampleBundle(), p.bundle)), signed(protocol.SignBundle(continuation, p.bundle)), signed(protocol.SignBundle(wholeBundle(), p.bundle))},
		"heartbeat":          {signed(protocol.SignHeartbeat(sampleHeartbeat(), p.device, p.deviceCert))},
		"status":             {signed(protocol.SignStatus(sampleStatus(), p.device, p.deviceCert))},
		"retirement":         {signed(protocol.SignRetirement(sampleRetirement(), p.device, p.deviceCert)), signed(protocol.SignRetirement(protocol.Retirement{TerminalID: "T-1", Time: at}, p.device, p.deviceCert))},
		"order":              {signed(protocol.SignOrder(sampleOrder(), p.receipt)), signed(protocol.SignOrder(protocol.Order{TerminalID: "T-1", Heartbeat: sampleOrder().Heartbeat, Time: at}, p.receipt))},
		"token":              {must(json.Marshal(sampleToken()))},
		"problem":            {must(json.Marshal(protocol.NewProblem(429, protocol.CodeTooMany, "5 tries")))},
		"health":             {[]byte(`{"status":"ok"}`)},
		"endorsement":        {must(protocol.EncodeEndorsement(sampleEndorsement()))},
		"challenge":          {must(protocol.EncodeChallenge(sampleChallenge()))},
		"proof":              {must(protocol.EncodeProof(sampleProof()))},
		"ticket":             {must(protocol.EncodeTicket(sampleTicket()))},
		"enrol-request":      {firstLine(sealed(sampleEnrolRequest())), firstLine(sealed(secondEnrolRequest()))},
		"enrol-answer":       enrolAnswers(),
		"jws-header":         {inside(jws, 0), inside(must(protocol.SignReceipt(sampleReceipt(), p.receipt)), 0)},
		"jwe-header":         {inside(envelope, 0), inside(sealedQuery, 0)},
	}
}

func TestWhatWeWriteIsAsTheSchemasSay(t *testing.T) {
	compiled, values := schemas(t), realValues(t)
	for name, schema := range compiled {
		if len(values[name]) == 0 && name != "common" {
			t.Errorf("nothing real was held against %s", name)
		}
		for _, text := range values[name] {
			if err := judge(schema, text); err != nil {
				t.Errorf("%s: %v\n%s", name, err, text)
			}
		}
	}
}

func TestSchemasRefuseWhatIsNotAsItShouldBe(t *testing.T) {
	compiled, values := schemas(t), realValues(t)
	for name, schema := range compiled {
		if name == "common" {
			continue
		}
		good := map[string]any{}
		if err := json.Unmarshal(values[name][0], &good); err != nil {
			t.Fatal(err)
		}
		refused := func(what string, change func(map[string]any)) {
			changed := maps.Clone(good)
			change(changed)
			if judge(schema, must(json.Marshal(changed))) == nil {
				t.Errorf("%s: accepted with %s", name, what)
			}
		}
		if name != "problem" { // RFC 9457 lets others add to it
			refused("a foreign member", func(m map[string]any) { m["more"] = 1 })
		}
		for member := range good {
			refused(member+" null", func(m map[string]any) { m[member] = nil })
			refused(member+" a wrong type", func(m map[string]any) { m[member] = []any{map[string]any{}} })
		}
	}
}

// TestSchemaAndParserAgree holds the same receipts, answers and bundles against both.
func TestSchemaAndParserAgree(t *testing.T) {
	compiled, p := schemas(t), cast()
	parsers := map[string]func(payload []byte) error{
		"receipt": func(b []byte) error {
			_, err := verifyForged(forge(p.receipt, receiptHeader("", ""), b))
			return err
		},
		"key-answer": func(b []byte) error {
			header := `{"alg":"ES256","kid":"` + p.receipt.Kid() + `","typ":"watashi-key-answer+jws"}`
			_, err := protocol.VerifyKeyAnswer(forge(p.receipt, header, b), []protocol.PublicKey{p.receipt.PublicKey()}, sampleAnswer().QuerySHA256)
			return err
		},
		"bundle": func(b []byte) error {
			header := `{"alg":"ES256","kid":"` + p.bundle.Kid() + `","typ":"watashi-bundle+jws"}`
			_, err := protocol.VerifyBundle(forge(p.bundle, header, b), []protocol.PublicKey{p.bundle.PublicKey()})
			return err
		},
		"endorsement":   func(b []byte) error { _, err := protocol.DecodeEndorsement(b); return err },
		"challenge":     func(b []byte) error { _, err := protocol.DecodeChallenge(b); return err },
		"proof":         func(b []byte) error { _, err := protocol.DecodeProof(b); return err },
		"ticket":        func(b []byte) error { _, err := protocol.DecodeTicket(b); return err },
		"enrol-request": parseEnrolRequest, "enrol-answer": parseEnrolAnswer,
		"activation-request": func(b []byte) error {
			header := `{"alg":"ES256","kid":"` + p.app.Kid() + `","typ":"watashi-activation+jws"}`
			_, err := protocol.VerifyActivation(forge(p.app, header, b), p.app.PublicKey())
			return err
		},
	}
	odd := []any{"", "x", "open", "refused", "accepted", "test", "2026-11-24T01:30:00Z", "2026-11-24T01:30:00+09:00", "124578", "0123456789ABC", -1.0, 0.0, 1.0, 1.5, 301.0, true, []any{}, []any{"sun"}, []any{"sun", "cat"}, []any{"sun", "cat", "dog"}, map[string]any{}}
	for name, parse := range parsers {
		good := map[string]any{}
		if err := json.Unmarshal(realValues(t)[name][0], &good); err != nil {
			t.Fatal(err)
		}
		check := func(what string, m map[string]any) {
			text := must(json.Marshal(m))
			if bySchema, byParser := judge(compiled[name], text), parse(text); (bySchema == nil) != (byParser == nil) {
				t.Errorf("%s with %s: schema says %v, parser says %v", name, what, bySchema, byParser)
			}
		}
		check("nothing changed", good)
		for _, member := range slices.Sorted(maps.Keys(good)) {
			without := maps.Clone(good)
			delete(without, member)
			check("no "+member, without)
			for _, value := range odd {
				if changesMeaning(name, member) {
					continue
				}
				changed := maps.Clone(good)
				changed[member] = value
				check(member+" as "+string(must(json.Marshal(value))), changed)
			}
		}
	}
}

// changesMeaning names members whose other values a parser refuses for what they
// refer to, which no schema can say.
func changesMeaning(schema, member string) bool {
	return member == "id" || member == "body_sha256" || member == "query_sha256" || (schema == "bundle" && member == "jpki") ||
		(schema == "activation-request" && member == "key")
}

func TestSchemasHaveTheMembersOfOurTypes(t *testing.T) {
	for name, v := range map[string]any{
		"application": protocol.Application{}, "receipt": protocol.Receipt{}, "withdrawal": protocol.Withdrawal{},
		"key-query": protocol.KeyQuery{}, "key-answer": protocol.KeyAnswer{}, "key-request": protocol.KeyRequest{},
		"issued-key": protocol.IssuedKey{}, "nonce": protocol.Nonce{}, "activation-request": protocol.ActivationRequest{},
		"activation": protocol.Activation{}, "bundle": protocol.Bundle{}, "heartbeat": protocol.Heartbeat{},
		"retirement": protocol.Retirement{}, "order": protocol.Order{},
		"status": protocol.Status{}, "token": protocol.Token{}, "problem": protocol.Problem{}, "endorsement": protocol.Endorsement{},
		"challenge": protocol.Challenge{}, "proof": protocol.Proof{}, "ticket": protocol.Ticket{},
		"enrol-request": protocol.EnrolRequest{}, "enrol-answer": protocol.EnrolAnswer{},
	} {
		var schema struct {
			Properties map[string]any `json:"properties"`
			Required   []string       `json:"required"`
		}
		if err := json.Unmarshal(must(fs.ReadFile(protocol.Schemas, "schema/"+name+".json")), &schema); err != nil {
			t.Fatal(err)
		}
		var members, required []string
		for i := range reflect.TypeOf(v).NumField() {
			tag, optional, _ := strings.Cut(reflect.TypeOf(v).Field(i).Tag.Get("json"), ",")
			if tag == "-" {
				continue
			}
			members = append(members, tag)
			if optional == "" {
				required = append(required, tag)
			}
		}
		slices.Sort(members)
		slices.Sort(required)
		slices.Sort(schema.Required)
		if got := slices.Sorted(maps.Keys(schema.Properties)); !slices.Equal(got, members) || !slices.Equal(schema.Required, required) {
			t.Errorf("%s: schema has %v and requires %v; the type has %v and %v", name, got, schema.Required, members, required)
		}
	}
}

// openAPI is the part of the document that we execute.
type openAPI struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID string `yaml:"operationId"`
		Responses   map[string]any
	}
	Components map[string]map[string]any
}

func TestOpenAPIHasEveryPath(t *testing.T) {
	var doc openAPI
	if err := yaml.Unmarshal(protocol.OpenAPI, &doc); err != nil {
		t.Fatal(err)
	}
	want := []string{
		protocol.PathRegistrations + "{id}", protocol.PathWithdrawals + "{id}", protocol.PathKeyQuery, protocol.PathHeartbeats, protocol.PathRetirements, protocol.PathBundle,
		protocol.PathESTCAs, protocol.PathESTAttributes, protocol.PathESTEnroll, protocol.PathESTReenroll,
		protocol.PathAttestations, protocol.PathAttestations + "/{id}", protocol.PathNonce, protocol.PathKeys, protocol.PathActivations, protocol.PathStanding, protocol.PathHealth,
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(doc.Paths)); !slices.Equal(got, want) {
		t.Errorf("paths %v, want %v", got, want)
	}
	seen := map[string]bool{}
	for where, methods := range doc.Paths {
		for method, operation := range methods {
			if operation.OperationID == "" || seen[operation.OperationID] || len(operation.Responses) < 2 {
				t.Errorf("%s %s: no name of its own, or no failure", method, where)
			}
			seen[operation.OperationID] = true
		}
	}
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %s", doc.OpenAPI)
	}
}

func TestOpenAPIRefersToWhatIsThere(t *testing.T) {
	var doc map[string]any
	if err := yaml.Unmarshal(protocol.OpenAPI, &doc); err != nil {
		t.Fatal(err)
	}
	used, typs := map[string]bool{}, map[string]bool{}
	walk(doc, func(key string, value string) {
		switch {
		case key == "x-typ":
			typs[value] = true
		case key == "x-payload" || key == "$ref":
			value = value[strings.LastIndex(value, " ")+1:]
			if inner, ok := strings.CutPrefix(value, "#/components/"); ok {
				kind, name, _ := strings.Cut(inner, "/")
				if components := doc["components"].(map[string]any)[kind].(map[string]any); components[name] == nil {
					t.Errorf("%s is not there", value)
				}
				return
			}
			file, _, _ := strings.Cut(value, "#")
			if _, err := fs.Stat(protocol.Schemas, file); err != nil {
				t.Errorf("%s: %v", value, err)
			}
			used[strings.TrimSuffix(path.Base(file), ".json")] = true
		}
	})
	for name := range schemas(t) {
		if !used[name] && name != "token" && !strings.HasPrefix(name, "enrol-") && // which travel on a stick
			name != "status" && name != "jws-header" && name != "jwe-header" {
			t.Errorf("nothing refers to %s", name)
		}
	}
	for _, header := range []string{"jws-header", "jwe-header"} {
		var schema struct {
			Properties struct{ Typ struct{ Enum []string } }
		}
		if err := json.Unmarshal(must(fs.ReadFile(protocol.Schemas, "schema/"+header+".json")), &schema); err != nil {
			t.Fatal(err)
		}
		for _, typ := range schema.Properties.Typ.Enum {
			if !typs[typ] && typ != "watashi-status+jws" { // which goes from a screen to a telephone
				t.Errorf("no body is a %s", typ)
			}
			delete(typs, typ)
		}
	}
	if len(typs) > 0 {
		t.Errorf("no header schema knows %v", typs)
	}
}

// walk visits every string under a key.
func walk(v any, visit func(key, value string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if text, ok := inner.(string); ok {
				visit(key, text)
			}
			walk(inner, visit)
		}
	case []any:
		for _, inner := range v {
			walk(inner, visit)
		}
	}
}

// TestSchemasListWhatTheConstantsSay holds the lists of codes and reasons to those
// that a program finds here.
func TestSchemasListWhatTheConstantsSay(t *testing.T) {
	for where, want := range map[string][]string{"problem code": protocol.ProblemCodes(), "receipt reason": protocol.Reasons()} {
		name, member, _ := strings.Cut(where, " ")
		var schema struct {
			Properties map[string]struct{ AnyOf []struct{ Enum []string } }
		}
		if err := json.Unmarshal(must(fs.ReadFile(protocol.Schemas, "schema/"+name+".json")), &schema); err != nil {
			t.Fatal(err)
		}
		if got := schema.Properties[member].AnyOf[0].Enum; !slices.Equal(got, want) {
			t.Errorf("%s: the schema lists %v, the constants %v", where, got, want)
		}
	}
}
