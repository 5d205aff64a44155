package uitest

import (
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

//go:embed tidy.js
var tidy string

//go:embed judge.js
var judge string

// Tidy is a script that looks over the page as it stands and names what is wrong
// with it: a list of strings. Nothing may scroll where it is strict; elsewhere
// the text may.
func Tidy(strict bool) string { return call(tidy, strict) }

// Judge is a script, a promise, that has axe-core judge the page by WCAG 2.2 AA
// and names its violations. Where it is strong, contrast has to be that of AAA.
// Axe must have been run on the page before.
func Judge(strong bool) string { return call(judge, strong) }

// call makes a script out of a function and what it is called with.
func call(function string, argument bool) string {
	text, err := json.Marshal(argument)
	if err != nil {
		panic("uitest: " + err.Error()) // a bool has a form
	}
	return "(" + strings.TrimSpace(function) + ")(" + string(text) + ")"
}

// Axe is the source of axe-core, installed from npm. The page's policy lets no
// script in; the browser's debugger may run it all the same.
func Axe(t testing.TB) string {
	t.Helper()
	source, err := installed()
	if err != nil {
		t.Fatalf("installing axe-core: %v", err)
	}
	return source
}

// installed is npm ci, once.
var installed = sync.OnceValues(func() (string, error) {
	list := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/digital-watashi/kiosk/ui/uitest")
	dir, err := list.Output()
	if err != nil {
		return "", err
	}
	install := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	install.Dir = filepath.Join(strings.TrimSpace(string(dir)), "axe")
	if out, err := install.CombinedOutput(); err != nil {
		os.Stderr.Write(out)
		return "", err
	}
	source, err := os.ReadFile(filepath.Join(install.Dir, "node_modules", "axe-core", "axe.min.js"))
	return string(source), err
})
