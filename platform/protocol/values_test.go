package protocol_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestNewRegistrationKeysAreWhole(t *testing.T) {
	seen := map[protocol.RegistrationKey]bool{}
	for range 1000 {
		k := protocol.NewRegistrationKey()
		if got, err := protocol.ParseRegistrationKey(k.Digits()); got != k || err != nil {
			t.Fatalf("%s: %v", k.Digits(), err)
		}
		seen[k] = true
	}
	if len(seen) < 999 {
		t.Errorf("%d different ones of 1000", len(seen))
	}
}

func TestRegistrationKeyCatchesSlipsOfTheFinger(t *testing.T) {
	key := sampleKey().Digits()
	for i := range key {
		for d := byte('0'); d <= '9'; d++ {
			wrong := bytes.Clone(key)
			wrong[i] = d
			if _, err := protocol.ParseRegistrationKey(wrong); d != key[i] && !errors.Is(err, protocol.ErrKeyCheckDigits) {
				t.Errorf("%s: %v", wrong, err)
			}
		}
		for j := range i {
			wrong := bytes.Clone(key)
			wrong[i], wrong[j] = wrong[j], wrong[i]
			if _, err := protocol.ParseRegistrationKey(wrong); wrong[i] != wrong[j] && err == nil {
				t.Errorf("%s: two digits changed places", wrong)
			}
		}
	}
}

func TestScannedKeyNeedsItsScheme(t *testing.T) {
	for _, s := range []string{"", "watashi:key:", "314159265362", "watashi:code:314159265362", "WATASHI:KEY:314159265362", "watashi:key:314159265362 "} {
		if _, err := protocol.ParseScannedKey([]byte(s)); !errors.Is(err, protocol.ErrKeyShape) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestNewCodesAreEvenlyDrawn(t *testing.T) {
	for profile, want := range map[protocol.Profile]struct{ length, symbols int }{
		protocol.Digits6: {6, 10}, protocol.Continuation: {23, 32},
	} {
		counts, codes := map[byte]int{}, 60_000/want.length
		for range codes {
			c := protocol.NewCode(profile)
			if len(c.Whole()) != want.length || !c.Complete() || c.Profile() != profile {
				t.Fatalf("%s: %d characters", profile, len(c.Whole()))
			}
			for _, b := range c.Whole() {
				counts[b]++
			}
		}
		// Six standard deviations: fails once in 10^8 runs, and at once with a modulo bias over 256.
		n, p := float64(codes*want.length), 1/float64(want.symbols)
		for b, got := range counts {
			if math.Abs(float64(got)-n*p) > 6*math.Sqrt(n*p*(1-p)) {
				t.Errorf("%s: %c came %d times, want about %.0f", profile, b, got, n*p)
			}
		}
		if len(counts) != want.symbols {
			t.Errorf("%s: %d different characters, want %d", profile, len(counts), want.symbols)
		}
	}
}

func TestCodeIsReadAsPeopleTypeIt(t *testing.T) {
	for typed, want := range map[string]string{
		"0123-4567-89ABC":                      "0123456789ABC",
		"oI23 4567 89abc":                      "0123456789ABC",
		"0123456789ABCDEFGHJKMNP":              "0123456789ABCDEFGHJKMNP",
		"watashi:code:0123456789ABCDEFGHJKMNP": "0123456789ABCDEFGHJKMNP",
	} {
		c, err := protocol.ParseCode(protocol.Continuation, []byte(typed))
		if err != nil || string(c.Whole()) != want {
			t.Errorf("%q: %s, %v", typed, c.Whole(), err)
		}
	}
	for profile, wrong := range map[protocol.Profile][]string{
		protocol.Digits6:      {"", "12457", "1245789", "12457a", "124 578", "１２４５７８"},
		protocol.Continuation: {"", "0123456789AB", "0123456789ABCD", "0123456789ABCDEFGHJKMN", "0123456789ABU", strings.Repeat("0", 65)},
		"bind10":              {"124578"},
	} {
		for _, typed := range wrong {
			if c, err := protocol.ParseCode(profile, []byte(typed)); !errors.Is(err, protocol.ErrCodeShape) || !c.IsZero() {
				t.Errorf("%s %q: %v", profile, typed, err)
			}
		}
	}
}

func TestCodeMatchesByItsHumanPart(t *testing.T) {
	whole := must(protocol.ParseCode(protocol.Continuation, []byte("0123456789ABCDEFGHJKMNP")))
	typed := must(protocol.ParseCode(protocol.Continuation, []byte("0123456789ABC")))
	other := must(protocol.ParseCode(protocol.Continuation, []byte("0123456789ABCDEFGHJKMNQ")))
	if !whole.Matches(typed) || !typed.Matches(whole) || !whole.Matches(whole) {
		t.Error("the same code does not match")
	}
	if whole.Matches(other) || sampleCode().Matches(typed) || (protocol.Code{}).Matches(protocol.Code{}) {
		t.Error("another code matches")
	}
	if typed.Complete() || !whole.Complete() {
		t.Error("the typed part is taken for the whole")
	}
}

func TestWipedCodeIsGoneFromEveryCopy(t *testing.T) {
	c := sampleCode()
	again, bytesOf, groups := c, c.Whole(), c.Groups()
	c.Wipe()
	c.Wipe()
	if !again.IsZero() || !c.IsZero() || again.Complete() || !bytes.Equal(bytesOf, make([]byte, 6)) || groups[1][2] != 0 {
		t.Errorf("left: % x", bytesOf)
	}
	if _, err := again.MarshalText(); err == nil {
		t.Error("a wiped code goes over the wire")
	}
	protocol.Code{}.Wipe()
}

func TestNothingPersonalOrSecretPrints(t *testing.T) {
	hidden := []string{"花子", "東京都", "20000229", "314159265362", "124578", "3141", "sixteen", "YSBmYWNl"}
	type wrapped struct {
		Personal    protocol.Personal
		Key         protocol.RegistrationKey
		Code        protocol.Code
		Application protocol.Application
		Content     protocol.Content
		Query       protocol.KeyQuery
		Activation  protocol.ActivationRequest
		Answer      protocol.Activation
		Private     protocol.PrivateKey
	}
	w := wrapped{
		"花子", sampleKey(), sampleCode(), sampleApplication(),
		protocol.Content{Registration: []byte("r"), Code: sampleCode(), Salt: sampleSalt(), Photo: []byte("a face")},
		sampleQuery(), protocol.ActivationRequest{Key: sampleKey(), Code: sampleCode()},
		protocol.Activation{Status: protocol.Bound, Name: "花子"}, cast().app,
	}
	values := []any{w, &w, w.Personal, w.Key, w.Code, w.Application, w.Application.Attributes, w.Content, w.Query, w.Activation, w.Answer, w.Private, []any{w}}
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%c", "%U", "%t", "%08v"} {
			refuse(t, fmt.Sprintf("%T %s", v, verb), fmt.Sprintf(verb, v), hidden)
		}
	}
	for _, v := range []any{w.Personal, w.Key, w.Code, w.Application, w.Application.Attributes, w.Content, w.Private, sampleToken()} {
		for _, handler := range []func(*bytes.Buffer) slog.Handler{
			func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
			func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		} {
			b := &bytes.Buffer{}
			slog.New(handler(b)).Info("test", "value", v)
			refuse(t, fmt.Sprintf("%T in a log", v), b.String(), hidden)
		}
	}
	for _, v := range []any{w.Content, w.Private} {
		refuse(t, fmt.Sprintf("%T as JSON", v), string(must(json.Marshal(v))), hidden)
	}
}

