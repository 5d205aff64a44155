package street

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// PlatformAddress is where the platform of a street answers.
const PlatformAddress = "127.0.0.1:8443"

// A Plan is what one street has of its own.
type Plan struct {
	Platform string        // the id of its platform
	Dir      string        // keeps everything; a folder of the test when it is empty
	Patience time.Duration // how long anything may take that must happen in the end
	Clocks   bool          // terminald and platformd have clocks of their own, which tests set

	Founded     func(*Street) // is called when the platform has its keys and does not run yet
	Provisioned func(*Street) // is called when the terminal has its keys and does not run yet
}

// A Street is one terminal and one platform: the shipped programs, each a process,
// with virtual devices at their ends. What cannot be done ends the test.
type Street struct {
	T       *testing.T // the scene under way
	CA      *haltest.CA
	Printer *haltest.Printer
	Roots   *x509.CertPool // of the platform
	Devices map[string]any // members of terminald.json, in place of those that all streets have

	Platformd, Terminald, Uplinkd *Program

	life     *testing.T // ends with the street
	dir      string
	patience time.Duration
	taken    time.Time // when the last card was taken out
}

// New goes the way of a first installation: platform, token, provisioning, the two
// services.
func New(t *testing.T, plan Plan) *Street {
	t.Helper()
	s := &Street{T: t, life: t, dir: plan.Dir, patience: plan.Patience, CA: haltest.NewCA(), Printer: haltest.NewPrinter(), Devices: map[string]any{}}
	if s.dir == "" {
		s.dir = t.TempDir()
	}
	s.found(plan.Platform)
	call(plan.Founded, s)
	s.Platformd = s.Program("watashi-platformd", "-config", s.platformConfig(), "run")
	plan.clock(s.Platformd)
	s.StartPlatformd()
	s.Write("token", s.Tool("watashi-platformd", "-config", s.platformConfig(), "token", "shop-7"))
	for _, step := range []string{"keys", "attestation", "certificates", "bundle"} { // the devices come later
		s.Tool("watashi-provision", "init", "-environment", "test", "-token-file", s.Path("token"),
			"-state-dir", s.Path("state"), "-uplink-dir", s.Path("uplink"), "-only", step)
	}
	call(plan.Provisioned, s)
	s.configure()
	s.Terminald = s.Program("watashi-terminald", "-config", s.Path("terminald.json"))
	s.Uplinkd = s.Program("watashi-uplinkd", "-config", s.Path("uplinkd.json"))
	plan.clock(s.Terminald)
	s.StartTerminald()
	s.Start(s.Uplinkd)
	return s
}

func (p Plan) clock(of *Program) {
	if p.Clocks {
		of.OwnClock()
	}
}

func call(hook func(*Street), s *Street) {
	if hook != nil {
		hook(s)
	}
}

// In plays a scene with failures told under its name.
func (s *Street) In(t *testing.T, play func()) {
	outer := s.T
	s.T = t
	defer func() { s.T = outer }()
	play()
}

// Life is the context of the whole street.
func (s *Street) Life() context.Context { return s.life.Context() }

// Path is a file or folder of the street.
func (s *Street) Path(parts ...string) string {
	return filepath.Join(append([]string{s.dir}, parts...)...)
}

// Write writes a file of the street.
func (s *Street) Write(name string, content []byte) {
	s.T.Helper()
	if err := os.WriteFile(s.Path(name), content, 0o600); err != nil {
		s.T.Fatal(err)
	}
}

// Edit changes some members of a JSON file.
func (s *Street) Edit(path string, members map[string]any) {
	s.T.Helper()
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
		s.T.Fatal(err)
	}
}

func (s *Street) platformConfig() string { return s.Path("platform", "platformd.json") }

