package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"syscall"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// bbolt maps the file. A page that the disk cannot give any more is then a
// memory fault in the middle of a read, and a damaged one a panic. Both become
// errors here. The lock of bbolt may be held still after that, and after a failed
// sync nobody can tell what is on the disk: so the journal says no to everything
// until it is opened anew.

// guarded runs body unless the journal is broken.
func (j *Journal) guarded(body func(*bolt.DB) error) error {
	j.gate.RLock()
	defer j.gate.RUnlock()
	if broken := j.broken.Load(); broken != nil {
		return *broken
	}
	err := caught(func() error { return body(j.db) })
	switch {
	case errors.Is(err, errFault):
		return j.breaks(err)
	case errors.Is(err, berrors.ErrMaxSizeReached), noSpace(err):
		return fmt.Errorf("%w: %w", ErrFull, err)
	case fromSystem(err):
		return j.breaks(fmt.Errorf("%w: the disk failed: %w", ErrCorrupt, err))
	}
	return err
}

func (j *Journal) breaks(err error) error {
	j.broken.CompareAndSwap(nil, &err)
	return *j.broken.Load()
}

// errFault marks what was a memory fault or a panic.
var errFault = errors.New("page cannot be read")

// caught turns a fault or a panic of this goroutine into an error.
func caught(body func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %w: %v", ErrCorrupt, errFault, p)
		}
	}()
	return body()
}

// fromSystem reports whether the operating system said no, as for permissions or
// a full disk. That says nothing of the file.
func fromSystem(err error) bool {
	var path *fs.PathError
	var number syscall.Errno
	return errors.As(err, &path) || errors.As(err, &number)
}
