package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// A snapshot is all that a View needs: it decides nothing.
const (
	alone        = "" // beginReading with the second question
	beginReading = "begin isolation level repeatable read read only"
	beginWriting = "begin isolation level serializable"
)

// transaction is one run of an Update or a View. Trips to the server are what it
// costs, so whatever needs no answer is queued and travels with the next question:
// the begin with the first one, the last changes with the commit.
//
// What is usually asked next comes along with an answer and is remembered: within
// one snapshot it cannot change but by the transaction itself. And the first
// question of a View needs no begin and no commit: when there is a second one, the
// first is asked again with it, and has to have the same answer.
//
// After an error of the database it is broken: everything else answers with the
// same error, and nothing is kept, whatever the function that runs in it says.
type transaction struct {
	ctx    context.Context // lives as long as the transaction
	conn   *pgx.Conn
	queued *pgx.Batch
	begun  bool
	broken error

	alone bool // nothing was begun: there is one question at most
	first question
	known remembered
}

// run is one transaction from begin to end.
func (s *Store) run(ctx context.Context, begin string, do func(*transaction) error) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return &databaseError{doing: "connecting to PostgreSQL", cause: err}
	}
	defer conn.Release()
	t := &transaction{ctx: ctx, conn: conn.Conn(), queued: &pgx.Batch{}, alone: begin == ""}
	if !t.alone {
		t.queued.Queue(begin)
	}
	defer t.abandon()
	err = do(t)
	switch {
	case t.broken != nil:
		return t.broken
	case err != nil, t.alone, !t.begun && t.queued.Len() == 1:
		return err
	}
	return t.commit(begin == beginWriting)
}

// trip sends what is queued and hears every answer.
func (t *transaction) trip(doing string) error {
	if t.broken != nil {
		return t.broken
	}
	if t.alone && (t.begun || t.queued.Len() > 1) {
		t.beginLate()
	}
	queued := t.queued
	t.queued, t.begun = &pgx.Batch{}, true
	if err := t.conn.SendBatch(t.ctx, queued).Close(); err != nil {
		t.broken = &databaseError{doing: doing, cause: err}
	}
	return t.broken
}

// commit sends the last changes and the commit, and knows whether it was done. What
// changed nothing leaves no doubt.
func (t *transaction) commit(changes bool) error {
	var done pgconn.CommandTag
	t.queued.Queue("commit").Exec(func(tag pgconn.CommandTag) error { done = tag; return nil })
	err := t.trip("committing")
	var of *databaseError
	switch {
	case errors.As(err, &of):
		of.inDoubt = changes && !answered(of.cause)
		return err
	case done.String() != "COMMIT":
		t.broken = fmt.Errorf("committing: the database answered %s", done)
		return t.broken
	}
	t.begun = false
	return nil
}

// abandon rolls back what was begun and not committed. A connection on which that
// fails is thrown away by its pool.
func (t *transaction) abandon() {
	if !t.begun || t.conn.IsClosed() || t.conn.PgConn().TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), lastWords)
	defer cancel()
	_ = t.conn.PgConn().Exec(ctx, "rollback").Close()
}

// put queues a change that always succeeds.
func (t *transaction) put(sql string, args ...any) error {
	t.queued.Queue(sql, args...)
	return t.broken
}

// change makes a change and says how many rows it was.
func (t *transaction) change(doing, sql string, args ...any) (rows int64, err error) {
	t.queued.Queue(sql, args...).Exec(func(tag pgconn.CommandTag) error { rows = tag.RowsAffected(); return nil })
	err = t.trip(doing)
	return rows, err
}

// add makes a change that a name that is taken turns into nothing.
func (t *transaction) add(what, sql string, args ...any) error {
	return t.once(what, sql+" on conflict do nothing", args...)
}

// once makes a change that ErrExists answers when it was nothing.
func (t *transaction) once(what, sql string, args ...any) error {
	rows, err := t.change("adding to "+what, sql, args...)
	if err == nil && rows == 0 {
		return fmt.Errorf("%s: %w", what, platform.ErrExists)
	}
	return err
}

// rows asks for rows and reads each by scan.
func (t *transaction) rows(what string, scan func(pgx.Rows) error, sql string, args ...any) error {
	var unread error // of what was found, not of the database
	heard := t.hear(sql, args)
	t.queued.Queue(sql, args...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			heard(rows)
			if unread == nil {
				unread = scan(rows)
			}
		}
		return nil
	})
	if err := t.trip("reading " + what); err != nil {
		return err
	}
	return unread
}

// list reads the records that the query selects.
func list[T any](t *transaction, what, sql string, args ...any) (all []T, err error) {
	err = t.rows(what, func(rows pgx.Rows) error {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return err
		}
		record, err := decode[T](what, raw)
		all = append(all, record)
		return err
	}, sql, args...)
	if err != nil {
		return nil, err
	}
	return all, nil
}

// load reads the one record that the query selects.
func load[T any](t *transaction, what, sql string, args ...any) (record T, err error) {
	all, err := list[T](t, what, sql, args...)
	if err := orNotFound(what, len(all) > 0, err); err != nil {
		return record, err
	}
	return all[0], nil
}

// orNotFound is err, or ErrNotFound for what is not there.
func orNotFound(what string, there bool, err error) error {
	if err == nil && !there {
		return fmt.Errorf("%s: %w", what, platform.ErrNotFound)
	}
	return err
}

// ids reads the ids that the query selects.
func (t *transaction) ids(what, sql string, args ...any) (all []protocol.ID, err error) {
	err = t.rows(what, func(rows pgx.Rows) error {
		var id [16]byte
		err := rows.Scan(&id)
		all = append(all, id)
		return err
	}, sql, args...)
	return all, err
}

func decode[T any](what string, raw []byte) (record T, err error) {
	if err := json.Unmarshal(raw, &record); err != nil {
		return *new(T), fmt.Errorf("reading a record of %s: %w", what, err)
	}
	return record, nil
}

func encode(what string, record any) ([]byte, error) {
	raw, err := json.Marshal(record)
	if err != nil {
		return nil, fmt.Errorf("writing a record of %s: %w", what, err)
	}
	return raw, nil
}

// uuid is an id as the database takes it.
func uuid(id protocol.ID) [16]byte { return id }

// moment is a time, or null for none.
func moment(m platform.Moment) *time.Time {
	if m.IsZero() {
		return nil
	}
	return &m
}
