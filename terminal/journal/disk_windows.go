package journal

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// diskFree is what this process's user may still write.
func diskFree(path string) (free uint64, err error) {
	dir, err := windows.UTF16PtrFromString(filepath.Dir(path))
	if err != nil {
		return 0, err
	}
	err = windows.GetDiskFreeSpaceEx(dir, &free, nil, nil)
	return free, err
}

// tryLock takes the lock of a file, or says ErrInUse at once.
func tryLock(file *os.File) error {
	const how = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(file.Fd()), how, 0, 1, 0, &windows.Overlapped{})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return ErrInUse
	}
	return err
}

// unlock does nothing: here a lock ends with its handle.
func unlock(*os.File) error { return nil }

// noSpace reports whether the disk is full.
func noSpace(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
