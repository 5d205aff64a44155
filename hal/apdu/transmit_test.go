package apdu_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/apdu"
)

// script answers commands in turn: "command > answer", both in hex.
type script struct {
	t     *testing.T
	turns []string
	seen  [][]byte // the buffers that were given, to look whether they were cleared
}

func (*script) ATR() []byte { return nil }

func (s *script) Transmit(_ context.Context, command []byte) ([]byte, error) {
	s.seen = append(s.seen, command)
	if len(s.turns) == 0 {
		s.t.Errorf("a command too many: % X", command)
		return nil, hal.ErrGone
	}
	want, answer, _ := strings.Cut(s.turns[0], ">")
	s.turns = s.turns[1:]
	if got := fmt.Sprintf("%X", command); got != strings.TrimSpace(want) {
		s.t.Errorf("got %s, want %s", got, want)
	}
	if answer = strings.TrimSpace(answer); answer == "gone" {
		return nil, hal.ErrCardRemoved
	}
	return unhex(s.t, answer), nil
}

func TestTransmitFetchesAndCorrects(t *testing.T) {
	read := apdu.Command{INS: 0xB0, P1: 0x81, Le: 256}
	verify := apdu.Command{INS: 0x20, P2: 0x9B, Data: []byte("ABC123")}
	for _, tc := range []struct {
		name    string
		command apdu.Command
		turns   []string
		want    string // data and SW in hex, or the error
	}{
		{"plain", read, []string{"00B0810000 > 01029000"}, "01029000"},
		{"refused", read, []string{"00B0810000 > 6982"}, "6982"},
		{"61xx", read, []string{"00B0810000 > 6103", "00C0000003 > 0102039000"}, "0102039000"},
		{"61xx with data", read, []string{"00B0810000 > 0A6101", "00C0000001 > 0B9000"}, "0A0B9000"},
		{"6100 is 256", read, []string{"00B0810000 > 6100", "00C0000000 > 019000"}, "019000"},
		{"61xx twice", read, []string{"00B0810000 > 6101", "00C0000001 > 0A6101", "00C0000001 > 0B9000"}, "0A0B9000"},
		{"61xx, then an error", read, []string{"00B0810000 > 6101", "00C0000001 > 6F00"}, "6F00"},
		{"61xx for ever", read, []string{"00B0810000 > 6101", "00C0000001 > 6101"}, apdu.ErrResponse.Error()},
		{"6Cxx", read, []string{"00B0810000 > 6C02", "00B0810002 > 01029000"}, "01029000"},
		{"6Cxx twice", read, []string{"00B0810000 > 6C02", "00B0810002 > 6C01"}, "6C01"},
		{"6Cxx, then 61xx", read, []string{"00B0810000 > 6C01", "00B0810001 > 6101", "00C0000001 > 0A9000"}, "0A9000"},
		{"6Cxx to a VERIFY", verify, []string{"0020009B06414243313233 > 6C10"}, "6C10"},
		{"class 80", apdu.Command{CLA: 0x80, INS: 0x2A, Data: []byte{1}, Le: 256}, []string{"802A0000010100 > 6101", "00C0000001 > 0A9000"}, "0A9000"},
		{"case 1", apdu.Command{INS: 0x20, P2: 0x9B}, []string{"0020009B > 63C5"}, "63C5"},
		{"empty", read, []string{"00B0810000 > "}, apdu.ErrResponse.Error()},
		{"one byte", read, []string{"00B0810000 > 90"}, apdu.ErrResponse.Error()},
		{"no status word", read, []string{"00B0810000 > 0102"}, apdu.ErrResponse.Error()},
		{"60xx", read, []string{"00B0810000 > 6000"}, apdu.ErrResponse.Error()},
		{"removed", read, []string{"00B0810000 > gone"}, hal.ErrCardRemoved.Error()},
		{"removed while fetching", read, []string{"00B0810000 > 6101", "00C0000001 > gone"}, hal.ErrCardRemoved.Error()},
	} {
		card := &script{t: t, turns: tc.turns}
		r, err := apdu.Transmit(context.Background(), card, tc.command)
		got := fmt.Sprintf("%X", r.Append(nil))
		if err != nil {
			got = err.Error()
			if r.Data != nil || r.SW != 0 {
				t.Errorf("%s: an error and a response", tc.name)
			}
		}
		if got != tc.want && !(err != nil && strings.HasPrefix(got, tc.want)) {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
		if len(card.turns) > 0 {
			t.Errorf("%s: not sent: %q", tc.name, card.turns)
		}
		for _, buffer := range card.seen {
			if !bytes.Equal(buffer, make([]byte, len(buffer))) {
				t.Errorf("%s: % X was left in its buffer", tc.name, buffer)
			}
		}
	}
}

func TestResponseErrIsItsStatusWord(t *testing.T) {
	if err := (apdu.Response{SW: apdu.OK}).Err(); err != nil {
		t.Errorf("9000: %v", err)
	}
	var sw apdu.SW
	if err := (apdu.Response{SW: 0x63C2}).Err(); !errors.As(err, &sw) || sw != 0x63C2 {
		t.Errorf("got %v", err)
	}
}

func TestStatusWordsAreErrorsToBranchOn(t *testing.T) {
	for _, tc := range []struct {
		sw      apdu.SW
		text    string
		intents []error
		left    int // -1: says nothing of tries
	}{
		{0x9000, "SW 9000 ok", nil, -1},
		{0x63C0, "SW 63C0 verification refused, 0 tries left", []error{apdu.ErrWrongSecret, apdu.ErrBlocked}, 0},
		{0x63C5, "SW 63C5 verification refused, 5 tries left", []error{apdu.ErrWrongSecret}, 5},
		{0x63CF, "SW 63CF verification refused, 15 tries left", []error{apdu.ErrWrongSecret}, 15},
		{0x6300, "SW 6300 verification refused", []error{apdu.ErrWrongSecret}, -1},
		{0x6381, "SW 6381 warning, state changed", nil, -1},
		{0x6982, "SW 6982 security status not satisfied", []error{apdu.ErrNotVerified}, -1},
		{0x6983, "SW 6983 authentication method blocked", []error{apdu.ErrBlocked}, -1},
		{0x6984, "SW 6984 reference data not usable", []error{apdu.ErrBlocked}, -1},
		{0x6A82, "SW 6A82 file or application not found", []error{apdu.ErrNotFound}, -1},
		{0x6A88, "SW 6A88 reference not found", []error{apdu.ErrNotFound}, -1},
		{0x6A99, "SW 6A99 wrong parameters", nil, -1},
		{0x6C10, "SW 6C10 wrong Le", nil, -1},
		{0x9F12, "SW 9F12 not in ISO/IEC 7816-4", nil, -1},
	} {
		if tc.sw.Error() != tc.text || tc.sw.String() != tc.text {
			t.Errorf("got %q, want %q", tc.sw.Error(), tc.text)
		}
		for _, intent := range []error{apdu.ErrNotFound, apdu.ErrNotVerified, apdu.ErrBlocked, apdu.ErrWrongSecret} {
			want := false
			for _, i := range tc.intents {
				want = want || i == intent
			}
			if errors.Is(fmt.Errorf("reading: %w", tc.sw), intent) != want {
				t.Errorf("%v is %q: %v, want %v", tc.sw, intent, !want, want)
			}
		}
		left, ok := tc.sw.Retries()
		if ok != (tc.left >= 0) || ok && left != tc.left {
			t.Errorf("%v: %d tries left, %v, want %d", tc.sw, left, ok, tc.left)
		}
	}
}

func FuzzParseResponse(f *testing.F) {
	for _, seed := range []string{"9000", "6982", "01029000", "", "90", "6100", "0000"} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := apdu.ParseResponse(in)
		if err != nil {
			if r.Data != nil || r.SW != 0 {
				t.Error("an error and a response")
			}
			return
		}
		if out := r.Append(nil); !bytes.Equal(in, out) {
			t.Errorf("% X parsed and became % X", in, out)
		}
	})
}

