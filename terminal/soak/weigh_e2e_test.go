//go:build e2e

package soak_test

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/digital-watashi/kiosk/terminal/soak"
	"github.com/digital-watashi/kiosk/terminal/street"
)

// The measures of a process.
const (
	memory      = "memory"
	work        = "work of a visit"
	descriptors = "descriptors"
	goroutines  = "goroutines"
	threads     = "threads"
)

// Limits are what may be more after some thousand visits.
type limits struct {
	memory  soak.Limit // of what is the program's own: no file is mapped there
	counts  soak.Limit // descriptors and goroutines
	threads soak.Limit // Go makes one when a system call is slow, and keeps it
	work    soak.Limit // of a processor, for one visit
	visit   soak.Limit // how long one takes, which others on the machine have a say in
}

// scale weighs one program.
type scale struct {
	*street.Program
	name       string
	goroutines *soak.Goroutines
	worked     time.Duration // at the last weighing
}

func (l *laboratory) scales() (all []*scale) {
	l.T.Helper()
	for _, s := range []*scale{{Program: l.Terminald, name: "terminald"}, {Program: l.Uplinkd, name: "uplinkd"}, {Program: l.Platformd, name: "platformd"}} {
		var err error
		if s.goroutines, err = soak.ReadProgram(filepath.Join("/proc", s.PID(), "exe")); err != nil {
			l.T.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// reading is what a program has at one moment.
type reading struct {
	soak.Weight
	goroutines int
}

// read waits until a program rests: twice the same, one after the other.
func (s *scale) read(l *laboratory) reading {
	l.T.Helper()
	var last reading
	for end := time.Now().Add(restWithin); ; {
		weight, err := soak.Process(s.PID()).Weigh()
		if err != nil {
			l.T.Fatal(err)
		}
		n, err := s.goroutines.Count(soak.Process(s.PID()))
		if err != nil {
			l.T.Fatal(err)
		}
		now := reading{weight, n}
		if now.Open() == last.Open() && now.goroutines == last.goroutines || time.Now().After(end) {
			return now
		}
		last = now
		<-time.After(30 * time.Millisecond)
	}
}

// restWithin is how long a weighing waits for rest. A program that never rests is
// weighed all the same.
const restWithin = 2 * time.Second

// glance notes what changes from visit to visit, as the collector comes and goes: a
// median of few such values would be chance.
func (l *laboratory) glance(into *soak.Ledger) {
	l.T.Helper()
	for _, s := range l.all {
		now, err := soak.Process(s.PID()).Weigh()
		if err != nil {
			l.T.Fatal(err)
		}
		into.Note(s.name, memory, "MB", l.limits.memory, float64(now.Anonymous)/1000)
	}
}

// weigh notes what all have, when nobody is served and nothing waits.
func (l *laboratory) weigh(into *soak.Ledger) {
	l.T.Helper()
	l.AwaitUnsent(0)
	for _, s := range l.all {
		now := s.read(l)
		if s.worked > 0 {
			into.Note(s.name, work, "ms", l.limits.work, float64((now.Worked-s.worked).Milliseconds())/float64(l.every))
		}
		s.worked = now.Worked
		into.Note(s.name, "memory with mapped files", "MB", soak.Told(), float64(now.Resident)/1000)
		into.Note(s.name, "address space", "MB", soak.Told(), float64(now.Virtual)/1000)
		into.Note(s.name, descriptors, "", l.limits.counts, float64(now.Open()))
		for _, kind := range []string{"socket", "file", "pipe"} {
			into.Note(s.name, "  "+kind+"s", "", soak.Told(), float64(now.Descriptors[kind]))
		}
		into.Note(s.name, goroutines, "", l.limits.counts, float64(now.goroutines))
		into.Note(s.name, threads, "", l.limits.threads, float64(now.Threads))
	}
	into.Note("disk", "journal", "MB", soak.Told(), l.size("state", "journal.db"))
	into.Note("disk", "ledger", "MB", soak.Told(), l.size("platform", "platform.db"))
}

// size is that of a file, in MB.
func (l *laboratory) size(parts ...string) float64 {
	l.T.Helper()
	info, err := os.Stat(l.Path(parts...))
	if err != nil {
		l.T.Fatal(err)
	}
	return float64(info.Size()) / 1e6
}

// compacted starts terminald anew, which compacts its journal then, and says how
// large that was and is.
func (l *laboratory) compacted() string {
	l.T.Helper()
	before := l.size("state", "journal.db")
	l.Terminald.Stop()
	l.StartTerminald()
	l.AwaitUnsent(0)
	l.welcomed()
	return fmt.Sprintf("journal %.1f MB, after the next start %.1f MB", before, l.size("state", "journal.db"))
}
