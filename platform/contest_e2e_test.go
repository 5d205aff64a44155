//go:build e2e

package platform_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/postgres"
	"github.com/digital-watashi/kiosk/platform/postgres/postgrestest"
)

// TestE2EHundredThousandReplaysBindOnce keeps its store in memory where there is
// such a folder: it is not about the disk.
func TestE2EHundredThousandReplaysBindOnce(t *testing.T) {
	dir, err := os.MkdirTemp("/dev/shm", "platform-")
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	replays(t, 100_000, func(c *platform.Config) { c.Store = ok(bolt.Open(filepath.Join(dir, "store.db")))(t) })
}

func TestE2EPostgresBindsOnce(t *testing.T) {
	server := postgrestest.Start(t, "fsync=off")
	into := func(t *testing.T) func(*platform.Config) {
		dsn := server.Database()
		return func(c *platform.Config) { c.Store = ok(postgres.Open(background, dsn))(t) }
	}
	t.Run("64 at once", func(t *testing.T) { sixtyFourAtOnce(t, into(t)) })
	t.Run("against a contest", func(t *testing.T) { contestAgainstActivation(t, 4, 32, into(t)) })
	t.Run("replays", func(t *testing.T) { replays(t, postgresReplays(t), into(t)) })
}

// postgresReplays is how many messages PostgreSQL gets: few, since each takes it some
// milliseconds, or what POSTGRES_REPLAYS says.
func postgresReplays(t *testing.T) int {
	if said, given := os.LookupEnv("POSTGRES_REPLAYS"); given {
		return ok(strconv.Atoi(said))(t)
	}
	return 5_000
}
