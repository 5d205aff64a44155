package postgres

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Registrations, their evidence, and what was answered to bodies and ids without
// one. The receipt of a registration has a column of its own, which a trigger
// keeps as it is.

// registrations reads those that the condition selects.
func (t *transaction) registrations(condition string, args ...any) (all []platform.Registration, err error) {
	err = t.rows("registrations", func(rows pgx.Rows) error {
		var receipt, raw []byte
		if err := rows.Scan(&receipt, &raw); err != nil {
			return err
		}
		r, err := decode[platform.Registration]("registrations", raw)
		r.Receipt = receipt
		all = append(all, r)
		return err
	}, "select receipt, record from registrations where "+condition, args...)
	if err != nil {
		return nil, err
	}
	return all, nil
}

func (t *transaction) Registration(id protocol.ID) (platform.Registration, error) {
	about, err := t.about(id)
	if err != nil {
		return platform.Registration{}, err
	}
	if about.registration == nil {
		return platform.Registration{}, fmt.Errorf("registrations: %w", platform.ErrNotFound)
	}
	r, err := decode[platform.Registration]("registrations", about.registration)
	r.Receipt = bytes.Clone(about.receipt)
	return r, err
}

func (t *transaction) RegistrationsOf(key protocol.RegistrationKey) ([]platform.Registration, error) {
	return t.registrations("key = $1", keyText(key))
}

func (t *transaction) RegistrationsUnder(r protocol.Reference) ([]platform.Registration, error) {
	var first, last protocol.ID
	copy(first[:], r[:])
	copy(last[copy(last[:], r[:]):], bytes.Repeat([]byte{0xff}, len(last)))
	return t.registrations("id between $1 and $2 order by id", uuid(first), uuid(last))
}

func (t *transaction) Waiting() ([]protocol.ID, error) {
	return t.ids("registrations", "select id from registrations where waiting order by id")
}

func (t *transaction) InReview() ([]protocol.ID, error) {
	return t.ids("registrations", "select id from registrations where in_review order by id")
}

func (t *transaction) Disputed() ([]protocol.ID, error) {
	return t.ids("registrations", "select id from registrations where disputed order by id")
}

// columns are the values of a registration in the order of registrationColumns.
func columns(r platform.Registration) ([]any, error) {
	receipt := r.Receipt
	if receipt == nil {
		receipt = []byte{}
	}
	r.Receipt = nil
	raw, err := encode("registrations", r)
	if err != nil {
		return nil, err
	}
	waiting := r.Verdict == protocol.Received && r.Erased.IsZero()
	inReview := r.Review != nil && r.Review.Decision == "" && r.Erased.IsZero()
	return []any{uuid(r.ID), r.Body[:], receipt, keyOrNull(r.Key), r.Arrived, waiting, inReview,
		!r.CodeHand.IsZero(), moment(r.Recheck), moment(r.Activated), moment(r.Erased), moment(contested(r)), r.Disputed(), raw}, nil
}

// contested is since when nobody activates it: the database sees to that, too.
func contested(r platform.Registration) platform.Moment {
	if !r.Contested() {
		return platform.Moment{}
	}
	return r.Contest.At
}

const registrationColumns = "id, body, receipt, key, arrived, waiting, in_review, code_kept, recheck, activated, erased, contested, disputed, record"

const (
	insertRegistration = `with kept as (
	insert into registrations (` + registrationColumns + `) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`
	insertEvidence = ` returning id, arrived
) insert into evidence (id, arrived, photo, record) select id, arrived, $15, $16 from kept`

	addRegistration     = insertRegistration + " on conflict do nothing" + insertEvidence
	addFreeRegistration = insertRegistration + insertEvidence
)

func (t *transaction) AddRegistration(r platform.Registration, e platform.Evidence) error {
	values, err := columns(r)
	if err != nil {
		return err
	}
	photo := e.Photo
	if len(photo) == 0 {
		photo = nil
	}
	e.Photo = nil
	raw, err := encode("evidence", e)
	if err != nil {
		return err
	}
	values = append(values, photo, raw)
	if t.known.isFree(r.ID) { // whoever else takes it now is found out at the commit
		t.known.forget(r.ID)
		return t.put(addFreeRegistration, values...)
	}
	t.known.forget(r.ID)
	return t.once("registrations", addRegistration, values...)
}

// Whoever moves the next check of a registration has done the one that was claimed.
const keepRegistration = `insert into registrations as known (` + registrationColumns + `) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (id) do update set body = excluded.body, receipt = excluded.receipt, key = excluded.key, arrived = excluded.arrived,
	waiting = excluded.waiting, in_review = excluded.in_review, code_kept = excluded.code_kept, recheck = excluded.recheck,
	activated = excluded.activated, erased = excluded.erased, contested = excluded.contested, disputed = excluded.disputed, record = excluded.record,
	recheck_by = case when known.recheck is not distinct from excluded.recheck then known.recheck_by end`

func (t *transaction) KeepRegistration(r platform.Registration) error {
	values, err := columns(r)
	if err != nil {
		return err
	}
	t.known.forget(r.ID)
	return t.put(keepRegistration, values...)
}

