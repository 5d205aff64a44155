package protocol_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// slowly judges as StrictJSON does, with the tokens of encoding/json.
func slowly(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	first, err := d.Token()
	if err != nil || first != json.Delim('{') || !utf8.Valid(b) {
		return errors.Join(err, errors.New("no object"))
	}
	if err := slowObject(d, 1); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("data behind")
	}
	return nil
}

func slowObject(d *json.Decoder, depth int) error {
	var seen []string
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name := token.(string)
		plain := strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
		if slices.Contains(seen, name) || (!plain && !strings.Contains(name, "-")) {
			return errors.New("name")
		}
		seen = append(seen, name)
		if err := slowValue(d, depth); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func slowValue(d *json.Decoder, depth int) error {
	token, err := d.Token()
	if err != nil || token == nil {
		return errors.Join(err, errors.New("null or nothing"))
	}
	if _, opens := token.(json.Delim); !opens {
		return nil
	}
	if depth++; depth > 8 {
		return errors.New("deep")
	}
	if token == json.Delim('{') {
		return slowObject(d, depth)
	}
	for d.More() {
		if err := slowValue(d, depth); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// FuzzStrictJSON holds our one pass to the tokens of encoding/json. Only names
// with escapes are taken by the other and not by us.
func FuzzStrictJSON(f *testing.F) {
	for _, s := range []string{
		`{}`, ` { "a" : [ 1 , -0.5e+7 , true , false , "x" , { } , [ ] ] } `, `{"a":"\u00e9\n\"\\\/"}`, `{"zh-Hant":"字"}`,
		`{"a":1,"a":2}`, `{"A":1}`, `{"a":null}`, `{"a":01}`, `{"a":1.}`, `{"a":.5}`, `{"a":-}`, `{"a":1e}`, `{"a":tru}`, `{"a":"` + "\x01" + `"}`,
		`{"a":"\u12g4"}`, `{"a":"\x"}`, `{"a":"\u123`, `{"a":"`, `{"a"`, `{"a":1,}`, `{"a":[1,]}`, `{"a":[1 2]}`, `{} {}`, `[]`, ``, "{\"a\":\"\xff\"}",
		`{"a":` + strings.Repeat("[", 7) + strings.Repeat("]", 7) + `}`, `{"a":` + strings.Repeat("[", 8) + strings.Repeat("]", 8) + `}`,
		`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,"m":1,"n":1,"o":1,"p":1,"q":1,"r":1,"q":1}`,
		`{"a":"12345678` + "\x7f\u0080é" + `12345678 !#[]\"12345678"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ours, theirs := protocol.StrictJSON(b), slowly(b)
		if ours == nil && theirs != nil {
			t.Errorf("%q: taken, and encoding/json says %v", b, theirs)
		}
		if ours != nil && theirs == nil && !bytes.Contains(b, []byte(`\`)) {
			t.Errorf("%q: refused with %v", b, ours)
		}
	})
}

func TestNameHasOneSpelling(t *testing.T) {
	for _, s := range []string{`{"\u0061":1}`, `{"a-\u0061":1}`, `{"\\-":1}`} {
		if protocol.StrictJSON([]byte(s)) == nil {
			t.Errorf("%s: taken", s)
		}
	}
	if err := protocol.StrictJSON([]byte(`{"a":"\u0061\/"}`)); err != nil {
		t.Errorf("escapes in a value: %v", err)
	}
}
