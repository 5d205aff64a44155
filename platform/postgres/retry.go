package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// When a transaction is run again. Each repetition waits a random while that
// doubles on the average, so that those who collided spread out.
const (
	mostRuns  = 40
	firstWait = time.Millisecond
	longWait  = 200 * time.Millisecond
)

// mostLost is how often a broken connection is replaced: one restart of the
// database is ridden out, a database that is away is said to be away.
const mostLost = 8

// failure is what a failed run means for the next one.
type failure int

const (
	final    failure = iota // the same again would fail the same
	conflict                // another transaction got in the way
	lost                    // the connection broke, and nothing was kept
)

// errPatience ends an Update or a View that takes too long.
var errPatience = errors.New("the database took too long")

// transact runs do in transactions until one comes through.
func (s *Store) transact(ctx context.Context, begin string, do func(*transaction) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errPatience)
	defer cancel()
	conflicts, losses := 0, 0
	for {
		err := s.run(ctx, begin, do)
		if err == nil {
			return nil
		}
		switch meaning(ctx, err) {
		case conflict:
			conflicts++
		case lost:
			losses++
			s.pool.Reset() // its other connections are of the same server
		default:
			return ended(ctx, err)
		}
		if conflicts >= mostRuns || losses >= mostLost {
			return fmt.Errorf("running a transaction %d times: %w", conflicts+losses, err)
		}
		if err := pause(ctx, conflicts+losses); err != nil {
			return err
		}
	}
}

// ended names the cause when the context's end is what failed the run.
func ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) && isOfDatabase(err) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}

// pause waits before run n+1.
func pause(ctx context.Context, n int) error {
	wait := time.NewTimer(rand.N(min(firstWait<<min(n, 16), longWait)))
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-wait.C:
		return nil
	}
}

// databaseError is an error that came from the database, or from the way there;
// inDoubt when the commit was under way.
type databaseError struct {
	doing   string
	inDoubt bool
	cause   error
}

func (e *databaseError) Error() string {
	if e.inDoubt {
		return e.doing + ": the connection broke before the answer, it may be kept or not: " + e.cause.Error()
	}
	return e.doing + ": " + e.cause.Error()
}

func (e *databaseError) Unwrap() error { return e.cause }

func isOfDatabase(err error) bool {
	var e *databaseError
	return errors.As(err, &e)
}

// meaning sorts the errors of the database by what can be done about them.
func meaning(ctx context.Context, err error) failure {
	var of *databaseError
	if !errors.As(err, &of) || of.inDoubt || ctx.Err() != nil {
		return final
	}
	var said *pgconn.PgError
	switch {
	case errors.Is(err, errChanged):
		return conflict
	case !errors.As(err, &said):
		return lost
	}
	switch {
	// serialization_failure, deadlock_detected; unique_violation is what a lost
	// race looks like when an index sees it first.
	case said.Code == "40001", said.Code == "40P01", said.Code == "23505":
		return conflict
	// admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections,
	// idle_in_transaction_session_timeout; connection exceptions.
	case said.Code == "57P01", said.Code == "57P02", said.Code == "57P03", said.Code == "53300", said.Code == "25P03", strings.HasPrefix(said.Code, "08"):
		return lost
	}
	return final
}

// answered reports whether the server refused, so that nothing was kept.
// A fatal error says that the session ended, not what became of its commit.
func answered(err error) bool {
	var said *pgconn.PgError
	return errors.As(err, &said) && said.SeverityUnlocalized == "ERROR"
}
