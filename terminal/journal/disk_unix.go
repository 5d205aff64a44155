//go:build unix

package journal

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// diskFree is what a process without privileges may still write.
func diskFree(path string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(path), &s); err != nil {
		return 0, err
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil
}
