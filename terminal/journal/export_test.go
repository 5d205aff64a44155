package journal

import (
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
)

// OpenSmall opens a journal with bounds that a test can reach.
func OpenSmall(path string, unsent int, bytes, disk, audit uint64, keep time.Duration, now func() time.Time) (*Journal, error) {
	l := defaults()
	l.unsent, l.bytes, l.disk, l.audit, l.keep = unsent, bytes, disk, audit, keep
	j, err := openWith(path, options{limits: l})
	if err == nil {
		j.now = now
	}
	return j, err
}

// OpenTiny opens a journal whose file may not grow beyond so many bytes.
func OpenTiny(path string, file int) (*Journal, error) {
	l := defaults()
	l.file, l.disk = file, 0
	return openWith(path, options{limits: l})
}

// CheckEnvelope is the gate of Commit.
var CheckEnvelope = checkEnvelope

// OpenStopping opens a journal that asks before each step that changes files.
func OpenStopping(path string, step func(string) error) (*Journal, error) {
	return openWith(path, options{limits: defaults(), step: step})
}

// SalvageStopping is OpenOrSalvage that asks before each step that changes files.
func SalvageStopping(path string, step func(string) error) error {
	j, _, err := openOrSalvage(path, options{limits: defaults(), step: step})
	if err == nil {
		return j.Close()
	}
	return err
}

// LoseDisk does to a journal what a write does that fails.
func LoseDisk(j *Journal) { _ = j.guarded(func(*bolt.DB) error { return syscall.EIO }) }
