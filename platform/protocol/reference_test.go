package protocol_test

import (
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestReferenceIsReadAsPeopleNoteItDown(t *testing.T) {
	id := must(protocol.ParseID("0a1b2c3dffffffffffffffffffffffff"))
	for _, noted := range []string{"0a1b2c3d", "0A1B2C3D", " 0a1b 2c3d ", "0a1b-2c3d", "0a1b　2c3d"} {
		if got, err := protocol.ParseReference(noted); err != nil || got != id.Reference() || got.String() != "0a1b2c3d" {
			t.Errorf("%q: got %s %v", noted, got, err)
		}
	}
	for noted, want := range map[string]string{
		"":                     "8 characters, not 0",
		"0a1b2c3":              "8 characters, not 7",
		"0a1b2c3d4":            "8 characters, not 9",
		id.String():            "8 characters, not 32",
		"0a1b2c3O":             "'o': was it 0?",
		"0a1b2cl3":             "'l': was it 1?",
		"0a1b2c3x":             "not 'x'",
		"０a1b2c3d":             "not '０'",
		strings.Repeat("参", 8): "not '参'",
	} {
		if got, err := protocol.ParseReference(noted); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %s %v, want an error with %q", noted, got, err, want)
		}
	}
}

func FuzzReference(f *testing.F) {
	for _, seed := range []string{"0a1b2c3d", "0A1B-2C3D", "\xff", "0a1b2c3O"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := protocol.ParseReference(s)
		if err != nil {
			return
		}
		if again, err := protocol.ParseReference(r.String()); err != nil || again != r {
			t.Errorf("%q: read as %s, and that as %s %v", s, r, again, err)
		}
	})
}
