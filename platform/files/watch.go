package files

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// steadyTries is how often files are read that change meanwhile.
const steadyTries = 5

// ErrUnread: what somebody has put into a folder cannot be read. Whoever asked for
// something unknown is not told that there is no such thing.
var ErrUnread = errors.New("what is new in the folder cannot be read")

// A Watch is what is read from files that another process may change. One look at a
// time is under way, however many ask.
type Watch struct {
	dir     string
	edition func() (string, error)
	read    func() error

	mu    sync.Mutex
	known string    // guarded by mu: the edition that was taken in
	began time.Time // guarded by mu: when the last look began
	fault error     // guarded by mu: what became of it
	stamp time.Time // guarded by mu: of the folder, at that look
	seen  int       // guarded by mu: counts what was taken in
}

// NewWatch looks for the first time, before which nothing is known. edition is a word
// that changes whenever the files do; read takes in all of them, or on an error nothing.
func NewWatch(dir string, edition func() (string, error), read func() error) (*Watch, error) {
	w := &Watch{dir: dir, edition: edition, read: read, began: time.Now(), stamp: folderTime(dir)}
	return w, w.takeIn()
}

// Look takes in what has changed. Who asked before the last look began, while another
// was under way, has its answer in that: so a crowd of strangers with unknown keys has
// the folder listed no more often than one after the other.
func (w *Watch) Look() error {
	asked := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.began.After(asked) {
		return w.fault
	}
	w.began, w.stamp = time.Now(), folderTime(w.dir)
	if w.fault = w.takeIn(); w.fault != nil {
		w.fault = fmt.Errorf("%w: %w", ErrUnread, w.fault)
	}
	return w.fault
}

// Glance looks if the folder has another time than at the last look, which costs next
// to nothing.
func (w *Watch) Glance() {
	now := folderTime(w.dir)
	w.mu.Lock()
	same := now.Equal(w.stamp)
	w.mu.Unlock()
	if !same {
		w.Look() // its fault is told by whoever looks every two seconds
	}
}

// folderTime changes when a name in the folder does; zero is not known.
func folderTime(dir string) time.Time {
	about, err := os.Stat(dir)
	if err != nil {
		return time.Time{}
	}
	return about.ModTime()
}

// takeIn reads until nobody changes the files meanwhile; mu is held, or nobody knows w.
func (w *Watch) takeIn() error {
	for range steadyTries {
		before, err := w.edition()
		if err != nil || before == w.known {
			return err
		}
		bad := w.read()
		after, err := w.edition()
		switch {
		case err != nil:
			return err
		case after != before:
			continue
		case bad != nil:
			return bad
		}
		w.known = before
		w.seen++
		return nil
	}
	return fmt.Errorf("reading %s: it changes all the time", w.dir)
}

// Generation changes with what was taken in.
func (w *Watch) Generation() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen
}

// Edition follows from names, sizes and times of the files of a kind.
func Edition(dir, kind string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("listing %s: %w", dir, err)
	}
	sum := sha256.New()
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != kind {
			continue
		}
		about, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // replaced at this moment; its successor is another edition
		}
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, entry.Name(), about.Size(), about.ModTime().UnixNano())
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
