//go:build e2e

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/postgres"
	"github.com/digital-watashi/kiosk/platform/postgres/postgrestest"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

var background = context.Background()

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// epoch is some moment.
var epoch = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

// visit is what one visit leaves: a key, its registration with evidence, an event.
type visit struct {
	key          platform.Key
	registration platform.Registration
}

func newVisit() visit {
	id, key := protocol.NewID(), protocol.NewRegistrationKey()
	return visit{
		platform.Key{Key: key, App: "app", Pictures: protocol.MatchPictures{"sun", "moon"}, Issued: epoch, Expires: epoch.Add(time.Hour)},
		platform.Registration{ID: id, Body: protocol.SHA256(id[:]), Receipt: []byte("receipt"), TerminalID: "atm", Key: key, Verdict: protocol.Accepted, Arrived: epoch},
	}
}

// keep writes all of it.
func (v visit) keep(w platform.Writing) error {
	event := platform.Event{ID: v.registration.ID, Kind: platform.EventBound, At: epoch, Account: v.registration.ID}
	return errors.Join(w.IssueKey(v.key), w.AddRegistration(v.registration, platform.Evidence{Registration: []byte("jws"), Photo: []byte("photo")}),
		w.SpendKey(v.key.Key, platform.Spending{Registration: v.registration.ID, At: epoch}), w.AddEvent(event))
}

// kept is how many of its four records are there.
func (v visit) kept(t testing.TB, s platform.Store) (n int) {
	t.Helper()
	must(t, s.View(background, func(r platform.Reading) error {
		key, noKey := r.Key(v.key.Key)
		_, noRegistration := r.Registration(v.registration.ID)
		_, noEvidence := r.Evidence(v.registration.ID)
		_, noEvent := r.Event(v.registration.ID)
		if noKey == nil && key.Used == nil {
			t.Error("a key is kept without the use that was written with it")
		}
		for _, err := range []error{noKey, noRegistration, noEvidence, noEvent} {
			switch {
			case err == nil:
				n++
			case !errors.Is(err, platform.ErrNotFound):
				return err
			}
		}
		return nil
	}))
	return n
}

func TestE2EDatabaseItselfRefusesToChangeWhatWasAnswered(t *testing.T) {
	server := postgrestest.Start(t, "fsync=off")
	dsn := server.Database()
	s := opened(t, dsn)
	v, erased, contested := newVisit(), newVisit(), newVisit()
	v.registration.Activated = epoch
	contested.registration.Contest = &platform.Contest{At: epoch, By: "desk"}
	must(t, s.Update(background, func(w platform.Writing) error {
		withdrawn := platform.Withdrawal{ID: erased.registration.ID, Receipt: []byte("withdrawn")}
		return errors.Join(v.keep(w), erased.keep(w), contested.keep(w), w.KeepObjection(platform.Objection{}), w.AddCheck(v.registration.ID, platform.Check{What: "looked again"}),
			w.AddRejection(protocol.NewID(), protocol.SHA256(nil), []byte("no")), w.AddWithdrawal(withdrawn))
	}))
	must(t, s.Update(background, func(w platform.Writing) error { return w.EraseRegistration(erased.registration.ID, epoch) }))
	key := string(v.key.Key[:])
	tests := []struct{ sql, refusal string }{
		{"update registrations set receipt = 'another'", "never change"},
		{"update registrations set body = decode(repeat('00', 32), 'hex')", "never change"},
		{"update registrations set activated = null where activated is not null", "activated for good"},
		{"update registrations set erased = null where erased is not null", "erased for good"},
		{"update registrations set activated = now() where contested is not null", "is contested"},
		{"update registrations set activated = now(), contested = null where contested is not null", "is contested"},
		{"delete from objections", "is not for it"},
		{"truncate objections", "is not for it"},
		{"delete from registrations", "is not for it"},
		{"truncate registrations cascade", "is not for it"},
		{"update evidence set record = 'another'", "only added to"},
		{"update evidence set photo = 'another'", "only added to"},
		{"delete from evidence", "only added to"},
		{"update checks set record = 'another'", "only added to"},
		{"delete from checks", "only added to"},
		{"truncate checks", "is not for it"},
		{"update rejections set receipt = 'another'", "is not for it"},
		{"update withdrawals set record = 'another'", "is not for it"},
		{"delete from withdrawals", "is not for it"},
		{"update registration_keys set used_by = null", "was used by"},
		{"update registration_keys set used_by = gen_random_uuid()", "was used by"},
		{"insert into registrations (id, body, receipt, key, arrived, waiting, in_review, code_kept, activated, record) " +
			"select gen_random_uuid(), body, receipt, '" + key + "', now(), false, false, false, now(), record from registrations where key = '" + key + "'", "activated_once"},
	}
	for _, test := range tests {
		if said, failed := server.Say(dsn, test.sql); !failed || !strings.Contains(said, test.refusal) {
			t.Errorf("%s: got %q, want a refusal with %q", test.sql, said, test.refusal)
		}
	}
	if said, failed := server.Say(dsn, "update evidence set photo = null"); failed {
		t.Errorf("dropping photos, which policy wants: %s", said)
	}
	if n := v.kept(t, s); n != 4 {
		t.Errorf("kept after all: got %d records, want 4", n)
	}
}

