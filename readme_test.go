package kiosk_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The README is read by people who have nothing else. What it claims of the tree
// is compared here and, with what docs/ claims, in docs_test.go; its commands for
// installation are run by terminal/e2e.

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
	for i, room := range listed {
		if slices.Contains(listed[:i], room) {
			t.Errorf("README.md lists the room %s twice", room)
		}
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
