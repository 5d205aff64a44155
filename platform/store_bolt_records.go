package platform

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What boltTx knows of each kind of record: its bucket, its key, its indexes.

func (t boltTx) App(thumbprint string) (App, error) { return load[App](t, "apps", []byte(thumbprint)) }

func (t boltTx) KeepApp(a App) error { return keep(t, "apps", []byte(a.Thumbprint), a) }

func (t boltTx) Key(key protocol.RegistrationKey) (Key, error) { return load[Key](t, "keys", key[:]) }

func (t boltTx) IssueKey(k Key) error { return add(t, "keys", k.Key[:], k) }

func (t boltTx) SpendKey(key protocol.RegistrationKey, by Spending) error {
	k, err := t.Key(key)
	if err != nil {
		return err
	}
	k.Used = &by
	return keep(t, "keys", key[:], k)
}

// keyTime is how a time stands in a key: in the order of time.
const keyTime = "20060102150405"

// nonceKey puts what runs out first in front.
func nonceKey(n SpentNonce) []byte {
	return append(n.Expires.UTC().AppendFormat(nil, keyTime), n.Nonce...)
}

func (t boltTx) SpendNonce(n SpentNonce) error { return add(t, "nonces", nonceKey(n), struct{}{}) }

func (t boltTx) ForgetNonces(now Moment) (forgotten int, err error) {
	over := t.before("nonces", now)
	for _, key := range over {
		err = errors.Join(err, t.bucket("nonces").Delete(key))
	}
	return len(over), err
}

// before lists the keys of an index by time that lie before then.
func (t boltTx) before(bucket string, then Moment) (keys [][]byte) {
	limit := then.UTC().AppendFormat(nil, keyTime)
	c := t.bucket(bucket).Cursor()
	for key, _ := c.First(); key != nil && bytes.Compare(key, limit) < 0; key, _ = c.Next() {
		keys = append(keys, bytes.Clone(key))
	}
	return keys
}

func (t boltTx) Registration(id protocol.ID) (Registration, error) {
	k, err := t.kept(id)
	return k.Registration, err
}

