package protocol_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Each parser of foreign bytes: no panic; zero results besides an error; what
// parses and can be written is written as it was.

func FuzzParseRegistrationKey(f *testing.F) {
	for _, s := range []string{"", "314159265362", "314159265363", "000000000098", "３１４"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := protocol.ParseRegistrationKey(b)
		if err != nil && !k.IsZero() {
			t.Error("a key besides an error")
		}
		if err == nil && !bytes.Equal(k.Digits(), b) {
			t.Errorf("%q became %q", b, k.Digits())
		}
	})
}

func FuzzParseScannedKey(f *testing.F) {
	f.Add([]byte("watashi:key:314159265362"))
	f.Add([]byte("watashi:key:"))
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := protocol.ParseScannedKey(b)
		if err != nil && !k.IsZero() {
			t.Error("a key besides an error")
		}
		if err == nil && !bytes.Equal(k.Scannable(), b) {
			t.Errorf("%q became %q", b, k.Scannable())
		}
	})
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"", "124578", "0123-4567-89abc", "watashi:code:0123456789ABCDEFGHJKMNP"} {
		f.Add(true, []byte(s))
		f.Add(false, []byte(s))
	}
	f.Fuzz(func(t *testing.T, six bool, b []byte) {
		profile := protocol.Continuation
		if six {
			profile = protocol.Digits6
		}
		c, err := protocol.ParseCode(profile, b)
		if err != nil {
			if !c.IsZero() {
				t.Error("a code besides an error")
			}
			return
		}
		again, err := protocol.ParseCode(profile, c.Scannable())
		if err != nil || !again.Matches(c) {
			t.Errorf("%q did not come back: %v", b, err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	_, jws, envelope := registration(f)
	f.Add(envelope)
	f.Add(jws)
	f.Add([]byte("...."))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := protocol.Open(b, cast().byKid)
		if err != nil && !reflect.DeepEqual(c, protocol.Content{}) {
			t.Error("a content besides an error")
		}
		if err == nil && len(c.Registration) == 0 {
			t.Error("an envelope without a registration")
		}
	})
}

func FuzzVerifyReceipt(f *testing.F) {
	f.Add(must(protocol.SignReceipt(sampleReceipt(), cast().receipt)))
	f.Add([]byte(".."))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := verifyForged(b)
		if err != nil && r != (protocol.Receipt{}) {
			t.Error("a receipt besides an error")
		}
	})
}

// FuzzReceiptPayload signs whatever comes: behind a good signature, too, only a
// good receipt is one.
func FuzzReceiptPayload(f *testing.F) {
	f.Add([]byte(`{"id":"00112233445566778899aabbccddeeff","verdict":"received"}`))
	f.Add([]byte(`{"id":{"id":[null]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 {
			return
		}
		r, err := verifyForged(forge(cast().receipt, receiptHeader("", ""), b))
		if err != nil && r != (protocol.Receipt{}) {
			t.Error("a receipt besides an error")
		}
		if err == nil && r.ID != sampleID() {
			t.Error("a receipt for another id")
		}
	})
}

func FuzzParseToken(f *testing.F) {
	f.Add(sampleToken().String())
	f.Add("watashi1.e30")
	f.Fuzz(func(t *testing.T, s string) {
		token, err := protocol.ParseToken(s)
		if err != nil {
			if !reflect.DeepEqual(token, protocol.Token{}) {
				t.Error("a token besides an error")
			}
			return
		}
		if again, err := protocol.ParseToken(token.String()); err != nil || !reflect.DeepEqual(again, token) {
			t.Errorf("%q did not come back: %v", s, err)
		}
	})
}

func FuzzVerifyApplication(f *testing.F) {
	cms, _, _ := registration(f)
	f.Add(cms)
	f.Add(cast().citizenCert.Raw)
	f.Add([]byte{0x30, 0x80})
	f.Fuzz(func(t *testing.T, b []byte) {
		a, cert, at, err := protocol.VerifyApplication(b)
		if err != nil && (cert != nil || !at.IsZero() || !reflect.DeepEqual(a, protocol.Application{})) {
			t.Error("results besides an error")
		}
	})
}

func FuzzDecodeFirstBundle(f *testing.F) {
	f.Add(must(protocol.SignBundle(sampleBundle(), cast().bundle)))
	f.Add(must(protocol.SignBundle(wholeBundle(), cast().bundle)))
	f.Add([]byte("e30.e30.AA"))
	f.Fuzz(func(t *testing.T, b []byte) {
		bundle, err := protocol.DecodeFirstBundle(b)
		if err != nil && !reflect.DeepEqual(bundle, protocol.Bundle{}) {
			t.Error("a bundle besides an error")
		}
	})
}

func FuzzVerifyKeyRequest(f *testing.F) {
	f.Add(must(protocol.SignKeyRequest(protocol.KeyRequest{Nonce: "n", Time: moment()}, cast().app)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := protocol.VerifyKeyRequest(b)
		if err != nil && (!r.JWK.IsZero() || r.Nonce != "") {
			t.Error("a request besides an error")
		}
		protocol.ClaimedKid(b)
	})
}
