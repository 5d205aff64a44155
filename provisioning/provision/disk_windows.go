package main

import (
	"errors"
	"io/fs"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// diskFree is how much a service may still write where a folder lies or will lie.
func diskFree(folder string) (uint64, error) {
	free, _, err := diskSpace(folder)
	if above := filepath.Dir(folder); errors.Is(err, fs.ErrNotExist) && above != folder {
		return diskFree(above)
	}
	return free, err
}

// diskOf measures the disk of a folder; zero where nothing can be measured.
func diskOf(dir string) (free, total uint64) {
	free, total, err := diskSpace(dir)
	if err != nil {
		return 0, 0
	}
	return free, total
}

func diskSpace(dir string) (free, total uint64, err error) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, 0, err
	}
	err = windows.GetDiskFreeSpaceEx(name, &free, &total, nil)
	return free, total, err
}
