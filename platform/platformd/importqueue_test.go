package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// queueOf is a file as a terminal exports it; nobody can open the bodies.
func queueOf(t *testing.T, terminal string, bodies ...string) string {
	t.Helper()
	var file bytes.Buffer
	out, err := protocol.WriteCarried(&file, protocol.CarriedHead{Format: protocol.FormatQueue, Terminal: terminal, Time: time.Now()})
	for n, body := range bodies {
		kind := protocol.CarriedRegistration
		if strings.HasPrefix(body, "withdraw") {
			kind = protocol.CarriedWithdrawal
		}
		err = errors.Join(err, protocol.AddCarried(out, protocol.CarriedItem{Kind: kind, ID: protocol.ID{byte(n + 1)}, SHA256: protocol.SHA256([]byte(body)), Body: body}))
	}
	if err = errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

// importing runs import-queue on such a file.
func importing(t *testing.T, config, file string) (out, log string, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "queue.jsonl")
	write(t, path, []byte(file))
	var receipts, said bytes.Buffer
	err = run(t.Context(), []string{"-config", config, "import-queue", path}, &receipts, &said)
	return receipts.String(), said.String(), err
}

func TestQueueFileIsAnsweredWithReceiptsOnce(t *testing.T) {
	path := founded(t)
	keep(t, path, func(w platform.Writing) error { return w.KeepTerminal(platform.Terminal{ID: "atm-0001"}) })
	file := queueOf(t, "atm-0001", "nobody opens this", "withdraw what nobody signed")
	rested, log, err := importing(t, path, file)
	if err == nil || !strings.Contains(err.Error(), "1 of 2 got no receipt") || !strings.Contains(log, "line 2: registration 01") || !strings.Contains(log, ": refused ") || !strings.Contains(log, "not a terminal's withdrawal") {
		t.Errorf("the service rests: %v\n%s", err, log)
	}
	running(t, path)
	if again, log, _ := importing(t, path, file); again != rested {
		t.Errorf("the same file got other receipts:\n%s\n%s\n%s", rested, again, log)
	}
	head, count, err := protocol.ReadCarried(strings.NewReader(rested), protocol.FormatReceipts, func(l protocol.CarriedLine[protocol.CarriedReceipt]) error { return l.Err })
	if err != nil || count != 2 || head.Terminal != "atm-0001" {
		t.Errorf("the receipts are %+v, %d, %v", head, count, err)
	}
}

func TestQueueFileThatIsNotWholeOrNotOursChangesNothing(t *testing.T) {
	path := founded(t)
	keep(t, path, func(w platform.Writing) error { return w.KeepTerminal(platform.Terminal{ID: "atm-0001"}) })
	whole := queueOf(t, "atm-0001", "one", "two")
	for name, c := range map[string]struct{ file, err, log string }{
		"cut":               {whole[:len(whole)-30], "it was cut", ""},
		"of another format": {"{}\n", "its first line", ""},
		"of a stranger":     {queueOf(t, "atm-0009", "one"), "from terminal atm-0009", ""},
		"changed":           {strings.Replace(whole, `"two"`, `"owt"`, 1), "1 of 2 lines are bad", "line 3: the body is not that of its digest"},
		"with one twice":    {strings.Replace(whole, protocol.ID{2}.String(), protocol.ID{1}.String(), 1), "1 of 2 lines are bad", "line 3: this id came before"},
	} {
		out, log, err := importing(t, path, c.file)
		if err == nil || !strings.Contains(err.Error(), c.err) || !strings.Contains(err.Error(), "nothing was taken in") || !strings.Contains(log, c.log) || out != "" {
			t.Errorf("a file %s: %v, %q, %q", name, err, log, out)
		}
	}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-config", path, "registration", protocol.ID{1}.String()}, &out, &out); err == nil {
		t.Errorf("something was taken in: %s", out.String())
	}
}
