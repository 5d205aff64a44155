package residue

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Process is one that runs, by its number.
type Process string

// A Region is a range of a process's memory.
type Region struct {
	From, To uint64
	Rights   string // as in /proc/PID/maps
	File     string // empty for memory without one
}

// Regions are all that a process may read, but for the files that it only reads: a
// program, its libraries, fonts. What stands in those was there before it.
func (p Process) Regions() (all []Region, err error) {
	maps, err := os.ReadFile(p.path("maps"))
	if err != nil {
		return nil, err
	}
	for lines := bufio.NewScanner(bytes.NewReader(maps)); lines.Scan(); {
		r, err := parseRegion(lines.Text())
		if err != nil {
			return nil, err
		}
		if r.counts() {
			all = append(all, r)
		}
	}
	return all, nil
}

func parseRegion(line string) (r Region, err error) {
	var offset, device, inode string
	if _, err := fmt.Sscanf(line, "%x-%x %s %s %s %s", &r.From, &r.To, &r.Rights, &offset, &device, &inode); err != nil {
		return r, fmt.Errorf("a line of maps: %w", err)
	}
	if fields := strings.Fields(line); len(fields) > 5 {
		r.File = fields[5]
	}
	return r, nil
}

func (r Region) counts() bool {
	file := strings.HasPrefix(r.File, "/") && r.Rights[3] == 'p'
	return r.Rights[0] == 'r' && (!file || r.Rights[1] == 'w') && r.File != "[vvar]" && r.File != "[vsyscall]"
}

func (p Process) path(name string) string { return filepath.Join("/proc", string(p), name) }

// How memory is read: so much at a time, with what is around it.
const (
	step   = 4 << 20
	around = 4 << 10
)

// Read gives all memory that counts, piece by piece: a text, and which part of it was
// not given before. A page that goes away meanwhile is passed over. It returns how
// many bytes it has read.
func (p Process) Read(each func(text []byte, from, to int)) (total uint64, err error) {
	regions, err := p.Regions()
	if err != nil || len(regions) == 0 { // one that has ended has none
		return 0, err
	}
	memory, err := os.Open(p.path("mem"))
	if err != nil {
		return 0, err
	}
	defer memory.Close()
	text := make([]byte, step+2*around)
	for _, r := range regions {
		for at := r.From; at < r.To; at += step {
			before := min(around, at-r.From)
			n, err := memory.ReadAt(text[:min(step+before+around, r.To-at+before)], int64(at-before))
			if n == 0 && err != nil && !errors.Is(err, io.EOF) {
				continue // a device, or gone
			}
			total += uint64(n)
			each(text[:n], int(before), min(n, int(before)+step))
		}
	}
	return total, nil
}

// Plant writes a text where the process has nothing: at the low end of its main
// stack. The function it returns puts back what was there.
func (p Process) Plant(text []byte) (undo func() error, err error) {
	regions, err := p.Regions()
	if err != nil {
		return nil, err
	}
	stack := slices.IndexFunc(regions, func(r Region) bool { return r.File == "[stack]" })
	if stack < 0 {
		return nil, fmt.Errorf("process %s has no stack", p)
	}
	before, at := make([]byte, len(text)), int64(regions[stack].From)+64
	memory, err := os.OpenFile(p.path("mem"), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if _, err = memory.ReadAt(before, at); err == nil {
		_, err = memory.WriteAt(text, at)
	}
	return func() error {
		_, err := memory.WriteAt(before, at)
		return errors.Join(err, memory.Close())
	}, err
}

// Children are the processes that descend from it, and itself.
func (p Process) Children() (all []Process) {
	all = []Process{p}
	threads, _ := filepath.Glob(p.path("task/*/children")) // none of one that is gone
	for _, thread := range threads {
		text, _ := os.ReadFile(thread)
		for _, child := range strings.Fields(string(text)) {
			all = append(all, Process(child).Children()...)
		}
	}
	return all
}

// Named are the processes with that name, as far as a test can see them.
func Named(name string) (all []Process) {
	names, _ := filepath.Glob("/proc/[0-9]*/comm")
	for _, path := range names {
		if text, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(text)) == name {
			all = append(all, Process(filepath.Base(filepath.Dir(path))))
		}
	}
	return all
}
