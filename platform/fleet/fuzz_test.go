package fleet_test

import (
	"testing"

	"github.com/digital-watashi/kiosk/platform/fleet"
)

func FuzzVersions(f *testing.F) {
	for _, s := range []string{"v1.2.3", "1.2", "v1.2.3-rc1+x", "(devel)", "", "v1..2", "v99999999999", "1.2.3.4.5"} {
		f.Add(s, "v1.2.3")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if fleet.Older(a, b) && fleet.Older(b, a) {
			t.Errorf("%q and %q are each older than the other", a, b)
		}
		if fleet.Older(a, a) {
			t.Errorf("%q is older than itself", a)
		}
	})
}
