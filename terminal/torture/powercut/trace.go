package powercut

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
)

// Kind is what an operation does to the disk.
type Kind int

// The operations. SyncNames makes the names in the folder durable, Sync what is in
// one file.
const (
	Create Kind = iota
	Write
	Truncate
	Sync
	SyncNames
	Link
	Rename
	Remove
	Acknowledge
)

// Op is one operation on the files of the folder, in the order in which they
// ended. Files are counted from 1 as they were made: a name is only a name.
type Op struct {
	Kind     Kind
	File     int
	Name, To string // of Create, Link, Rename, Remove
	Offset   int64  // of Write
	Size     int64  // of Truncate
	Data     []byte // of Write and Acknowledge
}

// Calls are the system calls that the trace must hold; strace takes them as they
// are. Whoever writes by one that is here and that the laboratory does not model
// makes Parse fail, so that nothing passes unseen.
const Calls = "open,openat,creat,close,dup,dup2,dup3,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range," +
	"ftruncate,truncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,link,linkat,mmap,msync,sendfile,copy_file_range,splice"

// Parse reads what `strace -f -xx -s 1048576 -e trace=Calls` wrote about the files
// of one folder. It refuses what it does not understand: a string that was cut,
// two operations at once, a call that would change a file behind its back. Lines
// of the file called acknowledged become Acknowledge.
func Parse(r io.Reader, folder, acknowledged string) ([]Op, error) {
	p := parser{folder: filepath.Clean(folder), acknowledged: acknowledged, handles: map[int]handle{}, names: map[string]int{}, waiting: map[string]pending{}}
	lines := bufio.NewReaderSize(r, 1<<20)
	for {
		text, err := lines.ReadString('\n')
		if text != "" {
			p.line++
			if err := p.take(strings.TrimSuffix(text, "\n")); err != nil {
				return nil, fmt.Errorf("reading line %d of the trace: %w", p.line, err)
			}
		}
		if errors.Is(err, io.EOF) {
			return p.ops, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the trace: %w", err)
		}
	}
}

type parser struct {
	folder, acknowledged string
	ops                  []Op
	handles              map[int]handle
	names                map[string]int
	files                int
	waiting              map[string]pending // calls that have not returned, by thread
	line, last           int                // the line on which the last operation ended
}

// handle is an open file of the folder, or the folder itself.
type handle struct {
	file     int
	folder   bool
	messages bool // the file of what was acknowledged
	at       int64
}

// pending is a call of which strace has seen only the beginning.
type pending struct {
	text string
	line int
}

// call is a system call that returned.
type call struct {
	name   string
	args   []string
	result int64
	began  int
}

func (p *parser) take(text string) error {
	thread, text, _ := strings.Cut(text, " ")
	text = strings.TrimLeft(text, " ")
	began := p.line
	switch {
	case strings.HasPrefix(text, "+++") || strings.HasPrefix(text, "---"):
		return nil
	case strings.HasSuffix(text, "<unfinished ...>"):
		p.waiting[thread] = pending{strings.TrimRight(strings.TrimSuffix(text, "<unfinished ...>"), " "), p.line}
		return nil
	case strings.HasPrefix(text, "<... "):
		first, ok := p.waiting[thread]
		_, rest, found := strings.Cut(text, " resumed>")
		if !ok || !found {
			return errors.New("a call goes on that never began")
		}
		delete(p.waiting, thread)
		text, began = first.text+rest, first.line
	}
	c, err := parseCall(text)
	if err != nil {
		return err
	}
	c.began = began
	return p.apply(c)
}

// parseCall takes a line apart. All strings are in hex, so a comma is a comma.
func parseCall(text string) (call, error) {
	name, rest, ok := strings.Cut(text, "(")
	end := strings.LastIndex(rest, ") ")
	if !ok || end < 0 {
		return call{}, fmt.Errorf("no system call: %.80q", text)
	}
	c := call{name: name, args: strings.Split(rest[:end], ", ")}
	result, found := strings.CutPrefix(strings.TrimLeft(rest[end+2:], " "), "= ")
	if !found {
		return call{}, fmt.Errorf("no result: %.80q", text)
	}
	result, _, _ = strings.Cut(result, " ")
	if result == "?" { // the process ended within the call
		result = "-1"
	}
	n, err := strconv.ParseInt(result, 0, 64)
	if err != nil {
		return call{}, fmt.Errorf("result %.20q is no number", result)
	}
	c.result = n
	return c, nil
}

func (c call) arg(i int) string {
	if i < len(c.args) {
		return c.args[i]
	}
	return ""
}

func (c call) number(i int) (int64, error) {
	n, err := strconv.ParseInt(c.arg(i), 0, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: argument %d is no number", c.name, i+1)
	}
	return n, nil
}

// bytes is a string argument as -xx writes it.
func (c call) bytes(i int) ([]byte, error) {
	text := c.arg(i)
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' || len(text)%4 != 2 {
		return nil, fmt.Errorf("%s: argument %d is no whole string in hex", c.name, i+1)
	}
	text = text[1 : len(text)-1]
	all := make([]byte, 0, len(text)/4)
	for ; len(text) > 0; text = text[4:] {
		high, low := bytes.IndexByte(digits, text[2]), bytes.IndexByte(digits, text[3])
		if text[0] != '\\' || text[1] != 'x' || high < 0 || low < 0 {
			return nil, fmt.Errorf("%s: argument %d is not in hex", c.name, i+1)
		}
		all = append(all, byte(high<<4|low))
	}
	return all, nil
}

var digits = []byte("0123456789abcdef")

// name is a path argument as a name in the folder; "." is the folder itself, and
// empty is elsewhere.
func (p *parser) name(c call, i int) (string, error) {
	path, err := c.bytes(i)
	if err != nil {
		return "", err
	}
	if !filepath.IsAbs(string(path)) {
		return "", nil // the workload names its files by their whole path
	}
	name, err := filepath.Rel(p.folder, string(path))
	if err != nil || name == ".." || strings.HasPrefix(name, "../") {
		return "", nil
	}
	return name, nil
}

// add appends an operation. Two at once would leave open which came first.
func (p *parser) add(c call, op Op) error {
	if c.began < p.last {
		return fmt.Errorf("%s began before the operation before it had ended", c.name)
	}
	p.last = p.line
	p.ops = append(p.ops, op)
	return nil
}
