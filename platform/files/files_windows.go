package files

import (
	"errors"
	"path/filepath"
	"syscall"
)

// Sync has nothing to do: NTFS journals names, and a folder cannot be
// flushed.
func Sync(string) error { return nil }

// sharingViolation is ERROR_SHARING_VIOLATION.
const sharingViolation = syscall.Errno(32)

// Hold opens a file as nobody else can at the same time, until it is released or the
// process ends. It is made if it is not there. While another process has it, the error
// is ErrHeld.
func Hold(path string) (release func(), err error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, sharingViolation) {
		return nil, ErrHeld
	}
	if err != nil {
		return nil, err
	}
	return func() { syscall.CloseHandle(h) }, nil
}

// holdKeys takes a file beside platform.json, which others have to be able to read.
func holdKeys(dir string) (release func(), err error) { return Hold(filepath.Join(dir, "keys.lock")) }
