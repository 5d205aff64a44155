package postgres

import (
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Apps and their keys, accounts, terminals: a record each, and the columns it is
// found by.

// upsert puts a record under its one key.
func (t *transaction) upsert(table, key string, value, record any) error {
	raw, err := encode(table, record)
	if err != nil {
		return err
	}
	return t.put("insert into "+table+" ("+key+", record) values ($1, $2) on conflict ("+key+") do update set record = excluded.record", value, raw)
}

func (t *transaction) App(thumbprint string) (platform.App, error) {
	return load[platform.App](t, "apps", "select record from apps where thumbprint = $1", thumbprint)
}

func (t *transaction) KeepApp(a platform.App) error {
	return t.upsert("apps", "thumbprint", a.Thumbprint, a)
}

// keyText is a registration key as the database takes it.
func keyText(key protocol.RegistrationKey) string { return string(key[:]) }

func keyOrNull(key protocol.RegistrationKey) *string {
	if key.IsZero() {
		return nil
	}
	text := keyText(key)
	return &text
}

func (t *transaction) Key(key protocol.RegistrationKey) (platform.Key, error) {
	raw, known := t.known.keys[key]
	if !known || t.broken != nil {
		return load[platform.Key](t, "registration keys", "select record from registration_keys where key = $1", keyText(key))
	}
	if raw == nil {
		return platform.Key{}, orNotFound("registration keys", false, nil)
	}
	return decode[platform.Key]("registration keys", raw)
}

func (t *transaction) IssueKey(k platform.Key) error {
	raw, err := encode("registration keys", k)
	if err != nil {
		return err
	}
	delete(t.known.keys, k.Key)
	return t.add("registration keys", "insert into registration_keys (key, record) values ($1, $2)", keyText(k.Key), raw)
}

func (t *transaction) SpendKey(key protocol.RegistrationKey, by platform.Spending) error {
	k, err := t.Key(key)
	if err != nil {
		return err
	}
	k.Used = &by
	delete(t.known.keys, key)
	raw, err := encode("registration keys", k)
	if err != nil {
		return err
	}
	return t.put("update registration_keys set used_by = $2, record = $3 where key = $1", keyText(key), uuid(by.Registration), raw)
}

func (t *transaction) SpendNonce(n platform.SpentNonce) error {
	return t.add("nonces", "insert into nonces (expires, nonce) values ($1, $2)", n.Expires, n.Nonce)
}

func (t *transaction) ForgetNonces(now platform.Moment) (int, error) {
	rows, err := t.change("forgetting nonces", "delete from nonces where expires < $1", now)
	return int(rows), err
}

func (t *transaction) account(condition string, args ...any) (platform.Account, error) {
	return load[platform.Account](t, "accounts", "select record from accounts where "+condition, args...)
}

func (t *transaction) Account(id protocol.ID) (platform.Account, error) {
	return t.account("id = $1", uuid(id))
}

func (t *transaction) AccountOfPerson(person protocol.Digest) (platform.Account, error) {
	return t.account("person = $1", person[:])
}

func (t *transaction) AccountOfApp(thumbprint string) (platform.Account, error) {
	return t.account("app = $1", thumbprint)
}

func (t *transaction) AccountsBorn(day protocol.Digest) ([]platform.Account, error) {
	return list[platform.Account](t, "accounts", "select record from accounts where born = $1 order by id", day[:])
}

func (t *transaction) Accounts() ([]platform.Account, error) {
	return list[platform.Account](t, "accounts", "select record from accounts order by id")
}

const keepAccount = `insert into accounts (id, person, born, app, record) values ($1, $2, $3, $4, $5)
on conflict (id) do update set person = excluded.person, born = excluded.born, app = excluded.app, record = excluded.record`

// KeepAccount takes the ways to find it over from whoever had them.
func (t *transaction) KeepAccount(a platform.Account) error {
	raw, err := encode("accounts", a)
	if err != nil {
		return err
	}
	id, person, app := uuid(a.ID), a.Person.Exactly[:], &a.Binding.App
	if *app == "" {
		app = nil
	}
	t.put("update accounts set person = null where person = $2 and id <> $1", id, person)
	t.put("update accounts set app = null where app = $2 and id <> $1", id, app)
	return t.put(keepAccount, id, person, a.Person.Born[:], app, raw)
}

func (t *transaction) Objection(r protocol.Reference) (platform.Objection, error) {
	return load[platform.Objection](t, "objections", "select record from objections where reference = $1", r[:])
}

func (t *transaction) Objections() ([]platform.Objection, error) {
	return list[platform.Objection](t, "objections", "select record from objections where waits order by reference")
}

const keepObjection = `insert into objections (reference, waits, record) values ($1, $2, $3)
on conflict (reference) do update set waits = excluded.waits, record = excluded.record`

func (t *transaction) KeepObjection(o platform.Objection) error {
	raw, err := encode("objections", o)
	if err != nil {
		return err
	}
	return t.put(keepObjection, o.Reference[:], o.Waits(), raw)
}

func (t *transaction) Terminals() ([]platform.Terminal, error) {
	return list[platform.Terminal](t, "terminals", "select record from terminals order by id")
}

func (t *transaction) AddCertificate(c platform.Certificate) error {
	raw, err := encode("certificates", c)
	if err != nil {
		return err
	}
	return t.add("certificates", "insert into certificates (kid, terminal, record) values ($1, $2, $3)", c.Kid, c.TerminalID, raw)
}

func (t *transaction) Token(secret protocol.Digest) (platform.Token, error) {
	return load[platform.Token](t, "tokens", "select record from tokens where secret = $1", secret[:])
}

func (t *transaction) KeepToken(k platform.Token) error {
	return t.upsert("tokens", "secret", k.Secret[:], k)
}

func (t *transaction) Bundle() (platform.StoredBundle, error) {
	return load[platform.StoredBundle](t, "bundle", "select record from bundle")
}

func (t *transaction) KeepBundle(b platform.StoredBundle) error {
	return t.upsert("bundle", "now", true, b)
}
