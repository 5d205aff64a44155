//go:build !linux && !windows

package terminal

// lockedMemory is ordinary memory here: it is wiped all the same.
func lockedMemory(size int) []byte { return make([]byte, size) }

func unlockMemory([]byte) {}
