//go:build e2e

package torture_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/torture/netfault"
)

const platformAddress = "127.0.0.1:8443"

// street is one terminal and one platform: the shipped programs, each a process
// that may be killed at any moment, with virtual devices at their ends.
type street struct {
	t       *testing.T
	dir     string
	ca      *haltest.CA
	printer *haltest.Printer
	roots   *x509.CertPool
	network *netfault.Proxy

	good, expired tls.Certificate // of the network

	platformd, uplinkd, terminald *program
	taken                         time.Time      // when the last card was taken out
	dooms                         sync.WaitGroup // kills of terminald that are to come
}

// newStreet goes the way of a first installation.
func newStreet(t *testing.T) *street {
	t.Helper()
	s := &street{t: t, dir: inMemory(t), ca: haltest.NewCA(), printer: haltest.NewPrinter()}
	s.foundPlatform()
	s.certificates()
	s.platformd = s.program("watashi-platformd", "-config", s.path("platform", "platformd.json"), "run")
	s.until("platformd answers", s.platformAnswers)
	token := s.tool("watashi-platformd", "-config", s.path("platform", "platformd.json"), "token", "shop-7")
	s.write("token", token)
	s.tool("watashi-provision", "init", "-environment", "test", "-token-file", s.path("token"), "-state-dir", s.path("state"), "-uplink-dir", s.path("uplink"))
	s.layNetwork()
	s.configure()
	s.terminald = s.program("watashi-terminald", "-config", s.path("terminald.json"))
	s.uplinkd = s.program("watashi-uplinkd", "-config", s.path("uplinkd.json"))
	s.until("the terminal is ready", func() error { _, err := s.unsent(); return err })
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
	s.tool("watashi-platformd", "init", "-dir", home, "-id", "platform-torture", "-host", platformAddress)
	s.tool("watashi-simulator", "-export-ca", exported)
	pem, err := os.ReadFile(filepath.Join(home, "terminal-ca.pem"))
	s.roots = x509.NewCertPool()
	if err != nil || !s.roots.AppendCertsFromPEM(pem) {
		s.t.Fatal("the platform has no CA file: ", err)
	}
	config := filepath.Join(home, "platformd.json")
	s.tool("watashi-platformd", append([]string{"-config", config, "ca", "add"}, s.files(exported, "*sign*.pem", "*.crt", "ca*.pem")...)...)
	s.tool("watashi-platformd", append([]string{"-config", config, "crl", "import"}, s.files(exported, "*.crl")...)...)
	s.edit(config, map[string]any{
		"listen":  platformAddress,
		"contact": map[string]string{"ja": "お問い合わせ 0120-000-000", "en": "Call 0120-000-000"},
	})
}

// edit changes some members of a JSON file.
func (s *street) edit(path string, members map[string]any) {
	s.t.Helper()
	all := map[string]any{}
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	maps.Copy(all, members)
	if err == nil {
		text, err = json.Marshal(all)
	}
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		s.t.Fatal(err)
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

func (s *street) configure() {
	s.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- haltest.ServePrinterTCP(ctx, l, s.printer) }()
	s.t.Cleanup(func() { stop(); <-ended })
	me := fmt.Sprint(os.Getuid())
	terminald, _ := json.Marshal(map[string]any{
		"state_dir": s.path("state"), "printer": map[string]any{"kind": "tcp", "address": l.Addr().String()},
		"ui":            map[string]string{"listen": "127.0.0.1:8420", "url_file": s.path("screen.url")},
		"uplink_socket": s.path("uplink.sock"), "uplink_users": []string{me},
		"status_socket": s.path("status.sock"), "status_users": []string{me},
	})
	s.write("terminald.json", terminald)
	uplinkd, _ := json.Marshal(map[string]any{"uplink_dir": s.path("uplink"), "socket": s.path("uplink.sock")})
	s.write("uplinkd.json", uplinkd)
}

func (s *street) platformAnswers() error {
	c, err := net.Dial("tcp", platformAddress)
	if err == nil {
		err = c.Close()
	}
	return err
}

// unsent is what a technician is told of the journal, once the terminal has opened it.
func (s *street) unsent() (int, error) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", s.path("status.sock"))
	}
	client := &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}, Timeout: 5 * time.Second}
	response, err := client.Get("http://terminal/status")
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	var all struct{ Journal *struct{ Unsent int } }
	if err := json.NewDecoder(response.Body).Decode(&all); err != nil {
		return 0, err
	}
	if all.Journal == nil {
		return 0, errors.New("the terminal has no journal yet")
	}
	return all.Journal.Unsent, nil
}

func (s *street) until(what string, try func() error) {
	s.t.Helper()
	if err := eventually(s.t.Context(), what, try); err != nil {
		s.t.Fatal(err)
	}
}

// tool runs a program to its end and gives what it printed.
func (s *street) tool(name string, args ...string) []byte {
	s.t.Helper()
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(s.t.Context(), shipped(s.t, name), args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		s.t.Fatalf("%s %v: %v\n%s%s", name, args, err, out.Bytes(), complaints.Bytes())
	}
	return out.Bytes()
}

// program is one that is started again whenever it is killed, as a service
// manager does. What it logs stands beside its data, where the search finds it.
type program struct {
	path, log string
	args      []string

	mu    sync.Mutex
	cmd   *exec.Cmd
	over  chan struct{}
	kills int
}

func (s *street) program(name string, args ...string) *program {
	s.t.Helper()
	p := &program{path: shipped(s.t, name), log: s.path(name + ".log"), args: args}
	if err := p.start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		p.stop()
		if s.t.Failed() {
			text, _ := os.ReadFile(p.log)
			s.t.Logf("%s:\n%s", name, text[max(0, len(text)-4000):])
		}
	})
	return p
}

// start is called with the lock held, or before anybody else knows p.
func (p *program) start() error {
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	p.cmd = exec.Command(p.path, p.args...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		return err
	}
	cmd, over := p.cmd, make(chan struct{})
	p.over = over
	go func() {
		_ = cmd.Wait() // how it ended stands in its log
		close(over)
	}()
	return nil
}

// kill ends it as a power cut ends a process, and starts it anew. One that had
// ended by itself was not killed, and is a failure.
func (p *program) kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.over:
		return fmt.Errorf("%s has ended by itself: %v", filepath.Base(p.path), p.cmd.ProcessState)
	default:
	}
	if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-p.over
	p.kills++
	return p.start()
}

// stop ends it in good order.
func (p *program) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.cmd.Process.Signal(os.Interrupt) // one that has ended already needs none
	<-p.over
}

// shipped is a program as `make build` left it.
func shipped(t *testing.T, name string) string {
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
