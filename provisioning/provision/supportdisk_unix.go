//go:build unix

package main

import "syscall"

// diskOf measures the disk of a folder; zero where nothing can be measured.
func diskOf(dir string) (free, total uint64) {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return 0, 0
	}
	return s.Bavail * uint64(s.Bsize), s.Blocks * uint64(s.Bsize)
}
