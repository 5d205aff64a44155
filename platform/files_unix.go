//go:build !windows

package platform

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// syncFolder makes a new name durable.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// tryAlone holds platform.json, which nobody writes to, as long as this process lives
// or until it is released.
func tryAlone(dir string) (release func(), err error) {
	path := filepath.Join(dir, "platform.json")
	f, err := os.OpenFile(path, os.O_RDWR, 0) // a folder on NFS wants to be able to write
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
		err = errNotAlone
	}
	return nil, errors.Join(err, f.Close())
}
