package street_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/street"
)

func TestSecretsAreFoundInEachForm(t *testing.T) {
	all := street.Secrets{"青葉　みどり": "a name", "MIDORI123": "a password", "124578": "a code"}
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"nothing":                         {"a terminal, 124579, MIDORI12", nil},
		"as it is":                        {"[青葉　みどり]", []string{"a name"}},
		"as UTF-16, little end first":     {"M\x00I\x00D\x00O\x00R\x00I\x001\x002\x003\x00", []string{"a password"}},
		"as UTF-16, big end first":        {"\x00M\x00I\x00D\x00O\x00R\x00I\x001\x002\x003", []string{"a password"}},
		"as JSON escapes it":              {`"\u9752\u8449\u3000\u307f\u3069\u308a"`, []string{"a name"}},
		"a code at the start":             {"124578 is it", []string{"a code"}},
		"a code at the end":               {"watashi:code:124578", []string{"a code"}},
		"a code that is all":              {"124578", []string{"a code"}},
		"a code that ends a sentence":     {"It is 124578.", []string{"a code"}},
		"a code in a number":              {"1.124578e+09 9124578", nil},
		"a code in a digest":              {"ab124578cd", nil},
		"a code in a number, then itself": {"9124578, 124578", []string{"a code"}},
		"two":                             {"MIDORI123 124578", []string{"a code", "a password"}},
	} {
		if got := all.In([]byte(test.text)); !slices.Equal(got, test.want) {
			t.Errorf("%s: found %v, want %v", name, got, test.want)
		}
	}
}

func TestSearchNamesTheFileAndNotTheSecret(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, "a", "b")
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	leak := filepath.Join(deep, "log")
	for path, text := range map[string]string{filepath.Join(dir, "clean"): "nothing", leak: "password=MIDORI123"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := street.Secrets{"MIDORI123": "a password"}.Below(dir)
	if want := []string{"a password stands in " + leak}; err != nil || !slices.Equal(found, want) {
		t.Errorf("found %q, %v, want %q", found, err, want)
	}
	if _, err := (street.Secrets{}).Below(filepath.Join(dir, "missing")); err == nil {
		t.Error("a folder that is not there was searched")
	}
}
