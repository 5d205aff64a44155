package haltest_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

const (
	selectJPKI = "00A4040C0AD392F000260100000001"
	selectText = "00A4040C0AD3921000310001010408"
	selectFace = "00A4040C0AD3921000310001010402"

	selectCertificate = "00A4020C020001"
	selectCA          = "00A4020C020002"
	selectKey         = "00A4020C02001A"
	selectPassword    = "00A4020C02001B"
)

// newCard is the card of the first of the cast, whose password is MIDORI123.
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
	return fmt.Sprintf("%X", answer)
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func bigInt(b []byte) *big.Int { return new(big.Int).SetBytes(b) }

// verify is VERIFY of the current file.
func verify(value string) string { return fmt.Sprintf("00200080%02X%X", len(value), value) }

// sha256Info is the DigestInfo of SHA-256, for a short COMPUTE DIGITAL SIGNATURE.
func sha256Info(digest [32]byte) string {
	return fmt.Sprintf("3031300D060960864801650304020105000420%X", digest)
}

// converse sends each command of a script and compares the answers, of four digits
// the status word alone: "command > answer".
func converse(t testing.TB, card hal.Card, script ...string) {
	t.Helper()
	for i, line := range script {
		cmd, want, _ := strings.Cut(line, ">")
		got := send(t, card, strings.TrimSpace(cmd))
		if want = strings.ReplaceAll(want, " ", ""); len(want) == 4 {
			got = got[max(0, len(got)-4):]
		}
		if got != want {
			t.Errorf("line %d: %s\n got %s\nwant %s", i, cmd, got, want)
		}
	}
}

// readAll reads the current file, 256 bytes at a time, to its end.
func readAll(t testing.TB, card hal.Card) []byte {
	t.Helper()
	var out []byte
	for {
		answer := unhex(t, send(t, card, fmt.Sprintf("00B0%04X00", len(out))))
		n := len(answer) - 2
		if answer[n] != 0x90 {
			return out
		}
		out = append(out, answer[:n]...)
	}
}

