package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/digital-watashi/kiosk/terminal/status"
	"github.com/digital-watashi/kiosk/terminal/uplink/socket"
)

// askPatience bounds one question to terminald, which may ask its printer first.
const (
	askPatience = 5 * time.Second
	maxStatus   = 1 << 20
)

// terminal is the way to terminald's status socket.
func (d *desk) terminal() *http.Client {
	place := d.machine.StatusSocket
	return &http.Client{Timeout: askPatience, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return socket.Dial(ctx, place)
		},
	}}
}

// request asks terminald something and gives the answer's code and body.
func (d *desk) request(ctx context.Context, method, path string) (code int, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://terminal"+path, nil)
	if err != nil {
		return 0, nil, err
	}
	return d.do(r)
}

// do does what was asked.
func (d *desk) do(r *http.Request) (code int, body []byte, err error) {
	answer, err := d.terminal().Do(r)
	if err != nil {
		return 0, nil, fmt.Errorf("%w at %s: %w", errNoTerminal, d.machine.StatusSocket, bare(err))
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(io.LimitReader(answer.Body, maxStatus))
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", errNoTerminal, err)
	}
	return answer.StatusCode, body, nil
}

// bare is what went wrong, without the address that http puts before it.
func bare(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// ask asks terminald how it is.
func (d *desk) ask(ctx context.Context) (*status.Terminal, error) {
	code, body, err := d.request(ctx, http.MethodGet, "/status")
	if err != nil {
		return nil, err
	}
	if code != http.StatusOK {
		return nil, fmt.Errorf("%w: it answers %d", errNoTerminal, code)
	}
	s := new(status.Terminal)
	if err := json.Unmarshal(body, s); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoTerminal, err)
	}
	return s, nil
}

// absent reports that no terminald runs: nobody has the socket, or nobody is
// behind it. One that refuses to talk is not absent.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
}
