package keyring

import (
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What can be done with a key in its life, by its name: EncryptionKey, ReceiptKey or
// BundleKey. Only Announce takes a name from outside and refuses any other; with the rest
// that is a mistake in the program.

// KeyState is one key in the order of its life.
type KeyState struct {
	Name string // EncryptionKey, ReceiptKey or BundleKey
	Kid  string
	Role string // current, announced or old
	// Until is when an old key can be destroyed.
	Until time.Time
}

// The roles of a key.
const (
	KeyCurrent   = "current"
	KeyAnnounced = "announced"
	KeyOld       = "old"
)

// States lists all keys that are rolled over. An old one is kept that long.
func (k *Keyring) States(keep time.Duration) (all []KeyState) {
	for _, c := range k.chains() {
		s := c.now.Load()
		all = append(all, KeyState{Name: c.name, Kid: s.current.Kid(), Role: KeyCurrent})
		if !s.next.IsZero() {
			all = append(all, KeyState{Name: c.name, Kid: s.next.Kid(), Role: KeyAnnounced})
		}
		for _, o := range s.old {
			all = append(all, KeyState{Name: c.name, Kid: o.key.Kid(), Role: KeyOld, Until: o.replaced.Add(keep)})
		}
	}
	return all
}

// Current is the key of that name that is in use.
func (k *Keyring) Current(name string) protocol.PrivateKey { return k.chain(name).current() }

// All are the keys of that name that count, the current one first, then the one to come.
func (k *Keyring) All(name string) []protocol.PrivateKey { return k.chain(name).now.Load().all() }

// Listed are those of that name that a bundle names.
func (k *Keyring) Listed(name string) []protocol.PublicKey { return k.chain(name).listed() }

// Announce makes the key that is to come, and gives its kid. One that is announced
// already can still be hastened.
func (k *Keyring) Announce(name string, hasten bool) (kid string, err error) {
	c := k.chain(name)
	if c == nil {
		return "", fmt.Errorf("there is no key %q to roll over", name)
	}
	if s := c.now.Load(); !hasten || s.next.IsZero() {
		if err := c.announce(); err != nil {
			return "", fmt.Errorf("rolling over: %w", err)
		}
	}
	return c.now.Load().next.Kid(), nil
}

// Announced names those of which there is a key to come.
func (k *Keyring) Announced() (names []string) {
	for _, c := range k.chains() {
		if !c.now.Load().next.IsZero() {
			names = append(names, c.name)
		}
	}
	return names
}

// Use puts the key that was announced in the place of the current one, which is kept,
// and gives its kid.
func (k *Keyring) Use(name string, now time.Time) (kid string, err error) {
	c := k.chain(name)
	if err := c.use(now); err != nil {
		return "", err
	}
	return c.current().Kid(), nil
}

// Expire destroys the old keys of that name of which gone says so, by when they were
// replaced, and gives their kids.
func (k *Keyring) Expire(name string, gone func(replaced time.Time) bool) (kids []string, err error) {
	return k.chain(name).expire(func(o oldKey) bool { return gone(o.replaced) })
}
