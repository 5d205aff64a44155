package residue_test

import (
	"encoding/base64"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/residue"
)

const (
	password = "Q7XKZ42W"
	key      = "483920175566"
	code     = "735182"
	name     = "残菊　躑躅"
	number   = "55060120356071"
	face     = "eighteen of bytes."
)

func all() []residue.Secret {
	return []residue.Secret{{Kind: residue.PIN, Text: password}, {Kind: residue.Key, Text: key}, {Kind: residue.Code, Text: code}, {Kind: residue.Attribute, Text: name},
		{Kind: residue.Number, Text: number}, {Kind: residue.Birth, Text: "319800601"}, {Kind: residue.Photo, Text: face}}
}

const zero = "\x00\x00\x00\x00\x00\x00\x00\x00"

func wide(text string) string {
	var b strings.Builder
	for _, c := range text {
		b.WriteByte(byte(c))
		b.WriteByte(byte(c >> 8))
	}
	return b.String()
}

func TestSecretsAreFoundWholeAndInPieces(t *testing.T) {
	type found struct {
		kind        residue.Kind
		length      int
		whole, wide bool
	}
	for what, test := range map[string]struct {
		text string
		want []found
	}{
		"nothing":                     {"a terminal at work, 735183", nil},
		"a password":                  {"\x05" + password + "\x00", []found{{residue.PIN, 8, true, false}}},
		"its beginning":               {"Q7XK\x00", []found{{residue.PIN, 4, false, false}}},
		"its middle":                  {"AXKZ42B", []found{{residue.PIN, 5, false, false}}},
		"three characters of it":      {"7XK", nil},
		"twice, and a piece":          {password + password + "Z42W", []found{{residue.PIN, 8, true, false}, {residue.PIN, 8, true, false}, {residue.PIN, 4, false, false}}},
		"a password in UTF-16":        {wide(password), []found{{residue.PIN, 8, true, true}}},
		"its end, at an odd place":    {"x" + wide("Z42W"), []found{{residue.PIN, 4, false, true}}},
		"a key":                       {key, []found{{residue.Key, 12, true, false}}},
		"a key as the screen has it":  {"4839 2017 5566", []found{{residue.Key, 14, true, false}}},
		"nine digits of a key":        {"483920175", nil},
		"ten of them":                 {"4839201755", []found{{residue.Key, 10, false, false}}},
		"eight of them, in groups":    {"4839 2017", []found{{residue.Key, 9, false, false}}},
		"a code":                      {"watashi:code:735182", []found{{residue.Code, 6, true, false}}},
		"a code as the slip has it":   {"735 182", []found{{residue.Code, 7, true, false}}},
		"a code as JSON has it":       {`["735","182"]`, []found{{residue.Code, 9, true, false}}},
		"a code as it is spelled":     {"It is:\n7、3、5。\n1、8、2。", []found{{residue.Code, 25, true, false}}},
		"a code in a longer number":   {"17351829", nil},
		"a code in a digest":          {"ab735182cd", nil},
		"a code in UTF-16":            {"\x01\x02" + wide(code) + "\x01\x02", []found{{residue.Code, 6, true, true}}},
		"a number in UTF-16 with it":  {wide("1" + code), nil},
		"a name":                      {name, []found{{residue.Attribute, 5, true, false}}},
		"a name without its last":     {"残菊　躑", []found{{residue.Attribute, 4, false, false}}},
		"a name in UTF-16":            {wide(name), []found{{residue.Attribute, 5, true, true}}},
		"a name in base64":            {"ey" + base64.RawURLEncoding.EncodeToString([]byte("{\""+name)), []found{{residue.Attribute, 19, true, false}}},
		"number B":                    {number, []found{{residue.Number, 14, true, false}}},
		"its security code":           {"4 6071 6071", nil},
		"that as a screen is told it": {`{"shown":"6071"}`, []found{{residue.Number, 5, true, false}}},
		"that where it was typed":     {zero + "6071" + zero, []found{{residue.Number, 12, true, false}}},
		"a birth date":                {"0\n319800601\n", []found{{residue.Birth, 9, true, false}}},
		"a birth date in a number":    {"1319800601", nil},
		"a piece of a photo":          {"a" + face, []found{{residue.Photo, 18, true, false}}},
		"less of it":                  {face[1:], nil},
		"that piece in base64":        {base64.StdEncoding.EncodeToString([]byte("ab" + face)), []found{{residue.Photo, 23, true, false}}},
		"the family's name by itself": {"残菊", nil},
	} {
		var got []found
		residue.NewSearch(all()).In([]byte(test.text), 0, len(test.text), func(f residue.Find) {
			got = append(got, found{f.Kind, f.Length, f.Whole, f.Wide})
		})
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", what, got, test.want)
		}
	}
}

