//go:build e2e

package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

func TestE2EInstallationOfTheREADME(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		root, err := filepath.Abs(filepath.Join("..", ".."))
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(root, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		_, section, _ := strings.Cut(string(text), "## Install")
		_, section, _ = strings.Cut(section, "```sh\n")
		commands, _, found := strings.Cut(section, "```")
		if !found {
			t.Fatal("README.md has no commands for installation")
		}
		// bash, as people type them; aliases work there when asked for. What was
		// started in the background ends with the shell.
		script := "set -eu; shopt -s expand_aliases; trap 'kill $(jobs -p)' EXIT\n" + commands
		shell := exec.CommandContext(t.Context(), "bash", "-c", script)
		shell.Env = append(os.Environ(), "D="+t.TempDir(), "PATH="+filepath.Join(root, "bin")+":"+os.Getenv("PATH"))
		out, err := shell.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if !strings.Contains(string(out), "shop-7") {
			t.Errorf("the status names no terminal shop-7:\n%s", out)
		}
	})
}
