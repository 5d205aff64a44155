package mynumber_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// The authentication PIN 0018 may be asked for its counter. These tests prove that
// nothing that carries a byte of a secret can reach it, or any other reference
// that is not ours.

// waysTo0018 are all ways in which the guard can come to believe that 0018 is the
// current file: by SELECT, and by asking it under its short identifier.
func waysTo0018() []stand {
	return []stand{
		{app: jpkiAID, way: [][]byte{selectAID(jpkiAID)}},
		{app: jpkiAID, ef: 0x18, way: [][]byte{selectAID(jpkiAID), selectEF(0x18)}},
		{app: jpkiAID, ef: 0x18, way: [][]byte{selectAID(jpkiAID), {0x00, 0x20, 0x00, 0x98}}},
		{app: jpkiAID, ef: 0x18, way: [][]byte{selectAID(jpkiAID), {0x00, 0x20, 0x00, 0x98, 0x00}}},
	}
}

func TestGuardLetsNoneOfTheTenThousandPINsPass(t *testing.T) {
	for _, s := range waysTo0018() {
		guard, card := guardAt(t, s)
		for n := range 10_000 {
			secret := fmt.Appendf(nil, "%04d", n)
			for _, p2 := range []byte{0x00, 0x18, 0x80, 0x98} {
				for _, command := range verifies(p2, secret) {
					if reached(guard, card, command) {
						t.Fatalf("from %v: % X reached the card", s.way, command)
					}
				}
			}
		}
	}
}

// verifies are the forms of a VERIFY with data: short and extended, with a Le and
// without.
func verifies(p2 byte, secret []byte) [][]byte {
	n := byte(len(secret))
	short := append([]byte{0x00, 0x20, 0x00, p2, n}, secret...)
	long := append([]byte{0x00, 0x20, 0x00, p2, 0x00, 0x00, n}, secret...)
	return [][]byte{short, append(bytes.Clone(short), 0), long, append(bytes.Clone(long), 0, 0)}
}

// Secrets of every length and of every form that any reference takes, in every
// class and with every P1 and P2. One that passes is a signing PIN for 001B.
func TestGuardLetsNoSecretPassButToItsOwnReference(t *testing.T) {
	secrets := [][]byte{[]byte("ABC123"), []byte("12345678901234"), []byte("123456789012"), []byte("123456"), []byte("1234"), {0x00}, {0xFF}}
	for n := 1; n <= 32; n++ {
		secrets = append(secrets, bytes.Repeat([]byte("7"), n), bytes.Repeat([]byte("A7"), n)[:n])
	}
	for _, s := range waysTo0018() {
		guard, card := guardAt(t, s)
		for _, secret := range secrets {
			for p2 := range 256 {
				for i, command := range verifies(byte(p2), secret) {
					own := p2 == 0x9B && i == 0 && isPassword(secret)
					if reached(guard, card, command) != own {
						t.Fatalf("from %v: % X, want allowed %v", s.way, command, own)
					}
					if own {
						guard, card = guardAt(t, s)
					}
				}
			}
		}
	}
}

