package mynumber_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// personal are values of every type that holds something of a person.
func personal(t testing.TB) map[string]any {
	t.Helper()
	card, trust := newCard(t)
	m := opened(t, card, trust)
	if err := m.VerifySigningPIN(context.Background(), pin(adult().Password)); err != nil {
		t.Fatal(err)
	}
	h, err := m.Holder(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	a := h.Attributes
	return map[string]any{
		"Holder": *h, "*Holder": h, "Attributes": a, "*Attributes": &a, "Text": a.Address, "*Text": &a.Name,
		"Date": a.BirthDate, "*Date": &a.BirthDate, "Sex": a.Sex, "Era": a.BirthDate.Era,
		"[]Text": []mynumber.Text{a.Name}, "struct": struct{ A mynumber.Attributes }{a},
	}
}

func TestPersonalTypesPrintRedactedUnderEveryVerb(t *testing.T) {
	for name, v := range personal(t) {
		for _, verb := range strings.Fields("%v %+v %#v %s %q %x %X %d %c %o %b %U %e %t") {
			shows(t, name+" "+verb, fmt.Sprintf(verb, v))
		}
		shows(t, name+" Sprint", fmt.Sprint(v))
		if s, ok := v.(fmt.Stringer); ok {
			shows(t, name+" String", s.String())
		}
	}
}

func TestPersonalTypesLogAndMarshalRedacted(t *testing.T) {
	for name, v := range personal(t) {
		var text, record bytes.Buffer
		slog.New(slog.NewTextHandler(&text, timeless())).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&record, timeless())).Info("x", "v", v)
		shows(t, name+" text log", text.String())
		shows(t, name+" JSON log", record.String())
		if b, err := json.Marshal(v); err == nil {
			shows(t, name+" JSON", string(b))
		}
		if b, err := xml.Marshal(v); err == nil {
			shows(t, name+" XML", string(b))
		}
	}
}

// timeless leaves the time out, in which any digits may come up.
func timeless() *slog.HandlerOptions {
	return &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
}

// shows fails if anything of the citizen is to be seen, or not even [redacted].
func shows(t *testing.T, name, text string) {
	t.Helper()
	for _, secret := range []string{"青葉", "みどり", "東京", "見本町", "1980", "Tokyo", "e99d92", "E99D92", "9752"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s shows %q: %.80s", name, secret, text)
		}
	}
	if !strings.Contains(text, "redacted") {
		t.Errorf("%s does not say redacted: %.80s", name, text)
	}
}