func (t boltTx) RegistrationsOf(key protocol.RegistrationKey) (all []Registration, err error) {
	for _, id := range t.under("by-key", key[:]) {
		r, err := t.Registration(id)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

func (t boltTx) RegistrationsUnder(r protocol.Reference) (all []Registration, err error) {
	for _, key := range t.beginning("registrations", r[:]) {
		k, err := load[kept](t, "registrations", key)
		if err != nil {
			return nil, err
		}
		all = append(all, k.Registration)
	}
	return all, nil
}

// beginning lists the keys of a bucket that begin so.
func (t boltTx) beginning(bucket string, prefix []byte) (keys [][]byte) {
	for key := range t.keys(bucket, prefix) {
		if !bytes.HasPrefix(key, prefix) {
			break
		}
		keys = append(keys, key)
	}
	return keys
}

func (t boltTx) Objection(r protocol.Reference) (Objection, error) {
	return load[Objection](t, "objections", r[:])
}

func (t boltTx) Objections() ([]Objection, error) {
	all, err := list[Objection](t, "objections")
	return slices.DeleteFunc(all, func(o Objection) bool { return !o.Waits() }), err
}

func (t boltTx) KeepObjection(o Objection) error {
	return keep(t, "objections", o.Reference[:], o)
}

func (t boltTx) Waiting() ([]protocol.ID, error) { return t.ids("waiting") }

func (t boltTx) InReview() ([]protocol.ID, error) { return t.ids("in-review") }

func (t boltTx) Disputed() ([]protocol.ID, error) { return t.ids("disputed") }

func (t boltTx) AddRegistration(r Registration, e Evidence) error {
	if t.bucket("registrations").Get(r.ID[:]) != nil {
		return ErrExists
	}
	for _, listed := range []struct {
		index string
		is    bool
		key   []byte
	}{
		{"photos", len(e.Photo) > 0, photoKey(r)},
		{"by-key", !r.Key.IsZero(), slices.Concat(r.Key[:], r.ID[:])},
		{"waiting", r.isWaiting(), r.ID[:]},
		{"in-review", r.isInReview(), r.ID[:]},
		{"disputed", r.Disputed(), r.ID[:]},
		{"codes", !r.CodeHand.IsZero(), photoKey(r)},
		{"rechecks", !r.Recheck.IsZero(), timeKey(r.Recheck, r.ID[:])},
	} {
		if !listed.is {
			continue
		}
		if err := t.mark(listed.index, listed.key, true); err != nil {
			return err
		}
	}
	place, err := t.bucket("evidence").NextSequence()
	if err != nil {
		return err
	}
	return errors.Join(t.keepEvidence(placeKey(place), e), keep(t, "registrations", r.ID[:], kept{r, place}))
}

// isWaiting and isInReview say what lists it stands in.
func (r *Registration) isWaiting() bool { return r.Verdict == protocol.Received && r.Erased.IsZero() }

func (r *Registration) isInReview() bool {
	return r.Review != nil && r.Review.Decision == "" && r.Erased.IsZero()
}

func (t boltTx) KeepRegistration(r Registration) error {
	if err := t.mark("waiting", r.ID[:], r.isWaiting()); err != nil {
		return err
	}
	if !r.isWaiting() {
		if err := t.release("waiting", r.ID[:]); err != nil {
			return err
		}
	}
	if err := t.mark("in-review", r.ID[:], r.isInReview()); err != nil {
		return err
	}
	if err := t.mark("disputed", r.ID[:], r.Disputed()); err != nil {
		return err
	}
	if err := t.mark("codes", photoKey(r), !r.CodeHand.IsZero()); err != nil {
		return err
	}
	old, err := t.kept(r.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err := t.markRecheck(old.Registration, r); err != nil {
		return err
	}
	return keep(t, "registrations", r.ID[:], kept{r, old.Place})
}

// markRecheck moves a registration to where its next check puts it.
func (t boltTx) markRecheck(old, r Registration) error {
	if !old.ID.IsZero() && !old.Recheck.Equal(r.Recheck) {
		if err := errors.Join(t.mark("rechecks", timeKey(old.Recheck, r.ID[:]), false), t.release("recheck", r.ID[:])); err != nil {
			return err
		}
	}
	if r.Recheck.IsZero() {
		return nil
	}
	return t.mark("rechecks", timeKey(r.Recheck, r.ID[:]), true)
}

func (t boltTx) EraseRegistration(id protocol.ID, at Moment) error {
	r, err := t.kept(id)
	if err != nil {
		return err
	}
	if err := errors.Join(t.bucket("evidence").Delete(t.evidenceKey(r)), t.mark("photos", photoKey(r.Registration), false)); err != nil {
		return err
	}
	if err := t.mark("by-key", slices.Concat(r.Key[:], id[:]), false); err != nil {
		return err
	}
	return t.KeepRegistration(Registration{
		ID: r.ID, Body: r.Body, Receipt: r.Receipt, TerminalID: r.TerminalID, Verdict: r.Verdict,
		Reason: r.Reason, Sealed: r.Sealed, Arrived: r.Arrived, Judged: r.Judged, Erased: at,
		Contest: r.Contest,
	})
}

func (t boltTx) AddCheck(id protocol.ID, c Check) error {
	return t.changeEvidence(id, func(e *Evidence) { e.Checks = append(e.Checks, c) })
}

// photoKey puts what arrived first in front.
func photoKey(r Registration) []byte { return timeKey(r.Arrived, r.ID[:]) }

// timeKey puts what is earlier in front.
func timeKey(at Moment, what []byte) []byte {
	return append(at.UTC().AppendFormat(nil, keyTime), what...)
}

func (t boltTx) PhotosBefore(then Moment) ([]protocol.ID, error) { return t.idsBefore("photos", then) }

func (t boltTx) CodesBefore(then Moment) ([]protocol.ID, error) { return t.idsBefore("codes", then) }

func (t boltTx) idsBefore(bucket string, then Moment) (ids []protocol.ID, err error) {
	for _, key := range t.before(bucket, then) {
		id := key[len(keyTime):]
		if len(id) != len(protocol.ID{}) {
			return nil, fmt.Errorf("%s: a key of %d bytes", bucket, len(key))
		}
		ids = append(ids, protocol.ID(id))
	}
	return ids, nil
}

func (t boltTx) DropCode(id protocol.ID) error {
	r, err := t.Registration(id)
	if err != nil {
		return err
	}
	r.CodeHand, r.CodeWhole = protocol.Digest{}, protocol.Digest{}
	return t.KeepRegistration(r)
}

func (t boltTx) DropPhoto(id protocol.ID) error {
	r, err := t.Registration(id)
	if err != nil {
		return err
	}
	return errors.Join(t.mark("photos", photoKey(r), false), t.changeEvidence(id, func(e *Evidence) { e.Photo = nil }))
}

func rejectionKey(id protocol.ID, body protocol.Digest) []byte { return slices.Concat(id[:], body[:]) }

func (t boltTx) Rejection(id protocol.ID, body protocol.Digest) ([]byte, error) {
	return load[[]byte](t, "rejections", rejectionKey(id, body))
}

func (t boltTx) AddRejection(id protocol.ID, body protocol.Digest, receipt []byte) error {
	return add(t, "rejections", rejectionKey(id, body), receipt)
}

func (t boltTx) Withdrawal(id protocol.ID) (Withdrawal, error) {
	return load[Withdrawal](t, "withdrawals", id[:])
}

func (t boltTx) AddWithdrawal(w Withdrawal) error { return add(t, "withdrawals", w.ID[:], w) }

func (t boltTx) Account(id protocol.ID) (Account, error) { return load[Account](t, "accounts", id[:]) }

func (t boltTx) AccountOfPerson(person protocol.Digest) (Account, error) {
	return t.accountVia("persons", person[:])
}

func (t boltTx) AccountOfApp(thumbprint string) (Account, error) {
	return t.accountVia("bound", []byte(thumbprint))
}

func (t boltTx) accountVia(index string, key []byte) (Account, error) {
	id, err := load[protocol.ID](t, index, key)
	if err != nil {
		return Account{}, err
	}
	return t.Account(id)
}

func (t boltTx) Accounts() ([]Account, error) { return list[Account](t, "accounts") }

func (t boltTx) KeepAccount(a Account) error {
	if old, err := t.Account(a.ID); err == nil {
		if err := t.unlist(old); err != nil {
			return err
		}
	}
	if a.Binding.App != "" {
		if err := keep(t, "bound", []byte(a.Binding.App), a.ID); err != nil {
			return err
		}
	}
	return errors.Join(
		keep(t, "persons", a.Person.Exactly[:], a.ID),
		t.mark("born", slices.Concat(a.Person.Born[:], a.ID[:]), true),
		keep(t, "accounts", a.ID[:], a),
	)
}

func (t boltTx) AccountsBorn(day protocol.Digest) (all []Account, err error) {
	for _, id := range t.under("born", day[:]) {
		a, err := t.Account(id)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// unlist takes an account out of the ways to find it, unless another one has
// taken its place there.
func (t boltTx) unlist(a Account) error {
	if err := t.mark("born", slices.Concat(a.Person.Born[:], a.ID[:]), false); err != nil {
		return err
	}
	for index, key := range map[string][]byte{"persons": a.Person.Exactly[:], "bound": []byte(a.Binding.App)} {
		id, err := load[protocol.ID](t, index, key)
		if err != nil || id != a.ID {
			continue
		}
		if err := t.bucket(index).Delete(key); err != nil {
			return err
		}
	}
	return nil
}

func (t boltTx) Terminal(id string) (Terminal, error) {
	return load[Terminal](t, "terminals", []byte(id))
}

func (t boltTx) Terminals() ([]Terminal, error) { return list[Terminal](t, "terminals") }

func (t boltTx) KeepTerminal(m Terminal) error { return keep(t, "terminals", []byte(m.ID), m) }

func (t boltTx) Certificate(kid string) (Certificate, error) {
	return load[Certificate](t, "certificates", []byte(kid))
}

func (t boltTx) AddCertificate(c Certificate) error {
	return add(t, "certificates", []byte(c.Kid), c)
}

func (t boltTx) Token(secret protocol.Digest) (Token, error) {
	return load[Token](t, "tokens", secret[:])
}

func (t boltTx) KeepToken(k Token) error { return keep(t, "tokens", k.Secret[:], k) }

func (t boltTx) Bundle() (StoredBundle, error) { return load[StoredBundle](t, "bundle", []byte("now")) }

func (t boltTx) KeepBundle(b StoredBundle) error { return keep(t, "bundle", []byte("now"), b) }
