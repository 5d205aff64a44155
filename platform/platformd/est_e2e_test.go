//go:build e2e

package main

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// shipped builds the program.
func shipped(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "watashi-platformd")
	if said, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, said)
	}
	return program
}

// served runs it until the test is over and returns the port where it listens.
func served(t *testing.T, program, config string) (port string, end func()) {
	t.Helper()
	command := exec.Command(program, "-config", config, "run")
	log, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	end = sync.OnceFunc(func() {
		command.Process.Kill()
		command.Wait() // killed: that is its error
	})
	t.Cleanup(end)
	for lines := bufio.NewScanner(log); lines.Scan(); {
		var line struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "platform serves" {
			go io.Copy(io.Discard, log)
			_, port, _ = strings.Cut(line.Address, ":")
			return port, end
		}
	}
	t.Fatal("the program did not begin to serve")
	return "", nil
}

// script runs the script in a folder of its own.
func script(t *testing.T, token string) (dir, said string, err error) {
	t.Helper()
	path, err := filepath.Abs("testdata/enrol.sh")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("sh", path)
	command.Dir, command.Env = t.TempDir(), append(os.Environ(), "TOKEN="+token)
	out, err := command.CombinedOutput()
	return command.Dir, string(out), err
}

func certificateAt(t *testing.T, path string) *x509.Certificate {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		t.Fatalf("%s holds no PEM", path)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// TestE2ECurlAndOpenSSLEnrol uses nothing of ours but the program, before and
// after its terminal CA was rolled over.
func TestE2ECurlAndOpenSSLEnrol(t *testing.T) {
	program, config := shipped(t), founded(t)
	port, end := served(t, program, config)
	token := strings.TrimSpace(do(t, "-config", config, "token", "atm-0001", "2h", "127.0.0.1:"+port))
	enrolled(t, "atm-0001", token, 1)
	if _, said, err := script(t, token); err == nil || !strings.Contains(said, protocol.CodeTokenUsed) {
		t.Errorf("with a used token: got %v %s", err, said)
	}
	if said := do(t, "-config", config, "terminal", "atm-0001"); !strings.Contains(said, "key file") || !strings.Contains(said, "certificate issued: tls, renewal, file") {
		t.Errorf("terminal: got %s", said)
	}

	end()
	do(t, "-config", config, "ca", "roll")
	port, _ = served(t, program, config)
	enrolled(t, "atm-0002", strings.TrimSpace(do(t, "-config", config, "token", "atm-0002", "2h", "127.0.0.1:"+port)), 3)
	if left := do(t, "-config", config, "ca", "left"); left != "atm-0001\n" {
		t.Errorf("left on the old CA: got %q, want atm-0001", left)
	}
	var said bytes.Buffer
	if err := run(t.Context(), []string{"-config", config, "ca", "retire"}, &said, io.Discard); err == nil || !strings.Contains(err.Error(), "atm-0001") {
		t.Errorf("retiring the CA of a machine: got %v, want its name", err)
	}
}

// enrolled runs the script, which has to succeed, and looks at what it got.
func enrolled(t *testing.T, id, token string, cas int) {
	t.Helper()
	dir, said, err := script(t, token)
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, name := range []string{"device", "tls"} {
		first, renewed := certificateAt(t, filepath.Join(dir, name+"-first.pem")), certificateAt(t, filepath.Join(dir, name+".pem"))
		terminal, err := protocol.TerminalOf(renewed)
		if err != nil || terminal.ID != id || terminal.Protection != protocol.ProtectionFile || renewed.Equal(first) {
			t.Errorf("%s: got %+v %v, renewed %t", name, terminal, err, !renewed.Equal(first))
		}
	}
	if attributes, _ := os.ReadFile(filepath.Join(dir, "attributes.txt")); !strings.Contains(string(attributes), "prime256v1") {
		t.Errorf("csrattrs as openssl reads them: %s", attributes)
	}
	if text, _ := os.ReadFile(filepath.Join(dir, "cas.pem")); strings.Count(string(text), "BEGIN CERTIFICATE") != cas {
		t.Errorf("cacerts: got %s, want %d", text, cas)
	}
}
