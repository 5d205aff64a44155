package kiosk_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// The README is read by people who have nothing else. What it claims of the tree
// is compared here; its commands for installation are run by terminal/e2e.

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestREADMEIsShort(t *testing.T) {
	if lines := strings.Count(readme(t), "\n"); lines > 200 {
		t.Errorf("README.md has %d lines, want 200 at most", lines)
	}
}

func TestREADMENamesMakeTargetsThatExist(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("make ([a-z]+)").FindAllStringSubmatch(readme(t), -1)
	for _, target := range named {
		if !regexp.MustCompile(`(?m)^` + target[1] + `:`).Match(makefile) {
			t.Errorf("the Makefile has no target %q", target[1])
		}
	}
	if len(named) == 0 {
		t.Error("README.md names no make target")
	}
}

func TestREADMEListsEveryRoom(t *testing.T) {
	var listed []string
	top := ""
	for _, line := range regexp.MustCompile(`(?m)^( {0,2})([a-z0-9]+)/ `).FindAllStringSubmatch(readme(t), -1) {
		if line[1] == "" {
			top = line[2]
			listed = append(listed, top)
			continue
		}
		listed = append(listed, top+"/"+line[2])
	}
	for _, room := range listed {
		if info, err := os.Stat(filepath.FromSlash(room)); err != nil || !info.IsDir() {
			t.Errorf("README.md lists the room %s, which is not there", room)
		}
	}
	for _, p := range packages(t) {
		if room := p.room(); strings.Count(room, "/") == 1 && !slices.Contains(listed, room) {
			t.Errorf("README.md does not list the room %s", room)
		}
	}
}

func TestREADMENamesFilesThatExist(t *testing.T) {
	for _, name := range regexp.MustCompile("`([a-z]+/[a-z0-9./-]+)`").FindAllStringSubmatch(readme(t), -1) {
		if _, err := os.Stat(filepath.FromSlash(name[1])); err != nil {
			t.Errorf("README.md names %s: %v", name[1], err)
		}
	}
}

func TestREADMENamesFaultsThatExist(t *testing.T) {
	var codes []string
	for _, f := range catalogue.Faults() {
		codes = append(codes, string(f.Code))
	}
	named := regexp.MustCompile("`([A-Z]+(?:-[A-Z]+)*)`").FindAllStringSubmatch(readme(t), -1)
	for _, code := range named {
		if !slices.Contains(codes, code[1]) {
			t.Errorf("README.md names the fault %s, which is not in the catalogue", code[1])
		}
	}
	if len(named) == 0 {
		t.Error("README.md names no fault")
	}
}
