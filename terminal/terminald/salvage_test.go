//go:build cgo || windows

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/status"
)

func TestSalvageIsToldWhileTheDamagedFileLiesThere(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	path := filepath.Join(m.config.StateDir, "journal.db")
	aside := path + ".damaged-20261120T010000Z"
	m.write(filepath.Base(aside), []byte("damaged"))
	m.must(keepReport(&journal.Salvage{
		Aside: aside, Carried: 7, Lost: 2, LostIDs: []protocol.ID{{1}, {2}}, Doubtful: []protocol.ID{{3}}, Cause: journal.ErrCorrupt,
	}, time.Now()))
	m.write("journal.db.damaged-20261121T010000Z", []byte("the power went before a report was made"))
	m.write("journal.db.damaged-20261122T010000Z", nil)
	m.write("journal.db.damaged-20261122T010000Z.report.json", []byte("{"))
	m.start()
	s := m.until("the terminal", func(s status.Terminal) bool { return s.Journal != nil })
	if all := s.Journal.Salvaged; len(all) != 3 || all[0].Aside != aside || all[0].Carried != 7 || all[0].Lost != 2 ||
		!slices.Equal(all[0].LostIDs, []protocol.ID{{1}, {2}}) || !slices.Equal(all[0].Doubtful, []protocol.ID{{3}}) ||
		all[0].Cause != "journal corrupt" || !strings.Contains(all[1].Cause, "before a report") || !strings.Contains(all[2].Cause, "cannot be read") {
		t.Errorf("told is %+v", all)
	}
	if m.metric("watashi_journal_damaged") != "3" || m.metric("watashi_journal_lost") != "2" || s.Fault+s.Journal.Fault != "" {
		t.Errorf("damaged %q, lost %q, fault %q", m.metric("watashi_journal_damaged"), m.metric("watashi_journal_lost"), s.Fault)
	}
	var q status.Queue
	if code := m.ask("GET", "/queue", &q); code != 200 || len(q.Salvaged) != 3 || q.Salvaged[0].Lost != 2 {
		t.Errorf("the queue tells %d %+v", code, q)
	}
	for _, name := range []string{aside, aside + reportSuffix, path + ".damaged-20261121T010000Z", path + ".damaged-20261122T010000Z"} {
		m.must(os.Remove(name))
	}
	m.until("nothing to tell", func(s status.Terminal) bool { return len(s.Journal.Salvaged) == 0 })
}

func TestJournalThatCannotEvenBeSalvagedIsADiskFault(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	m.must(os.Mkdir(filepath.Join(m.config.StateDir, "journal.db"), 0o700))
	m.start()
	if s := m.until("the reason", func(s status.Terminal) bool { return s.Missing != "" }); s.Fault != "DISK-FAULT" {
		t.Errorf("status is %+v", s)
	}
}

func TestDamagedJournalDoesNotEndService(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	m.store(nil, 1, 2, 3)
	path := filepath.Join(m.config.StateDir, "journal.db")
	raw, err := os.ReadFile(path)
	m.must(err)
	copy(raw, make([]byte, 8192)) // both meta pages of bbolt
	m.write("journal.db", raw)
	m.start()
	s := m.until("service", func(s status.Terminal) bool { return s.Journal != nil })
	if s.Fault != "" || len(s.Journal.Salvaged) != 1 || s.Journal.Salvaged[0].Carried+s.Journal.Salvaged[0].Lost == 0 || !strings.Contains(s.Journal.Salvaged[0].Cause, "journal corrupt") {
		t.Errorf("status is %+v, %+v", s, s.Journal)
	}
	if kept, err := os.ReadFile(s.Journal.Salvaged[0].Aside); err != nil || !slices.Equal(kept, raw) {
		t.Errorf("the damaged file was not kept as it was: %v", err)
	}
	if !strings.Contains(m.log.String(), "the journal was damaged") {
		t.Error("the log says nothing")
	}
}
