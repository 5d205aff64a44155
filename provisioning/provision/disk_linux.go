package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"
)

// diskFree is how much a service may still write where a folder lies or will lie.
func diskFree(folder string) (uint64, error) {
	var s syscall.Statfs_t
	err := syscall.Statfs(folder, &s)
	if above := filepath.Dir(folder); errors.Is(err, fs.ErrNotExist) && above != folder {
		return diskFree(above)
	}
	return s.Bavail * uint64(s.Bsize), err
}