// Each case begins with a card that has just got power.
func TestCardAnswersWithTheStatusWordsOfARealOne(t *testing.T) {
	cases := map[string][]string{
		"nothing selected": {
			"00B0000000 > 6986", "00200080 > 6986", "00A4020C020001 > 6986", "802A008001AA00 > 6986", "00B0810000 > 6986",
			"00A40000 > 6A86", "00A4000C023F00 > 6A82", "80AE000000 > 6986", "00B2010C00 > 6986",
		},
		"selecting applications": {
			selectJPKI + "> 9000", selectText + "> 9000", selectFace + "> 9000",
			"00A4040C05D392F00026 > 9000", "00A4040C04D392F000 > 6A82", "00A4040C0BD392F00026010000000100 > 6A82",
			"00A4040C0AD3921000310001010401 > 6A82", "00A404000AD392F000260100000001 > 6A86", "00A4040C07A0000000791000 > 6A82",
		},
		"a failed SELECT leaves what is current": {
			selectJPKI + "> 9000", selectCA + "> 9000", "00A4040C05A000000001 > 6A82", "00B0000001 > 309000",
			"00A4020C021234 > 6A82", "00B0000001 > 309000", "00A40000 > 9000", "00B0000001 > 309000",
		},
		"selecting an application leaves its files": {
			selectJPKI + "> 9000", selectCA + "> 9000", selectJPKI + "> 9000", "00B0000001 > 6986",
		},
		"selecting files": {
			selectJPKI + "> 9000", selectPassword + "> 9000", "00A4020C0100 > 6A87", "00A4020C > 6A87",
			"00A40200020001 > 6A86", "00A4020C020007 > 6A82", "00A4080C020001 > 6A86",
		},
		"reading": {
			selectJPKI + "> 9000", selectCertificate + "> 9000", "00B0000004 > 6982", selectPassword + "> 9000", "00B0000004 > 6981",
			selectKey + "> 9000", "00B0000004 > 6981", "00A4020C020006 > 9000", "00B000A000 > 6B00", "00B0009F00 > 009000",
			"00B00000 > 6700", "00B0000001AA > 6700", "00B07FFF00 > 6B00", "00B2010C00 > 6981",
		},
		"short file identifiers": {
			selectJPKI + "> 9000", "00B0820001 > 309000", "00B0000001 > 309000", "00B0800000 > 6A86", "00B0870001 > 6A82",
			"00B0810004 > 6982", "00B09B0004 > 6981", "0020009B > 63C5", "00200080 > 63C5", "00B0860010 > 4A504B49415049434354 4F4B454E3220 9000",
			"00B0A20001 > 6A86",
		},
		"asking for tries": {
			selectJPKI + "> 9000", selectPassword + "> 9000", "00200080 > 63C5", "0020008000 > 63C5", "00200180 > 6A86", "00200000 > 6A86",
			selectCA + "> 9000", "00200080 > 6981", "002000870131 > 6A82",
		},
		"lengths of a password": {
			selectJPKI + "> 9000", selectPassword + "> 9000", verify("ABCDEFGHIJKLMNOPQ") + "> 6700", "00200080 > 63C5", verify("A") + "> 63C4", verify("ABCDEFGHIJKLMNOP") + "> 63C3",
		},
		"the last try": {
			selectJPKI + "> 9000", selectPassword + "> 9000", verify("midori123") + "> 63C4", verify("MIDORI12") + "> 63C3", verify("MIDORI1234") + "> 63C2",
			verify("X1") + "> 63C1", "00200080 > 63C1", verify("X1") + "> 63C0", verify("MIDORI123") + "> 6984", "00200080 > 63C0", verify("X1") + "> 6984",
		},
		"success gives the tries back": {
			selectJPKI + "> 9000", selectPassword + "> 9000", verify("X1") + "> 63C4", verify("MIDORI123") + "> 9000", "00200080 > 63C5",
			selectCertificate + "> 9000", "00B0000002 > 30829000",
		},
		"a wrong try takes the verified state": {
			selectJPKI + "> 9000", "0020009B09 4D49444F5249313233 > 9000", "00B0810002 > 30829000", "0020009B0158 > 63C4", "00B0810002 > 6982",
		},
		"signing": {
			selectJPKI + "> 9000", selectKey + "> 9000", "802A008001AA00 > 6982", "0020009B09 4D49444F5249313233 > 9000", selectKey + "> 9000",
			"802A008001AA > 6700", "802A00800000 > 6700", "802A068001AA00 > 6A86", "802A000001AA00 > 6A86", "002A008001AA00 > 6D00",
			"802A008001AA00 > 9000", "802A028001AA00 > 6985", "802A009701AA00 > 6982", "802A009A01AA00 > 9000", "802A008001AAFF > 6700", selectPassword + "> 9000", "802A008001AA00 > 6981",
		},
		"classes": {
			"01A4040C00 > 6881", "04A4040C00 > 6882", "0CA4040C00 > 6882", "0CB0000000 > 69FC", "0C200080 > 69FC", "40A4040C00 > 6881",
			"A0A4000002 3F00 > 6E00", "10A4040C00 > 6E00", "80A4040C00 > 6D00", "FF00000000 > 6E00", "84B0000000 > 69FC",
		},
		"instructions": {
			selectJPKI + "> 9000", "00CADF3005 > 6A88", "00CB3FFF035C017E08 > 6D00", "00D6000001AA > 6D00", "002C0080 > 6D00", "00880000 > 6982", "80A20000 > 6985",
			"80AE0000 > 6982", selectText + "> 9000", "80AE0000 > 66F1", "00C0000000 > 6985",
		},
		"malformed": {"00 > 6700", "00A4 > 6700", "00A404 > 6700", "00A4040C05AA > 6700", "00A4040C0AD392F00026010000000100AA > 6700", "00B0000000 00 > 6700"},
		"challenge": {"0084000001AA > 6700", "00840000 > 6700", "00840000000008 > 6985", "0084010008 > 6A86", "0084000008 > 9000"},
		"extended lengths": {
			selectJPKI + "> 9000", "00B08600000000 > 9000", "00B08600000010 > 4A504B49415049434354 4F4B454E3220 9000",
			"00A4020C 000002 001B > 9000", "00200080 000009 4D49444F5249313233 > 9000", "802A009A 000001 AA 0000 > 9000", "00A4020C 000000 0000 > 6700", "00A4020C 000003 001B > 6700",
		},
		"card face applications": {
			selectText + "> 9000", "00B0820000 > 6982", "00200092 > 63C0", "002000920131 > 6984", "00200091 > 63C3", "0020009104 31323334 > 9000", "00B0820002 > FF209000",
			selectFace + "> 9000", "00B0820002 > 6982", "00200092 > 63CA", "002000920E 3535303231373230333532323835 > 9000", "00B0820002 > FF209000", "00B0850002 > 6982", "00B0810002 > 6982",
			"0020009106 353530323137 > 9000", "00B0810002 > FF109000",
		},
	}
	for name, script := range cases {
		t.Run(name, func(t *testing.T) { converse(t, newCard(), script...) })
	}
}

