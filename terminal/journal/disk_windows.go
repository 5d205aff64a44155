package journal

import (
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
