package console_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
)

// Whatever is piped in, a secret is one line of it, short and without its end, and
// what follows is left for the next question.
func FuzzSecretLines(f *testing.F) {
	f.Add([]byte("MIDORI123\n2285\n"))
	f.Add([]byte("MIDORI123\r\n2285"))
	f.Add([]byte("\n\n"))
	f.Add([]byte(""))
	f.Add(bytes.Repeat([]byte("A1"), 100))
	f.Fuzz(func(t *testing.T, in []byte) {
		reader := bytes.NewReader(in)
		line, err := console.AskSecret(t.Context(), reader, io.Discard, "")
		if err != nil {
			if !errors.Is(err, console.ErrSecretLine) || line != nil {
				t.Errorf("%q, %v", line, err)
			}
			return
		}
		if len(line) > 64 || cap(line) > 64 || bytes.IndexByte(line, '\n') >= 0 {
			t.Errorf("%q is no line", line)
		}
		rest, _ := io.ReadAll(reader) // a bytes.Reader does not fail
		if !bytes.HasPrefix(in, line) || !bytes.HasSuffix(in, rest) || len(in)-len(line)-len(rest) > 2 {
			t.Errorf("%q gives %q and leaves %q", in, line, rest)
		}
	})
}