func TestCardSignsForItsCertificateAfterThePassword(t *testing.T) {
	card := newCard()
	converse(t, card, selectJPKI+"> 9000", selectPassword+"> 9000", verify("MIDORI123")+"> 9000", selectCertificate+"> 9000")
	ef := readAll(t, card)
	n := 4 + int(ef[2])<<8 + int(ef[3])
	certificate, err := x509.ParseCertificate(ef[:n])
	if err != nil {
		t.Fatal(err)
	}
	if filler := ef[n:]; len(filler) == 0 || len(bytes.Trim(filler, "\xFF")) > 0 {
		t.Errorf("after the certificate stand %X, want FF", filler)
	}
	if !certificate.Equal(card.Certificate()) {
		t.Error("EF 0001 is not the card's certificate")
	}
	digest := sha256.Sum256([]byte("申請"))
	converse(t, card, selectKey+"> 9000")
	for range 2 { // one VERIFY covers several signatures
		answer := unhex(t, send(t, card, "802A008033"+sha256Info(digest)+"00"))
		if err := rsa.VerifyPKCS1v15(certificate.PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], answer[:256]); err != nil {
			t.Error(err)
		}
	}
}

func TestCardSignsByEverySchemeOfItsKey(t *testing.T) {
	card := newCard()
	key := card.Key().Public().(*rsa.PublicKey)
	data := []byte("a message of thirty-two bytes...")
	digest := sha256.Sum256(data)
	converse(t, card, selectJPKI+"> 9000", "0020009B09 4D49444F5249313233 > 9000")
	sign := func(scheme int) []byte {
		return unhex(t, send(t, card, fmt.Sprintf("802A%02X9A%02X%X00", scheme, len(data), data)))[:256]
	}
	pss := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto}
	for scheme, err := range map[int]error{
		0: rsa.VerifyPKCS1v15(key, 0, data, sign(0)),
		1: rsa.VerifyPKCS1v15(key, 0, digest[:], sign(1)),
		2: rsa.VerifyPKCS1v15(key, crypto.SHA256, data, sign(2)),
		3: rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], sign(3)),
		4: rsa.VerifyPSS(key, crypto.SHA256, data, sign(4), pss),
		5: rsa.VerifyPSS(key, crypto.SHA256, digest[:], sign(5), pss),
	} {
		if err != nil {
			t.Errorf("P1 %02X: %v", scheme, err)
		}
	}
}

