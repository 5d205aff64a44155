//go:build !windows

package files

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// Sync makes a new name durable.
func Sync(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Hold takes a file that one process at a time can have, until it is released or the
// process ends. It is made if it is not there, and stays: who removed it would let two
// have it. While another process has it, the error is ErrHeld.
func Hold(path string) (release func(), err error) { return holdOpen(path, os.O_RDWR|os.O_CREATE) }

// holdKeys takes platform.json, which nobody writes to.
func holdKeys(dir string) (release func(), err error) {
	return holdOpen(filepath.Join(dir, "platform.json"), os.O_RDWR) // a folder on NFS wants to be able to write
}

func holdOpen(path string, flags int) (release func(), err error) {
	f, err := os.OpenFile(path, flags, 0o600)
	if errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EROFS) {
		f, err = os.Open(path)
	}
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return func() { f.Close() }, nil
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrHeld
	}
	return nil, errors.Join(err, f.Close())
}
