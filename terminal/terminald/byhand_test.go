//go:build cgo || windows

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// post gives the status socket something, and tells how it answers.
func (m *machine) post(path string, body []byte) (code int, said string) {
	m.t.Helper()
	response, err := unixClient(m.config.StatusSocket).Post("http://terminal"+path, "", bytes.NewReader(body))
	m.must(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	m.must(err)
	return response.StatusCode, string(text)
}

// carried is the queue as a technician takes it away.
func (m *machine) carried() (items []protocol.CarriedItem) {
	m.t.Helper()
	response, err := unixClient(m.config.StatusSocket).Get("http://terminal/queue/bodies")
	m.must(err)
	defer response.Body.Close()
	head, _, err := protocol.ReadCarried(response.Body, protocol.FormatQueue, func(l protocol.CarriedLine[protocol.CarriedItem]) error {
		items = append(items, l.Item)
		return l.Err
	})
	m.must(err)
	if head.Terminal != "t-0001" {
		m.t.Errorf("the file is from %s", head.Terminal)
	}
	return items
}

// trail is the audit as a technician saves it.
func (m *machine) trail() []string {
	m.t.Helper()
	response, err := unixClient(m.config.StatusSocket).Get("http://terminal/audit")
	m.must(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	m.must(err)
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func (m *machine) receipt(id protocol.ID, body string, key protocol.PrivateKey) []byte {
	m.t.Helper()
	jws, err := protocol.SignReceipt(protocol.Receipt{
		ID: id, BodySHA256: protocol.SHA256([]byte(body)), Verdict: protocol.Accepted, Time: time.Now().UTC().Truncate(time.Second),
	}, key)
	m.must(err)
	line, err := json.Marshal(protocol.CarriedReceipt{ID: id, Receipt: string(jws)})
	m.must(err)
	return line
}

func TestReceiptsByHandSettleOnceAndOnlyWithThePlatformsKey(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	m.store(map[byte]string{2: "http-400"}, 1, 2)
	m.start()
	m.until("the terminal", func(s status.Terminal) bool { return s.Journal != nil && s.Platform.Cause != "not-tried" })
	items := m.carried()
	if len(items) != 2 {
		t.Fatalf("carried %+v", items)
	}
	for name, c := range map[string]struct {
		line []byte
		code int
	}{
		"another key":   {m.receipt(items[0].ID, items[0].Body, protocol.NewPrivateKey()), http.StatusUnprocessableEntity},
		"another body":  {m.receipt(items[0].ID, items[1].Body, m.keys.receipt), http.StatusUnprocessableEntity},
		"an unknown id": {m.receipt(protocol.ID{9}, items[0].Body, m.keys.receipt), http.StatusNotFound},
		"no message":    {[]byte("<html>"), http.StatusBadRequest},
	} {
		if code, said := m.post("/queue/receipts", c.line); code != c.code {
			t.Errorf("%s: %d %s", name, code, said)
		}
	}
	if left := m.carried(); len(left) != 2 {
		t.Errorf("left are %+v", left)
	}
	for _, i := range items {
		line := m.receipt(i.ID, i.Body, m.keys.receipt)
		for _, want := range []int{http.StatusNoContent, http.StatusConflict} {
			if code, said := m.post("/queue/receipts", line); code != want {
				t.Errorf("%s: %d %s, want %d", i.ID, code, said, want)
			}
		}
	}
	if left := m.carried(); len(left) != 0 {
		t.Errorf("left are %+v", left)
	}
	m.until("nothing to wait", func(s status.Terminal) bool { return s.Journal.Unsent+s.Journal.Quarantined == 0 })
	var trail []string
	m.until("the import in the audit", func(status.Terminal) bool {
		trail = m.trail()
		return slices.ContainsFunc(trail, func(line string) bool {
			return strings.Contains(line, `"queue-imported"`) && strings.Contains(line, `"settled":2,"left":`)
		})
	})
	exported := fmt.Sprintf(`"queue-exported","by_hand":{"user":%d,"registrations":2}`, os.Getuid())
	if !slices.ContainsFunc(trail, func(line string) bool { return strings.Contains(line, exported) }) {
		t.Errorf("no %s in the audit:\n%s", exported, strings.Join(trail, "\n"))
	}
	if !strings.Contains(m.log.String(), "sealed bodies exported") || !strings.Contains(m.log.String(), "receipt taken by hand") {
		t.Error("the log does not tell who carried what")
	}
}

func TestBundleByHandIsTakenByTheRulesOfTheNetwork(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	m.start()
	m.until("the terminal", func(s status.Terminal) bool { return s.Bundle != nil })
	next := m.bundle(protocol.Test, 2)
	for _, c := range []struct {
		name   string
		bundle []byte
		code   int
	}{
		{"nonsense", []byte("nonsense"), http.StatusUnprocessableEntity}, {"another environment", m.bundle(protocol.Production, 2), http.StatusUnprocessableEntity},
		{"cut", next[:len(next)-8], http.StatusUnprocessableEntity}, {"the next", next, http.StatusNoContent}, {"the same", next, http.StatusNoContent},
		{"the one before", m.bundle(protocol.Test, 1), http.StatusUnprocessableEntity}, {"too much", make([]byte, protocol.MaxBody+1), http.StatusRequestEntityTooLarge},
	} {
		if code, said := m.post("/bundle", c.bundle); code != c.code {
			t.Errorf("%s: %d %s", c.name, code, said)
		}
	}
	m.until("the second bundle in force", func(s status.Terminal) bool { return s.Bundle.Version == 2 })
}

func TestBeforeThereIsATerminalNothingIsCarried(t *testing.T) {
	m := newMachine(t)
	m.start()
	m.until("the reason", func(s status.Terminal) bool { return s.Missing != "" })
	for _, path := range []string{"/queue/receipts", "/bundle"} {
		if code, said := m.post(path, []byte("{}")); code != http.StatusConflict {
			t.Errorf("%s: %d %s", path, code, said)
		}
	}
	if code := m.ask("GET", "/queue/bodies", nil); code != http.StatusConflict {
		t.Errorf("bodies: %d", code)
	}
}
