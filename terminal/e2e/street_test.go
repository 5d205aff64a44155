//go:build e2e

package e2e_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

const platformAddress = "127.0.0.1:8443"

// street is one terminal with all that stands round it: the shipped programs,
// each a process, with virtual devices at their ends.
type street struct {
	t       *testing.T // the scene under way
	life    *testing.T // ends with the street
	dir     string
	ca      *haltest.CA
	printer *haltest.Printer
	devices map[string]any // of the terminal, in place of those that all streets have
	roots   *x509.CertPool

	platformd, uplinkd, terminald *program
	screen                        *uitest.Screen
	taken                         time.Time // when the last card was taken out
	used                          []string  // codes and keys, for the search
}

// newStreet goes the way of a first installation: platform, token, provisioning,
// the two services, the browser. Whoever fits it with other devices does so first.
func newStreet(t *testing.T, fit ...func(*street)) *street {
	t.Helper()
	s := &street{t: t, life: t, dir: t.TempDir(), ca: haltest.NewCA(), printer: haltest.NewPrinter(), devices: map[string]any{}}
	for _, device := range fit {
		device(s)
	}
	s.foundPlatform()
	s.platformd = s.start("watashi-platformd", "-config", s.path("platform", "platformd.json"), "run")
	s.until("platformd answers", func() bool {
		c, err := net.Dial("tcp", platformAddress)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	token := s.tool("watashi-platformd", "-config", s.path("platform", "platformd.json"), "token", "shop-7")
	s.write("token", token)
	s.tool("watashi-provision", "init", "-environment", "test", "-token-file", s.path("token"),
		"-state-dir", s.path("state"), "-uplink-dir", s.path("uplink"))
	s.configure()
	s.startTerminald()
	s.uplinkd = s.start("watashi-uplinkd", "-config", s.path("uplinkd.json"))
	s.screen = uitest.Open(t, s.page(), 1080, 1920)
	return s
}

func (s *street) path(parts ...string) string {
	return filepath.Join(append([]string{s.dir}, parts...)...)
}

func (s *street) write(name string, content []byte) {
	s.t.Helper()
	if err := os.WriteFile(s.path(name), content, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *street) foundPlatform() {
	s.t.Helper()
	home, exported := s.path("platform"), s.path("jpki")
	s.tool("watashi-platformd", "init", "-dir", home, "-id", "platform-e2e", "-host", platformAddress)
	s.tool("watashi-simulator", "-export-ca", exported)
	s.edit(filepath.Join(home, "platformd.json"), map[string]any{
		"listen": platformAddress, "contact": map[string]string{"ja": "お問い合わせ 0120-000-000", "en": "Call 0120-000-000"},
	})
	config := filepath.Join(home, "platformd.json")
	s.tool("watashi-platformd", append([]string{"-config", config, "ca", "add"}, s.files(exported, "*sign*.pem", "*.crt", "ca*.pem")...)...)
	s.tool("watashi-platformd", append([]string{"-config", config, "crl", "import"}, s.files(exported, "*.crl")...)...)
	pem, err := os.ReadFile(filepath.Join(home, "terminal-ca.pem"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.roots = x509.NewCertPool()
	if !s.roots.AppendCertsFromPEM(pem) {
		s.t.Fatal("the platform's CA file holds no certificate")
	}
}

// files are those in a folder that match the first pattern which any matches.
func (s *street) files(dir string, patterns ...string) []string {
	s.t.Helper()
	for _, pattern := range patterns {
		if found, _ := filepath.Glob(filepath.Join(dir, pattern)); len(found) > 0 {
			return found
		}
	}
	s.t.Fatalf("%s holds none of %v", dir, patterns)
	return nil
}

// edit changes some members of a JSON file.
func (s *street) edit(path string, members map[string]any) {
	s.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	all := map[string]any{}
	if err := json.Unmarshal(text, &all); err != nil {
		s.t.Fatal(err)
	}
	for name, value := range members {
		all[name] = value
	}
	if text, err = json.Marshal(all); err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// configure writes the two services' files and puts the printer on its line.
func (s *street) configure() {
	s.t.Helper()
	if s.devices["printer"] == nil {
		s.devices["printer"] = s.printerOnTCP()
	}
	me := fmt.Sprint(os.Getuid())
	members := map[string]any{
		"state_dir":     s.path("state"),
		"ui":            map[string]string{"listen": "127.0.0.1:8420", "url_file": s.path("screen.url")},
		"uplink_socket": s.path("uplink.sock"), "uplink_users": []string{me},
		"status_socket": s.path("status.sock"), "status_users": []string{me},
	}
	maps.Copy(members, s.devices)
	terminald, _ := json.Marshal(members)
	s.write("terminald.json", terminald)
	uplinkd, _ := json.Marshal(map[string]any{"uplink_dir": s.path("uplink"), "socket": s.path("uplink.sock")})
	s.write("uplinkd.json", uplinkd)
}

func (s *street) printerOnTCP() map[string]any {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- haltest.ServePrinterTCP(ctx, l, s.printer) }()
	s.t.Cleanup(func() { stop(); <-ended })
	return map[string]any{"kind": "tcp", "address": l.Addr().String()}
}

func (s *street) startTerminald() {
	s.t.Helper()
	os.Remove(s.path("screen.url"))
	s.terminald = s.start("watashi-terminald", "-config", s.path("terminald.json"))
	s.until("terminald answers", func() bool {
		_, err := s.status()
		return err == nil && s.page() != ""
	})
}

// page is the address that a kiosk's browser would be started with.
func (s *street) page() string {
	url, err := os.ReadFile(s.path("screen.url"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(url))
}

// status is what a technician is told.
func (s *street) status() (all struct {
	Journal      struct{ Unsent, Unknown int }
	OutOfService string `json:"out_of_service"`
}, err error) {
	response, err := s.technician().Get("http://terminal/status")
	if err != nil {
		return all, err
	}
	defer response.Body.Close()
	return all, json.NewDecoder(response.Body).Decode(&all)
}

// technician is a client of the status socket.
func (s *street) technician() *http.Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", s.path("status.sock"))
	}
	return &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}, Timeout: uitest.Patience}
}

// unsent waits until so much waits in the journal.
func (s *street) unsent(want int) {
	s.t.Helper()
	s.until(fmt.Sprintf("%d registrations wait", want), func() bool {
		all, err := s.status()
		return err == nil && all.Journal.Unsent == want
	})
}

// until looks again and again, and ends the test when it never comes true.
func (s *street) until(what string, so func() bool) {
	s.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(uitest.Patience); time.Now().Before(deadline); <-tick.C {
		if so() {
			return
		}
	}
	s.t.Fatalf("waited in vain until %s", what)
}

// insert puts a card in. pcscd sees a change of cards only when it is slow.
func (s *street) insert(card *haltest.Card) (remove func()) {
	s.t.Helper()
	<-time.After(time.Until(s.taken.Add(time.Second)))
	take := pcscdtest.Insert(s.t, card)
	return func() {
		take()
		s.taken = time.Now()
	}
}

// tool runs a program to its end and gives what it printed.
func (s *street) tool(name string, args ...string) []byte {
	s.t.Helper()
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(s.t.Context(), binary(s.t, name), args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		s.t.Fatalf("%s %v: %v\n%s%s", name, args, err, out.Bytes(), complaints.Bytes())
	}
	return out.Bytes()
}

// program is a running one. What it logs goes to a file beside its data, where
// the search for personal data finds it too.
type program struct {
	cmd  *exec.Cmd
	over chan struct{}
}

func (s *street) start(name string, args ...string) *program {
	s.t.Helper()
	log, err := os.OpenFile(s.path(name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	p := &program{cmd: exec.Command(binary(s.t, name), args...), over: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() {
		p.cmd.Wait() // how it ended stands in its log
		log.Close()
		close(p.over)
	}()
	s.life.Cleanup(func() {
		p.end(os.Interrupt)
		if s.life.Failed() {
			text, _ := os.ReadFile(log.Name())
			s.life.Logf("%s:\n%s", name, text[max(0, len(text)-8000):])
		}
	})
	return p
}

// end sends a signal and waits for the end.
func (p *program) end(signal os.Signal) {
	p.cmd.Process.Signal(signal) // one that has ended already needs none
	<-p.over
}

// binary is a program as `make build` left it.
func binary(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "bin", name))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Fatalf("%v: run make build first", err)
	}
	return path
}