func TestCardOfTheNextGenerationRefusesADigestInfo(t *testing.T) {
	card := newCard(haltest.Issued(haltest.IssueOptions{P384: true}))
	key := card.Certificate().PublicKey.(*ecdsa.PublicKey)
	converse(t, card, selectJPKI+"> 9000", "0020009B09 4D49444F5249313233 > 9000",
		"802A009A33"+sha256Info([32]byte{})+"00 > 6A80")
	digest := strings.Repeat("5A", 48)
	answer := unhex(t, send(t, card, "802A009A30"+digest+"00"))
	if len(answer) != 98 {
		t.Fatalf("a signature of %d bytes, want 96", len(answer)-2)
	}
	r, s := bigInt(answer[:48]), bigInt(answer[48:96])
	if !ecdsa.Verify(key, unhex(t, digest), r, s) {
		t.Error("the signature is not by the key of the certificate")
	}
}

func TestCardForgetsWithPowerAndCountsOn(t *testing.T) {
	card := newCard()
	verified := []string{selectJPKI + "> 9000", "0020009B0158 > 63C4", "0020009B0158 > 63C3"}
	converse(t, card, verified...)
	card.PowerOff()
	if _, err := card.Transmit(context.Background(), unhex(t, selectJPKI)); !errors.Is(err, hal.ErrCardRemoved) {
		t.Errorf("without power: %v", err)
	}
	card.PowerOn()
	converse(t, card, "0020009B > 6986", selectJPKI+"> 9000", "0020009B > 63C3", "0020009B09 4D49444F5249313233 > 9000")
	card.PowerOff()
	card.PowerOn()
	converse(t, card, selectJPKI+"> 9000", "00B0810002 > 6982", "0020009B > 63C5")
}

func TestCardsVerifiedStateOverAWarmResetIsASwitch(t *testing.T) {
	for want, opts := range map[string][]haltest.Option{"6982": nil, "30829000": {haltest.VerifiedAfterReset()}} {
		card := newCard(opts...)
		converse(t, card, selectJPKI+"> 9000", "0020009B09 4D49444F5249313233 > 9000", "00B0810002 > 30829000")
		card.Reset()
		converse(t, card, "00B0000002 > 6986", selectJPKI+"> 9000", "00B0810002 >"+want)
	}
}

