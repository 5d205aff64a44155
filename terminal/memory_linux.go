package terminal

import (
	"os"

	"golang.org/x/sys/unix"
)

// lockedMemory is memory of its own page, outside of the garbage collector's,
// that is neither swapped nor dumped. Where the limits do not allow a lock it is
// ordinary memory: it is wiped all the same.
func lockedMemory(size int) []byte {
	page, err := unix.Mmap(-1, 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return make([]byte, size)
	}
	if unix.Mlock(page) != nil || unix.Madvise(page, unix.MADV_DONTDUMP) != nil {
		_ = unix.Munmap(page)
		return make([]byte, size)
	}
	return page[:size:len(page)]
}

// unlockMemory gives it back.
func unlockMemory(b []byte) {
	if cap(b) == os.Getpagesize() {
		_ = unix.Munmap(b[:cap(b)])
	}
}
