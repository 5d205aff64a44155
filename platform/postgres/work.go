package postgres

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Events, and who is at work on what. Who claims passes over rows that another
// one is claiming at that moment (SKIP LOCKED), and over those that one holds.

// events reads those that a query selects, as number and record.
func (t *transaction) events(sql string, args ...any) (all []platform.Event, err error) {
	err = t.rows("events", func(rows pgx.Rows) error {
		var number int64
		var raw []byte
		if err := rows.Scan(&number, &raw); err != nil {
			return err
		}
		e, err := decode[platform.Event]("events", raw)
		e.Number = uint64(number)
		all = append(all, e)
		return err
	}, sql, args...)
	if err != nil {
		return nil, err
	}
	return all, nil
}

func (t *transaction) Event(id protocol.ID) (platform.Event, error) {
	all, err := t.events("select number, record from events where id = $1", uuid(id))
	if err != nil {
		return platform.Event{}, err
	}
	if len(all) == 0 {
		return platform.Event{}, fmt.Errorf("events: %w", platform.ErrNotFound)
	}
	return all[0], nil
}

const untold = `select (select count(*) from events where told is null),
	(select happened from events where told is null order by number limit 1)`

func (t *transaction) Untold() (n int, since platform.Moment, err error) {
	err = t.rows("events", func(rows pgx.Rows) error {
		var first *time.Time
		err := rows.Scan(&n, &first)
		if first != nil {
			since = first.UTC()
		}
		return err
	}, untold)
	return n, since, err
}

// AddEvent leaves the number to the database: what is decided about one account
// later begins after what was decided earlier was committed, and so gets a larger
// one.
func (t *transaction) AddEvent(e platform.Event) error {
	e.Number = 0
	raw, err := encode("events", e)
	if err != nil {
		return err
	}
	return t.add("events", "insert into events (id, account, happened, not_before, told, record) values ($1, $2, $3, $4, $5, $6)",
		uuid(e.ID), uuid(e.Account), e.At, moment(e.NotBefore), moment(e.Told), raw)
}

const keepEvent = `update events set not_before = $2, told = $3, record = $4,
	claimed_by = case when $3::timestamptz is null then claimed_by end, claimed_until = case when $3::timestamptz is null then claimed_until end
where number = $1`

func (t *transaction) KeepEvent(e platform.Event) error {
	raw, err := encode("events", e)
	if err != nil {
		return err
	}
	return t.found("events", keepEvent, int64(e.Number), moment(e.NotBefore), moment(e.Told), raw)
}

func (t *transaction) ForgetEvents(then platform.Moment) (int, error) {
	rows, err := t.change("forgetting events", "delete from events where told < $1", then)
	return int(rows), err
}

const claimEvents = `with claimed as (
	update events set claimed_by = $1, claimed_until = $3 where number in (
		select number from events e where told is null and (not_before is null or not_before <= $2)
			and (claimed_by is null or claimed_by = $1 or claimed_until <= $2)
			and not exists (select from events ahead where ahead.told is null and ahead.account = e.account and ahead.number < e.number)
		order by number limit $4 for update skip locked
	) returning number, record
) select number, record from claimed order by number`

func (t *transaction) ClaimEvents(c platform.Claim, n int) ([]platform.Event, error) {
	return t.events(claimEvents, c.Owner, c.Now, c.Until, n)
}

const claimWaiting = `with claimed as (
	update registrations set waiting_by = $1, waiting_until = $3 where id in (
		select id from registrations where waiting and id > $4 and (waiting_by is null or waiting_by = $1 or waiting_until <= $2)
		order by id limit $5 for update skip locked
	) returning id
) select id from claimed order by id`

func (t *transaction) ClaimWaiting(c platform.Claim, after protocol.ID, n int) ([]protocol.ID, error) {
	return t.ids("registrations", claimWaiting, c.Owner, c.Now, c.Until, uuid(after), n)
}

const claimRechecks = `with claimed as (
	update registrations set recheck_by = $1, recheck_until = $3 where id in (
		select id from registrations where recheck < $4 and (recheck_by is null or recheck_by = $1 or recheck_until <= $2)
		order by recheck, id limit $5 for update skip locked
	) returning id, recheck
) select id from claimed order by recheck, id`

func (t *transaction) ClaimRechecks(c platform.Claim, then platform.Moment, n int) ([]protocol.ID, error) {
	return t.ids("registrations", claimRechecks, c.Owner, c.Now, c.Until, then, n)
}
