package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// migrations are files NNNN_subject.sql, from 0001 on without a gap; one that was
// released never changes again.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrationLock is the advisory lock of whoever brings the tables up to date:
// "watashi" in ASCII.
const migrationLock = 0x77617461736869

const createVersions = `create table if not exists schema_version (
	version integer primary key,
	name    text not null,
	applied timestamptz not null default now()
)`

// migrate brings the tables to the version of this program, in one transaction:
// of several programs that start at once, one does it and the others wait. It
// reads what is committed, since the others' work is to be seen after the wait.
func migrate(ctx context.Context, pool *pgxpool.Pool) error {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	return pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock($1)", migrationLock); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, createVersions); err != nil {
			return err
		}
		version, err := versionOf(ctx, tx)
		if err != nil {
			return err
		}
		if version > len(files) {
			return fmt.Errorf("its tables have version %d, this program knows %d: a newer program has been here; update this one", version, len(files))
		}
		return applyFrom(ctx, tx, files, version)
	})
}

// versionOf is how many migrations were applied.
func versionOf(ctx context.Context, tx pgx.Tx) (version int, err error) {
	var count int
	err = tx.QueryRow(ctx, "select coalesce(max(version), 0), count(*) from schema_version").Scan(&version, &count)
	if err == nil && version != count {
		return 0, errors.New("schema_version has a gap: somebody has been at it by hand")
	}
	return version, err
}

func applyFrom(ctx context.Context, tx pgx.Tx, files []string, version int) error {
	for i := version; i < len(files); i++ {
		text, err := migrations.ReadFile(files[i])
		if err != nil {
			return err
		}
		if _, err := tx.Conn().PgConn().Exec(ctx, string(text)).ReadAll(); err != nil {
			return fmt.Errorf("applying %s: %w", files[i], err)
		}
		if _, err := tx.Exec(ctx, "insert into schema_version (version, name) values ($1, $2)", i+1, files[i]); err != nil {
			return err
		}
	}
	return nil
}
