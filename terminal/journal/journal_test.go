package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// steps are all that can happen to one registration, in the order of the columns
// of the table below.
var steps = []struct {
	name string
	do   func(*journal.Journal, protocol.ID) error
}{
	{"begin", func(j *journal.Journal, id protocol.ID) error { return j.BeginHandOver(id) }},
	{"done", func(j *journal.Journal, id protocol.ID) error { return j.EndHandOver(id, journal.Done) }},
	{"unknown", func(j *journal.Journal, id protocol.ID) error { return j.EndHandOver(id, journal.Unknown) }},
	{"withdraw", func(j *journal.Journal, id protocol.ID) error { return j.Withdraw(id, withdrawal("w"), false) }},
	{"asked", func(j *journal.Journal, id protocol.ID) error { return j.Withdraw(id, withdrawal("w"), true) }},
	{"received", answer(protocol.Received)},
	{"accepted", answer(protocol.Accepted)},
	{"refused", answer(protocol.Refused)},
	{"withdrawn", answer(protocol.Withdrawn)},
	{"activated", answer(protocol.Activated)},
}

// answer is the platform's verdict on whatever body waits, or was sent last.
func answer(v protocol.Verdict) func(*journal.Journal, protocol.ID) error {
	return func(j *journal.Journal, id protocol.ID) error {
		records, err := j.Records()
		if err != nil {
			return err
		}
		r := protocol.Receipt{ID: id, BodySHA256: records[0].BodySHA256, Verdict: v, Time: committed()}
		return j.Settle(r)
	}
}

// Each row is a way there, and what each further step makes of it: "-" where it
// is illegal, "=" where it changes nothing.
const transitions = `
                        | begin   | done    | unknown | withdraw | asked   | received | accepted | refused | withdrawn | activated
sealed:                 | SB      | -       | -       | SNu      | SNa     | RN       | AN       | FN*     | -         | -
begin                   | =       | SD      | SU      | -        | SBa     | RB       | AB       | FB*     | -         | -
begin done              | -       | =       | -       | -        | SDa     | RD*      | AD*      | FD*     | -         | -
begin unknown           | -       | SD      | =       | -        | SUa     | RU*      | AU*      | FU*     | -         | -
withdraw                | -       | -       | -       | =        | =       | -        | -        | -       | SNuw*     | SNux*
begin asked             | =       | SDa     | SUa     | =        | =       | -        | -        | -       | SBaw*     | SBax*
begin done asked        | -       | =       | -       | =        | =       | -        | -        | -       | SDaw*     | SDax*
received                | RB      | -       | -       | RNu      | RNa     | =        | AN       | FN*     | -         | -
received begin          | =       | RD*     | RU*     | -        | RBa     | =        | AB       | FB*     | -         | -
received begin done     | -       | =       | -       | -        | RDa     | =        | AD*      | FD*     | -         | -
received withdraw       | -       | -       | -       | =        | =       | -        | -        | -       | RNuw*     | RNux*
accepted                | AB      | -       | -       | ANu      | ANa     | -        | =        | -       | -         | -
accepted begin          | =       | AD*     | AU*     | -        | ABa     | -        | =        | -       | -         | -
accepted begin done     | -       | =       | -       | -        | ADa     | -        | =        | -       | -         | -
accepted begin unknown  | -       | AD*     | =       | -        | AUa     | -        | =        | -       | -         | -
accepted begin unknown asked | -  | ADa     | =       | =        | =       | -        | -        | -       | AUaw*     | AUax*
refused                 | -       | -       | -       | -        | -       | -        | -        | =       | -         | -
begin refused           | =       | FD*     | FU*     | -        | -       | -        | -        | =       | -         | -
begin done refused      | -       | =       | -       | -        | -       | -        | -        | =       | -         | -
withdraw withdrawn      | -       | -       | -       | =        | =       | -        | -        | -       | =         | -
accepted begin done asked activated | - | =  | -       | =        | =       | -        | -        | -       | -         | =
`