func TestCardsOfOtherKinds(t *testing.T) {
	cases := map[string]struct {
		opts   []haltest.Option
		script []string
	}{
		"blocked":                {[]haltest.Option{haltest.TriesLeft(0)}, []string{selectJPKI + "> 9000", "0020009B > 63C0", "0020009B09 4D49444F5249313233 > 6984"}},
		"last try":               {[]haltest.Option{haltest.TriesLeft(1)}, []string{selectJPKI + "> 9000", "0020009B > 63C1", "0020009B0158 > 63C0", "0020009B0158 > 6984"}},
		"no signing certificate": {[]haltest.Option{haltest.WithoutSigningCertificate()}, []string{selectJPKI + "> 9000", "00B0880000 > 008F009000", "0020009B > 63C0", "00B0810002 > 6982"}},
		"signing certificate":    {nil, []string{selectJPKI + "> 9000", "00B0880000 > 8F8F009000"}},
		"residents' card":        {[]haltest.Option{haltest.Token(haltest.TokenResidents)}, []string{selectJPKI + "> 9000", "00B0860010 > 4A504B49415049434354 4F4B454E2020 9000", selectText + "> 6A82", selectFace + "> 6A82"}},
		"stranger":               {[]haltest.Option{haltest.NotMyNumber()}, []string{selectJPKI + "> 6A82", selectText + "> 6A82", selectFace + "> 6A82", "00B0000000 > 6986"}},
		"short only":             {[]haltest.Option{haltest.ShortOnly()}, []string{selectJPKI + "> 9000", "00B08600000000 > 6700", "00B0860001 > 4A9000"}},
		"drowsy":                 {[]haltest.Option{haltest.Drowsy()}, []string{selectJPKI + "> 6F00", "00B0860001 > 6986", selectJPKI + "> 9000"}},
		"get response": {[]haltest.Option{haltest.GetResponse()}, []string{
			selectJPKI + "> 9000", "00B0880000 > 6C03", "00B0880003 > 8F8F009000", "00C0000000 > 6985",
			"0020009B09 4D49444F5249313233 > 9000", "802A009A01AA00 > 6100", "00C0000000 > 9000", "00C0000000 > 6985",
			"802A009A01AA00 > 6100", "00C00000F0 > 6110", "00C0000010 > 9000", "802A009A01AA00 > 6100", "00B0880003 > 9000", "00C0000010 > 6985"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { converse(t, newCard(c.opts...), c.script...) })
	}
}

func TestCardNotesEveryTouchOfWhatIsForbidden(t *testing.T) {
	cases := map[string]string{
		"00A4020C020001":                     "SELECT 券面事項入力補助AP 0001: My Number",
		"00B0810011":                         "READ 券面事項入力補助AP 0001: My Number",
		"00A4020C020003":                     "SELECT 券面事項入力補助AP 0003: digest of the My Number",
		"00B0830000":                         "READ 券面事項入力補助AP 0003: digest of the My Number",
		"00200091":                           "VERIFY 券面事項入力補助AP 0011: PIN that opens the My Number",
		"00200094":                           "VERIFY 券面事項入力補助AP 0014: 照合番号A",
		"002000940C303030303030303030303030": "VERIFY 券面事項入力補助AP 0014: 照合番号A",
	}
	for cmd, want := range cases {
		card := newCard()
		converse(t, card, selectText+"> 9000")
		send(t, card, cmd)
		if got := card.Touched(); len(got) != 1 || got[0] != want {
			t.Errorf("%s: touched %q, want %q", cmd, got, want)
		}
	}
	card := newCard()
	converse(t, card, selectFace+"> 9000", "00A4020C020005 > 9000", "00200093 > 63CA")
	if got := card.Touched(); len(got) != 2 {
		t.Errorf("touched %q, want the picture and 照合番号A", got)
	}
}

func TestCardTouchesNothingForbiddenWhenItSigns(t *testing.T) {
	card := newCard()
	converse(t, card, selectJPKI+"> 9000", "00B0860020 > 9000", "0020009B09 4D49444F5249313233 > 9000", "00B0810000 > 9000",
		"802A009A01AA00 > 9000", selectFace+"> 9000", "0020009209 313233343536373839 > 63C9", "00A4020C020002 > 9000", selectText+"> 9000", "00B0840000 > 9000")
	if got := card.Touched(); len(got) != 0 {
		t.Errorf("touched %q", got)
	}
}

func TestCardsTranscriptHidesWhatWasVerified(t *testing.T) {
	card := newCard()
	converse(t, card, selectJPKI+"> 9000", "0020009B09 4D49444F5249313233 > 9000", "0024019B02 4142 > 9000")
	got := strings.Join(card.Transcript(), "\n")
	want := "> 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01\n< 90 00\n" +
		"> 00 20 00 9B 09 ** ** ** ** ** ** ** ** **\n< 90 00\n> 00 24 01 9B 02 ** **\n< 90 00"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func FuzzCardAnswersAnything(f *testing.F) {
	for _, seed := range []string{"", "00", selectJPKI, "00A4020C02001B", "00200080", "00B00000000000", "802A008033", "00C0000000", "00B08200000000"} {
		f.Add(unhex(f, seed))
	}
	card, quirky := newCard(), newCard(haltest.GetResponse())
	f.Fuzz(func(t *testing.T, cmd []byte) {
		for _, card := range []*haltest.Card{card, quirky} {
			send(t, card, selectJPKI)
			before := bytes.Clone(cmd)
			answer, err := card.Transmit(t.Context(), cmd)
			if err != nil || len(answer) < 2 {
				t.Errorf("% X: % X, %v", cmd, answer, err)
			}
			if !bytes.Equal(cmd, before) {
				t.Errorf("the card wrote into % X", before)
			}
			if n := len(answer) - 2; n > 0 && (answer[n] != 0x90 && answer[n] != 0x61) {
				t.Errorf("% X: data and % X", cmd, answer[n:])
			}
		}
	})
}