func refuse(t *testing.T, what, text string, hidden []string) {
	t.Helper()
	for _, h := range hidden {
		if strings.Contains(text, h) || strings.Contains(text, fmt.Sprintf("%x", h)) {
			t.Errorf("%s shows %q", what, h)
		}
	}
}

func TestIDHasOneSpelling(t *testing.T) {
	id := protocol.NewID()
	if got, err := protocol.ParseID(id.String()); got != id || err != nil || id.IsZero() || id == protocol.NewID() {
		t.Errorf("%v, %v", got, err)
	}
	good := sampleID().String()
	for _, s := range []string{"", good[1:], good + "0", strings.ToUpper(good), "0x" + good[2:], good[:31] + "g", good[:31] + "\x00"} {
		if got, err := protocol.ParseID(s); err == nil || !got.IsZero() {
			t.Errorf("%q accepted", s)
		}
	}
}

func TestDigestHasOneSpelling(t *testing.T) {
	d := protocol.SHA256([]byte("x"))
	if got, err := protocol.ParseDigest(d.String()); !got.Equal(d) || err != nil {
		t.Error(err)
	}
	text := d.String()
	for _, s := range []string{"", text[1:], text + "=", text[:42] + "9", strings.Replace(text, "-", "+", 1) + "\n", text[:20] + "\n" + text[20:]} {
		if _, err := protocol.ParseDigest(s); err == nil {
			t.Errorf("%q accepted", s)
		}
	}
}

func TestTwentyFourPicturesAreDifferent(t *testing.T) {
	all := protocol.Pictures()
	slices.Sort(all)
	if len(slices.Compact(all)) != 24 {
		t.Errorf("%d pictures", len(all))
	}
}
