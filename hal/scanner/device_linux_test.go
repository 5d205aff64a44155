package scanner_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/scanner"
	"github.com/digital-watashi/kiosk/hal/serialport"
)

// A socket is where a scanner on a pseudo-terminal is plugged in: a link, as those
// that udev makes.
type socket struct {
	t      *testing.T
	device *haltest.Scanner
	link   string
	online chan struct{}
}

func newSocket(t *testing.T) *socket {
	s := &socket{t: t, device: haltest.NewScanner(), link: filepath.Join(t.TempDir(), "scanner"), online: make(chan struct{}, 16)}
	s.connect()
	return s
}

func (s *socket) connect() {
	path, err := haltest.ServeScannerPTY(s.t.Context(), s.device)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.Symlink(path, s.link); err != nil {
		s.t.Fatal(err)
	}
}

func (s *socket) dial(context.Context) (scanner.Line, error) {
	port, err := serialport.Open(serialport.Config{Device: s.link})
	if err != nil {
		return nil, err
	}
	return port, nil
}

func (s *socket) unplug() {
	s.device.Unplug()
	if err := os.Remove(s.link); err != nil {
		s.t.Error(err)
	}
}

func (s *socket) plug() {
	s.device.Plug()
	s.connect()
}

func TestASerialLineIsAScanner(t *testing.T) {
	s := newSocket(t)
	haltest.TestScanner(t, haltest.ScannerFixture{
		Scanner: scanner.New(s.dial, scanner.Config{}), Scan: s.device.Scan, Unplug: s.unplug, Plug: s.plug,
	})
}

// stateOf serves a scanner until it tells a state, and why.
func stateOf(t *testing.T, make func(scanner.Config) *scanner.Scanner) (state hal.State, why error) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	var once sync.Once
	s := make(scanner.Config{
		OnTrouble: func(err error) { why = err },
		OnState: func(s hal.State) {
			once.Do(func() { state = s })
			stop()
		},
	})
	if err := s.Serve(ctx, func([]byte) {}); err == nil {
		t.Error("Serve returned no cause")
	}
	return state, why
}

func TestWhatIsNoKeyboardIsSaidSo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		state hal.State
		words string
	}{
		filepath.Join(t.TempDir(), "event7"): {hal.NoDevice, "no such file"},
		file:                                 {hal.HardwareError, "not an input device"},
		"/dev/null":                          {hal.HardwareError, "not an input device"},
		t.TempDir():                          {hal.HardwareError, "not an input device"},
	} {
		state, why := stateOf(t, func(c scanner.Config) *scanner.Scanner {
			c.Path = path
			s, err := scanner.NewKeyboard(c)
			if err != nil {
				t.Fatal(err)
			}
			return s
		})
		if state != want.state || why == nil || !strings.Contains(why.Error(), want.words) || !strings.Contains(why.Error(), path) {
			t.Errorf("%s: told %q, %v, want %q, %s", path, state, why, want.state, want.words)
		}
	}
}
