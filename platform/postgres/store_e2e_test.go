//go:build e2e

package postgres_test

import (
	"context"
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/postgres"
	"github.com/digital-watashi/kiosk/platform/postgres/postgrestest"
	"github.com/digital-watashi/kiosk/platform/storetest"
)

func opened(t testing.TB, dsn string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() }) // again, where a test closed it
	return s
}

func TestE2EPostgresKeepsThePromisesOfAStore(t *testing.T) {
	server := postgrestest.Start(t, "fsync=off")
	storetest.Run(t, func(t *testing.T) func() platform.Store {
		dsn := server.Database()
		return func() platform.Store { return opened(t, dsn) }
	})
}
