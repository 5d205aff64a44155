// Package postgres keeps what the platform knows in PostgreSQL, for a platform
// that outgrows one machine: several platformd at once work on one database. It
// promises what the embedded store promises, and is tested by the same suite.
//
// Update is a SERIALIZABLE transaction, run again when another one got in its
// way; View reads one snapshot. What must happen once is unique in the tables
// themselves, and what must not change is refused by triggers, whoever asks.
//
// While a table is nearly empty its index has one page, and transactions that have
// nothing to do with each other are taken for a conflict and run again; at 100,000
// registrations this is one in several hundred.
//
// What registrations ask goes together, as many as wait for an answer at that moment:
// two journeys to look and two to decide serve them all (platform.Distant).
//
// A connection that breaks before the commit was sent costs a repetition and
// nothing else. When it breaks while the commit is under way, nobody can know;
// Update says so, and whoever asked asks again: every request of the platform
// protocol may be repeated.
//
// Acknowledged means on the server's disk: sessions refuse synchronous_commit =
// off. What the server makes of fsync is its owner's word. Between the two
// stands no pooler that hands one session to several clients.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/digital-watashi/kiosk/platform"
)

// How long things may take.
const (
	connectTime = 5 * time.Second  // when the connection string says nothing else
	patience    = 20 * time.Second // for one Update or View with all its repetitions
	lastWords   = 2 * time.Second  // for a rollback
)

// idleInTransaction ends, on the server, what a program that hangs has begun.
const idleInTransaction = "30s"

// Store is a platform.Store on a PostgreSQL database.
type Store struct{ pool *pgxpool.Pool }

// Open connects to the database that dsn names (a URL or keywords, as libpq
// takes them; PG… variables of the environment count) and brings its tables up
// to date. It gives up when the database is newer than this program.
func Open(ctx context.Context, dsn string) (*Store, error) {
	config, err := settings(dsn)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connecting to PostgreSQL: %w", err)
	}
	if err := migrate(ctx, pool); err != nil {
		pool.Close()
		return nil, fmt.Errorf("preparing the database: %w", err)
	}
	return &Store{pool}, nil
}

// settings adds to the connection string what it leaves open.
func settings(dsn string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err // it hides the password itself
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTime
	}
	parameters := config.ConnConfig.RuntimeParams
	for name, value := range map[string]string{"application_name": "watashi-platformd", "idle_in_transaction_session_timeout": idleInTransaction} {
		if parameters[name] == "" {
			parameters[name] = value
		}
	}
	config.AfterConnect = insistOnDisk
	return config, nil
}

// insistOnDisk refuses sessions whose commits are acknowledged before they are
// on disk.
func insistOnDisk(ctx context.Context, conn *pgx.Conn) error {
	var waits string
	if err := conn.QueryRow(ctx, "select current_setting('synchronous_commit')").Scan(&waits); err != nil {
		return err
	}
	if waits == "off" {
		return errors.New("synchronous_commit is off: what is acknowledged would not be on disk")
	}
	return nil
}

// Close ends the use of the store; it waits for transactions under way.
func (s *Store) Close() error {
	s.pool.Close()
	return nil
}

// View reads one consistent state: what was committed when it first looked.
func (s *Store) View(ctx context.Context, read func(platform.Reading) error) error {
	return s.transact(ctx, alone, func(t *transaction) error { return read(t) })
}

// Update changes it; nil means: on disk.
func (s *Store) Update(ctx context.Context, change func(platform.Writing) error) error {
	return s.transact(ctx, beginWriting, func(t *transaction) error { return change(t) })
}
