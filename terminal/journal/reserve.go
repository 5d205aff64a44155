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

// reserveStep is how much a file is lengthened at once: by half of what it uses,
// within these bounds. The greatest is enough for the registrations of minutes.
func reserveStep(used int64) int64 { return min(max(64<<10, used/2), 256<<10) }

// How much of a step must be there before a change begins. A commit, for which
// somebody waits, leaves the work to the changes before it as long as it can.
const (
	reserveOfCommit = 8 // one eighth
	reserveOfOthers = 2
)

// reserve sees to it that the pages behind the last used one are written, while
// the transaction has changed nothing yet. A disk with little room is left alone:
// bbolt then grows the file itself by what it needs.
func (j *Journal) reserve(tx *bolt.Tx, part int64) error {
	used := tx.Size()
	step := reserveStep(used)
	if j.written < used { // since it was opened
		j.written = used
	}
	end := used + step
	if j.written-used >= step/part || end > int64(j.limits.file) {
		return nil
	}
	free, err := diskFree(j.path)
	if err != nil || free < j.limits.disk+uint64(step) {
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