func TestE2EProgramsThatStartAtOnceMigrateOnce(t *testing.T) {
	server := postgrestest.Start(t, "fsync=off")
	dsn := server.Database()
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			s, err := postgres.Open(background, dsn)
			if err != nil {
				t.Error(err)
				return
			}
			s.Close()
		})
	}
	all.Wait()
	if said, _ := server.Say(dsn, "select count(*), max(version) from schema_version"); said != "2|2" {
		t.Errorf("versions: got %q, want each once", said)
	}
}

// beforeContests makes the tables of a database those of version 1 again.
const beforeContests = `drop table objections; drop trigger contested_waits on registrations; drop function contested_waits;
	alter table registrations drop column contested, drop column disputed; delete from schema_version where version = 2`

func TestE2EDatabaseOfAnEarlierProgramIsBroughtUpToDate(t *testing.T) {
	server := postgrestest.Start(t, "fsync=off")
	dsn := server.Database()
	s := opened(t, dsn)
	v := newVisit()
	must(t, s.Update(background, v.keep))
	must(t, s.Close())
	if said, failed := server.Say(dsn, beforeContests); failed {
		t.Fatal(said)
	}
	s = opened(t, dsn)
	if n := v.kept(t, s); n != 4 {
		t.Errorf("kept: got %d records, want 4", n)
	}
	v.registration.Contest = &platform.Contest{At: epoch, By: "desk"}
	must(t, s.Update(background, func(w platform.Writing) error {
		return errors.Join(w.KeepRegistration(v.registration), w.KeepObjection(platform.Objection{By: "desk"}))
	}))
	if said, failed := server.Say(dsn, "update registrations set activated = now()"); !failed || !strings.Contains(said, "is contested") {
		t.Errorf("activating what is contested: got %q, want a refusal", said)
	}
}

func TestE2EDatabaseOfANewerProgramIsRefused(t *testing.T) {
	server := postgrestest.Start(t, "fsync=off")
	for sql, want := range map[string]string{
		"insert into schema_version (version, name) values (3, 'of the future')":                          "newer program",
		"insert into schema_version (version, name) values (9, 'by hand')":                                "gap",
		"alter database current set synchronous_commit = off":                                             "synchronous_commit is off",
		"drop table bundle; drop table schema_version; alter table apps rename to apps_of_something_else": "already exists",
	} {
		dsn := server.Database()
		opened(t, dsn).Close()
		name, _ := server.Say(dsn, "select current_database()")
		if said, failed := server.Say(dsn, strings.Replace(sql, "database current", "database "+name, 1)); failed {
			t.Fatal(said)
		}
		s, err := postgres.Open(background, dsn)
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", sql, err, want)
		}
	}
}

