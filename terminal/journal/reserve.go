package journal

import (
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// A commit is two syncs. It stays at that only while it writes into a part of the
// file that is there already: where the file grows, or where its blocks were never
// written, the file system has facts of its own to make durable, and each sync
// waits for those too. So the file always ends in some zeros that were written and
// synced before anybody needs them.

// reserveStep is how much the file is lengthened at once; a part of it that is
// still free is enough for the registrations of minutes.
const reserveStep = 256 << 10

// reserve sees to it that the pages behind the last used one are written, while
// the transaction has changed nothing yet. A commit, for which somebody waits,
// leaves that to the changes before it as long as it can. A disk with little room
// is left alone: bbolt then grows the file itself by what it needs.
func (j *Journal) reserve(tx *bolt.Tx, least int64) error {
	used := tx.Size()
	if j.written < used { // since it was opened
		j.written = used
	}
	end := used + reserveStep
	if j.written-used >= least || end > int64(j.limits.file) {
		return nil
	}
	free, err := diskFree(j.path)
	if err != nil || free < j.limits.disk+reserveStep {
		return err
	}
	if err := j.zero(j.written, end); err != nil {
		if noSpace(err) {
			return nil
		}
		return fmt.Errorf("lengthening the file: %w", err)
	}
	j.written = end
	return nil
}

// zero writes a part of the file that nothing leads to.
func (j *Journal) zero(from, to int64) error {
	if _, err := j.file.WriteAt(make([]byte, to-from), from); err != nil {
		return err
	}
	return j.file.Sync()
}
