//go:build e2e

package main

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/postgres/postgrestest"
)

// integrator is somebody with the programs, a folder and a shell.
type integrator struct {
	t   *testing.T
	dir string
}

func newIntegrator(t *testing.T) integrator {
	i := integrator{t, t.TempDir()}
	i.do("", "go", "build", "-o", i.dir, "../../platformd", "../../../hal/simulator", ".")
	return i
}

func (i integrator) path(names ...string) string {
	return filepath.Join(append([]string{i.dir}, names...)...)
}

// do runs a program that has to succeed.
func (i integrator) do(stdin, program string, args ...string) string {
	i.t.Helper()
	cmd := exec.CommandContext(i.t.Context(), program, args...)
	var out, complaints bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &complaints
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if err := cmd.Run(); err != nil {
		i.t.Fatalf("%s %v: %v\n%s%s", filepath.Base(program), args, err, out.String(), complaints.String())
	}
	return out.String()
}

func (i integrator) platformd(args ...string) string {
	i.t.Helper()
	return i.do("", i.path("platformd"), append([]string{"-config", i.path("home", "platformd.json")}, args...)...)
}

// founds makes a platform that believes the simulator's cards, and serves it: on a
// PostgreSQL database, or on the embedded store for "".
func (i integrator) founds(address, postgres string) {
	i.t.Helper()
	i.do("", i.path("platformd"), "init", "-dir", i.path("home"), "-id", "platform-1", "-host", address)
	config := map[string]any{}
	text, err := os.ReadFile(i.path("home", "platformd.json"))
	must(i.t, err)
	must(i.t, json.Unmarshal(text, &config))
	config["listen"], config["postgres"] = address, postgres
	text, err = json.Marshal(config)
	must(i.t, err)
	must(i.t, os.WriteFile(i.path("home", "platformd.json"), text, 0o600))
	i.do("", i.path("simulator"), "-export-ca", i.path("jpki"))
	// In this order: a list is taken only from a CA that is trusted already.
	for _, it := range []struct{ command, pattern string }{{"ca add", "signca0?.pem"}, {"crl import", "*.crl"}} {
		files, err := filepath.Glob(i.path("jpki", it.pattern))
		must(i.t, err)
		i.platformd(append(strings.Fields(it.command), files...)...)
	}
	i.serves(address)
}

func (i integrator) serves(address string) {
	i.t.Helper()
	log, err := os.Create(i.path("log"))
	must(i.t, err)
	service := exec.Command(i.path("platformd"), "-config", i.path("home", "platformd.json"), "run")
	service.Stderr = log
	must(i.t, service.Start())
	i.t.Cleanup(func() {
		service.Process.Signal(os.Interrupt)
		service.Wait()
		log.Close()
	})
	for until := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		line, err := net.Dial("tcp", address)
		if err == nil {
			line.Close()
			return
		}
		if time.Now().After(until) {
			said, _ := os.ReadFile(i.path("log"))
			i.t.Fatalf("the platform does not serve: %v\n%s", err, said)
		}
	}
}

// The whole way of an integrator, with our platform in the place of theirs.
func TestE2EShippedPlatformKeepsEveryPromise(t *testing.T) { keepsEveryPromise(t, "") }

func TestE2EShippedPlatformOnPostgresKeepsEveryPromise(t *testing.T) {
	keepsEveryPromise(t, postgrestest.Start(t, "fsync=off").Database())
}

func keepsEveryPromise(t *testing.T, postgres string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := listener.Addr().String()
	must(t, listener.Close())
	i := newIntegrator(t)
	i.founds(address, postgres)
	var citizens []string
	for flag, situation := range map[string]string{"-citizen": "good", "-revoked": "revoked", "-expired": "expired"} {
		i.do("", i.path("simulator"), "-situation", situation, "-export-citizen", i.path(situation))
		citizens = append(citizens, flag+"-cert", i.path(situation, "TEST-midori.crt"), flag+"-key", i.path(situation, "TEST-midori.key"))
	}
	tokens := i.platformd("token", "conform-1") + i.platformd("token", "conform-2")
	said := i.do(tokens, i.path("conform"), append(citizens, "-tokens", "-")...)
	t.Log("\n" + said)
	if !strings.Contains(said, " 0 broken, 1 not asked\n") { // no key of an hour ago has expired
		t.Error("not every promise was asked")
	}
}