func TestEachStepIsLegalOnlyWhereTheTableSays(t *testing.T) {
	for _, line := range strings.Split(strings.TrimSpace(transitions), "\n")[1:] {
		cells := strings.Split(line, "|")
		way := strings.Fields(strings.TrimSuffix(strings.TrimSpace(cells[0]), ":"))
		if len(cells) != len(steps)+1 {
			t.Fatalf("row %q has %d cells", cells[0], len(cells))
		}
		for i, step := range steps {
			t.Run(strings.Join(append(way, step.name), " "), func(t *testing.T) {
				testTransition(t, way, step.do, strings.TrimSpace(cells[i+1]))
			})
		}
	}
}

func testTransition(t *testing.T, way []string, step func(*journal.Journal, protocol.ID) error, want string) {
	j, id := newJournal(t), protocol.NewID()
	must(t, j.Commit(id, envelope("e"), committed()))
	for _, name := range way {
		if name != "sealed" {
			must(t, named(name)(j, id))
		}
	}
	before := record(t, j, id)
	err := step(j, id)
	after := record(t, j, id)
	switch want {
	case "-":
		if !errors.Is(err, journal.ErrIllegal) || after != before {
			t.Errorf("got %v and %s, want illegal and unchanged", err, short(after))
		}
	case "=":
		if err != nil || after != before {
			t.Errorf("got %v and %s, want unchanged %s", err, short(after), short(before))
		}
	default:
		if err != nil || short(after) != want {
			t.Errorf("got %s, %v, want %s", short(after), err, want)
		}
	}
}

func named(name string) func(*journal.Journal, protocol.ID) error {
	for _, s := range steps {
		if s.name == name {
			return s.do
		}
	}
	panic("no step " + name)
}

// short writes a record as the table does: delivery, hand-over, withdrawal in
// lower case (u unasked, a asked), answer (w withdrawn, x activated), settled.
func short(r journal.Record) string {
	letters := map[string]string{
		"sealed": "S", "received": "R", "accepted": "A", "refused": "F",
		"none": "N", "begun": "B", "done": "D", "unknown": "U",
		"unasked": "u", "asked": "a", "withdrawn": "w", "activated": "x",
	}
	s := letters[string(r.Delivery)] + letters[string(r.HandOver)] + letters[string(r.Withdrawal)] + letters[string(r.Answer)]
	if !r.Settled.IsZero() {
		s += "*"
	}
	return s
}

func TestOnlySealedBytesComeIn(t *testing.T) {
	j := newJournal(t)
	longest := envelope("e")
	tests := map[string]struct {
		body []byte
		want error
	}{
		"nothing":              {nil, journal.ErrNotSealed},
		"clear text":           {[]byte("yamada hanako"), journal.ErrNotSealed},
		"clear JSON":           {[]byte(`{"name":"a.b.c.d.e"}`), journal.ErrNotSealed},
		"signed only":          {withdrawal("w"), journal.ErrNotSealed},
		"four dots of nothing": {[]byte("...."), journal.ErrNotSealed},
		"another cipher":       {compact(`{"alg":"ECDH-ES","enc":"A128GCM"}`, "", "i", "c", "t"), journal.ErrNotSealed},
		"no cipher":            {compact(`{"alg":"none","enc":"A256GCM"}`, "", "i", "c", "t"), journal.ErrNotSealed},
		"header of no JSON":    {compact(`yamada`, "", "i", "c", "t"), journal.ErrNotSealed},
		"no ciphertext":        {compact(`{"alg":"ECDH-ES","enc":"A256GCM"}`, "", "i", "", "t"), journal.ErrNotSealed},
		"line break in it":     {append(envelope("e"), '\n'), journal.ErrNotSealed},
		"256 KiB":              {pad(longest, protocol.MaxBody), nil},
		"256 KiB and one":      {pad(longest, protocol.MaxBody+1), journal.ErrNotSealed},
	}
	for name, test := range tests {
		if err := j.Commit(protocol.NewID(), test.body, committed()); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
	}
	id := protocol.NewID()
	must(t, j.Commit(id, envelope("e"), committed()))
	if err := j.Withdraw(id, envelope("e"), false); !errors.Is(err, journal.ErrNotSealed) {
		t.Errorf("an envelope as withdrawal: got %v", err)
	}
}

