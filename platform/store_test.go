package platform_test

import (
	"path/filepath"
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/storetest"
)

func TestEmbeddedStoreKeepsItsPromises(t *testing.T) {
	storetest.Run(t, func(t *testing.T) func() platform.Store {
		path := filepath.Join(t.TempDir(), "store.db")
		return func() platform.Store { return ok(platform.OpenStore(path))(t) }
	})
}
