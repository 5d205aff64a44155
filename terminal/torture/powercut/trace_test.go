package powercut_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/torture/powercut"
)

// hex is a text as strace -xx writes it.
func hex(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, `\x%02x`, c)
	}
	return `"` + b.String() + `"`
}

// made opens a new file of the folder /lab as descriptor 5.
func made(name string) string {
	return "1 openat(AT_FDCWD, " + hex("/lab/"+name) + ", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 5\n"
}

func TestTraceIsReadAsItHappened(t *testing.T) {
	create := powercut.Op{Kind: powercut.Create, File: 1, Name: "a"}
	for name, test := range map[string]struct {
		trace string
		want  []powercut.Op
	}{
		"another folder": {"1 openat(AT_FDCWD, " + hex("/laboratory/a") + ", O_RDWR|O_CREAT, 0600) = 5\n1 pwrite64(5, " + hex("x") + ", 1, 0) = 1\n", nil},
		"a write":        {made("a") + "1 pwrite64(5, " + hex("xy") + ", 2, 4096) = 2\n", []powercut.Op{create, {Kind: powercut.Write, File: 1, Offset: 4096, Data: []byte("xy")}}},
		"a short write":  {made("a") + "1 pwrite64(5, " + hex("xy") + ", 2, 0) = 1\n", []powercut.Op{create, {Kind: powercut.Write, File: 1, Data: []byte("x")}}},
		"two writes after each other": {made("a") + "1 write(5, " + hex("x") + ", 1) = 1\n2 write(5, " + hex("y") + ", 1) = 1\n", []powercut.Op{create,
			{Kind: powercut.Write, File: 1, Data: []byte("x")}, {Kind: powercut.Write, File: 1, Offset: 1, Data: []byte("y")}}},
		"a call in two lines": {made("a") + "1 fdatasync(5 <unfinished ...>\n2 close(9) = 0\n1 <... fdatasync resumed>) = 0\n", []powercut.Op{create, {Kind: powercut.Sync, File: 1}}},
		"a descriptor used again": {made("a") + "1 close(5) = 0\n1 openat(AT_FDCWD, " + hex("/lab") + ", O_RDONLY|O_CLOEXEC) = 5\n1 fsync(5) = 0\n",
			[]powercut.Op{create, {Kind: powercut.SyncNames}}},
		"a rename":             {made("a") + "1 renameat(AT_FDCWD, " + hex("/lab/a") + ", AT_FDCWD, " + hex("/lab/b") + ") = 0\n", []powercut.Op{create, {Kind: powercut.Rename, File: 1, Name: "a", To: "b"}}},
		"a second name":        {made("a") + "1 linkat(AT_FDCWD, " + hex("/lab/a") + ", AT_FDCWD, " + hex("/lab/b") + ", 0) = 0\n", []powercut.Op{create, {Kind: powercut.Link, File: 1, Name: "a", To: "b"}}},
		"a rename that failed": {made("a") + "1 rename(" + hex("/lab/a") + ", " + hex("/lab/b") + ") = -1 EIO (Input/output error)\n", []powercut.Op{create}},
		"a removal":            {made("a") + "1 unlinkat(AT_FDCWD, " + hex("/lab/a") + ", 0) = 0\n", []powercut.Op{create, {Kind: powercut.Remove, Name: "a"}}},
		"a truncation":         {made("a") + "1 ftruncate(5, 32768) = 0\n", []powercut.Op{create, {Kind: powercut.Truncate, File: 1, Size: 32768}}},
		"a word":               {made("told") + "1 write(5, " + hex("did") + ", 3) = 3\n1 fsync(5) = 0\n", []powercut.Op{{Kind: powercut.Acknowledge, Data: []byte("did")}}},
		"a map for reading":    {made("a") + "1 mmap(NULL, 32768, PROT_READ, MAP_SHARED, 5, 0) = 0x7ff561dc8000\n", []powercut.Op{create}},
		"signals and ends":     {"1 --- SIGURG {si_signo=SIGURG} ---\n1 +++ exited with 0 +++\n", nil},
	} {
		got, err := powercut.Parse(strings.NewReader(test.trace), "/lab", "told")
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, test.want)
		}
	}
}

func TestTraceThatHidesSomethingIsRefused(t *testing.T) {
	for name, trace := range map[string]string{
		"a string that was cut":        made("a") + `1 pwrite64(5, "\x00\x01"..., 4096, 0) = 4096` + "\n",
		"a string shorter than it was": made("a") + "1 pwrite64(5, " + hex("x") + ", 4096, 0) = 4096\n",
		"a map for writing":            made("a") + "1 mmap(NULL, 32768, PROT_READ|PROT_WRITE, MAP_SHARED, 5, 0) = 0x7ff561dc8000\n",
		"a file that was there before": "1 openat(AT_FDCWD, " + hex("/lab/a") + ", O_RDWR|O_CLOEXEC) = 5\n",
		"a descriptor doubled":         made("a") + "1 dup(5) = 6\n",
		"a file written by a vector":   made("a") + "1 writev(5, [{iov_base=" + hex("x") + ", iov_len=1}], 1) = 1\n",
		"a hole":                       made("a") + "1 fallocate(5, 0, 0, 4096) = 0\n",
		"a rename out of the folder":   made("a") + "1 rename(" + hex("/lab/a") + ", " + hex("/other/a") + ") = 0\n",
		"a sync that failed":           made("a") + "1 fdatasync(5) = -1 EIO (Input/output error)\n",
		"two at once": made("a") + "1 pwrite64(5, " + hex("x") + ", 1, 0 <unfinished ...>\n2 fdatasync(5) = 0\n" +
			"1 <... pwrite64 resumed>) = 1\n",
		"an end without a beginning": "1 <... fsync resumed>) = 0\n",
		"no call":                    "1 nonsense\n",
	} {
		if got, err := powercut.Parse(strings.NewReader(trace), "/lab", "told"); err == nil || got != nil {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(made("a") + "1 pwrite64(5, " + hex("xy") + ", 2, 4096) = 2\n1 ftruncate(5, 9) = 0\n")
	f.Add(made("a") + "1 fsync(5 <unfinished ...>\n1 <... fsync resumed>) = 0\n")
	f.Add("1 mmap(NULL, 8, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f\n1 +++ exited with 0 +++\n")
	f.Fuzz(func(t *testing.T, trace string) {
		if ops, err := powercut.Parse(strings.NewReader(trace), "/lab", "told"); err != nil && ops != nil {
			t.Errorf("operations beside the error %v", err)
		}
	})
}
