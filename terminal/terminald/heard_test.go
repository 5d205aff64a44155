package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Whoever keeps the browser sees by the file whether the page it started is there.
func TestFileTellsWhetherAPageIsHeard(t *testing.T) {
	address := filepath.Join(t.TempDir(), "screen.url")
	h := hearingOf(address)
	for step, heard := range []bool{false, true, true, false, false} {
		if err := h.tell(heard); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(address + ".heard"); (err == nil) != heard {
			t.Errorf("step %d: the file tells %v, want heard = %v", step, err, heard)
		}
	}
}
