package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

var _ platform.Distant = (*Store)(nil)

// Foresee asks for all of it in one journey (platform.Distant).
func (s *Store) Foresee(r platform.Reading, f platform.Foreseen) error {
	t, ours := r.(*transaction)
	if !ours {
		return errors.New("foreseeing: a transaction of another store")
	}
	var all []asked
	if len(f.IDs) > 0 {
		all = append(all, t.known.askIDs(f.IDs))
	}
	if len(f.Keys) > 0 {
		all = append(all, t.known.askKeys(f.Keys))
	}
	if len(f.Terminals) > 0 {
		all = append(all, t.known.askTerminals(f.Terminals))
	}
	return t.askAll(all...)
}

// asked is a question and what is done with each row of the answer.
type asked struct {
	what, sql string
	names     any
	take      func(pgx.Rows) error
}

// askAll asks in one journey.
func (t *transaction) askAll(all ...asked) error {
	if len(all) == 0 {
		return nil
	}
	last := all[len(all)-1]
	for _, q := range all[:len(all)-1] {
		t.queued.Queue(q.sql, q.names).Query(func(rows pgx.Rows) (err error) {
			for err == nil && rows.Next() {
				err = q.take(rows)
			}
			return err
		})
	}
	return t.rows(last.what, last.take, last.sql, last.names)
}

func (k *remembered) askIDs(ids []protocol.ID) asked {
	if k.ids == nil {
		k.ids = map[protocol.ID]about{}
	}
	names := make([][16]byte, 0, len(ids))
	for _, id := range ids {
		k.ids[id] = about{}
		names = append(names, uuid(id))
	}
	return asked{"registrations", aboutIDs, names, k.takeAbout}
}

func (k *remembered) askKeys(keys []protocol.RegistrationKey) asked {
	if k.keys == nil {
		k.keys = map[protocol.RegistrationKey][]byte{}
	}
	names := make([]string, 0, len(keys))
	for _, key := range keys {
		k.keys[key] = nil
		names = append(names, keyText(key))
	}
	return asked{"registration keys", "select key, record from registration_keys where key = any($1)", names, func(rows pgx.Rows) error {
		name, record, err := named(rows)
		if err == nil && len(name) == len(protocol.RegistrationKey{}) {
			k.keys[protocol.RegistrationKey([]byte(name))] = record
		}
		return err
	}}
}

func (k *remembered) askTerminals(ids []string) asked {
	for _, id := range ids {
		k.terminal(id, nil)
	}
	return asked{"terminals", "select id, record from terminals where id = any($1)", ids, func(rows pgx.Rows) error {
		id, record, err := named(rows)
		k.terminal(id, record)
		return err
	}}
}

func named(rows pgx.Rows) (name string, record []byte, err error) {
	err = rows.Scan(&name, &record)
	return name, record, err
}
