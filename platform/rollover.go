package platform

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/platform/keyring"
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

// Keys lists all keys that are rolled over.
func (p *Platform) Keys() []keyring.KeyState { return p.keys.States(p.keepKeys()) }

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
	if !slices.Contains(rolled(), name) {
		return fmt.Errorf("there is no key %q to roll over", name)
	}
	return p.changing(ctx, func() error { return p.rollKey(ctx, name, atOnce) })
}

// rolled are the names of the keys that are rolled over.
func rolled() []string { return []string{keyring.EncryptionKey, keyring.ReceiptKey, keyring.BundleKey} }

func (p *Platform) rollKey(ctx context.Context, name string, atOnce bool) error {
	kid, err := p.keys.Announce(name, atOnce)
	if err != nil {
		return err
	}
	p.log.Info("key announced", "key", name, "kid", kid)
	if err := p.renewBundle(ctx); err != nil || !atOnce {
		return err
	}
	return p.useKey(ctx, name)
}

// useKey takes the key that was announced into use, and has the bundle say so.
func (p *Platform) useKey(ctx context.Context, name string) error {
	kid, err := p.keys.Use(name, p.now())
	if err != nil {
		return err
	}
	p.log.Info("key used", "key", name, "kid", kid)
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
	if len(p.keys.Announced()) == 0 {
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
	for _, name := range p.keys.Announced() {
		err = errors.Join(err, p.useKey(ctx, name))
	}
	return err
}

// expireKeys destroys what is old enough.
func (p *Platform) expireKeys(ctx context.Context) error {
	now := p.now()
	due := func(k keyring.KeyState) bool { return k.Role == keyring.KeyOld && !k.Until.After(now) }
	if !slices.ContainsFunc(p.Keys(), due) {
		return nil
	}
	oldest, err := p.oldestUnsent(ctx)
	if err != nil {
		return err
	}
	old := now.Add(-p.keepKeys())
	for _, name := range rolled() {
		kids, bad := p.keys.Expire(name, func(replaced time.Time) bool { return !replaced.After(old) && !oldest.Before(replaced) })
		for _, kid := range kids {
			p.log.Info("old key destroyed", "key", name, "kid", kid)
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

// RollCA makes a new terminal CA. Old and new are trusted from then on: the new one
// issues the certificates of terminals, which change over by themselves when the bundle
// or the platform tells them so, and the old one the server's until RetireCA.
func (p *Platform) RollCA(ctx context.Context) error {
	return p.changeCAs(ctx, "terminal CA rolled over", p.keys.RollCA)
}

// RetireCA ends the trust in the terminal CA before the current one: certificates
// that it issued are worth nothing, and terminals that know no other do not find
// the platform any more. What was signed under them before is good still. Its key is
// destroyed.
func (p *Platform) RetireCA(ctx context.Context) error {
	return p.changeCAs(ctx, "terminal CA retired", p.keys.RetireCA)
}

func (p *Platform) changeCAs(ctx context.Context, what string, change func(time.Time) error) error {
	return p.changing(ctx, func() error {
		if err := change(p.now()); err != nil {
			return err
		}
		p.log.Info(what)
		return p.renewBundle(ctx)
	})
}

// OnOldCA names the terminals of whose certificates one in force is still the old
// terminal CA's. Compromised and retired ones do not count.
func (p *Platform) OnOldCA(ctx context.Context) (ids []string, err error) {
	if len(p.keys.CA.Roots()) == 1 {
		return nil, nil
	}
	err = p.store.View(ctx, func(r Reading) error {
		ids = nil
		all, err := r.Terminals()
		for _, t := range all {
			old, bad := p.onOldCA(r, t)
			if err = errors.Join(err, bad); old && !t.Compromised && t.Retired.IsZero() {
				ids = append(ids, t.ID)
			}
		}
		return err
	})
	return ids, err
}

func (p *Platform) onOldCA(r Reading, t Terminal) (bool, error) {
	for _, h := range []Holding{t.Device, t.TLS} {
		if h.Kid == "" || p.now().After(h.Expires) {
			continue
		}
		known, err := r.Certificate(h.Kid)
		if err != nil {
			return false, err
		}
		cert, err := x509.ParseCertificate(known.DER)
		if err != nil {
			return false, err
		}
		if !bytes.Equal(cert.RawIssuer, p.keys.CA.Issuing().RawSubject) {
			return true, nil
		}
	}
	return false, nil
}
