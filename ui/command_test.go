package ui_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/ui"
)

func TestCommandIsReadWithOneDeed(t *testing.T) {
	for message, want := range map[string]ui.Command{
		`{"page":0,"action":"stop"}`:                            {Action: "stop"},
		`{"page":7,"action":"not-received"}`:                    {Page: 7, Action: "not-received"},
		`{"language":"zh-Hans","page":9007199254740991}`:        {Page: 1<<53 - 1, Language: "zh-Hans"},
		" {\t\"page\" :\r\n1 , \"key\" : \"A\" } ":              {Page: 1, Key: "A"},
		`{"page":3,"ease":"contrast"}`:                          {Page: 3, Ease: "contrast"},
		`{"page":1,"key":"9"}`:                                  {Page: 1, Key: "9"},
		`{"page":1,"key":"backspace"}`:                          {Page: 1, Key: ui.KeyBackspace},
		`{"page":1,"key":"clear"}`:                              {Page: 1, Key: ui.KeyClear},
		`{"page":1,"action":"` + strings.Repeat("a", 64) + `"}`: {Page: 1, Action: strings.Repeat("a", 64)},
	} {
		if got, err := ui.ParseCommand([]byte(message)); err != nil || got != want {
			t.Errorf("%s: got %v, error %v, want %v", message, got, err, want)
		}
	}
}

// malformed are messages that no screen sends. Each closes the connection.
var malformed = []string{
	``, ` `, `null`, `1`, `"key"`, `[]`, `{}`, `{`, `}`, `{"page":1`, `{"page":1,`, `{"page":1,}`,
	`{"page":1}`, `{"key":"A"}`, `{"page":1,"unknown":"x"}`, `{"page":1,"key":"A","unknown":1}`,
	`{"page":1,"key":"A","action":"stop"}`, `{"page":1,"action":"stop","language":"ja"}`, `{"page":1,"language":"ja","key":"A"}`,
	`{"page":1,"page":1,"key":"A"}`, `{"page":1,"key":"A","key":"B"}`, `{"Page":1,"key":"A"}`, `{"page":1,"KEY":"A"}`,
	`{"page":-1,"key":"A"}`, `{"page":1.0,"key":"A"}`, `{"page":1e3,"key":"A"}`, `{"page":01,"key":"A"}`, `{"page":"1","key":"A"}`,
	`{"page":null,"key":"A"}`, `{"page":9007199254740992,"key":"A"}`, `{"page":18446744073709551617,"key":"A"}`,
	`{"page":1,"key":"a"}`, `{"page":1,"key":""}`, `{"page":1,"key":"AB"}`, `{"page":1,"key":" "}`, `{"page":1,"key":"Ａ"}`, `{"page":1,"key":"\u0041"}`,
	`{"page":1,"key":"enter"}`, `{"page":1,"key":1}`, `{"page":1,"key":null}`, `{"page":1,"key":["A"]}`, `{"page":1,"key":"A`,
	`{"page":1,"action":""}`, `{"page":1,"action":"Stop"}`, `{"page":1,"action":"-stop"}`, `{"page":1,"action":"1"}`, `{"page":1,"action":"../etc"}`,
	`{"page":1,"action":"` + strings.Repeat("a", 65) + `"}`, `{"page":1,"language":"j"}`, `{"page":1,"language":"ja_JP"}`,
	`{"page":1,"ease":""}`, `{"page":1,"ease":"Contrast"}`, `{"page":1,"ease":"low","key":"A"}`, `{"page":1,"language":"` + strings.Repeat("a", 36) + `"}`, `{"page":1,"key":"A"}{}`, `{"page":1,"key":"A"}x`, `{"page":1 "key":"A"}`,
	"\ufeff" + `{"page":1,"key":"A"}`, "{\"page\":1,\"key\":\"\x00\"}", `{"page":1,"key":"A"}` + strings.Repeat(" ", ui.MaxCommand),
	strings.Repeat(`{"page":`, 400),
}

func TestMalformedCommandIsRefused(t *testing.T) {
	for _, message := range malformed {
		got, err := ui.ParseCommand([]byte(message))
		if !errors.Is(err, ui.ErrCommand) || got != (ui.Command{}) {
			t.Errorf("%.80q: got %v, error %v, want nothing and ErrCommand", message, got, err)
		}
	}
}

func TestCommandErrorTellsNothingOfItsContents(t *testing.T) {
	_, err := ui.ParseCommand([]byte(`{"page":1,"key":"SECRET7"}`))
	if err == nil || strings.Contains(err.Error(), "SECRET7") {
		t.Errorf("got error %v, want one without the key", err)
	}
}

func TestKeyIsParsedWithoutAllocating(t *testing.T) {
	message := []byte(`{"page":12,"key":"Q"}`)
	if n := testing.AllocsPerRun(100, func() { ui.ParseCommand(message) }); n != 0 {
		t.Errorf("got %v allocations, want 0: each could hold a copy of the key", n)
	}
}

func TestKeyOutlivesNothingOfItsMessage(t *testing.T) {
	message := []byte(`{"page":12,"key":"Q"}`)
	command, err := ui.ParseCommand(message)
	clear(message)
	if err != nil || command.Key != "Q" {
		t.Errorf("got %q, error %v, want Q: a key must not lie in the message", command.Key, err)
	}
}

func TestPersonalTypesPrintRedacted(t *testing.T) {
	view := ui.View{
		Page: 4, Screen: "attributes", Title: "SECRET", Fields: []ui.Field{{Value: "SECRET"}}, Code: &ui.Code{Groups: []string{"SECRET"}},
		Entry: &ui.Entry{Shown: "SECRET"}, Matches: []ui.Match{{Word: "SECRET"}},
	}
	values := []any{view, &view, view.Fields, view.Fields[0], view.Code, *view.Code, view.Entry, *view.Entry, view.Matches, ui.Command{Key: "SECRET"}}
	for _, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			got := fmt.Sprintf(verb, value)
			if strings.Contains(got, "SECRET") || strings.Contains(strings.ToLower(got), "534543524554") {
				t.Errorf("%s of %T: got %s", verb, value, got)
			}
		}
	}
}

// FuzzParseCommand holds the parser to encoding/json: it may take less, never
// more, and never something else.
func FuzzParseCommand(f *testing.F) {
	for _, message := range malformed {
		f.Add([]byte(message))
	}
	for _, message := range []string{`{"page":1,"key":"A"}`, `{"action":"more","page":3}`, `{"page":0,"language":"pt-BR"}`} {
		f.Add([]byte(message))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		got, err := ui.ParseCommand(message)
		if err != nil {
			if got != (ui.Command{}) {
				t.Fatalf("got %#v with an error", got.Page)
			}
			return
		}
		var judge ui.Command
		if err := json.Unmarshal(message, &judge); err != nil || judge != got {
			t.Fatalf("encoding/json disagrees: %v", err)
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := ui.ParseCommand(again); err != nil || second != got {
			t.Fatalf("%s is not read again: %v", again, err)
		}
	})
}
