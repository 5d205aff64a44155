package bolt_test

import (
	"path/filepath"
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/storetest"
)

func TestEmbeddedStoreKeepsItsPromises(t *testing.T) {
	storetest.Run(t, func(t *testing.T) func() platform.Store {
		path := filepath.Join(t.TempDir(), "store.db")
		return func() platform.Store { return ok(bolt.Open(path))(t) }
	})
}

func ok[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
