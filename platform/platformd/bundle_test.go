package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// exported is the bundle in a file, and what the command said.
func exported(t *testing.T, config string) (b protocol.Bundle, jws []byte, said string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bundle.jws")
	said = do(t, "-config", config, "bundle", "export", file)
	jws, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b, err = protocol.DecodeFirstBundle(bytes.TrimSpace(jws))
	if err != nil {
		t.Fatal(err)
	}
	return b, jws, said
}

func TestBundleIsExportedAsTerminalsFetchIt(t *testing.T) {
	path := founded(t)
	resting, _, said := exported(t, path)
	if resting.Version != 1 || resting.Format != protocol.NewestFormat || !strings.Contains(said, "bundle version 1 of platform-1, for test, is in ") {
		t.Errorf("got version %d in format %d, said %q", resting.Version, resting.Format, said)
	}
	do(t, "-config", path, "keys", "roll", "encryption")
	running(t, path)
	b, jws, _ := exported(t, path)
	// With no terminal to wait for, the service may have put the new key to use already,
	// which is one version more.
	if b.Version != 2 && b.Version != 3 || len(b.EncryptionKeys) != 2 {
		t.Errorf("after a roll-over: got version %d with %d keys, want 2 or 3 with 2", b.Version, len(b.EncryptionKeys))
	}
	if _, err := protocol.VerifyBundle(bytes.TrimSpace(jws), resting.BundleKeys); err != nil {
		t.Errorf("who has the one before does not believe it: %v", err)
	}
}

func TestBundleIsWrittenWholeOrNotAtAll(t *testing.T) {
	path, dir := founded(t), t.TempDir()
	file := filepath.Join(dir, "bundle.jws")
	write(t, file, []byte("the one before"))
	do(t, "-config", path, "bundle", "export", file)
	for _, where := range []string{dir, filepath.Join(dir, "none", "bundle.jws")} {
		err := run(t.Context(), []string{"-config", path, "bundle", "export", where}, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), where) {
			t.Errorf("%s: got %v, want an error that names it", where, err)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("beside the bundle there are %v %v", left, err)
	}
}
