//go:build e2e

package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// groff reads each page without a word of complaint, and what comes out has the text.
func TestE2EManualPagesAreCleanForGroff(t *testing.T) {
	dir := t.TempDir()
	if code, out, said := says(t, "man", dir); code != exitDone || !strings.Contains(out, "manual pages in") {
		t.Fatalf("exit %d: %s%s", code, out, said)
	}
	for _, e := range entries() {
		groff := exec.Command("groff", "-ww", "-man", "-Tutf8", "-P-cbou", filepath.Join(dir, "watashi-provision-"+strings.ReplaceAll(e.Words, " ", "-")+".8"))
		var complaints bytes.Buffer
		groff.Stderr = &complaints
		text, err := groff.Output()
		if err != nil || complaints.Len() > 0 || !strings.Contains(string(text), "EXIT STATUS") || !strings.Contains(string(text), "EXAMPLE") {
			t.Errorf("%s: %v\n%s", e.Words, err, complaints.String())
		}
	}
	if out, err := exec.Command("groff", "-ww", "-man", "-Tutf8", "-P-cbou", filepath.Join(dir, "watashi-provision.8")).CombinedOutput(); err != nil || strings.Contains(string(out), "warning") {
		t.Errorf("%v\n%s", err, out)
	}
	code, _, said := says(t, "man", filepath.Join(dir, "nowhere"))
	if code != exitFiles || !strings.Contains(said, "no such file") {
		t.Errorf("a folder that is not there: exit %d, %s", code, said)
	}
}