// EraseRegistration marks it first: only then the database lets its evidence go.
func (t *transaction) EraseRegistration(id protocol.ID, at platform.Moment) error {
	r, err := t.Registration(id)
	if err != nil {
		return err
	}
	return errors.Join(
		t.KeepRegistration(platform.Registration{
			ID: r.ID, Body: r.Body, Receipt: r.Receipt, TerminalID: r.TerminalID, Verdict: r.Verdict,
			Reason: r.Reason, Sealed: r.Sealed, Arrived: r.Arrived, Judged: r.Judged, Erased: at,
			Contest: r.Contest,
		}),
		t.put("delete from evidence where id = $1", uuid(id)), // its checks go with it
	)
}

// Evidence reads what was kept on arrival and, behind it, what was checked later.
func (t *transaction) Evidence(id protocol.ID) (platform.Evidence, error) {
	var later []platform.Check
	t.queued.Queue("select record from checks where id = $1 order by number", uuid(id)).Query(func(rows pgx.Rows) (err error) {
		for rows.Next() && err == nil {
			later, err = appendCheck(later, rows)
		}
		return err
	})
	var found []platform.Evidence
	err := t.rows("evidence", func(rows pgx.Rows) error {
		var photo, raw []byte
		if err := rows.Scan(&photo, &raw); err != nil {
			return err
		}
		e, err := decode[platform.Evidence]("evidence", raw)
		e.Photo = photo
		found = append(found, e)
		return err
	}, "select photo, record from evidence where id = $1", uuid(id))
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("evidence: %w", platform.ErrNotFound)
	}
	if err != nil {
		return platform.Evidence{}, err
	}
	found[0].Checks = append(found[0].Checks, later...)
	return found[0], nil
}

func appendCheck(all []platform.Check, rows pgx.Rows) ([]platform.Check, error) {
	var raw []byte
	if err := rows.Scan(&raw); err != nil {
		return all, err
	}
	c, err := decode[platform.Check]("checks", raw)
	return append(all, c), err
}

func (t *transaction) AddCheck(id protocol.ID, c platform.Check) error {
	raw, err := encode("checks", c)
	if err != nil {
		return err
	}
	return t.found("evidence", "insert into checks (id, record) select id, $2 from evidence where id = $1", uuid(id), raw)
}

// found makes a change that ErrNotFound answers when it hit nothing.
func (t *transaction) found(what, sql string, args ...any) error {
	rows, err := t.change("changing "+what, sql, args...)
	if err == nil && rows == 0 {
		return fmt.Errorf("%s: %w", what, platform.ErrNotFound)
	}
	return err
}

func (t *transaction) PhotosBefore(then platform.Moment) ([]protocol.ID, error) {
	return t.ids("evidence", "select id from evidence where photo is not null and arrived < $1 order by arrived, id", then)
}

func (t *transaction) CodesBefore(then platform.Moment) ([]protocol.ID, error) {
	return t.ids("registrations", "select id from registrations where code_kept and arrived < $1 order by arrived, id", then)
}

func (t *transaction) DropCode(id protocol.ID) error {
	r, err := t.Registration(id)
	if err != nil {
		return err
	}
	r.CodeHand, r.CodeWhole = protocol.Digest{}, protocol.Digest{}
	return t.KeepRegistration(r)
}

func (t *transaction) DropPhoto(id protocol.ID) error {
	return t.found("evidence", "update evidence set photo = null where id = $1", uuid(id))
}

func (t *transaction) Rejection(id protocol.ID, body protocol.Digest) (receipt []byte, err error) {
	about, err := t.about(id)
	if err != nil {
		return nil, err
	}
	if receipt, known := about.rejections[body]; known {
		return bytes.Clone(receipt), nil
	}
	if len(about.rejections) < mostRejections {
		return nil, fmt.Errorf("rejections: %w", platform.ErrNotFound)
	}
	return t.rejection(id, body)
}

// rejection asks for one alone: somebody sends body after body under one id.
func (t *transaction) rejection(id protocol.ID, body protocol.Digest) (receipt []byte, err error) {
	known := false
	err = t.rows("rejections", func(rows pgx.Rows) error {
		known = true
		return rows.Scan(&receipt)
	}, "select receipt from rejections where id = $1 and body = $2", uuid(id), body[:])
	if err == nil && !known {
		err = fmt.Errorf("rejections: %w", platform.ErrNotFound)
	}
	return receipt, err
}

func (t *transaction) AddRejection(id protocol.ID, body protocol.Digest, receipt []byte) error {
	t.known.forget(id)
	return t.add("rejections", "insert into rejections (id, body, receipt) values ($1, $2, $3)", uuid(id), body[:], receipt)
}

func (t *transaction) Withdrawal(id protocol.ID) (platform.Withdrawal, error) {
	about, err := t.about(id)
	if err != nil {
		return platform.Withdrawal{}, err
	}
	if about.withdrawal == nil {
		return platform.Withdrawal{}, fmt.Errorf("withdrawals: %w", platform.ErrNotFound)
	}
	return decode[platform.Withdrawal]("withdrawals", about.withdrawal)
}

func (t *transaction) AddWithdrawal(w platform.Withdrawal) error {
	raw, err := encode("withdrawals", w)
	if err != nil {
		return err
	}
	t.known.forget(w.ID)
	return t.add("withdrawals", "insert into withdrawals (id, record) values ($1, $2)", uuid(w.ID), raw)
}