func TestPieceAcrossABoundaryIsFoundOnce(t *testing.T) {
	text, n := []byte(".."+password+".."), 0
	search := residue.NewSearch(all())
	for cut := range len(text) {
		n = 0
		search.In(text, 0, cut, func(residue.Find) { n++ })
		search.In(text, cut, len(text), func(residue.Find) { n++ })
		if n != 1 {
			t.Errorf("cut at %d it is found %d times", cut, n)
		}
	}
}

func TestPasswordsAreOfFragmentsThatNobodyHas(t *testing.T) {
	g, random := new(residue.Grams), rand.New(rand.NewPCG(1, 2))
	var drawn []residue.Secret
	var text strings.Builder
	for range 200 {
		p := g.Password(random)
		if !strings.ContainsAny(p, "0123456789") || strings.Trim(p, "0123456789") == "" || len(p) < 6 || len(p) > 16 {
			t.Fatalf("a password of %d characters", len(p))
		}
		drawn = append(drawn, residue.Secret{Kind: residue.PIN, Text: p})
		text.WriteString(p)
	}
	fresh := new(residue.Grams)
	fresh.Note([]byte(text.String()))
	fresh.Note([]byte(wide(text.String())))
	another := residue.Secret{Kind: residue.PIN, Text: fresh.Password(random)}
	residue.NewSearch([]residue.Secret{another}).In([]byte(text.String()), 0, text.Len(), func(residue.Find) {
		t.Error("a fragment was noted and drawn all the same")
	})
	found := 0
	residue.NewSearch(drawn).In([]byte(text.String()), 0, text.Len(), func(f residue.Find) {
		if f.Whole {
			found++
		}
	})
	if found != len(drawn) {
		t.Errorf("%d of %d passwords are found", found, len(drawn))
	}
}

func TestSecretsPrintAsTheirKind(t *testing.T) {
	if got := all()[0].String(); got != "PIN" {
		t.Errorf("it prints as %q", got)
	}
}

func TestNumbersThatStandByThemselvesAreKnown(t *testing.T) {
	for text, want := range map[string]bool{
		"a 735182 b": true, "735182": true, "735 182": true, wide("735182"): true,
		"7351823": false, "a735182": false, "x.735182": false, "": false,
	} {
		g := new(residue.Grams)
		g.NoteNumbers([]byte(text))
		if got := g.HasNumber(code); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestWindowsOfAPictureAreItsOwn(t *testing.T) {
	picture := make([]byte, 10000)
	for i := range picture {
		picture[i] = byte(i * i * i >> 7)
	}
	all := residue.Windows(residue.Photo, picture)
	found := residue.NewTally("a picture")
	found.SearchCopy(all, residue.CopyOf(picture))
	if len(all) < 15 || found.Copies(residue.Photo) != len(all) {
		t.Errorf("%d of %d windows are found", found.Copies(residue.Photo), len(all))
	}
}

func TestFragmentThatStandsInManyPlacesIsOne(t *testing.T) {
	found := residue.NewTally("copies")
	found.SearchCopy(all(), residue.CopyOf([]byte("Q7XK. Q7XK. Q7XK. 7XKZ. "+password+" "+password)))
	if got, want := found.Found[residue.PIN], (residue.Counts{Whole: 2, Fragments: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
