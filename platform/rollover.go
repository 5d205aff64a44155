package platform

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// How a key is rolled over, without a hand at any terminal and without a restart:
//
//	announce   a new key is made, and the next bundle names it
//	use        when every terminal has been heard with that bundle; from then on terminals
//	           seal to the new key, or get receipts or bundles signed by it
//	expire     twice the longest allowed age of an unsent envelope later the old key is
//	           destroyed, unless a terminal says that it has something older still
//
// Only terminals that are in order are waited for: one that is suspended learns the
// new key with the next bundle that it fetches.

// KeyState is one key in the order of its life.
type KeyState struct {
	Name string // EncryptionKey, ReceiptKey or BundleKey
	Kid  string
	Role string // current, announced or old
	// Until is when an old key can be destroyed.
	Until Moment
}

// The roles of a key.
const (
	KeyCurrent   = "current"
	KeyAnnounced = "announced"
	KeyOld       = "old"
)

// Keys lists all keys that are rolled over.
func (p *Platform) Keys() (all []KeyState) {
	for _, c := range p.keys.chains() {
		s := c.now.Load()
		all = append(all, KeyState{Name: c.name, Kid: s.current.Kid(), Role: KeyCurrent})
		if !s.next.IsZero() {
			all = append(all, KeyState{Name: c.name, Kid: s.next.Kid(), Role: KeyAnnounced})
		}
		for _, o := range s.old {
			all = append(all, KeyState{Name: c.name, Kid: o.key.Kid(), Role: KeyOld, Until: o.replaced.Add(p.keepKeys())})
		}
	}
	return all
}

// keepKeys is how long a key is kept after it was replaced.
func (p *Platform) keepKeys() time.Duration {
	return 2 * time.Duration(p.config.Limits.MaxUnsentHours) * time.Hour
}

// RollKey begins the roll-over of a key. At once, the new key is used although
// terminals do not know it; so can one be that is announced already. They learn it
// with the next bundle: until then they verify no receipt by it, and seal to the old
// one. A bundle key at once is for one that leaked: the bundle that introduces it is
// the last by the old one, and a terminal that stays away until there is another has to
// be given its bundle by hand.
func (p *Platform) RollKey(ctx context.Context, name string, atOnce bool) error {
	chain, err := p.keys.chain(name)
	if err != nil {
		return err
	}
	return p.changing(ctx, func() error { return p.rollKey(ctx, chain, atOnce) })
}

func (p *Platform) rollKey(ctx context.Context, chain *keychain, atOnce bool) error {
	if err := chain.begin(atOnce); err != nil {
		return fmt.Errorf("rolling over: %w", err)
	}
	p.log.Info("key announced", "key", chain.name, "kid", chain.now.Load().next.Kid())
	if err := p.renewBundle(ctx); err != nil || !atOnce {
		return err
	}
	return p.useKey(ctx, chain)
}

// begin announces a key. One that is announced already can still be hastened.
func (c *keychain) begin(atOnce bool) error {
	if atOnce && !c.now.Load().next.IsZero() {
		return nil
	}
	return c.announce()
}

// useKey takes the key that was announced into use, and has the bundle say so.
func (p *Platform) useKey(ctx context.Context, c *keychain) error {
	if err := c.use(p.now()); err != nil {
		return err
	}
	p.log.Info("key used", "key", c.name, "kid", c.current().Kid())
	return p.renewBundle(ctx)
}

// Lagging is a terminal that was not heard with the bundle in force.
type Lagging struct {
	TerminalID string
	Version    int    // of the bundle that it was heard with; 0 is none
	Seen       Moment // when it was heard last; zero is never
}

// KeysLeft names the terminals that a key that is announced waits for. Without such a
// key there are none.
func (p *Platform) KeysLeft(ctx context.Context) ([]Lagging, error) {
	if !slices.ContainsFunc(p.keys.chains(), func(c *keychain) bool { return !c.now.Load().next.IsZero() }) {
		return nil, nil
	}
	return p.lagging(ctx)
}

func (p *Platform) lagging(ctx context.Context) (left []Lagging, err error) {
	b, err := p.storedBundle(ctx)
	if err != nil {
		return nil, err
	}
	err = p.eachInOrder(ctx, func(t Terminal, beat protocol.Heartbeat) {
		if beat.BundleVersion < b.Version {
			left = append(left, Lagging{t.ID, beat.BundleVersion, t.Seen})
		}
	})
	return left, err
}

// eachInOrder visits the terminals that are in order, with what they said last; that
// is nothing when they have not said anything yet.
func (p *Platform) eachInOrder(ctx context.Context, visit func(Terminal, protocol.Heartbeat)) error {
	all, err := p.Terminals(ctx)
	for _, t := range all {
		if t.Compromised || !t.Suspended.IsZero() || !t.Retired.IsZero() || t.Device.Kid == "" {
			continue
		}
		beat, _, bad := p.LastHeartbeat(ctx, t)
		if bad != nil {
			err = errors.Join(err, bad)
			continue
		}
		visit(t, beat)
	}
	return err
}

// rollOver takes announced keys into use when nobody lags, and destroys those that
// are old enough. The bundle follows, if whoever changed something else did not come
// to that.
func (p *Platform) rollOver(ctx context.Context) error {
	return p.changing(ctx, func() error {
		return errors.Join(p.useAnnounced(ctx), p.expireKeys(ctx), p.renewBundle(ctx))
	})
}

func (p *Platform) useAnnounced(ctx context.Context) error {
	left, err := p.KeysLeft(ctx)
	if err != nil || len(left) > 0 {
		return err
	}
	for _, c := range p.keys.chains() {
		if !c.now.Load().next.IsZero() {
			err = errors.Join(err, p.useKey(ctx, c))
		}
	}
	return err
}

// expireKeys destroys what is old enough.
func (p *Platform) expireKeys(ctx context.Context) error {
	old := p.now().Add(-p.keepKeys())
	due := func(o oldKey) bool { return !o.replaced.After(old) }
	if !slices.ContainsFunc(p.keys.chains(), func(c *keychain) bool { return slices.ContainsFunc(c.now.Load().old, due) }) {
		return nil
	}
	oldest, err := p.oldestUnsent(ctx)
	if err != nil {
		return err
	}
	for _, c := range p.keys.chains() {
		kids, bad := c.expire(func(o oldKey) bool { return due(o) && !oldest.Before(o.replaced) })
		for _, kid := range kids {
			p.log.Info("old key destroyed", "key", c.name, "kid", kid)
		}
		err = errors.Join(err, bad)
	}
	return err
}

// oldestUnsent is when the oldest envelope was sealed that a terminal says it has.
func (p *Platform) oldestUnsent(ctx context.Context) (oldest Moment, err error) {
	oldest = p.now()
	err = p.eachInOrder(ctx, func(_ Terminal, beat protocol.Heartbeat) {
		if since := beat.Time.Add(-time.Duration(beat.OldestUnsentSeconds) * time.Second); beat.Queue > 0 && since.Before(oldest) {
			oldest = since
		}
	})
	return oldest, err
}
