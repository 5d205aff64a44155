package journal

import (
	"context"
	"errors"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

// smallFile is not worth the trouble.
const smallFile = 2 << 20

// Compact gives disk back that erased envelopes have left, when more than half of
// the file is free; otherwise it does nothing. All else waits meanwhile, so it is
// called between sessions. A power cut at any moment leaves either the old file or
// the new one, with the same contents; so does ctx, which is looked at until the
// new file takes the place of the old one.
func (j *Journal) Compact(ctx context.Context) error {
	j.gate.Lock()
	defer j.gate.Unlock()
	if broken := j.broken.Load(); broken != nil {
		return *broken
	}
	if !j.roomy() {
		return nil
	}
	if err := j.compact(ctx); err != nil {
		return fmt.Errorf("compacting the journal: %w", err)
	}
	return nil
}

// Reopen takes a journal in use again that a disk has broken, once the disk works. What
// a failed sync left behind nobody can tell from the system's cache, which calls it
// written: so all that stands is checked as at any opening, and then copied into a
// new file that is synced. A journal that is not broken is left alone.
func (j *Journal) Reopen(ctx context.Context) error {
	j.gate.Lock()
	defer j.gate.Unlock()
	if j.broken.Load() == nil {
		return nil
	}
	_ = unlock(j.file) // the map stays, and with it the lock on the file
	_ = j.file.Close()
	if err := j.mount(); err != nil {
		return fmt.Errorf("opening the journal again: %w", err)
	}
	j.broken.Store(nil)
	if err := j.compact(ctx); err != nil {
		return j.breaks(fmt.Errorf("%w: copying it to a fresh file: %w", ErrCorrupt, err))
	}
	return nil
}

// roomy reports whether more than half of the file is free.
func (j *Journal) roomy() bool {
	info, err := j.file.Stat()
	if err != nil || info.Size() < smallFile {
		return false
	}
	s := j.db.Stats()
	return int64(s.FreePageN+s.PendingPageN)*int64(j.db.Info().PageSize) > info.Size()/2
}

func (j *Journal) compact(ctx context.Context) error {
	fresh := j.path + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := caught(func() error { return j.copyTo(ctx, fresh) }); err != nil {
		if errors.Is(err, errFault) {
			return j.breaks(err)
		}
		return errors.Join(err, os.RemoveAll(fresh))
	}
	if err := j.closeFile(); err != nil {
		return j.breaks(err)
	}
	err := j.replace(j.path)
	if err2 := j.mount(); err2 != nil {
		return j.breaks(errors.Join(err, err2))
	}
	return err
}

// copyTo writes the same contents into another file and looks at all that must
// hold.
func (j *Journal) copyTo(ctx context.Context, path string) error {
	if err := j.before("create"); err != nil {
		return err
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockWait})
	if err != nil {
		return err
	}
	to := &Journal{options: j.options, path: path, db: db}
	err = j.db.View(func(from *bolt.Tx) error { return to.copyFrom(ctx, from) })
	if err == nil {
		err = checkTables(db)
	}
	return errors.Join(err, db.Close())
}

func (j *Journal) copyFrom(ctx context.Context, from *bolt.Tx) error {
	if err := j.db.Update(func(tx *bolt.Tx) error { _, err := lay(tx); return err }); err != nil {
		return err
	}
	for _, name := range names() {
		source := from.Bucket([]byte(name))
		c := source.Cursor()
		for k, v := c.First(); ; {
			err := j.before("write")
			if err != nil || ctx.Err() != nil {
				return errors.Join(err, context.Cause(ctx))
			}
			err = j.db.Update(func(tx *bolt.Tx) error {
				to := tx.Bucket([]byte(name))
				to.FillPercent = 0.9
				for size := 0; k != nil && size < 4<<20; k, v = c.Next() {
					size += len(k) + len(v)
					if err := to.Put(k, v); err != nil {
						return err
					}
				}
				return to.SetSequence(source.Sequence())
			})
			if err != nil {
				return err
			}
			if k == nil {
				break
			}
		}
	}
	return nil
}