// isPassword is a second opinion on what may go to 001B.
func isPassword(b []byte) bool {
	letters, digits := 0, 0
	for _, c := range b {
		if bytes.IndexByte([]byte("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), c) >= 0 {
			letters++
		}
		if bytes.IndexByte([]byte("0123456789"), c) >= 0 {
			digits++
		}
	}
	return len(b) >= 6 && len(b) <= 16 && letters > 0 && digits > 0 && letters+digits == len(b)
}

// CHANGE, RESET and the like never pass, with whatever they carry.
func TestGuardChangesNoReference(t *testing.T) {
	for _, s := range stands() {
		guard, card := guardAt(t, s)
		for _, ins := range []byte{0x22, 0x24, 0x26, 0x28, 0x2C, 0x82, 0x86, 0x88, 0xD0, 0xD6, 0xDA, 0xE2} {
			for _, cla := range []byte{0x00, 0x0C, 0x10, 0x80, 0x84} {
				for _, p := range [][2]byte{{0, 0x80}, {1, 0x80}, {0, 0x98}, {1, 0x9B}, {2, 0x92}, {0, 0}} {
					for _, body := range bodies() {
						command := append([]byte{cla, ins, p[0], p[1]}, body...)
						if reached(guard, card, command) {
							t.Fatalf("in %s %04X: % X reached the card", s.app, s.ef, command)
						}
					}
				}
			}
		}
	}
}

// The proof above is about the guard's table; this one is about a card: every
// reference but the two of a registration keeps its tries, whatever is sent.
func TestNoVERIFYReachesTheAuthenticationPINOfACard(t *testing.T) {
	card, _ := newCard(t)
	guard := mynumber.Guard(card)
	send(t, guard, selectAID(jpkiAID))
	for _, way := range [][]byte{selectEF(0x18), {0x00, 0x20, 0x00, 0x98}} {
		send(t, guard, way)
		for _, p2 := range []byte{0x80, 0x98} {
			for _, command := range verifies(p2, []byte("9999")) {
				_, _ = guard.Transmit(context.Background(), command)
			}
		}
	}
	if got := send(t, guard, []byte{0x00, 0x20, 0x00, 0x98}); !bytes.Equal(got, []byte{0x63, 0xC3}) {
		t.Errorf("the authentication PIN answers % X, want three tries left", got)
	}
	if n := countVerifies(card.Transcript()); n != 0 {
		t.Errorf("%d VERIFYs with data reached the card", n)
	}
}

func send(t *testing.T, card hal.Card, command []byte) []byte {
	t.Helper()
	answer, err := card.Transmit(context.Background(), command)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// A line that says that a command was too long for it has not reached the card:
// the guard stands where it stood, and not where the command would have led.
func TestGuardStandsWhereItStoodAfterACommandTooLong(t *testing.T) {
	tooLong := false
	card, _ := newCard(t)
	guard := mynumber.Guard(scripted(func(command []byte) ([]byte, error) {
		if tooLong {
			return nil, hal.ErrLength
		}
		return card.Transmit(context.Background(), command)
	}))
	for _, tc := range []struct {
		way, lost []byte
		still     []byte // allowed afterwards
		never     []byte // not allowed afterwards
	}{
		{selectEF(0x06), unhex("00B08800000000"), unhex("00B0860020"), unhex("00B0000020")},
		{selectEF(0x06), unhex("00B00000000000"), unhex("00B0000020"), unhex("00B0820000")},
		{selectEF(0x06), selectAID(faceAID), selectAID(jpkiAID), unhex("00B0000020")},
	} {
		send(t, guard, selectAID(jpkiAID))
		send(t, guard, tc.way)
		tooLong = true
		if _, err := guard.Transmit(context.Background(), tc.lost); err == nil {
			t.Fatal("a command too long was answered")
		}
		tooLong = false
		if _, err := guard.Transmit(context.Background(), tc.never); err == nil {
			t.Errorf("after % X: % X was allowed", tc.lost, tc.never)
		}
		if _, err := guard.Transmit(context.Background(), tc.still); err != nil {
			t.Errorf("after % X: % X: %v", tc.lost, tc.still, err)
		}
	}
}

// TestGuardKeepsEveryFlowFromTheNumber runs each card of the street through a
// visit and looks into the card: newCard fails where anything was touched.
func TestGuardKeepsEveryFlowFromTheNumber(t *testing.T) {
	for _, s := range haltest.Situations() {
		for _, maxData := range []int{256, 65536} {
			card, trust := newCard(t, s.Options...)
			_, _ = stepwise(virtual{card, maxData}, trust, mynumber.Open, card.Citizen())
			_, _ = stepwise(virtual{card, maxData}, trust, mynumber.OpenKnown, card.Citizen())
			for _, line := range commands(card) {
				if listedNowhere(line) {
					t.Errorf("%s: %s names what is out of bounds", s.ID, line)
				}
			}
		}
	}
}

// listedNowhere is a third opinion, on the text of a command alone: the text
// application, the references of the number, and the PINs of four digits.
func listedNowhere(command string) bool {
	command = strings.TrimSpace(command)
	for _, never := range []string{
		"00 A4 04 0C 0A D3 92 10 00 31 00 01 01 04 08", "00 A4 02 0C 02 00 05", "00 A4 02 0C 02 00 13", "00 A4 02 0C 02 00 11", "00 A4 02 0C 02 00 14",
		"00 B0 85", "00 B0 83", "00 20 00 91", "00 20 00 93", "00 20 00 94", "00 20 00 98 0",
	} {
		if len(command) >= len(never) && command[:len(never)] == never && command != "00 20 00 98 00" {
			return true
		}
	}
	return false
}
