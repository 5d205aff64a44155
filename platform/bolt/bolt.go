// Package bolt is the store of a platform that has its machine to itself: one file,
// which one process has open. What was acknowledged is on disk, by fsync.
package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The embedded store: one bbolt file. A bucket for each kind of record, and one
// for each way to look one up; nobody outside this package knows them.
//
//	keys           registration key          -> Key
//	evidence       number, by coming         -> Evidence; large, so what is new stands together
//	by-key         registration key ‖ id     -> nothing
//	waiting        id                        -> nothing, while the verdict is received
//	in-review      id                        -> nothing, while nobody has decided
//	disputed       id                        -> nothing, while nobody has ruled on its contest
//	nonces         expiry ‖ nonce            -> nothing; in the order of forgetting
//	photos         arrival ‖ id              -> nothing, while there is one
//	codes          arrival ‖ id              -> nothing, while a code is kept
//	rechecks       time ‖ id                 -> nothing, while its certificate is looked up again
//	events         number                    -> Event
//	event-ids      id                        -> number
//	untold         number                    -> nothing, until it was told
//	told           time ‖ number             -> nothing, from then on
//	claims         kind ‖ what is claimed    -> who holds it, until when
//	objections     reference                 -> Objection
//	persons, bound keyed hash or thumbprint  -> account id
//	born           keyed hash ‖ account id   -> nothing
var buckets = [...]string{
	"apps", "keys", "nonces", "registrations", "evidence", "by-key", "waiting", "in-review", "photos", "rejections",
	"withdrawals", "accounts", "persons", "born", "bound", "terminals", "certificates", "tokens", "bundle",
	"codes", "rechecks", "events", "event-ids", "untold", "told", "claims", "objections", "disputed",
}

// storeLayout is the version of what the file holds.
const storeLayout = "5"

// store is a Store on one file. bbolt writes data, then meta page, each with
// fsync; one change at a time makes Update serializable.
type store struct {
	db     *bbolt.DB
	change func(func(platform.Writing) error) error // together with others
}

// Open opens the embedded store, or makes it. One process at a time: a
// second one gets an error after a second.
func Open(path string) (platform.Store, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	if err := db.Update(prepare); err != nil {
		return nil, errors.Join(fmt.Errorf("preparing %s: %w", path, err), db.Close())
	}
	return store{db, platform.Together(func(change func(platform.Writing) error) error {
		return db.Update(func(tx *bbolt.Tx) error { return change(transaction{tx}) })
	})}, nil
}

// prepare makes the buckets and refuses a file of another layout.
func prepare(tx *bbolt.Tx) error {
	meta, err := tx.CreateBucketIfNotExists([]byte("meta"))
	if err != nil {
		return err
	}
	layout := string(meta.Get([]byte("layout")))
	if !slices.Contains([]string{"", "1", "2", "3", "4", storeLayout}, layout) {
		return fmt.Errorf("layout %q is not ours (%s)", layout, storeLayout)
	}
	for _, name := range buckets {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	if layout == "1" {
		if err := relist(transaction{tx}); err != nil {
			return err
		}
	}
	return meta.Put([]byte("layout"), []byte(storeLayout))
}

// relist brings registrations of layout 1 into the indexes that came with layout
// 2. What was accepted is looked up again at once.
func relist(t transaction) error {
	all, err := list[platform.Registration](t, "registrations")
	for _, r := range all {
		if r.Verdict == protocol.Accepted && r.Erased.IsZero() {
			r.Recheck = r.Judged
		}
		err = errors.Join(err, t.KeepRegistration(r))
	}
	return err
}

// Close gives the file back.
func (s store) Close() error { return s.db.Close() }

// View reads one consistent state.
func (s store) View(ctx context.Context, read func(platform.Reading) error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return s.db.View(func(tx *bbolt.Tx) error { return read(transaction{tx}) })
}

// Update changes it; nil means: on disk.
func (s store) Update(ctx context.Context, change func(platform.Writing) error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return s.change(change)
}

// transaction is one transaction. It is Reading in a View and Writing in an Update.
type transaction struct{ tx *bbolt.Tx }

func (t transaction) bucket(name string) *bbolt.Bucket { return t.tx.Bucket([]byte(name)) }

// load reads the record under key.
func load[T any](t transaction, bucket string, key []byte) (record T, err error) {
	raw := t.bucket(bucket).Get(key)
	if raw == nil {
		return record, fmt.Errorf("%s: %w", bucket, platform.ErrNotFound)
	}
	return decode[T](bucket, raw)
}

func decode[T any](bucket string, raw []byte) (record T, err error) {
	if err := json.Unmarshal(raw, &record); err != nil {
		return *new(T), fmt.Errorf("reading a record of %s: %w", bucket, err)
	}
	return record, nil
}

// keep writes the record under key, in place of what was there.
func keep(t transaction, bucket string, key []byte, record any) error {
	raw, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("writing a record of %s: %w", bucket, err)
	}
	return t.bucket(bucket).Put(key, raw)
}

// add writes the record unless the key is taken.
func add(t transaction, bucket string, key []byte, record any) error {
	if t.bucket(bucket).Get(key) != nil {
		return fmt.Errorf("%s: %w", bucket, platform.ErrExists)
	}
	return keep(t, bucket, key, record)
}

// list reads all records in the order of their keys.
func list[T any](t transaction, bucket string) (all []T, err error) {
	err = t.bucket(bucket).ForEach(func(_, raw []byte) error {
		record, err := decode[T](bucket, raw)
		all = append(all, record)
		return err
	})
	return all, err
}

// mark puts the key into an index, or takes it out.
func (t transaction) mark(bucket string, key []byte, in bool) error {
	if in {
		return t.bucket(bucket).Put(key, []byte{})
	}
	return t.bucket(bucket).Delete(key)
}

// ids reads an index of registration ids.
func (t transaction) ids(bucket string) (all []protocol.ID, err error) {
	err = t.bucket(bucket).ForEach(func(key, _ []byte) error {
		if len(key) != len(protocol.ID{}) {
			return fmt.Errorf("%s: a key of %d bytes", bucket, len(key))
		}
		all = append(all, protocol.ID(key))
		return nil
	})
	return all, err
}

// under lists the ids that an index holds behind a prefix.
func (t transaction) under(bucket string, prefix []byte) (all []protocol.ID) {
	c := t.bucket(bucket).Cursor()
	for key, _ := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, _ = c.Next() {
		if rest := key[len(prefix):]; len(rest) == len(protocol.ID{}) {
			all = append(all, protocol.ID(rest))
		}
	}
	return all
}
