//go:build e2e

package main

import (
	"context"
	"crypto/sha256"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

// OpenSC is the acceptance test of the virtual card: a driver of others, written
// for real cards, over a real pcscd.

// tool runs a program and gives what it printed.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := toolOutcome(name, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

func toolOutcome(name string, args ...string) (string, error) {
	out, err := exec.CommandContext(context.Background(), name, args...).CombinedOutput()
	return string(out), err
}

// within is a test with the card of a citizen in the reader.
func within(t *testing.T, body func(t *testing.T, c *console), args ...string) {
	t.Helper()
	pcscdtest.Within(t, func(t *testing.T) {
		c := simulate(t, args...)
		c.until("ready")
		body(t, c)
	})
}

// promises fails unless the text holds all of them.
func promises(t *testing.T, text string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestE2EOpenSCListsTheCard(t *testing.T) {
	within(t, func(t *testing.T, _ *console) {
		promises(t, tool(t, "pkcs15-tool", "--dump"),
			"JPKI", "User Authentication Certificate", "Digital Signature Certificate",
			"User Authentication Certificate CA", "Digital Signature Certificate CA")
		promises(t, tool(t, "pkcs15-tool", "--list-pins"), "Tries left     : 5", "Tries left     : 3")
	})
}

func TestE2EOpenSCReadsTheSigningCertificateAfterThePassword(t *testing.T) {
	within(t, func(t *testing.T, c *console) {
		read := []string{"--read-certificate", "02", "--verify-pin", "--auth-id", "02", "--pin", "MIDORI123"}
		file := filepath.Join(t.TempDir(), "certificate.pem")
		tool(t, "pkcs15-tool", append(read, "--output", file)...)
		promises(t, tool(t, "openssl", "x509", "-in", file, "-noout", "-text"),
			"O = JPKI-TEST", "1.2.392.200149.8.5.1.0.20", "Digital Signature, Non Repudiation")
		if touched := c.say("touched"); len(touched) > 0 {
			t.Errorf("OpenSC touched %q", touched)
		}
	})
}

func TestE2EOpenSCSignsAndOpenSSLVerifies(t *testing.T) {
	within(t, func(t *testing.T, _ *console) {
		dir := t.TempDir()
		message, digest := filepath.Join(dir, "message"), filepath.Join(dir, "digest")
		sum := sha256.Sum256([]byte("申請情報"))
		keep(t, message, []byte("申請情報"))
		keep(t, digest, sum[:])
		key := publicKey(t, dir)
		byDigest, byMessage := filepath.Join(dir, "sig15"), filepath.Join(dir, "sig11")
		tool(t, "pkcs15-crypt", "--sign", "--key", "02", "--sha-256", "--pkcs1", "--pin", "MIDORI123", "--input", digest, "--output", byDigest)
		tool(t, "pkcs11-tool", "--module", pkcs11(t), "--slot-index", "1", "--login", "--pin", "MIDORI123",
			"--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", "02", "-i", message, "-o", byMessage)
		for _, signature := range []string{byDigest, byMessage} {
			promises(t, tool(t, "openssl", "dgst", "-sha256", "-verify", key, "-signature", signature, message), "Verified OK")
		}
	})
}

// publicKey is the signing key, out of the certificate that OpenSC reads.
func publicKey(t *testing.T, dir string) string {
	t.Helper()
	certificate, key := filepath.Join(dir, "certificate.pem"), filepath.Join(dir, "key.pem")
	tool(t, "pkcs15-tool", "--read-certificate", "02", "--verify-pin", "--auth-id", "02", "--pin", "MIDORI123", "--output", certificate)
	keep(t, key, []byte(tool(t, "openssl", "x509", "-in", certificate, "-noout", "-pubkey")))
	return key
}

func TestE2EOpenSCCountsTheTriesDown(t *testing.T) {
	within(t, func(t *testing.T, c *console) {
		out, err := toolOutcome("pkcs15-tool", "--verify-pin", "--auth-id", "02", "--pin", "midori123")
		if err == nil {
			t.Errorf("the card took a password in lower case:\n%s", out)
		}
		promises(t, tool(t, "pkcs15-tool", "--list-pins"), "Tries left     : 4")
		promises(t, strings.Join(c.say("status"), "\n"), "tries-left 4")
	})
}

func TestE2EOpenSCBindsToABlockedCard(t *testing.T) {
	within(t, func(t *testing.T, _ *console) {
		promises(t, tool(t, "pkcs15-tool", "--list-pins"), "Tries left     : 0")
	}, "-situation", "blocked")
}

// An ATR in no table: the probes of all other drivers come first, and must fail.
func TestE2EOpenSCFindsTheCardByItsApplicationAlone(t *testing.T) {
	within(t, func(t *testing.T, c *console) {
		promises(t, tool(t, "pkcs15-tool", "--dump"), "JPKI")
		lines := c.say("transcript")
		first := slices.Index(lines, "< 90 00")
		if first < 20 || lines[first-1] != "> 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01" {
			t.Errorf("what was answered with 90 00 first is line %d of\n%s", first, strings.Join(lines, "\n"))
		}
	}, "-situation", "contactless")
}

func TestE2EOpenSCFindsNothingOnAStranger(t *testing.T) {
	within(t, func(t *testing.T, c *console) {
		if out, err := toolOutcome("pkcs15-tool", "--dump"); err == nil {
			t.Errorf("OpenSC found something:\n%s", out)
		}
		for _, line := range c.say("transcript") {
			if strings.HasSuffix(line, "90 00") {
				t.Errorf("a stranger answered %q", line)
			}
		}
	}, "-situation", "stranger")
}

func TestE2EPCSCSeesTheCardComeAndGo(t *testing.T) {
	within(t, func(t *testing.T, c *console) {
		tool(t, "pkcs15-tool", "--list-pins")
		c.say("remove")
		if out, err := toolOutcome("opensc-tool", "--atr"); err == nil {
			t.Errorf("there is still a card:\n%s", out)
		}
		c.say("situation last-try")
		c.say("insert")
		promises(t, tool(t, "pkcs15-tool", "--list-pins"), "Tries left     : 1")
		c.say("remove")
		c.say("fault remove 3")
		c.say("insert")
		if out, err := toolOutcome("pkcs15-tool", "--dump"); err == nil {
			t.Errorf("a card that left was dumped:\n%s", out)
		}
		promises(t, strings.Join(c.say("status"), "\n"), "inserted false")
	})
}

func TestE2EPCSCSeesTwoCardsAtOnce(t *testing.T) {
	within(t, func(t *testing.T, c *console) {
		c.say("second claire")
		promises(t, strings.Join(strings.Fields(tool(t, "opensc-tool", "--list-readers")), " "), "0 Yes Virtual PCD 00 00", "1 Yes Virtual PCD 00 01")
		c.say("second none")
		promises(t, strings.Join(strings.Fields(tool(t, "opensc-tool", "--list-readers")), " "), "0 Yes Virtual PCD 00 00", "1 No Virtual PCD 00 01")
		promises(t, c.refused("second midori"), "in the other reader")
	})
}

func pkcs11(t *testing.T) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/*/opensc-pkcs11.so")
	if len(found) == 0 {
		t.Fatal("there is no opensc-pkcs11.so: install the Debian package opensc-pkcs11")
	}
	return found[0]
}

func keep(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
