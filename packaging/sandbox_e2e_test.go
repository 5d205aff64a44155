//go:build e2e

package packaging_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestE2EUnitsKeepTheirLimits(t *testing.T) {
	out, err := exec.Command("./sandbox").CombinedOutput()
	t.Logf("\n%s", out)
	if err != nil {
		t.Error(err)
	}
	for _, unit := range []string{"terminald", "uplinkd", "platformd", "kiosk"} {
		if !regexp.MustCompile(`(?m)^watashi-` + unit + `\.service +[0-9]\.[0-9] `).Match(out) {
			t.Errorf("watashi-%s has no score", unit)
		}
	}
}

// What systemd makes of the units, with programs in the place of those that are not
// installed here.
func TestE2EUnitsAreUnderstood(t *testing.T) {
	dir := t.TempDir()
	units, err := filepath.Glob("systemd/*.service")
	if err != nil || len(units) == 0 {
		t.Fatalf("no units, %v", err)
	}
	var copies []string
	for _, unit := range units {
		text := regexp.MustCompile(`(?m)^ExecStart=\S+`).ReplaceAllString(contents(t, unit), "ExecStart=/bin/true")
		path := filepath.Join(dir, filepath.Base(unit))
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		copies = append(copies, path)
	}
	verify := exec.Command("systemd-analyze", append([]string{"verify", "--man=no"}, copies...)...)
	if out, err := verify.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd says: %v\n%s", err, out)
	}
	for folder, program := range map[string][]string{
		"sysusers/*.conf": {"systemd-sysusers", "--dry-run"},
		"apparmor/*":      {"apparmor_parser", "--skip-kernel-load", "--skip-cache", "--skip-read-cache"},
	} {
		paths, _ := filepath.Glob(folder)
		for _, path := range paths {
			absolute, err := filepath.Abs(path)
			if err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command(program[0], append(program[1:], absolute)...).CombinedOutput(); err != nil {
				t.Errorf("%s of %s: %v\n%s", program[0], path, err, out)
			}
		}
	}
}

func TestE2EScriptsPassShellcheck(t *testing.T) {
	var scripts []string
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, ".go") {
			return err
		}
		raw, err := os.ReadFile(path)
		if strings.HasPrefix(string(raw), "#!/bin/") {
			scripts = append(scripts, path)
		}
		return err
	})
	if err != nil || len(scripts) < 10 {
		t.Fatalf("found the scripts %v, %v", scripts, err)
	}
	if out, err := exec.Command("shellcheck", scripts...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, strings.TrimSpace(string(out)))
	}
}

func TestE2EEachProgramTellsOfWhatItWasBuilt(t *testing.T) {
	line := regexp.MustCompile(`^\S+ commit [0-9a-f]{12} go1\.\S+\n$`)
	for program, ask := range map[string]string{
		"terminald": "-version", "uplinkd": "-version", "provision": "version", "platformd": "-version", "conform": "-version",
	} {
		out, err := exec.Command("../bin/watashi-"+program, ask).CombinedOutput()
		if err != nil || !line.Match(out) {
			t.Errorf("watashi-%s says %q, %v", program, out, err)
		}
	}
}