func pad(envelope []byte, size int) []byte {
	return append(envelope, strings.Repeat("A", size-len(envelope))...)
}

func TestOneRegistrationNeverBecomesTwo(t *testing.T) {
	j, id := newJournal(t), protocol.NewID()
	must(t, j.Commit(id, envelope("first"), committed()))
	if err := j.Commit(id, envelope("second"), committed()); !errors.Is(err, journal.ErrExists) {
		t.Errorf("got %v, want %v", err, journal.ErrExists)
	}
	if _, body, _ := j.Body(id); string(body) != string(envelope("first")) {
		t.Errorf("the first envelope was replaced")
	}
	if err := j.Commit(protocol.ID{}, envelope("e"), committed()); !errors.Is(err, journal.ErrIllegal) {
		t.Errorf("id zero: got %v", err)
	}
}

func TestReceiptForAnotherBodyErasesNothing(t *testing.T) {
	j, id := newJournal(t), protocol.NewID()
	must(t, j.Commit(id, envelope("e"), committed()))
	if err := j.Settle(receipt(id, envelope("other"), protocol.Accepted)); !errors.Is(err, journal.ErrOtherBody) {
		t.Errorf("got %v, want %v", err, journal.ErrOtherBody)
	}
	must(t, j.Withdraw(id, withdrawal("w"), false))
	if err := j.Settle(receipt(id, envelope("e"), protocol.Accepted)); !errors.Is(err, journal.ErrOtherBody) {
		t.Errorf("receipt that crossed the withdrawal: got %v, want %v", err, journal.ErrOtherBody)
	}
	if got := outbox(t, j); len(got) != 1 || !strings.HasSuffix(got[0], "withdrawal") {
		t.Errorf("outbox is %v, want the withdrawal", got)
	}
	if err := j.Settle(receipt(protocol.NewID(), envelope("e"), protocol.Accepted)); !errors.Is(err, journal.ErrNoRecord) {
		t.Errorf("receipt for nobody: got %v", err)
	}
}

func TestEnvelopeIsErasedButItsFactsStay(t *testing.T) {
	j, id := newJournal(t), protocol.NewID()
	must(t, j.Commit(id, envelope("e"), committed()))
	r := receipt(id, envelope("e"), protocol.Refused)
	r.Reason = "citizen-certificate-revoked"
	must(t, j.Settle(r))
	if _, _, err := j.Body(id); !errors.Is(err, journal.ErrNoRecord) {
		t.Errorf("body is still there: %v", err)
	}
	if got := record(t, j, id); got.Reason != r.Reason || got.Settled.IsZero() || got.BodySize != len(envelope("e")) {
		t.Errorf("got %+v", got)
	}
	if at, _ := j.PlatformTime(); !at.Equal(r.Time) {
		t.Errorf("platform time is %v, want %v", at, r.Time)
	}
}

func TestFreeTextFromThePlatformIsNotKept(t *testing.T) {
	j, id := newJournal(t), protocol.NewID()
	must(t, j.Commit(id, envelope("e"), committed()))
	r := receipt(id, envelope("e"), protocol.Refused)
	r.Reason = "Yamada Hanako, Tokyo"
	must(t, j.Settle(r))
	if got := record(t, j, id).Reason; got != "unreadable" {
		t.Errorf("kept %q", got)
	}
}

func TestWithdrawalKeepsTheEnvelopesPlace(t *testing.T) {
	j := newJournal(t)
	ids := []protocol.ID{{1}, {2}, {3}}
	for _, id := range []int{2, 0, 1} {
		must(t, j.Commit(ids[id], envelope("e"), committed()))
	}
	must(t, j.Withdraw(ids[0], withdrawal("w"), false))
	want := []string{"0300 registration", "0100 withdrawal", "0200 registration"}
	if got := outbox(t, j); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	p, err := j.Pressure()
	must(t, err)
	bytes := uint64(2*len(envelope("e")) + len(withdrawal("w")))
	if p.Unsent != 3 || p.Bytes != bytes || !p.Oldest.Equal(committed()) || p.DiskFree == 0 {
		t.Errorf("pressure is %+v, want 3 unsent of %d bytes", p, bytes)
	}
}

