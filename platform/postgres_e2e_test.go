//go:build e2e

package platform_test

import (
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/postgres"
	"github.com/digital-watashi/kiosk/platform/postgres/postgrestest"
)

func TestE2EManyWhoBringTheSameToTwoPlatformsAreOneOnPostgres(t *testing.T) {
	dsn := postgrestest.Start(t, "fsync=off").Database()
	w := newWorld(t, func(c *platform.Config) { c.Store = ok(postgres.Open(background, dsn))(t) })
	manyBringTheSame(t, w, w.sibling(ok(postgres.Open(background, dsn))(t)))
}
