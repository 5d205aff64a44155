package journal_test

import (
	"encoding/binary"
	"os"
	"testing"
)

// Without a list bbolt counts the pages in a goroutine of its own at each opening,
// and a damaged one would end the process there.
func TestFreePagesAreWrittenDown(t *testing.T) {
	file, err := os.ReadFile(filled(t))
	must(t, err)
	for page := range 2 {
		const header, freelist = 16, 32
		meta := file[page*os.Getpagesize()+header:]
		if list := binary.NativeEndian.Uint64(meta[freelist:]); list == ^uint64(0) {
			t.Errorf("meta page %d names no list of free pages", page)
		}
	}
}
