package keyring

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Keys that are rolled over. In files:
//
//	NAME.pem        current
//	NAME-next.pem   announced: terminals know it, and it does nothing yet
//	NAME-TIME.pem   old, since that time; with a fraction where another went in that second
//
// A file has its name all at once, so a roll-over that is cut off is either not begun
// or goes on.

// The names of the keys that are rolled over.
const (
	EncryptionKey = "encryption" // opens envelopes and questions
	ReceiptKey    = "receipt"    // signs receipts and answers
	BundleKey     = "bundle"     // signs bundles
)

const (
	keyStamp = "20060102150405" // reading, it takes a fraction as well
	fraction = ".999999999"     // nothing for a whole second
	nextKey  = "next"
	// maxListed is how many keys of a kind a bundle may name.
	maxListed = 8
)

// keychain is the keys of one name. What it holds is read without a lock; it is
// changed under that of the keyring.
type keychain struct {
	dir, name string
	now       atomic.Pointer[keySet]
}

// keySet never changes; another takes its place.
type keySet struct {
	current protocol.PrivateKey
	next    protocol.PrivateKey // zero is none
	old     []oldKey            // the newest first
}

// oldKey is one that was current until it was replaced.
type oldKey struct {
	key      protocol.PrivateKey
	path     string
	replaced time.Time
}

func (c *keychain) current() protocol.PrivateKey { return c.now.Load().current }

// all are the keys that count, the current one first, then the one to come.
func (s *keySet) all() []protocol.PrivateKey {
	keys := []protocol.PrivateKey{s.current}
	if !s.next.IsZero() {
		keys = append(keys, s.next)
	}
	for _, o := range s.old {
		keys = append(keys, o.key)
	}
	return keys
}

// listed are those that a bundle names. Which bundle key is current concerns no
// terminal, so the newest is first there: a bundle that names it must be in the field
// before the next one is signed by it, and there is none just because it is used.
func (c *keychain) listed() (public []protocol.PublicKey) {
	s := *c.now.Load()
	if c.name == BundleKey && !s.next.IsZero() {
		s.current, s.next = s.next, s.current
	}
	return s.listed()
}

func (s *keySet) listed() (public []protocol.PublicKey) {
	for _, key := range s.all() {
		if len(public) < maxListed {
			public = append(public, key.PublicKey())
		}
	}
	return public
}

// find is the key of that kid.
func (c *keychain) find(kid string) (protocol.PrivateKey, error) {
	for _, key := range c.now.Load().all() {
		if key.Kid() == kid {
			return key, nil
		}
	}
	return protocol.PrivateKey{}, protocol.ErrUnknownKey
}

func (c *keychain) file(which string) string {
	if which == "" {
		return filepath.Join(c.dir, c.name+".pem")
	}
	return filepath.Join(c.dir, c.name+"-"+which+".pem")
}

// read takes in what the folder holds.
func (c *keychain) read() error {
	s, err := c.load()
	if err == nil {
		c.now.Store(s)
	}
	return err
}

// load reads what the folder holds.
func (c *keychain) load() (*keySet, error) {
	var s keySet
	var err error
	if s.current, err = readKey(c.file("")); err != nil {
		return nil, err
	}
	if s.next, err = readKey(c.file(nextKey)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	paths, err := filepath.Glob(c.file("*"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if path == c.file(nextKey) {
			continue
		}
		o, err := c.readOld(path)
		if err != nil {
			return nil, err
		}
		if o.key.Kid() != s.current.Kid() { // a change that was cut off leaves the current one twice
			s.old = append(s.old, o)
		}
	}
	slices.SortFunc(s.old, func(a, b oldKey) int {
		return cmp.Or(b.replaced.Compare(a.replaced), cmp.Compare(b.path, a.path))
	})
	return &s, nil
}

func readKey(path string) (protocol.PrivateKey, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return protocol.PrivateKey{}, err
	}
	key, err := protocol.ParsePrivateKey(raw)
	if err != nil {
		return protocol.PrivateKey{}, fmt.Errorf("reading %s: %w", path, err)
	}
	return key, nil
}

// readOld reads an old key, and from its name since when it is one; a name of
// somebody else's making says nothing, but its file does.
func (c *keychain) readOld(path string) (o oldKey, err error) {
	if o.key, err = readKey(path); err != nil {
		return o, err
	}
	stamp := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), c.name+"-"), ".pem")
	o.path = path
	if o.replaced, err = time.Parse(keyStamp, stamp); err == nil {
		return o, nil
	}
	about, err := os.Stat(path)
	if err == nil {
		o.replaced = about.ModTime().UTC()
	}
	return o, err
}

// announce makes the key to come.
func (c *keychain) announce() error {
	if !c.now.Load().next.IsZero() {
		return fmt.Errorf("a new %s key is announced already", c.name)
	}
	if err := writeOnce(c.file(nextKey), newKeyPEM); err != nil {
		return err
	}
	return c.read()
}

// use puts the key that was announced in the place of the current one, which is kept.
func (c *keychain) use(now time.Time) error {
	if c.now.Load().next.IsZero() {
		return fmt.Errorf("no %s key is announced", c.name)
	}
	if err := linkAt(c.file(""), now, c.file); err != nil {
		return fmt.Errorf("keeping the old %s key: %w", c.name, err)
	}
	if err := os.Rename(c.file(nextKey), c.file("")); err != nil {
		return fmt.Errorf("using the new %s key: %w", c.name, err)
	}
	if err := files.Sync(c.dir); err != nil {
		return err
	}
	return c.read()
}

// linkAt gives a file a second name, which tells a time: the second that now is in, and
// where others went in it, as many nanoseconds behind it.
func linkAt(path string, now time.Time, name func(stamp string) string) error {
	for at := now.UTC().Truncate(time.Second); ; at = at.Add(1) {
		err := os.Link(path, name(at.Format(keyStamp+fraction)))
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
}

// expire destroys the old keys of which gone says so, and names them.
func (c *keychain) expire(gone func(oldKey) bool) (kids []string, err error) {
	for _, o := range c.now.Load().old {
		if !gone(o) {
			continue
		}
		if err := os.Remove(o.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return kids, fmt.Errorf("destroying an old %s key: %w", c.name, err)
		}
		kids = append(kids, o.key.Kid())
	}
	if len(kids) == 0 {
		return nil, nil
	}
	if err := files.Sync(c.dir); err != nil {
		return kids, err
	}
	return kids, c.read()
}
