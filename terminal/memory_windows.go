package terminal

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// lockedMemory is memory of its own page, outside of the garbage collector's,
// that is not swapped and stands in no report of Windows Error Reporting. Where
// the limits do not allow a lock it is ordinary memory: it is wiped all the same.
func lockedMemory(size int) []byte {
	length := uintptr(os.Getpagesize())
	at, err := windows.VirtualAlloc(0, length, windows.MEM_COMMIT|windows.MEM_RESERVE, windows.PAGE_READWRITE)
	if err != nil {
		return make([]byte, size)
	}
	if windows.VirtualLock(at, length) != nil {
		_ = windows.VirtualFree(at, 0, windows.MEM_RELEASE)
		return make([]byte, size)
	}
	unreported(at, length)
	return unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&at))), length)[:size:length]
}

// unreported keeps a page out of crash reports, where this Windows knows how to.
func unreported(at, length uintptr) {
	exclude := windows.NewLazySystemDLL("kernel32.dll").NewProc("WerRegisterExcludedMemoryBlock")
	if exclude.Find() == nil {
		_, _, _ = exclude.Call(at, length)
	}
}

// unlockMemory gives it back.
func unlockMemory(b []byte) {
	if cap(b) == os.Getpagesize() {
		_ = windows.VirtualFree(uintptr(unsafe.Pointer(unsafe.SliceData(b))), 0, windows.MEM_RELEASE)
	}
}
