package platform

import (
	"context"
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

// Several platforms may work from one folder, and an operator puts CAs into another.
// Whatever one of them changes, the others take up by themselves:
//
//	every two seconds      what the folders hold is held against what is known
//	with each handshake    a look at the time of the folder, which costs next to nothing
//	at something unknown   before anything is refused because of it
//
// So nobody is told "unknown" for good about a key that is a moment old. Who changes
// keys, or signs a bundle, is alone with the folder meanwhile, and looks at it first.

const (
	// uptakeEvery is how often the folders are looked at.
	uptakeEvery = 2 * time.Second
	// alonePatience is how long one waits for another who changes keys.
	alonePatience = 20 * time.Second
	alonePoll     = 50 * time.Millisecond
	// steadyTries is how often files are read that change meanwhile.
	steadyTries = 5
)

// errUnread: what somebody has put into a folder cannot be read. Whoever asked for
// something unknown is not told that there is no such thing.
var errUnread = errors.New("what is new in the folder cannot be read")

// watched is what is read from files that another process may change. One look at a
// time is under way, however many ask.
type watched struct {
	dir     string
	edition func() (string, error) // a word that changes whenever the files do
	read    func() error           // takes in all of them, or on an error nothing

	mu    sync.Mutex
	known string    // guarded by mu: the edition that was taken in
	began time.Time // guarded by mu: when the last look began
	fault error     // guarded by mu: what became of it
	stamp time.Time // guarded by mu: of the folder, at that look
	seen  int       // guarded by mu: counts what was taken in
}

// look takes in what has changed. Who asked before the last look began, while another
// was under way, has its answer in that: so a crowd of strangers with unknown keys has
// the folder listed no more often than one after the other.
func (w *watched) look() error {
	asked := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.began.After(asked) {
		return w.fault
	}
	w.began, w.stamp = time.Now(), folderTime(w.dir)
	if w.fault = w.takeIn(); w.fault != nil {
		w.fault = fmt.Errorf("%w: %w", errUnread, w.fault)
	}
	return w.fault
}

// first is the first look, before which nothing is known.
func (w *watched) first() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.began, w.stamp = time.Now(), folderTime(w.dir)
	return w.takeIn()
}

// glance looks if the folder has another time than at the last look.
func (w *watched) glance() {
	now := folderTime(w.dir)
	w.mu.Lock()
	same := now.Equal(w.stamp)
	w.mu.Unlock()
	if !same {
		w.look() // its fault is told by whoever looks every two seconds
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

// takeIn reads until nobody changes the files meanwhile; mu is held.
func (w *watched) takeIn() error {
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

// generation changes with what was taken in.
func (w *watched) generation() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen
}

// editionOf follows from names, sizes and times of the files of a kind.
func editionOf(dir, kind string) (string, error) {
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

// changing does something to keys, CAs or the bundle: alone with the folder, and on
// the ground of what it holds by then.
func (p *Platform) changing(ctx context.Context, do func() error) error {
	p.keys.rolling.Lock()
	defer p.keys.rolling.Unlock()
	release, err := alone(ctx, p.config.Dir)
	if err != nil {
		return err
	}
	defer release()
	if err := errors.Join(p.keys.watch.look(), p.jpki.watch.look()); err != nil {
		return err
	}
	return do()
}

// alone waits until no other process changes the keys of the folder.
func alone(ctx context.Context, dir string) (release func(), err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, alonePatience, fmt.Errorf("another process changes the keys in %s", dir))
	defer cancel()
	for {
		release, err := tryAlone(dir)
		if !errors.Is(err, errNotAlone) {
			return release, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(alonePoll):
		}
	}
}

// errNotAlone: another process holds the folder.
var errNotAlone = errors.New("another process holds the folder")

// follow takes up what others change, until ctx ends. The bundle follows what CAs the
// operator put in or took out; what another platform did to keys it had said itself,
// unless it died meanwhile.
func (p *Platform) follow(ctx context.Context) {
	tick := time.NewTicker(uptakeEvery)
	defer tick.Stop()
	var told [2]int
	var trouble string
	for {
		err := p.takeUp(ctx, &told)
		if err != nil && ctx.Err() == nil && err.Error() != trouble {
			p.log.Error("what is new in the folder is not taken up", "cause", err.Error())
		}
		trouble = ""
		if err != nil {
			trouble = err.Error()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// takeUp looks at the folders, and has the bundle say what is new in them.
func (p *Platform) takeUp(ctx context.Context, told *[2]int) error {
	if err := errors.Join(p.keys.watch.look(), p.jpki.watch.look()); err != nil {
		return err
	}
	now := [2]int{p.keys.watch.generation(), p.jpki.watch.generation()}
	if now == *told {
		return nil
	}
	err := p.changing(ctx, func() error { return p.renewBundle(ctx) })
	if err == nil {
		*told = now
	}
	return err
}
