package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Administration. The store has one owner at a time: while the service runs,
// commands go to it over a socket that only its own user can open, as the words
// of the command line; else they open the store themselves. Either way the same
// function does them.

// socket is where commands go.
func (c config) socket() string { return c.path(cmp.Or(c.Admin, "admin.sock")) }

// maxCommand bounds what goes over the socket; an imported envelope is the largest.
const maxCommand = 4 * protocol.MaxBody

// request is one command; File holds what its last word names.
type request struct {
	Args []string `json:"args"`
	File []byte   `json:"file,omitempty"`
}

// ask does a command, wherever the store is open.
func ask(ctx context.Context, c config, args []string, out io.Writer) error {
	r := request{Args: args}
	if args[0] == "import" && len(args) == 3 {
		file, err := os.ReadFile(args[2])
		if err != nil {
			return err
		}
		r.File = file
	}
	err := askService(ctx, c, r, out)
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	p, err := c.open(ctx, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return errors.Join(execute(ctx, p, r, out), p.Close())
}

// askService sends the command to the running service.
func askService(ctx context.Context, c config, r request, out io.Writer) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", c.socket())
	}
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://platformd/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := client.Do(post)
	if err != nil {
		return fmt.Errorf("asking the running service: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		said, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
		return errors.Join(errors.New(string(bytes.TrimSpace(said))), err)
	}
	_, err = io.Copy(out, response.Body)
	return err
}

// alone holds the name of the socket for this service. Two on one folder would take it
// from each other, and commands would go to either.
func (c config) alone() (release func(), err error) {
	release, err = files.Hold(c.socket() + ".lock")
	if errors.Is(err, files.ErrHeld) {
		return nil, fmt.Errorf("another watashi-platformd runs on this folder and has %s: stop that one, or give this one a socket of its own, "+
			`such as "admin": "admin-2.sock" in its configuration, and the same PostgreSQL`, c.socket())
	}
	if err != nil {
		return nil, fmt.Errorf("holding %s: %w", c.socket(), err)
	}
	return release, nil
}

// adminSocket makes the socket anew; one that is left from a crash is nobody's, since
// its name is ours by now.
func adminSocket(c config) (net.Listener, error) {
	path := c.socket()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// administration does commands as they come from ask.
func administration(p *platform.Platform) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, post *http.Request) {
		var r request
		decoder := json.NewDecoder(http.MaxBytesReader(w, post.Body, maxCommand))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&r); err != nil || len(r.Args) == 0 {
			http.Error(w, errUsage.Error(), http.StatusBadRequest)
			return
		}
		var out bytes.Buffer
		if err := execute(post.Context(), p, r, &out); err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		w.Write(out.Bytes())
	})
}
