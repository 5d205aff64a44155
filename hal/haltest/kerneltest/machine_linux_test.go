package kerneltest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest/kerneltest"
)

func TestAMachineIsBelievedOnlyWithItsLastWords(t *testing.T) {
	const last = "kerneltest: the test ended with code "
	for said, want := range map[string]string{
		"=== RUN\nPASS\n" + last + "0\n[ 5.0] reboot: Restarting system\n": "",
		"PASS\n" + last + "0":                   "",
		"--- FAIL\n" + last + "1\n":             "code 1",
		"panic\n" + last + "2\n[ 5.0] reboot\n": "code 2",
		"PASS\nKernel panic - not syncing\n":    "before the test had ended",
		"":                                      "before the test had ended",
		"testing: warning: no tests to run\nPASS\n" + last + "0\n": "not found",
	} {
		err := kerneltest.Verdict(said)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", said, err, want)
		}
	}
}

func TestProgramsAreFoundByNamePathAndPattern(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"one.so.1", "one.so.2"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	both := []string{filepath.Join(dir, "one.so.1"), filepath.Join(dir, "one.so.2")}
	if got, err := kerneltest.Resolve(dir + "/one.so*"); err != nil || !slices.Equal(got, both) {
		t.Errorf("a pattern: %v, %v", got, err)
	}
	if got, err := kerneltest.Resolve(both[0]); err != nil || !slices.Equal(got, both[:1]) {
		t.Errorf("a path: %v, %v", got, err)
	}
	if got, err := kerneltest.Resolve("sh"); err != nil || len(got) != 1 || !filepath.IsAbs(got[0]) {
		t.Errorf("a command: %v, %v", got, err)
	}
	for _, missing := range []string{dir + "/two*", dir + "/two", "no-such-command"} {
		if _, err := kerneltest.Resolve(missing); err == nil {
			t.Errorf("%s was found", missing)
		}
	}
}
