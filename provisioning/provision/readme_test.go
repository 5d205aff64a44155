package main

import (
	"context"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
)

// What the README shows is asked for help, flags and all: a command or a flag that
// is not there does not come to that.
func TestREADMEShowsCommandsThatExist(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile(`(?m)^watashi-provision ([^#\n]*)`).FindAllStringSubmatch(string(text), -1)
	if len(shown) < 5 {
		t.Fatalf("README.md shows %d commands", len(shown))
	}
	for _, line := range shown {
		var complaints strings.Builder
		args := append(strings.Fields(line[1]), "--help")
		if code := run(context.Background(), args, strings.NewReader(""), io.Discard, &complaints); code != exitDone {
			t.Errorf("watashi-provision %v: exit %d: %s", args, code, complaints.String())
		}
	}
}
