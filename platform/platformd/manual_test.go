package main

import (
	"bytes"
	"go/parser"
	gotoken "go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// help is what --help prints.
func help(t *testing.T, args ...string) string {
	t.Helper()
	var out, log bytes.Buffer
	if err := run(t.Context(), args, &out, &log); err != nil || log.Len() > 0 {
		t.Fatalf("%v: %v, and beside it %q", args, err, &log)
	}
	return out.String()
}

// known are the commands that the program goes into.
func known(t *testing.T) (all []string) {
	t.Helper()
	for name := range commands() {
		if !slices.Contains([]string{"import-item", "enrol-item", "contest-look", "contest-item"}, name) { // of the administration only: other commands send them
			all = append(all, name)
		}
	}
	return append(all, "run", "check", "enrol", "import-queue", "ek", "crl", "contest")
}

func TestHelpAndUsageNameEveryCommandAndNoOther(t *testing.T) {
	said := names()
	for _, name := range known(t) {
		if !slices.Contains(said, name) {
			t.Errorf("the manual does not name %s", name)
		}
		if !regexp.MustCompile(`[ |]` + name + `[;|]`).MatchString(errUsage.Error()) {
			t.Errorf("the usage does not name %s", name)
		}
	}
	for _, name := range said {
		if !slices.Contains(known(t), name) {
			t.Errorf("the manual names %s, which is no command", name)
		}
	}
}

func TestManualIsThePackageDocAndFits(t *testing.T) {
	file, err := parser.ParseFile(gotoken.NewFileSet(), "main.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	_, manual, _ := strings.Cut(file.Doc.Text(), "With it:\n")
	for line := range strings.Lines(manual) {
		if row, is := strings.CutPrefix(line, "\t"); is {
			rows = append(rows, row)
		} else if len(rows) > 0 {
			break
		}
	}
	text := help(t, "--help")
	_, printed, _ := strings.Cut(text, "commands:\n  ")
	printed, _, _ = strings.Cut(printed, "\n\n")
	if want := strings.TrimSpace(strings.Join(rows, "  ")); printed != want {
		t.Errorf("--help prints\n%s\nand the package doc says\n%s", printed, want)
	}
	if !strings.Contains(text, "watashi-platformd init -dir DIR") || text != help(t, "-h") || text != help(t, "help") {
		t.Errorf("help is not one and the same:\n%s", text)
	}
}