func (s *Street) found(id string) {
	s.T.Helper()
	home, exported, config := s.Path("platform"), s.Path("jpki"), s.platformConfig()
	s.Tool("watashi-platformd", "init", "-dir", home, "-id", id, "-host", PlatformAddress)
	s.Tool("watashi-simulator", "-export-ca", exported)
	s.Edit(config, map[string]any{
		"listen": PlatformAddress, "contact": map[string]string{"ja": "0120-000-000", "en": "0120-000-000"},
	})
	s.Tool("watashi-platformd", append([]string{"-config", config, "ca", "add"}, s.files(exported, "*sign*.pem", "*.crt", "ca*.pem")...)...)
	s.Tool("watashi-platformd", append([]string{"-config", config, "crl", "import"}, s.files(exported, "*.crl")...)...)
	pem, err := os.ReadFile(filepath.Join(home, "terminal-ca.pem"))
	s.Roots = x509.NewCertPool()
	if err != nil || !s.Roots.AppendCertsFromPEM(pem) {
		s.T.Fatal("the platform has no CA file: ", err)
	}
}

// files are those in a folder that match the first pattern which any matches.
func (s *Street) files(dir string, patterns ...string) []string {
	s.T.Helper()
	for _, pattern := range patterns {
		if found, _ := filepath.Glob(filepath.Join(dir, pattern)); len(found) > 0 {
			return found
		}
	}
	s.T.Fatalf("%s holds none of %v", dir, patterns)
	return nil
}

// Rule changes the platform's configuration and waits until the terminal goes by it.
func (s *Street) Rule(members map[string]any) {
	s.T.Helper()
	s.Anew(func() { s.Edit(s.platformConfig(), members) })
}

// Anew changes something while the platform rests, and waits until the terminal has
// the bundle that follows from it.
func (s *Street) Anew(change func()) {
	s.T.Helper()
	before, err := s.Status()
	if err != nil {
		s.T.Fatal(err)
	}
	s.Platformd.Stop()
	change()
	s.StartPlatformd()
	s.Uplinkd.Stop() // one that starts asks for the bundle at once
	s.Start(s.Uplinkd)
	s.Until("the terminal has a new bundle", func() error {
		now, err := s.Status()
		if err == nil && now.Bundle.Version == before.Bundle.Version {
			err = fmt.Errorf("it has number %d still", now.Bundle.Version)
		}
		return err
	})
}

// StartPlatformd starts platformd, and returns when it takes connections.
func (s *Street) StartPlatformd() {
	s.T.Helper()
	s.Start(s.Platformd)
	s.Until("platformd answers", s.PlatformAnswers)
}

// configure writes the two services' files and puts the printer on its line.
func (s *Street) configure() {
	s.T.Helper()
	if s.Devices["printer"] == nil {
		s.Devices["printer"] = s.printerOnTCP()
	}
	me := fmt.Sprint(os.Getuid())
	members := map[string]any{
		"state_dir":     s.Path("state"),
		"ui":            map[string]string{"listen": "127.0.0.1:8420", "url_file": s.Path("screen.url")},
		"uplink_socket": s.Path("uplink.sock"), "uplink_users": []string{me},
		"status_socket": s.Path("status.sock"), "status_users": []string{me},
	}
	maps.Copy(members, s.Devices)
	terminald, _ := json.Marshal(members)
	s.Write("terminald.json", terminald)
	uplinkd, _ := json.Marshal(map[string]any{"uplink_dir": s.Path("uplink"), "socket": s.Path("uplink.sock")})
	s.Write("uplinkd.json", uplinkd)
}

func (s *Street) printerOnTCP() map[string]any {
	s.T.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.T.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- haltest.ServePrinterTCP(ctx, l, s.Printer) }()
	s.life.Cleanup(func() { stop(); <-ended })
	return map[string]any{"kind": "tcp", "address": l.Addr().String(), "patience_seconds": 5}
}

// PlatformAnswers is an error while the platform takes no connections.
func (s *Street) PlatformAnswers() error {
	c, err := net.Dial("tcp", PlatformAddress)
	if err == nil {
		err = c.Close()
	}
	return err
}

// Until looks again and again until there is no error, and ends the test when that
// never comes.
func (s *Street) Until(what string, try func() error) {
	s.T.Helper()
	if err := Eventually(s.T.Context(), s.patience, what, try); err != nil {
		s.T.Fatal(err)
	}
}

// Eventually tries again and again until it works, as a person does, but not longer
// than patience.
func Eventually(ctx context.Context, patience time.Duration, what string, try func() error) error {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting in vain until %s: %w", what, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