// FuzzTransmit: whatever a card answers, an exchange ends, brings no more than a
// response can hold, sends a command with a secret once, and leaves no copy of it.
func FuzzTransmit(f *testing.F) {
	for _, seed := range []string{"9000", "6103 0102039000", "6101 0A6101 0B9000", "6C02 01029000", "6C02 6C01", "6100", "", "63C4"} {
		f.Add(unhex(f, strings.ReplaceAll(seed, " ", "")), true)
		f.Add(unhex(f, strings.ReplaceAll(seed, " ", "")), false)
	}
	f.Fuzz(func(t *testing.T, answers []byte, secret bool) {
		command := apdu.Command{INS: 0xB0, P1: 0x81, Le: 256}
		if secret {
			command = apdu.Command{INS: 0x20, P2: 0x9B, Data: []byte("MIDORI123")}
		}
		card := &scraps{rest: answers}
		r, err := apdu.Transmit(context.Background(), card, command)
		if err != nil && (r.Data != nil || r.SW != 0) {
			t.Error("an error and a response")
		}
		if len(r.Data) > apdu.MaxExtended {
			t.Errorf("a response of %d bytes", len(r.Data))
		}
		if card.secrets > 1 {
			t.Errorf("the secret was sent %d times", card.secrets)
		}
		for _, buffer := range card.seen {
			if !bytes.Equal(buffer, make([]byte, len(buffer))) {
				t.Errorf("% X was left in its buffer", buffer)
			}
		}
	})
}

// scraps answers with pieces of what it has: the first byte of each says how long
// it is.
type scraps struct {
	rest    []byte
	secrets int
	seen    [][]byte
}

func (*scraps) ATR() []byte { return nil }

func (s *scraps) Transmit(_ context.Context, command []byte) ([]byte, error) {
	s.seen = append(s.seen, command)
	if bytes.Contains(command, []byte("MIDORI")) {
		s.secrets++
	}
	if len(s.rest) == 0 {
		return nil, hal.ErrGone
	}
	n := min(1+int(s.rest[0]%8), len(s.rest))
	answer := bytes.Clone(s.rest[:n])
	s.rest = s.rest[n:]
	return answer, nil
}

func TestPartsThatAreJoinedAreOverwritten(t *testing.T) {
	a, b := []byte("first"), []byte("second")
	if got := apdu.Join(a, b); string(got) != "firstsecond" || string(a) != "\x00\x00\x00\x00\x00" || string(b) != "\x00\x00\x00\x00\x00\x00" {
		t.Errorf("got %q, and %q and %q are left", got, a, b)
	}
}
