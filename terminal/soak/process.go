package soak

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A Process is one that runs, by its number.
type Process string

// A Weight is what a process has at one moment.
type Weight struct {
	Resident, Anonymous, Files, Virtual int // kB; Resident is Anonymous, Files and what is shared
	Threads                             int
	Descriptors                         map[string]int // by their kind: socket, file, pipe and the like
	Worked                              time.Duration  // on a processor, since it began
}

// Open is the number of all descriptors.
func (w Weight) Open() (all int) {
	for _, n := range w.Descriptors {
		all += n
	}
	return all
}

// Weigh looks at a process. It fails when it has ended, or belongs to somebody else.
func (p Process) Weigh() (w Weight, err error) {
	status, err := os.ReadFile(p.path("status"))
	if err != nil {
		return w, fmt.Errorf("weighing process %s: %w", p, err)
	}
	for name, to := range map[string]*int{
		"VmRSS": &w.Resident, "RssAnon": &w.Anonymous, "RssFile": &w.Files, "VmSize": &w.Virtual, "Threads": &w.Threads,
	} {
		if *to, err = field(string(status), name); err != nil {
			return w, fmt.Errorf("weighing process %s: %w", p, err)
		}
	}
	if w.Worked, err = p.worked(); err != nil {
		return w, fmt.Errorf("weighing process %s: %w", p, err)
	}
	w.Descriptors, err = p.descriptors()
	return w, err
}

// tick is the unit of /proc/PID/stat on every Linux that Go knows.
const tick = 10 * time.Millisecond

// worked is utime and stime, the 12th and 13th field behind the name.
func (p Process) worked() (time.Duration, error) {
	stat, err := os.ReadFile(p.path("stat"))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 13 {
		return 0, errors.New("its stat is too short")
	}
	user, err := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick, errors.Join(err, err2)
}

func (p Process) path(name string) string { return filepath.Join("/proc", string(p), name) }

// field is a number of /proc/PID/status.
func field(status, name string) (n int, err error) {
	for line := range strings.Lines(status) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			_, err = fmt.Sscan(value, &n)
			return n, err
		}
	}
	return 0, fmt.Errorf("its status tells no %s", name)
}

// descriptors counts those that are open.
func (p Process) descriptors() (map[string]int, error) {
	folder := p.path("fd")
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("counting descriptors of process %s: %w", p, err)
	}
	all := map[string]int{}
	for _, entry := range entries {
		to, err := os.Readlink(filepath.Join(folder, entry.Name()))
		if errors.Is(err, fs.ErrNotExist) { // closed meanwhile
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("counting descriptors of process %s: %w", p, err)
		}
		all[kindOf(to)]++
	}
	return all, nil
}

// kindOf sorts what a descriptor is of: "socket:[123]", "anon_inode:[eventpoll]", a
// path.
func kindOf(to string) string {
	if strings.HasPrefix(to, "/") {
		return "file"
	}
	if kind, ok := strings.CutPrefix(to, "anon_inode:"); ok {
		return strings.Trim(kind, "[]")
	}
	kind, _, _ := strings.Cut(to, ":")
	return kind
}