func TestE2ETwoStoresWorkOnOneDatabase(t *testing.T) {
	server := postgrestest.Start(t, "fsync=off")
	dsn := server.Database()
	stores := []*postgres.Store{opened(t, dsn), opened(t, dsn)}
	const events = 60
	for range events {
		id := protocol.NewID()
		must(t, stores[0].Update(background, func(w platform.Writing) error {
			return w.AddEvent(platform.Event{ID: id, Kind: platform.EventBound, At: epoch, Account: id})
		}))
	}
	told := &tally{of: map[protocol.ID]int{}}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			c := platform.Claim{Owner: fmt.Sprint("platform-", i), Now: epoch, Until: epoch.Add(time.Minute)}
			for tell(t, stores[i%2], c, told) > 0 {
			}
		})
	}
	all.Wait()
	for id, n := range told.of {
		if n != 1 {
			t.Errorf("event %s was claimed %d times, want once", id, n)
		}
	}
	if len(told.of) != events {
		t.Errorf("claimed: got %d events, want %d", len(told.of), events)
	}
}

// tally counts by id.
type tally struct {
	mu sync.Mutex
	of map[protocol.ID]int // guarded by mu
}

// tell claims a few events, and says of each that it was told.
func tell(t *testing.T, s platform.Store, c platform.Claim, told *tally) int {
	var claimed []platform.Event
	err := s.Update(background, func(w platform.Writing) (err error) {
		claimed, err = w.ClaimEvents(c, 5)
		return err
	})
	for _, e := range claimed {
		told.mu.Lock()
		told.of[e.ID]++
		told.mu.Unlock()
		e.Told = epoch
		err = errors.Join(err, s.Update(background, func(w platform.Writing) error { return w.KeepEvent(e) }))
	}
	if err != nil {
		t.Error(err)
		return 0
	}
	return len(claimed)
}

func TestE2ETransactionThatAlwaysCollidesEnds(t *testing.T) {
	server := postgrestest.Start(t, "fsync=off")
	s := opened(t, server.Database())
	count := func(w platform.Writing) error {
		a, err := w.App("app")
		if errors.Is(err, platform.ErrNotFound) {
			a, err = platform.App{Thumbprint: "app", PublicKey: protocol.NewPrivateKey().PublicKey()}, nil
		}
		a.WrongCodes++
		return errors.Join(err, w.KeepApp(a))
	}
	must(t, s.Update(background, count))
	runs := 0
	err := s.Update(background, func(w platform.Writing) error {
		runs++
		_, err := w.App("app")
		return errors.Join(err, s.Update(background, count), count(w)) // somebody else is always faster
	})
	if err == nil || runs < 10 {
		t.Errorf("got %v after %d runs, want an error after many", err, runs)
	}
	must(t, s.Update(background, count))
}

func TestE2EViewThatAsksTwiceSeesOneState(t *testing.T) {
	server := postgrestest.Start(t, "fsync=off")
	s := opened(t, server.Database())
	one, two := platform.Terminal{ID: "one"}, platform.Terminal{ID: "two"}
	keep := func(w platform.Writing) error { return errors.Join(w.KeepTerminal(one), w.KeepTerminal(two)) }
	must(t, s.Update(background, keep))
	runs := 0
	must(t, s.View(background, func(r platform.Reading) error {
		a, err := r.Terminal("one")
		if runs++; runs == 1 {
			one.Compromised, two.Compromised = true, true
			must(t, s.Update(background, keep)) // between the two questions
		}
		b, err2 := r.Terminal("two")
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		if a.Compromised != b.Compromised {
			t.Errorf("run %d: one is compromised: %v, two: %v", runs, a.Compromised, b.Compromised)
		}
		return nil
	}))
	if runs != 2 {
		t.Errorf("got %d runs, want a second one after the change", runs)
	}
}
