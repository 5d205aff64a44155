package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What a transaction knows of each kind of record: its bucket, its key, its indexes.

func (t transaction) App(thumbprint string) (platform.App, error) {
	return load[platform.App](t, "apps", []byte(thumbprint))
}

func (t transaction) KeepApp(a platform.App) error { return keep(t, "apps", []byte(a.Thumbprint), a) }

func (t transaction) Key(key protocol.RegistrationKey) (platform.Key, error) {
	return load[platform.Key](t, "keys", key[:])
}

func (t transaction) IssueKey(k platform.Key) error { return add(t, "keys", k.Key[:], k) }

func (t transaction) SpendKey(key protocol.RegistrationKey, by platform.Spending) error {
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
func nonceKey(n platform.SpentNonce) []byte {
	return append(n.Expires.UTC().AppendFormat(nil, keyTime), n.Nonce...)
}

func (t transaction) SpendNonce(n platform.SpentNonce) error {
	return add(t, "nonces", nonceKey(n), struct{}{})
}

func (t transaction) ForgetNonces(now platform.Moment) (forgotten int, err error) {
	over := t.before("nonces", now)
	for _, key := range over {
		err = errors.Join(err, t.bucket("nonces").Delete(key))
	}
	return len(over), err
}

// before lists the keys of an index by time that lie before then.
func (t transaction) before(bucket string, then platform.Moment) (keys [][]byte) {
	limit := then.UTC().AppendFormat(nil, keyTime)
	c := t.bucket(bucket).Cursor()
	for key, _ := c.First(); key != nil && bytes.Compare(key, limit) < 0; key, _ = c.Next() {
		keys = append(keys, bytes.Clone(key))
	}
	return keys
}

func (t transaction) Registration(id protocol.ID) (platform.Registration, error) {
	k, err := t.kept(id)
	return k.Registration, err
}

func (t transaction) RegistrationsOf(key protocol.RegistrationKey) (all []platform.Registration, err error) {
	for _, id := range t.under("by-key", key[:]) {
		r, err := t.Registration(id)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

func (t transaction) RegistrationsUnder(r protocol.Reference) (all []platform.Registration, err error) {
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
func (t transaction) beginning(bucket string, prefix []byte) (keys [][]byte) {
	for key := range t.keys(bucket, prefix) {
		if !bytes.HasPrefix(key, prefix) {
			break
		}
		keys = append(keys, key)
	}
	return keys
}

func (t transaction) Objection(r protocol.Reference) (platform.Objection, error) {
	return load[platform.Objection](t, "objections", r[:])
}

func (t transaction) Objections() ([]platform.Objection, error) {
	all, err := list[platform.Objection](t, "objections")
	return slices.DeleteFunc(all, func(o platform.Objection) bool { return !o.Waits() }), err
}

func (t transaction) KeepObjection(o platform.Objection) error {
	return keep(t, "objections", o.Reference[:], o)
}

func (t transaction) Waiting() ([]protocol.ID, error) { return t.ids("waiting") }

func (t transaction) InReview() ([]protocol.ID, error) { return t.ids("in-review") }

func (t transaction) Disputed() ([]protocol.ID, error) { return t.ids("disputed") }

func (t transaction) AddRegistration(r platform.Registration, e platform.Evidence) error {
	if t.bucket("registrations").Get(r.ID[:]) != nil {
		return platform.ErrExists
	}
	for _, listed := range []struct {
		index string
		is    bool
		key   []byte
	}{
		{"photos", len(e.Photo) > 0, photoKey(r)},
		{"by-key", !r.Key.IsZero(), slices.Concat(r.Key[:], r.ID[:])},
		{"waiting", isWaiting(r), r.ID[:]},
		{"in-review", r.InReview(), r.ID[:]},
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

// isWaiting reports whether its revocation could not be checked yet.
func isWaiting(r platform.Registration) bool {
	return r.Verdict == protocol.Received && r.Erased.IsZero()
}

func (t transaction) KeepRegistration(r platform.Registration) error {
	if err := t.mark("waiting", r.ID[:], isWaiting(r)); err != nil {
		return err
	}
	if !isWaiting(r) {
		if err := t.release("waiting", r.ID[:]); err != nil {
			return err
		}
	}
	if err := t.mark("in-review", r.ID[:], r.InReview()); err != nil {
		return err
	}
	if err := t.mark("disputed", r.ID[:], r.Disputed()); err != nil {
		return err
	}
	if err := t.mark("codes", photoKey(r), !r.CodeHand.IsZero()); err != nil {
		return err
	}
	old, err := t.kept(r.ID)
	if err != nil && !errors.Is(err, platform.ErrNotFound) {
		return err
	}
	if err := t.markRecheck(old.Registration, r); err != nil {
		return err
	}
	return keep(t, "registrations", r.ID[:], kept{r, old.Place})
}

// markRecheck moves a registration to where its next check puts it.
func (t transaction) markRecheck(old, r platform.Registration) error {
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

func (t transaction) EraseRegistration(id protocol.ID, at platform.Moment) error {
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
	return t.KeepRegistration(platform.Registration{
		ID: r.ID, Body: r.Body, Receipt: r.Receipt, TerminalID: r.TerminalID, Verdict: r.Verdict,
		Reason: r.Reason, Sealed: r.Sealed, Arrived: r.Arrived, Judged: r.Judged, Erased: at,
		Contest: r.Contest,
	})
}

func (t transaction) AddCheck(id protocol.ID, c platform.Check) error {
	return t.changeEvidence(id, func(e *platform.Evidence) { e.Checks = append(e.Checks, c) })
}

// photoKey puts what arrived first in front.
func photoKey(r platform.Registration) []byte { return timeKey(r.Arrived, r.ID[:]) }

// timeKey puts what is earlier in front.
func timeKey(at platform.Moment, what []byte) []byte {
	return append(at.UTC().AppendFormat(nil, keyTime), what...)
}

func (t transaction) PhotosBefore(then platform.Moment) ([]protocol.ID, error) {
	return t.idsBefore("photos", then)
}

func (t transaction) CodesBefore(then platform.Moment) ([]protocol.ID, error) {
	return t.idsBefore("codes", then)
}

func (t transaction) idsBefore(bucket string, then platform.Moment) (ids []protocol.ID, err error) {
	for _, key := range t.before(bucket, then) {
		id := key[len(keyTime):]
		if len(id) != len(protocol.ID{}) {
			return nil, fmt.Errorf("%s: a key of %d bytes", bucket, len(key))
		}
		ids = append(ids, protocol.ID(id))
	}
	return ids, nil
}

func (t transaction) DropCode(id protocol.ID) error {
	r, err := t.Registration(id)
	if err != nil {
		return err
	}
	r.CodeHand, r.CodeWhole = protocol.Digest{}, protocol.Digest{}
	return t.KeepRegistration(r)
}

func (t transaction) DropPhoto(id protocol.ID) error {
	r, err := t.Registration(id)
	if err != nil {
		return err
	}
	return errors.Join(t.mark("photos", photoKey(r), false), t.changeEvidence(id, func(e *platform.Evidence) { e.Photo = nil }))
}

func rejectionKey(id protocol.ID, body protocol.Digest) []byte { return slices.Concat(id[:], body[:]) }

func (t transaction) Rejection(id protocol.ID, body protocol.Digest) ([]byte, error) {
	return load[[]byte](t, "rejections", rejectionKey(id, body))
}

func (t transaction) AddRejection(id protocol.ID, body protocol.Digest, receipt []byte) error {
	return add(t, "rejections", rejectionKey(id, body), receipt)
}

func (t transaction) Withdrawal(id protocol.ID) (platform.Withdrawal, error) {
	return load[platform.Withdrawal](t, "withdrawals", id[:])
}

func (t transaction) AddWithdrawal(w platform.Withdrawal) error {
	return add(t, "withdrawals", w.ID[:], w)
}

func (t transaction) Account(id protocol.ID) (platform.Account, error) {
	return load[platform.Account](t, "accounts", id[:])
}

func (t transaction) AccountOfPerson(person protocol.Digest) (platform.Account, error) {
	return t.accountVia("persons", person[:])
}

func (t transaction) AccountOfApp(thumbprint string) (platform.Account, error) {
	return t.accountVia("bound", []byte(thumbprint))
}

func (t transaction) accountVia(index string, key []byte) (platform.Account, error) {
	id, err := load[protocol.ID](t, index, key)
	if err != nil {
		return platform.Account{}, err
	}
	return t.Account(id)
}

func (t transaction) Accounts() ([]platform.Account, error) {
	return list[platform.Account](t, "accounts")
}

func (t transaction) KeepAccount(a platform.Account) error {
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

func (t transaction) AccountsBorn(day protocol.Digest) (all []platform.Account, err error) {
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
func (t transaction) unlist(a platform.Account) error {
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

func (t transaction) Terminal(id string) (platform.Terminal, error) {
	return load[platform.Terminal](t, "terminals", []byte(id))
}

func (t transaction) Terminals() ([]platform.Terminal, error) {
	return list[platform.Terminal](t, "terminals")
}

func (t transaction) KeepTerminal(m platform.Terminal) error {
	return keep(t, "terminals", []byte(m.ID), m)
}

func (t transaction) Certificate(kid string) (platform.Certificate, error) {
	return load[platform.Certificate](t, "certificates", []byte(kid))
}

func (t transaction) AddCertificate(c platform.Certificate) error {
	return add(t, "certificates", []byte(c.Kid), c)
}

func (t transaction) Token(secret protocol.Digest) (platform.Token, error) {
	return load[platform.Token](t, "tokens", secret[:])
}

func (t transaction) KeepToken(k platform.Token) error { return keep(t, "tokens", k.Secret[:], k) }

func (t transaction) Bundle() (platform.StoredBundle, error) {
	return load[platform.StoredBundle](t, "bundle", []byte("now"))
}

func (t transaction) KeepBundle(b platform.StoredBundle) error {
	return keep(t, "bundle", []byte("now"), b)
}
