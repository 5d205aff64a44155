package postgres

import (
	"encoding/binary"
	"errors"
	"hash/maphash"

	"github.com/jackc/pgx/v5"
)

// question is the first one of a View, and a hash of what was answered.
type question struct {
	sql    string
	args   []any
	answer maphash.Hash
}

// errChanged: what a View was told first is not so any more; it is run again.
var errChanged = errors.New("changed since it was read")

// hear remembers the first question of a View, and returns what is to be done
// with each row of the answer.
func (t *transaction) hear(sql string, args []any) func(pgx.Rows) {
	if !t.alone || t.begun {
		return func(pgx.Rows) {}
	}
	t.first.sql, t.first.args = sql, args
	return func(rows pgx.Rows) { add(&t.first.answer, rows) }
}

// add adds a row to the hash of an answer.
func add(h *maphash.Hash, row pgx.Rows) {
	for _, value := range row.RawValues() {
		var size [8]byte // with one more bit: null is not empty
		binary.BigEndian.PutUint64(size[:], uint64(len(value)))
		if value == nil {
			size[0] = 1
		}
		h.Write(size[:])
		h.Write(value)
	}
}

// beginLate puts the begin in front of what is queued, and behind it the question
// that was asked without.
func (t *transaction) beginLate() {
	late := &pgx.Batch{}
	late.Queue(beginReading)
	if t.begun {
		late.Queue(t.first.sql, t.first.args...).Query(t.first.compare)
	}
	late.QueuedQueries = append(late.QueuedQueries, t.queued.QueuedQueries...)
	t.queued, t.alone = late, false
}

// compare is errChanged when the answer is another one now.
func (q *question) compare(rows pgx.Rows) error {
	var again maphash.Hash
	again.SetSeed(q.answer.Seed())
	for rows.Next() {
		add(&again, rows)
	}
	if rows.Err() == nil && again.Sum64() != q.answer.Sum64() {
		return errChanged
	}
	return nil
}
