package ui_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/ui"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func compile(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	data, err := fs.ReadFile(ui.Schema, name)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// judge validates JSON text.
func judge(t testing.TB, schema *jsonschema.Schema, text string) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

func TestEveryViewOfTheGallerySatisfiesTheSchema(t *testing.T) {
	schema := compile(t, "view.json")
	for name, view := range gallery(t) {
		encoded, err := json.Marshal(view)
		if err != nil {
			t.Fatal(err)
		}
		if err := judge(t, schema, string(encoded)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// screens are all that a terminal shows; each stands in the gallery.
var screens = strings.Fields(`welcome out-of-service card-reading password password-checking last-try reading attributes photo-format
	photo-expiry photo-code photo-reading key key-checking confirm signing delivering printing code take-card card-left fault goodbye maintenance maintenance-faults maintenance-machine maintenance-tests maintenance-status cleaning`)

func TestGalleryHoldsEveryScreenInBothLanguages(t *testing.T) {
	seen := make(map[string]bool)
	for _, view := range gallery(t) {
		seen[view.Screen+" "+view.Language] = true
	}
	for _, screen := range screens {
		for _, language := range []string{"ja", "en"} {
			if !seen[screen+" "+language] {
				t.Errorf("no fixture of %s in %s", screen, language)
			}
		}
	}
}

func TestViewSchemaRefusesWhatThePageCannotDraw(t *testing.T) {
	schema := compile(t, "view.json")
	const start = `{"page":1,"screen":"key","language":"en","title":"T"`
	for _, rest := range []string{
		`,"unknown":1}`, `,"picture":"mona-lisa"}`, `,"matches":[{"picture":"dragon","word":"Dragon"}]}`,
		`,"notice":{"kind":"fatal","title":"T"}}`, `,"progress":{"step":1,"labels":[]}}`,
		`,"actions":[{"id":"a","label":"A","style":"primary","enabled":true},{"id":"b","label":"B","style":"primary","enabled":true}]}`,
		`,"entry":{"kind":"password","label":"L","masked":true,"typed":1,"shown":"A","min":6,"max":16,"keyboard":{"backspace":"B","clear":"C"}}}`,
		`,"code":{"label":"L","groups":["124 578"]}}`,
	} {
		if err := judge(t, schema, start+rest); err == nil {
			t.Errorf("%s: got no error", start+rest)
		}
	}
	if err := judge(t, schema, start+`}`); err != nil {
		t.Errorf("least view: %v", err)
	}
}

func TestCommandSchemaAndParserAgree(t *testing.T) {
	schema := compile(t, "command.json")
	for _, c := range []ui.Command{{Page: 1, Key: "A"}, {Page: 2, Key: "clear"}, {Page: 3, Action: "not-received"}, {Language: "zh-Hant"}} {
		encoded, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if err := judge(t, schema, string(encoded)); err != nil {
			t.Errorf("%s: %v", encoded, err)
		}
	}
	// What a schema cannot see: escapes, twice the same member, 1.0, and size.
	unseen := []string{`\u0041`, `"page":1,"page"`, `"key":"A","key"`, `1.0`, `1e3`, strings.Repeat(" ", 100)}
	for _, message := range malformed {
		hidden := slices.ContainsFunc(unseen, func(s string) bool { return strings.Contains(message, s) })
		if !hidden && judge(t, schema, message) == nil {
			t.Errorf("the schema takes %.80q, which the parser refuses", message)
		}
	}
}

// TestSchemaNamesEveryFieldOfView finds a field that was added to the Go type
// and forgotten in the schema, or the other way round.
func TestSchemaNamesEveryFieldOfView(t *testing.T) {
	for file, kind := range map[string]reflect.Type{"view.json": reflect.TypeFor[ui.View](), "command.json": reflect.TypeFor[ui.Command]()} {
		data, err := fs.ReadFile(ui.Schema, file)
		if err != nil {
			t.Fatal(err)
		}
		var schema struct{ Properties map[string]any }
		if err := json.Unmarshal(data, &schema); err != nil {
			t.Fatal(err)
		}
		var fields []string
		for i := range kind.NumField() {
			name, _, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ",")
			fields = append(fields, name)
		}
		slices.Sort(fields)
		if got := slices.Sorted(maps.Keys(schema.Properties)); !slices.Equal(got, fields) {
			t.Errorf("%s: got %v, want %v", file, got, fields)
		}
	}
}

func TestEveryPictureIsDrawnAndHarmless(t *testing.T) {
	for folder, names := range map[string][]string{"illustrations": ui.Pictures(), "pictures": ui.MatchPictures()} {
		for _, name := range names {
			judgePicture(t, folder+"/"+name+".svg")
		}
	}
	if got := len(ui.MatchPictures()); got != 24 {
		t.Errorf("got %d match pictures, want 24", got)
	}
}

// judgePicture wants well-formed SVG without scripts, styles or references.
func judgePicture(t *testing.T, file string) {
	t.Helper()
	data, err := fs.ReadFile(ui.Web, file)
	if err != nil {
		t.Error(err)
		return
	}
	var root struct{ XMLName xml.Name }
	if err := xml.Unmarshal(data, &root); err != nil || root.XMLName.Local != "svg" {
		t.Errorf("%s: root %q, error %v", file, root.XMLName.Local, err)
	}
	for _, never := range []string{"<script", "<style", "style=", "href", "onload", "<image", "<foreignObject"} {
		if bytes.Contains(data, []byte(never)) {
			t.Errorf("%s holds %s", file, never)
		}
	}
}

func TestSchemaNamesEveryPicture(t *testing.T) {
	schema := compile(t, "view.json")
	for _, name := range ui.Pictures() {
		if err := judge(t, schema, `{"page":1,"screen":"key","language":"en","title":"T","picture":"`+name+`"}`); err != nil {
			t.Error(err)
		}
	}
	for _, name := range ui.MatchPictures() {
		if err := judge(t, schema, `{"page":1,"screen":"key","language":"en","title":"T","matches":[{"picture":"`+name+`","word":"W"}]}`); err != nil {
			t.Error(err)
		}
	}
}

// TestPageAsksTheNetworkForNothing reads the page's own files.
func TestPageAsksTheNetworkForNothing(t *testing.T) {
	fs.WalkDir(ui.Web, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(ui.Web, path)
		text := strings.ReplaceAll(string(data), "http://www.w3.org/", "")
		for _, never := range []string{"http:", "https:", "innerHTML", "localStorage", "sessionStorage", "indexedDB", "document.cookie", "serviceWorker", "eval("} {
			if strings.Contains(text, never) {
				t.Errorf("%s holds %s", path, never)
			}
		}
		return err
	})
}
