package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/digital-watashi/kiosk/terminal/status"
	"github.com/digital-watashi/kiosk/terminal/uplink/socket"
)

// What the ways to the machine and to terminald tell apart.
var (
	ErrConfig     = errors.New("the configuration file is not right")
	ErrNoTerminal = errors.New("watashi-terminald does not answer")
	ErrNoItem     = errors.New("this machine knows no item of this id")
)

// Open asks terminald for something long.
func (d *Desk) Open(ctx context.Context, path string) (io.ReadCloser, error) {
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://terminal"+path, nil)
	if err != nil {
		return nil, err
	}
	client := d.terminal()
	client.Timeout = 0 // terminald itself is not patient for ever
	answer, err := client.Do(ask)
	if err != nil {
		return nil, fmt.Errorf("%w at %s: %w", ErrNoTerminal, d.Machine.StatusSocket, bare(err))
	}
	if answer.StatusCode != http.StatusOK {
		defer answer.Body.Close()
		said, _ := io.ReadAll(io.LimitReader(answer.Body, 200)) // for people; the code tells the rest
		return nil, Unexpected(answer.StatusCode, strings.TrimSpace(string(said)))
	}
	return answer.Body, nil
}

// Read asks terminald something that it answers with one JSON value.
func (d *Desk) Read(ctx context.Context, method, path string, into any) error {
	code, body, err := d.Request(ctx, method, path)
	switch {
	case err != nil:
		return err
	case code == http.StatusNotFound:
		return ErrNoItem
	case code < 200 || code > 299:
		return Unexpected(code, strings.TrimSpace(string(body[:min(len(body), 200)])))
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w as it should: %w", ErrNoTerminal, err)
	}
	return nil
}

// Send gives terminald something.
func (d *Desk) Send(ctx context.Context, path, media string, body []byte) (code int, said string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://terminal"+path, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Content-Type", media)
	code, answer, err := d.do(r)
	return code, strings.TrimSpace(string(answer[:min(len(answer), 300)])), err
}

// Who runs this: the person behind sudo, where there is one.
func (d *Desk) Who() string {
	name := d.Operator()
	if behind := d.Environ("SUDO_USER"); behind != "" && behind != name {
		return behind + " as " + name
	}
	return name
}

// askPatience bounds one question to terminald, which may ask its printer first.
const (
	askPatience = 5 * time.Second
	maxStatus   = 1 << 20
)

// terminal is the way to terminald's status socket.
func (d *Desk) terminal() *http.Client {
	place := d.Machine.StatusSocket
	return &http.Client{Timeout: askPatience, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return socket.Dial(ctx, place)
		},
	}}
}

// Request asks terminald something and gives the answer's code and body.
func (d *Desk) Request(ctx context.Context, method, path string) (code int, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://terminal"+path, nil)
	if err != nil {
		return 0, nil, err
	}
	return d.do(r)
}

// do does what was asked.
func (d *Desk) do(r *http.Request) (code int, body []byte, err error) {
	answer, err := d.terminal().Do(r)
	if err != nil {
		return 0, nil, fmt.Errorf("%w at %s: %w", ErrNoTerminal, d.Machine.StatusSocket, bare(err))
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(io.LimitReader(answer.Body, maxStatus))
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", ErrNoTerminal, err)
	}
	return answer.StatusCode, body, nil
}

// Unexpected is an answer of terminald that it should not have given.
func Unexpected(code int, said string) error {
	return fmt.Errorf("%w as it should: %d %s", ErrNoTerminal, code, said)
}

// bare is what went wrong, without the address that http puts before it.
func bare(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// Ask asks terminald how it is.
func (d *Desk) Ask(ctx context.Context) (*status.Terminal, error) {
	code, body, err := d.Request(ctx, http.MethodGet, "/status")
	if err != nil {
		return nil, err
	}
	if code != http.StatusOK {
		return nil, fmt.Errorf("%w: it answers %d", ErrNoTerminal, code)
	}
	s := new(status.Terminal)
	if err := json.Unmarshal(body, s); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoTerminal, err)
	}
	return s, nil
}

// Absent reports that no terminald runs: nobody has the socket, or nobody is
// behind it. One that refuses to talk is not absent.
func Absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
}