func TestRecoveryWithdrawsWhatNobodyWasOffered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(path)
	must(t, err)
	ways := map[string]bool{ // way there -> must be withdrawn
		"": true, "received": true, "accepted": true,
		"begin": false, "begin done": false, "accepted begin": false, "refused": false, "withdraw": false, "begin asked": false,
	}
	want := map[protocol.ID]bool{}
	for way, withdraw := range ways {
		id := protocol.NewID()
		must(t, j.Commit(id, envelope(way+"e"), committed()))
		for _, name := range strings.Fields(way) {
			must(t, walk(t, j, id, name))
		}
		if withdraw {
			want[id] = true
		}
	}
	must(t, j.Close())
	j = openJournal(t, path)
	got, err := j.Recover()
	must(t, err)
	if len(got) != len(want) {
		t.Errorf("%d to withdraw, want %d", len(got), len(want))
	}
	for _, id := range got {
		if !want[id] {
			t.Errorf("would withdraw %s", state(t, j, id))
		}
		must(t, j.Withdraw(id, withdrawal("w"), false))
	}
	records, _ := j.Records()
	for _, r := range records {
		if r.HandOver == journal.Begun {
			t.Errorf("%s is still begun", r.ID)
		}
	}
	if again, _ := j.Recover(); len(again) != 0 {
		t.Errorf("a second recovery would withdraw %v", again)
	}
}

// walk is named, for a journal of several registrations.
func walk(t *testing.T, j *journal.Journal, id protocol.ID, name string) error {
	if v := protocol.Verdict(name); v == protocol.Received || v == protocol.Accepted || v == protocol.Refused {
		r := record(t, j, id)
		return j.Settle(protocol.Receipt{ID: id, BodySHA256: r.BodySHA256, Verdict: v, Time: committed()})
	}
	return named(name)(j, id)
}

func TestEveryChangeWakesWhoeverWaits(t *testing.T) {
	j, id := newJournal(t), protocol.NewID()
	changed := j.Changed()
	select {
	case <-changed:
		t.Fatal("woken by nothing")
	default:
	}
	must(t, j.Commit(id, envelope("e"), committed()))
	<-changed
	changed = j.Changed()
	if err := j.EndHandOver(id, journal.Done); err == nil {
		t.Fatal("illegal step passed")
	}
	select {
	case <-changed:
		t.Error("woken by a step that did not happen")
	default:
	}
}

func TestFolderThatOthersMayWriteIsRefused(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o777))
	if _, err := journal.Open(filepath.Join(dir, "journal.db")); err == nil {
		t.Error("opened")
	}
}

func TestJournalIsReadableByItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "journal.db")
	openJournal(t, path)
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		must(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s is %v, want %v", filepath.Base(name), got, want)
		}
	}
}

func TestTwoOwnersAreOneTooMany(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	openJournal(t, path)
	if _, err := journal.Open(path); !errors.Is(err, journal.ErrInUse) {
		t.Errorf("got %v, want %v", err, journal.ErrInUse)
	}
}

func TestUnknownCountsWhatTheRecordsSay(t *testing.T) {
	j := newJournal(t)
	ends := []journal.HandOver{journal.Done, journal.Unknown, journal.Unknown, journal.Done, journal.Unknown}
	for i, end := range ends {
		id := protocol.ID{1, byte(i)}
		must(t, j.Commit(id, envelope(`unknown","hand_over":"unknown`), committed()))
		must(t, j.BeginHandOver(id))
		must(t, j.EndHandOver(id, end))
	}
	records, err := j.Records()
	must(t, err)
	want := 0
	for _, r := range records {
		if r.HandOver == journal.Unknown {
			want++
		}
	}
	if n, err := j.Unknown(); err != nil || n != want || n != 3 {
		t.Errorf("got %d, %v; the records say %d", n, err, want)
	}
	must(t, j.EndHandOver(protocol.ID{1, 1}, journal.Done)) // it was found after all
	if n, err := j.Unknown(); err != nil || n != 2 {
		t.Errorf("got %d, %v, want 2", n, err)
	}
}
