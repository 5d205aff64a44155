package mynumber_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

const (
	jpkiAID = "D392F000260100000001"
	faceAID = "D3921000310001010402"
	textAID = "D3921000310001010408"
)

// yes is a card that answers 9000 to everything: the worst card for a guard, since
// everything that gets through takes effect. probing makes it answer 6F00, so that
// a probe that gets through moves nothing.
type yes struct {
	probing bool
	reached [][]byte
}

func (*yes) ATR() []byte { return nil }

func (y *yes) Transmit(_ context.Context, command []byte) ([]byte, error) {
	y.reached = append(y.reached, slices.Clone(command))
	if y.probing {
		return []byte{0x6F, 0x00}, nil
	}
	return []byte{0x90, 0x00}, nil
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func selectAID(aid string) []byte {
	return append([]byte{0x00, 0xA4, 0x04, 0x0C, byte(len(aid) / 2)}, unhex(aid)...)
}

func selectEF(id byte) []byte { return []byte{0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, id} }

// A stand is a place where the guard can believe the card to be.
type stand struct {
	app string
	ef  byte
	way [][]byte
}

func stands() []stand {
	all := []stand{{}, {app: jpkiAID, way: [][]byte{selectAID(jpkiAID)}}, {app: faceAID, way: [][]byte{selectAID(faceAID)}}}
	for app, files := range map[string][]byte{jpkiAID: {1, 6, 8, 0x18, 0x1A, 0x1B}, faceAID: {2, 4, 0x12}} {
		for _, id := range files {
			all = append(all, stand{app: app, ef: id, way: [][]byte{selectAID(app), selectEF(id)}})
		}
	}
	return all
}

// guardAt is a guard over a yes-card that stands there.
func guardAt(t testing.TB, s stand) (hal.Card, *yes) {
	t.Helper()
	card := &yes{}
	guard := mynumber.Guard(card)
	for _, command := range s.way {
		if _, err := guard.Transmit(context.Background(), command); err != nil {
			t.Fatalf("% X: %v", command, err)
		}
	}
	card.reached, card.probing = nil, true
	return guard, card
}

// lawful is a second opinion on one command, written from the reference's table
// and not from the driver's: which file of which application it reaches.
func lawful(s stand, c []byte) bool {
	header, body := [4]byte(c[:4]), c[4:]
	p1, p2 := header[2], header[3]
	lengthOnly := len(body) == 1 || len(body) == 3 && body[0] == 0
	digest := header[1] == 0x2A && len(body) == 1+51+1 && body[0] == 51 && bytes.HasPrefix(body[1:], unhex("3031300D060960864801650304020105000420"))
	target := func(p byte) byte {
		if p == 0x80 {
			return s.ef
		}
		return p - 0x80
	}
	switch {
	case header == [4]byte{0x00, 0xA4, 0x04, 0x0C}:
		return bytes.Equal(c, selectAID(jpkiAID)) || bytes.Equal(c, selectAID(faceAID))
	case header == [4]byte{0x00, 0xA4, 0x02, 0x0C}:
		return len(body) == 3 && body[0] == 2 && body[1] == 0 && listed(s.app, body[2], "001 006 008 018 01A 01B", "002 004 012")
	case header[0] == 0 && header[1] == 0xB0 && p1 < 0x80:
		return lengthOnly && listed(s.app, s.ef, "001 006 008", "002 004")
	case header[0] == 0 && header[1] == 0xB0:
		return lengthOnly && listed(s.app, p1-0x80, "001 006 008", "002 004")
	case header[0] == 0 && header[1] == 0x20 && p1 == 0 && p2 >= 0x80:
		if len(body) == 0 || string(body) == "\x00" { // the counter, in four bytes or with a Le
			return listed(s.app, target(p2), "018 01B", "012")
		}
		shape := string(body) == "\x06ABC123" && s.app == jpkiAID || string(body) == "\x0e12345678901234" && s.app == faceAID
		return shape && listed(s.app, target(p2), "01B", "012")
	case header[0] == 0x80 && header[1] == 0x2A && p1 == 0 && p2 == 0:
		return digest && s.app == faceAID
	case header[0] == 0x80 && header[1] == 0x2A && p1 == 0 && p2 >= 0x80:
		return digest && listed(s.app, target(p2), "01A", "")
	}
	return false
}

func listed(app string, id byte, inJPKI, inFace string) bool {
	list := map[string]string{jpkiAID: inJPKI, faceAID: inFace}[app]
	return slices.Contains(strings.Fields(list), fmt.Sprintf("%03X", id))
}

// bodies are what may follow a header: nothing, a Le, secrets and digests of right
// and wrong form.
func bodies() [][]byte {
	digest := append(unhex("33 3031300D060960864801650304020105000420"), make([]byte, 32)...)
	sha1 := append(unhex("23 3021300906052B0E03021A05000414"), make([]byte, 20)...)
	return [][]byte{
		{}, {0x00}, {0x06}, {0x00, 0x00, 0x00}, {0x00, 0x00, 0x04, '1', '2', '3', '4'}, []byte("\x06ABC123"), []byte("\x06abc123"), []byte("\x041234"),
		[]byte("\x0c123456789012"), []byte("\x0e12345678901234"),
		append(slices.Clone(digest), 0), digest, append(sha1, 0), {0x02, 0x00, 0x01}, {0x02, 0x00, 0x05},
	}
}

// TestGuardAllowsExactlyTheTable tries the instructions of the table with every P1
// beside each P2 of interest and the other way round, with every kind of body, from
// every place.
func TestGuardAllowsExactlyTheTable(t *testing.T) {
	interesting := unhex("00 01 02 04 05 0C 12 13 7F 80 81 82 84 85 86 88 91 92 93 94 95 97 98 9A 9B 9F A1 FB FF")
	for _, s := range stands() {
		guard, card := guardAt(t, s)
		try := func(ins [2]byte, p1, p2 byte, body []byte) {
			command := append([]byte{ins[0], ins[1], p1, p2}, body...)
			if reached(guard, card, command) != lawful(s, command) {
				t.Fatalf("in %s %04X: % X: allowed %v", s.app, s.ef, command, !lawful(s, command))
			}
			if len(card.reached) > 0 {
				guard, card = guardAt(t, s)
			}
		}
		for _, ins := range [][2]byte{{0x00, 0xA4}, {0x00, 0xB0}, {0x00, 0x20}, {0x80, 0x2A}, {0x00, 0xC0}} {
			for _, body := range bodies() {
				for _, p := range interesting {
					for q := range 256 {
						try(ins, p, byte(q), body)
						try(ins, byte(q), p, body)
					}
				}
			}
		}
	}
}

// reached reports whether a command got through to the card; a refused one must
// be refused by name, and must not show its data.
func reached(guard hal.Card, card *yes, command []byte) bool {
	_, err := guard.Transmit(context.Background(), command)
	if err != nil && !errors.Is(err, mynumber.ErrCommandRefused) {
		panic(err)
	}
	return len(card.reached) > 0
}

// Every class and every instruction, not only those of the table.
func TestGuardRefusesEveryOtherInstruction(t *testing.T) {
	rests := [][]byte{unhex("040C"), unhex("020C 02 0001"), unhex("8100 00"), unhex("009B"), unhex("0000 00")}
	for _, s := range []stand{{}, {app: jpkiAID, ef: 1, way: [][]byte{selectAID(jpkiAID), selectEF(1)}}, {app: faceAID, way: [][]byte{selectAID(faceAID)}}} {
		guard, card := guardAt(t, s)
		for header := range 1 << 16 {
			for _, rest := range rests {
				command := append([]byte{byte(header >> 8), byte(header)}, rest...)
				if reached(guard, card, command) != lawful(s, command) {
					t.Fatalf("in %s %04X: % X: allowed %v", s.app, s.ef, command, !lawful(s, command))
				}
				if len(card.reached) > 0 {
					guard, card = guardAt(t, s)
				}
			}
		}
	}
}

// Every EF identifier and every AID near the two that are listed.
func TestGuardSelectsNothingOutsideTheTable(t *testing.T) {
	for _, s := range stands()[:3] {
		guard, card := guardAt(t, s)
		for id := range 1 << 16 {
			command := []byte{0x00, 0xA4, 0x02, 0x0C, 0x02, byte(id >> 8), byte(id)}
			if reached(guard, card, command) != lawful(s, command) {
				t.Fatalf("in %s: SELECT EF %04X: allowed %v", s.app, id, !lawful(s, command))
			}
			if len(card.reached) > 0 {
				guard, card = guardAt(t, s)
			}
		}
	}
	guard, card := guardAt(t, stand{})
	for _, aid := range [][]byte{unhex(jpkiAID), unhex(faceAID)} {
		for n := range len(aid) {
			for b := range 256 {
				other := slices.Clone(aid)
				other[n] = byte(b)
				for _, try := range [][]byte{other, other[:n+1], append(other, 0)} {
					command := append([]byte{0x00, 0xA4, 0x04, 0x0C, byte(len(try))}, try...)
					if reached(guard, card, command) != lawful(stand{}, command) {
						t.Fatalf("SELECT % X: allowed %v", try, !lawful(stand{}, command))
					}
					card.reached = nil
				}
			}
		}
	}
}

// After what may have moved the card, nothing but the SELECT of an application
// is allowed.
func TestGuardForgetsWhereItIsNotSure(t *testing.T) {
	read := unhex("00B0810000")
	for name, answer := range map[string][]byte{
		"SELECT refused": {0x6A, 0x82},
		"nonsense":       {0x12},
		"empty":          {},
	} {
		card := scripted(func(command []byte) ([]byte, error) { return answer, nil })
		guard := mynumber.Guard(card)
		_, _ = guard.Transmit(context.Background(), selectAID(jpkiAID))
		if _, err := guard.Transmit(context.Background(), read); !errors.Is(err, mynumber.ErrCommandRefused) {
			t.Errorf("%s: got %v, want %v", name, err, mynumber.ErrCommandRefused)
		}
	}
	broken := false
	guard := mynumber.Guard(scripted(func([]byte) ([]byte, error) {
		if broken {
			return nil, hal.ErrGone
		}
		return []byte{0x90, 0x00}, nil
	}))
	_, _ = guard.Transmit(context.Background(), selectAID(jpkiAID))
	broken = true
	_, _ = guard.Transmit(context.Background(), read)
	if _, err := guard.Transmit(context.Background(), read); !errors.Is(err, mynumber.ErrCommandRefused) {
		t.Errorf("after a broken line: got %v, want %v", err, mynumber.ErrCommandRefused)
	}
}

// The text application may have been left selected by somebody else.
func TestGuardDoesNotReadWhatSomebodyElseSelected(t *testing.T) {
	card, _ := newCard(t)
	if _, err := card.Transmit(context.Background(), selectAID(textAID)); err != nil {
		t.Fatal(err)
	}
	guard := mynumber.Guard(card)
	for _, command := range []string{"00B0810000", "00B0000000", "00200091", "00200094", "00A4020C020001"} {
		if _, err := guard.Transmit(context.Background(), unhex(command)); !errors.Is(err, mynumber.ErrCommandRefused) {
			t.Errorf("%s: got %v, want %v", command, err, mynumber.ErrCommandRefused)
		}
	}
}

func TestGuardFetchesOnlyWhatWasAnnounced(t *testing.T) {
	guard := mynumber.Guard(scripted(func(command []byte) ([]byte, error) {
		if command[1] == 0xB0 {
			return []byte{0x61, 0x10}, nil
		}
		return []byte{0x90, 0x00}, nil
	}))
	fetch := unhex("00C0000010")
	for _, step := range []struct {
		command []byte
		allowed bool
	}{
		{fetch, false}, {selectAID(jpkiAID), true}, {fetch, false}, {unhex("00B0810000"), true}, {fetch, true}, {fetch, false},
	} {
		_, err := guard.Transmit(context.Background(), step.command)
		if errors.Is(err, mynumber.ErrCommandRefused) == step.allowed {
			t.Errorf("% X: got %v, want allowed %v", step.command, err, step.allowed)
		}
	}
}

func TestRefusalShowsNoData(t *testing.T) {
	guard := mynumber.Guard(&yes{})
	_, err := guard.Transmit(context.Background(), []byte("\x00\x20\x00\x9B\x09MIDORI123"))
	if text := fmt.Sprintf("%v %+v %#v %q", err, err, err, err); strings.Contains(text, "MIDORI") || strings.Contains(text, "4D49") {
		t.Errorf("the refusal shows its data: %s", text)
	}
}

// TestNoWalkTouchesTheMyNumber sends random commands, mostly such as would reach
// the number, to a card that notes every touch.
func TestNoWalkTouchesTheMyNumber(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	card, _ := newCard(t) // looks at its end that nothing was touched
	guard := mynumber.Guard(card)
	for range 50_000 {
		walk(t, random, guard, card)
	}
}

func walk(t *testing.T, random *rand.Rand, guard hal.Card, card *haltest.Card) {
	pick := func(all ...string) string { return all[random.IntN(len(all))] }
	command := unhex(pick("00A4", "00B0", "0020", "802A", "00C0", "0084", "0CA4", "01B0", "00B1", "00B2", "8020", "00CA"))
	command = append(command, unhex(pick("040C", "020C", "0000", "0400", "0200", "000C", "8000", "8100", "8200", "8500", "0080", "0091", "0092", "0093", "0094", "0095", "009B", "009A"))...)
	command = append(command, unhex(pick("", "00", "0A"+jpkiAID, "0A"+faceAID, "0A"+textAID, "09"+textAID[:18], "020001", "020005", "020013", "020014", "020002",
		"000000", "0000020001", "0C313233343536373839303132", "0431323334"))...)
	if _, err := guard.Transmit(context.Background(), command); err != nil && !errors.Is(err, mynumber.ErrCommandRefused) {
		t.Fatal(err)
	}
}

func FuzzGuard(f *testing.F) {
	for _, s := range []string{"00B0810000", "00A4040C0A" + textAID, "00200094", "00200093", "00A4020C020005", "00A404000A" + faceAID} {
		f.Add([]byte(selectAID(jpkiAID)), unhex(s))
		f.Add([]byte(selectAID(faceAID)), unhex(s))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		card, _ := newCard(t)
		guard := mynumber.Guard(card)
		for _, command := range [][]byte{first, second, unhex("00B0000000")} {
			_, _ = guard.Transmit(context.Background(), command)
		}
	})
}
