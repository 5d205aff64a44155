package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// remembered is what a transaction was told without having asked. Who changes a
// record forgets it here.
type remembered struct {
	ids       map[protocol.ID]about
	keys      map[protocol.RegistrationKey][]byte // nil is one that is not there
	terminals map[string][]byte                   // nil is one that is not there
}

// about is all that is known under the id of a registration: nil where there is
// nothing.
type about struct {
	registration, receipt, withdrawal []byte
	rejections                        map[protocol.Digest][]byte // mostRejections of them are not all
}

// mostRejections bounds what comes along unasked.
const mostRejections = 8

func (k *remembered) forget(id protocol.ID) { delete(k.ids, id) }

// isFree reports whether the id is known to be no registration's.
func (k *remembered) isFree(id protocol.ID) bool {
	a, known := k.ids[id]
	return known && a.registration == nil
}

// aboutIDs answers, for each id, with a row for each of: the registration, some
// rejections, the withdrawal.
const aboutIDs = `select id, 0, null, receipt, record from registrations where id = any($1)
union all select r.id, 1, r.body, r.receipt, null from unnest($1::uuid[]) as of (id)
	cross join lateral (select * from rejections where rejections.id = of.id limit 8) r
union all select id, 2, null, null, record from withdrawals where id = any($1)`

// about asks for all that is known under an id, once.
func (t *transaction) about(id protocol.ID) (about, error) {
	if a, known := t.known.ids[id]; known && t.broken == nil {
		return a, nil
	}
	if err := t.askAll(t.known.askIDs([]protocol.ID{id})); err != nil {
		return about{}, err
	}
	return t.known.ids[id], nil
}

// takeAbout reads a row of aboutIDs.
func (k *remembered) takeAbout(rows pgx.Rows) error {
	var id [16]byte
	var kind int
	var body, receipt, record []byte
	if err := rows.Scan(&id, &kind, &body, &receipt, &record); err != nil {
		return err
	}
	a := k.ids[id]
	switch {
	case kind == 0:
		a.registration, a.receipt = record, receipt
	case kind == 2:
		a.withdrawal = record
	case len(body) == len(protocol.Digest{}):
		if a.rejections == nil {
			a.rejections = map[protocol.Digest][]byte{}
		}
		a.rejections[protocol.Digest(body)] = receipt
	default:
		return errors.New("reading rejections: a body that is no digest")
	}
	k.ids[id] = a
	return nil
}

const certificateAndTerminal = `select c.record, c.terminal, t.record from certificates c left join terminals t on t.id = c.terminal where c.kid = $1`

// Certificate comes with its terminal, which is looked at next.
func (t *transaction) Certificate(kid string) (found platform.Certificate, err error) {
	known := false
	err = t.rows("certificates", func(rows pgx.Rows) error {
		var raw, terminal []byte
		var id string
		if err := rows.Scan(&raw, &id, &terminal); err != nil {
			return err
		}
		known = true
		t.known.terminal(id, terminal)
		found, err = decode[platform.Certificate]("certificates", raw)
		return err
	}, certificateAndTerminal, kid)
	return found, orNotFound("certificates", known, err)
}

func (k *remembered) terminal(id string, record []byte) {
	if k.terminals == nil {
		k.terminals = map[string][]byte{}
	}
	k.terminals[id] = record
}

// Terminal is remembered from its certificate, or asked for.
func (t *transaction) Terminal(id string) (platform.Terminal, error) {
	raw, known := t.known.terminals[id]
	if !known || t.broken != nil {
		return load[platform.Terminal](t, "terminals", "select record from terminals where id = $1", id)
	}
	if raw == nil {
		return platform.Terminal{}, orNotFound("terminals", false, nil)
	}
	return decode[platform.Terminal]("terminals", raw)
}

// KeepTerminal forgets what is remembered of it.
func (t *transaction) KeepTerminal(m platform.Terminal) error {
	delete(t.known.terminals, m.ID)
	return t.upsert("terminals", "id", m.ID, m)
}
