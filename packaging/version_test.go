package packaging_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// What git says of commits, in the order in which they follow each other.
const history = `0123456789ab
0123456789ab-dirty
v1.9.0
v1.10.0-rc1
v1.10.0-rc1-3-g0123456789ab
v1.10.0-rc2
v1.10.0
v1.10.0-dirty
v1.10.0-5-g0123456789ab
v1.10.0-12-g0123456789ab
v1.10.0-12-g0123456789ab-dirty
v1.10.1`

func TestVersionsOfPackagesFollowEachOther(t *testing.T) {
	before := "0~0"
	for described := range strings.Lines(history) {
		version := versionOf(t, "deb", strings.TrimSpace(described))
		if err := exec.Command("dpkg", "--validate-version", version).Run(); err != nil {
			t.Errorf("%s is no version: %v", version, err)
		}
		if err := exec.Command("dpkg", "--compare-versions", before, "lt", version).Run(); err != nil {
			t.Errorf("%s does not come before %s", before, version)
		}
		before = version
	}
}

func TestAnInstallersVersionIsThreeNumbers(t *testing.T) {
	for described, want := range map[string]string{
		"v1.10.0": "1.10.0", "v1.10.0-rc1": "1.10.0", "v1.10.0-5-g0123456789ab-dirty": "1.10.0", "0123456789ab": "0.0.20454",
	} {
		if got := versionOf(t, "msi", described); got != want {
			t.Errorf("%s becomes %s, want %s", described, got, want)
		}
	}
}

// A version of this checkout is as long in each clone, and so are programs that tell it.
func TestACheckoutHasOneVersion(t *testing.T) {
	if got := versionOf(t); !regexp.MustCompile(`^(v[0-9].*|[0-9a-f]{12}(-dirty)?)$`).MatchString(got) {
		t.Errorf("this is version %q", got)
	}
}

// versionOf has 2026-01-01 as the time of each commit.
func versionOf(t *testing.T, of ...string) string {
	t.Helper()
	if len(of) > 0 {
		of = append(of, "1767225600")
	}
	out, err := exec.Command("./version", of...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v, %s", of, err, out)
	}
	return strings.TrimSpace(string(out))
}
