package platform

import (
	"errors"
	"path/filepath"
	"syscall"
)

// syncFolder has nothing to do: NTFS journals names, and a folder cannot be
// flushed.
func syncFolder(string) error { return nil }

// sharingViolation is ERROR_SHARING_VIOLATION.
const sharingViolation = syscall.Errno(32)

// tryAlone opens a file as nobody else can at the same time.
func tryAlone(dir string) (release func(), err error) {
	path, err := syscall.UTF16PtrFromString(filepath.Join(dir, "keys.lock"))
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(path, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, sharingViolation) {
		return nil, errNotAlone
	}
	if err != nil {
		return nil, err
	}
	return func() { syscall.CloseHandle(h) }, nil
}
