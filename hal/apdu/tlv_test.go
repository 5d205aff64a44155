package apdu_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/apdu"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTLVLengthsAtTheirBoundaries(t *testing.T) {
	for _, tc := range []struct {
		n      int
		header string
	}{
		{0, "DF2100"}, {1, "DF2101"}, {127, "DF217F"}, {128, "DF218180"}, {255, "DF2181FF"},
		{256, "DF21820100"}, {65535, "DF2182FFFF"},
	} {
		b, err := apdu.TLV{Tag: 0xDF21, Value: data(tc.n)}.Append(nil)
		if err != nil || !bytes.Equal(b, append(unhex(t, tc.header), data(tc.n)...)) {
			t.Errorf("%d: got % X…, %v, want %s", tc.n, b[:min(5, len(b))], err, tc.header)
			continue
		}
		got, rest, err := apdu.ParseTLV(append(b, 0x90, 0x00))
		if err != nil || got.Tag != 0xDF21 || len(got.Value) != tc.n || len(rest) != 2 {
			t.Errorf("%d: got %X with %d bytes, rest %d, %v", tc.n, got.Tag, len(got.Value), len(rest), err)
		}
	}
	if _, err := (apdu.TLV{Tag: 0xDF21, Value: data(65536)}).Append(nil); !errors.Is(err, apdu.ErrTLV) {
		t.Errorf("65536 bytes: got %v, want %v", err, apdu.ErrTLV)
	}
}

// What is signed on a card are the bytes as they stand, so a longer length than
// need be is kept.
func TestTLVKeepsTheFormOfItsLength(t *testing.T) {
	for _, in := range []string{"9001AA", "908101AA", "90820001AA", "7F21820003900100", "FF2000"} {
		v, _, err := apdu.ParseTLV(unhex(t, in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if out, err := v.Append(nil); err != nil || !bytes.Equal(out, unhex(t, in)) {
			t.Errorf("%s became %X, %v", in, out, err)
		}
	}
}

func TestTLVIsStrict(t *testing.T) {
	for name, in := range map[string]string{
		"nothing":              "",
		"tag 00":               "0000",
		"tag alone":            "90",
		"half a tag":           "DF",
		"tag of three bytes":   "DF812100",
		"filler":               "FFFF",
		"indefinite":           "30800000",
		"length of three":      "9083000001AA",
		"length of 127":        "90FF",
		"81 cut":               "9081",
		"82 cut":               "908201",
		"value cut by a byte":  "9002AA",
		"value far too long":   "9082FFFFAA",
		"two-byte tag, no len": "DF21",
	} {
		v, rest, err := apdu.ParseTLV(unhex(t, in))
		if !errors.Is(err, apdu.ErrTLV) || v.Tag != 0 || v.Value != nil || rest != nil {
			t.Errorf("%s: got %v, %X, %v, want %v", name, v, rest, err, apdu.ErrTLV)
		}
		if all, err := apdu.ParseTLVs(unhex(t, "900100"+in)); name != "nothing" && (err == nil || all != nil) {
			t.Errorf("%s after a good one: got %v, %v", name, all, err)
		}
	}
}

func TestHeaderNeedsNoValue(t *testing.T) {
	h, err := apdu.ParseHeader(unhex(t, "308206 2B"))
	if err != nil || h != (apdu.Header{Tag: 0x30, Len: 4, Length: 0x62B}) {
		t.Errorf("got %+v, %v", h, err)
	}
}

func FuzzParseTLV(f *testing.F) {
	for _, seed := range []string{"9001AA", "FF20820003DF2100", "7F218105900100", "30820001", "FFFF", "90820001AA90"} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		all, err := apdu.ParseTLVs(in)
		if err != nil {
			if all != nil {
				t.Error("an error and objects")
			}
			return
		}
		var out []byte
		for _, v := range all {
			if out, err = v.Append(out); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(in, out) {
			t.Errorf("% X parsed and became % X", in, out)
		}
	})
}
