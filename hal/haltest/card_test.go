package haltest_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

const (
	selectJPKI = "00A4040C0AD392F000260100000001"
	selectText = "00A4040C0AD3921000310001010408"
	selectFace = "00A4040C0AD3921000310001010402"
)

// newCard is the card of the first of the cast.
func newCard(opts ...haltest.Option) *haltest.Card {
	return haltest.NewCard(haltest.Citizens()[0], haltest.NewCA(), opts...)
}

// send gives the whole answer in hex.
func send(t testing.TB, card hal.Card, cmd string) string {
	t.Helper()
	answer, err := card.Transmit(context.Background(), unhex(t, cmd))
	if err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	return strings.ToUpper(hex.EncodeToString(answer))
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// verify is VERIFY of the current file.
func verify(value string) string { return fmt.Sprintf("00200080%02X%X", len(value), value) }

// converse sends each command of a script and compares the answers: "command >
// answer", where an answer may be the status word alone.
func converse(t testing.TB, card hal.Card, script ...string) {
	t.Helper()
	for i, line := range script {
		cmd, want, _ := strings.Cut(line, ">")
		got := send(t, card, strings.TrimSpace(cmd))
		if want = strings.ReplaceAll(want, " ", ""); len(want) == 4 {
			got = got[len(got)-4:]
		}
		if got != want {
			t.Errorf("%d: %s\n got %s\nwant %s", i, cmd, got, want)
		}
	}
}

// readAll reads the file that is current, 256 bytes at a time.
func readAll(t testing.TB, card hal.Card) []byte {
	t.Helper()
	var out []byte
	for {
		answer := unhex(t, send(t, card, fmt.Sprintf("00B0%04X00", len(out))))
		n := len(answer) - 2
		if sw := answer[n:]; !bytes.Equal(sw, []byte{0x90, 0x00}) {
			return out
		}
		out = append(out, answer[:n]...)
	}
}

func TestCardSignsForItsCertificateAfterThePassword(t *testing.T) {
	card := newCard()
	converse(t, card,
		selectJPKI+"> 9000", "00A4020C02001B > 9000", "00200080 > 63C5",
		verify("MIDORI123")+"> 9000", "00A4020C020001 > 9000")
	ef := readAll(t, card)
	n := 4 + int(ef[2])<<8 + int(ef[3])
	certificate, err := x509.ParseCertificate(ef[:n])
	if err != nil {
		t.Fatal(err)
	}
	if len(ef) == n || bytes.Trim(ef[n:], "\xFF") == nil == false && len(bytes.Trim(ef[n:], "\xFF")) > 0 {
		t.Errorf("no filler after %d bytes of certificate in %d", n, len(ef))
	}
	digest := sha256.Sum256([]byte("申請"))
	converse(t, card, "00A4020C02001A > 9000")
	answer := unhex(t, send(t, card, fmt.Sprintf("802A0080333031300D060960864801650304020105000420%X00", digest)))
	if err := rsa.VerifyPKCS1v15(certificate.PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], answer[:256]); err != nil {
		t.Error(err)
	}
}
