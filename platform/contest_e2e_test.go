//go:build e2e

package platform_test

import (
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/postgres"
	"github.com/digital-watashi/kiosk/platform/postgres/postgrestest"
)

func TestE2EHundredThousandReplaysBindOnce(t *testing.T) {
	replays(t, 100_000, (&spyStore{}).into)
}

func TestE2EPostgresBindsOnce(t *testing.T) {
	server := postgrestest.Start(t, "fsync=off")
	into := func(t *testing.T) func(*platform.Config) {
		dsn := server.Database()
		return func(c *platform.Config) { c.Store = ok(postgres.Open(background, dsn))(t) }
	}
	t.Run("64 at once", func(t *testing.T) { sixtyFourAtOnce(t, into(t)) })
	t.Run("replays", func(t *testing.T) { replays(t, 5_000, into(t)) })
}
