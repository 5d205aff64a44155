package kerneltest_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest/kerneltest"
)

// An entry of a cpio archive, as far as a kernel looks.
type entry struct {
	name, content string
	mode          int64
}

// unpack reads an archive as a kernel does.
func unpack(t *testing.T, archive []byte) (all []entry) {
	t.Helper()
	const header = 110
	for at := 0; at+header <= len(archive); {
		number := func(i int) int64 {
			n, err := strconv.ParseInt(string(archive[at+6+8*i:][:8]), 16, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if magic := string(archive[at:][:6]); magic != "070701" {
			t.Fatalf("at %d stands %q", at, magic)
		}
		mode, size, long := number(1), int(number(6)), int(number(11))
		name := string(archive[at+header:][:long-1])
		begin := (at + header + long + 3) &^ 3
		all = append(all, entry{name, string(archive[begin:][:size]), mode})
		at = (begin + size + 3) &^ 3
	}
	return all
}

func TestAnArchiveHoldsFilesBehindTheirFolders(t *testing.T) {
	got := unpack(t, kerneltest.Packed(map[string]string{"/init": "12345", "/a/b/c": "", "/a/b/d": "1234"}, "/init", "/a/b/c", "/a/b/d", "/init"))
	want := []entry{
		{"init", "12345", 0o100644}, {"a", "", 0o040755}, {"a/b", "", 0o040755}, {"a/b/c", "", 0o100644}, {"a/b/d", "1234", 0o100644},
		{"TRAILER!!!", "", 0},
	}
	if !slices.Equal(got, want) {
		t.Errorf("the archive holds %s, want %s", fmt.Sprint(got), fmt.Sprint(want))
	}
}
