package apdu_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/apdu"
)

func TestCommandEncodesItsCase(t *testing.T) {
	for _, tc := range []struct {
		name string
		c    apdu.Command
		want string // hex of what follows the header; data is left out
		kind int
	}{
		{"case 1", apdu.Command{}, "", 1},
		{"case 2, Le 1", apdu.Command{Le: 1}, "01", 2},
		{"case 2, Le 255", apdu.Command{Le: 255}, "FF", 2},
		{"case 2, Le 256", apdu.Command{Le: 256}, "00", 2},
		{"case 2, Le 257", apdu.Command{Le: 257}, "000101", 2},
		{"case 2, Le 65535", apdu.Command{Le: 65535}, "00FFFF", 2},
		{"case 2, Le 65536", apdu.Command{Le: 65536}, "000000", 2},
		{"case 2, forced", apdu.Command{Le: 1, Extended: true}, "000001", 2},
		{"case 3, 1 byte", apdu.Command{Data: data(1)}, "01-", 3},
		{"case 3, 255 bytes", apdu.Command{Data: data(255)}, "FF-", 3},
		{"case 3, 256 bytes", apdu.Command{Data: data(256)}, "000100-", 3},
		{"case 3, 65535 bytes", apdu.Command{Data: data(65535)}, "00FFFF-", 3},
		{"case 4, short", apdu.Command{Data: data(51), Le: 256}, "33-00", 4},
		{"case 4, long data", apdu.Command{Data: data(256), Le: 1}, "000100-0001", 4},
		{"case 4, long Le", apdu.Command{Data: data(1), Le: 65536}, "000001-0000", 4},
	} {
		got, err := tc.c.Append(nil)
		if err != nil || !bytes.HasPrefix(got, make([]byte, 4)) {
			t.Errorf("%s: % X, %v", tc.name, got, err)
			continue
		}
		body := strings.Replace(fmt.Sprintf("%X", got[4:]), fmt.Sprintf("%X", tc.c.Data), "-", 1)
		if len(tc.c.Data) == 0 {
			body = fmt.Sprintf("%X", got[4:])
		}
		if body != tc.want || tc.c.Case() != tc.kind {
			t.Errorf("%s: got %s, case %d, want %s, case %d", tc.name, body, tc.c.Case(), tc.want, tc.kind)
		}
	}
}

// data is so many bytes that are none of the lengths above.
func data(n int) []byte { return bytes.Repeat([]byte{0xA5}, n) }

func TestCommandOfImpossibleLengthIsRefused(t *testing.T) {
	for name, c := range map[string]apdu.Command{
		"Le -1":            {Le: -1},
		"Le 65537":         {Le: 65537},
		"65536 bytes":      {Data: data(65536)},
		"extended nothing": {Extended: true},
	} {
		if b, err := c.Append(nil); !errors.Is(err, apdu.ErrCommand) || b != nil {
			t.Errorf("%s: got % X, %v, want %v", name, b, err, apdu.ErrCommand)
		}
	}
}

func TestParseCommandIsStrict(t *testing.T) {
	for _, in := range []string{
		"", "00", "00A404", // no header
		"00A4040C0200", "00A4040C01000000", // Lc is more than there is, and less
		"00A4040C0000",                                   // half an extended length
		"00A4040C00000200", "00A4040C000002000000000000", // the same for extended ones
		"00A4040C0000000102", // extended Lc 0
	} {
		c, err := apdu.ParseCommand(unhex(t, in))
		if !errors.Is(err, apdu.ErrCommand) || c.Data != nil || c.INS != 0 {
			t.Errorf("%s: got %v, %v, want %v", in, c, err, apdu.ErrCommand)
		}
	}
}

func TestCommandPrintsNoData(t *testing.T) {
	c := apdu.Command{INS: 0x20, Data: []byte("MIDORI123")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, c); strings.Contains(text, "MIDORI") || strings.Contains(text, "4D49") || strings.Contains(text, "77") {
			t.Errorf("%s shows the data: %s", verb, text)
		}
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, seed := range []string{
		"00200080", "00B0810000", "00A4020C02001B", "802A0080330000", "00B08100000000", "00A4040C00000102", "00A4040C000001020000",
	} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := apdu.ParseCommand(in)
		if err != nil {
			if c.Case() != 1 || c.String() != (apdu.Command{}).String() {
				t.Errorf("an error and a command: %v", c)
			}
			return
		}
		if out, err := c.Append(nil); err != nil || !bytes.Equal(out, in) {
			t.Errorf("% X parsed and became % X, %v", in, out, err)
		}
	})
}
