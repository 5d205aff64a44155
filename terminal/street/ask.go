package street

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// Status is what a technician is told, as far as tests ask.
type Status struct {
	Journal      *struct{ Unsent, Unknown int }
	Bundle       struct{ Version int }
	Platform     struct{ Reachable bool }
	OutOfService string `json:"out_of_service"`
	Fault        string // what the machine lacks, so that there is no terminal
}

// Status asks for it.
func (s *Street) Status() (all Status, err error) { return StatusAt(s.Path("status.sock")) }

// StatusAt asks at the status socket of another terminal.
func StatusAt(socket string) (all Status, err error) {
	text, err := ask(socket, "/status")
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	return all, err
}

// Ask is what terminald answers at its status socket.
func (s *Street) Ask(path string) ([]byte, error) { return ask(s.Path("status.sock"), path) }

func ask(socket, path string) ([]byte, error) {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	client := &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}, Timeout: 10 * time.Second}
	response, err := client.Get("http://terminal" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("asking for %s: %s", path, response.Status)
	}
	return text, err
}

// Metric is the value of one line of /metrics, by its name and labels.
func (s *Street) Metric(name string) string {
	text, _ := s.Ask("/metrics") // a terminal that is away counts nothing
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

var errNoJournal = errors.New("the terminal has no journal yet")

// Unsent is how many registrations wait in the journal, once the terminal has opened
// it.
func (s *Street) Unsent() (int, error) {
	all, err := s.Status()
	if err != nil {
		return 0, err
	}
	if all.Journal == nil {
		return 0, errNoJournal
	}
	return all.Journal.Unsent, nil
}

// AwaitUnsent waits until so many do.
func (s *Street) AwaitUnsent(want int) {
	s.T.Helper()
	s.Until(fmt.Sprintf("%d registrations wait", want), func() error {
		n, err := s.Unsent()
		if err == nil && n != want {
			err = fmt.Errorf("%d do", n)
		}
		return err
	})
}

// Page is the address that a kiosk's browser would be started with; empty when there
// is none.
func (s *Street) Page() string {
	url, err := os.ReadFile(s.Path("screen.url"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(url))
}
