//go:build e2e

package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// TestE2ECitizensFinishOnTheExampleScreen walks whole journeys on the screen that
// docs/example-screen draws without any code of ours, each with a wrong password and
// with another language in the middle. All that the terminal shows is held to the
// schema on its way.
func TestE2ECitizensFinishOnTheExampleScreen(t *testing.T) {
	n := newNeighbour(t)
	t.Run("answered by hand, Japanese first", func(t *testing.T) {
		key, card, citizen := n.prepare(t, 0)
		s := n.start(t, "")
		s.reads("ja", catalogue.WelcomeTitle)
		n.house.reader.Insert(card)
		s.answers("ja", catalogue.PasswordTitle, wrong)
		s.answers("ja", catalogue.PasswordTitle, strings.ToLower(citizen.Password))
		s.answers("ja", catalogue.AttributesTitle, ".en")
		s.answers("en", catalogue.AttributesTitle, ".yes")
		s.answers("en", catalogue.KeyScanTitle, key)
		s.answers("en", catalogue.ConfirmTitle, "")
		n.leave(t, s, "en")
		s.holds(citizen.Name, citizen.Address)
		s.holdsNo(citizen.Password, wrong)
	})
	t.Run("answered by a script, English first", func(t *testing.T) {
		key, card, citizen := n.prepare(t, 1)
		s := n.start(t, strings.Join([]string{"welcome .en", "password " + wrong, "password " + citizen.Password,
			"attributes .ja", "attributes .yes", "key " + key, "confirm .sign"}, "\n"))
		s.reads("en", catalogue.WelcomeTitle)
		n.house.reader.Insert(card)
		n.leave(t, s, "ja")
		s.holds(citizen.Name, citizen.Address)
		s.holdsNo(citizen.Password, wrong)
	})
	if slips := len(n.house.printer.Slips()); slips != 2 {
		t.Errorf("%d slips came out, want one each", slips)
	}
}

// wrong is nobody's password.
const wrong = "WRONG1WRONG2"

// neighbour is a house whose screen somebody else makes.
type neighbour struct {
	house   *house
	phone   string // its address
	urlFile string
}

func newNeighbour(t *testing.T) *neighbour {
	t.Helper()
	d, err := listen(addresses{"127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	d.terminal = watch(t, d.terminal)
	ctx, stop := context.WithCancel(context.Background())
	h, err := build(ctx, t.TempDir(), d, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if err := h.wait(); err != nil {
			t.Error(err)
		}
	})
	n := &neighbour{house: h, phone: "http://" + d.phone.Addr().String(), urlFile: filepath.Join(t.TempDir(), "screen.url")}
	if err := os.WriteFile(n.urlFile, []byte(h.page+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return n
}

// prepare is what a citizen brings: a key on the phone, and a card.
func (n *neighbour) prepare(t *testing.T, who int) (key string, card *haltest.Card, citizen haltest.Citizen) {
	t.Helper()
	var nonce protocol.Nonce
	n.ask(t, http.MethodGet, "/v1/nonce", nil, &nonce)
	request, err := protocol.SignKeyRequest(protocol.KeyRequest{Nonce: nonce.Nonce, Time: time.Now().UTC().Truncate(time.Second)}, protocol.NewPrivateKey())
	if err != nil {
		t.Fatal(err)
	}
	var issued protocol.IssuedKey
	n.ask(t, http.MethodPost, "/v1/registration-keys", request, &issued)
	citizen = haltest.Citizens()[who]
	return string(issued.RegistrationKey.Grouped()), haltest.NewCard(citizen, n.house.authority), citizen
}

// leave takes the card and goes, when the terminal says so.
func (n *neighbour) leave(t *testing.T, s *stranger, language string) {
	t.Helper()
	s.reads(language, catalogue.TakeCardTitle)
	n.house.reader.Remove()
	s.types(".finish")
	s.reads(language, catalogue.WelcomeTitle) // it stays a while, for who reads it
}

// stranger is the example, run as its reader runs it.
type stranger struct {
	t  *testing.T
	in io.Writer

	mu      sync.Mutex
	printed strings.Builder
	read    int // how much of it was looked at
}

// start starts it; answers come by hand unless there is a script.
func (n *neighbour) start(t *testing.T, script string) *stranger {
	t.Helper()
	args := []string{"../../docs/example-screen/screen.mjs", n.urlFile}
	if script != "" {
		args = append(args, filepath.Join(t.TempDir(), "script"))
		if err := os.WriteFile(args[2], []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := &stranger{t: t}
	node := exec.CommandContext(t.Context(), "node", args...)
	node.Stdout, node.Stderr = s, s
	in, err := node.StdinPipe()
	if err == nil {
		err = node.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	s.in = in
	t.Cleanup(func() { node.Process.Kill(); node.Wait() })
	return s
}

// Write takes what the program prints.
func (s *stranger) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.printed.Write(b)
}

// reads waits until a title stands, after all that was read before.
func (s *stranger) reads(language string, title catalogue.Key) {
	s.t.Helper()
	want := "== " + catalogue.Text(language, title) + " =="
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if s.found(want) {
			return
		}
	}
	s.t.Fatalf("%q never stood; printed:\n%s", want, s.text())
}

func (s *stranger) found(want string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, after, found := strings.Cut(s.printed.String()[s.read:], want)
	if found {
		s.read = s.printed.Len() - len(after)
	}
	return found
}

func (s *stranger) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.printed.String()
}

// answers reads a title and types a line.
func (s *stranger) answers(language string, title catalogue.Key, line string) {
	s.t.Helper()
	s.reads(language, title)
	s.types(line)
}

func (s *stranger) types(line string) {
	s.t.Helper()
	if _, err := io.WriteString(s.in, line+"\n"); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stranger) holds(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(s.text(), text) {
			s.t.Errorf("%q is not on the screen:\n%s", text, s.text())
		}
	}
}

func (s *stranger) holdsNo(secrets ...string) {
	s.t.Helper()
	for _, secret := range secrets {
		if strings.Contains(strings.ToUpper(s.text()), secret) {
			s.t.Errorf("a password is on the screen:\n%s", s.text())
		}
	}
}

// TestE2EExampleScreenGivesUpWhereItMust holds it to what the documents ask of a screen.
func TestE2EExampleScreenGivesUpWhereItMust(t *testing.T) {
	n := newNeighbour(t)
	first := n.start(t, "")
	first.reads("ja", catalogue.WelcomeTitle)
	second := n.start(t, "")
	second.reads("ja", catalogue.WelcomeTitle)
	first.ends("another screen took our place")
	if err := exec.CommandContext(t.Context(), "node", "../../docs/example-screen/screen.mjs").Run(); !isExit(err, 1) {
		t.Errorf("without a file it ends with %v", err)
	}
}

func (s *stranger) ends(why string) {
	s.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if s.found(why) {
			return
		}
	}
	s.t.Errorf("it does not say %q:\n%s", why, s.text())
}

func isExit(err error, code int) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() == code
}
