//go:build !windows

package socket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/user"
	"strconv"
)

// Listen opens a unix socket for the processes of the given users only. A socket
// left by a process that has died is replaced; one that answers is not. The
// folder's mode keeps strangers out before this check does.
func Listen(path string, users Users, log *slog.Logger) (net.Listener, error) {
	if err := removeStale(path); err != nil {
		return nil, fmt.Errorf("listening on %s: %w", path, err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	if err := os.Chmod(path, 0o660); err != nil {
		return nil, errors.Join(fmt.Errorf("listening: %w", err), l.Close())
	}
	return &peerListener{l, users, log}, nil
}

func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return errors.New("something that is no socket stands there")
	}
	if c, err := net.Dial("unix", path); err == nil {
		c.Close()
		return errors.New("another process listens there")
	}
	return os.Remove(path)
}

// peerListener hangs up on whoever is not one of users.
type peerListener struct {
	net.Listener
	users Users
	log   *slog.Logger
}

// Accept returns the next connection from an allowed user.
func (l *peerListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		err = checkPeer(c, l.users)
		if err == nil {
			return c, nil
		}
		l.log.Warn("connection refused", "error", err)
		c.Close()
	}
}

// Dial calls whoever listens at path.
func Dial(ctx context.Context, path string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "unix", path)
}

// Me is the user of this process.
func Me() Users { return Users{strconv.Itoa(os.Getuid())} }

func find(name string) (string, error) {
	if found, err := user.Lookup(name); err == nil {
		name = found.Uid
	}
	id, err := strconv.ParseUint(name, 10, 32)
	return number(uint32(id)), err
}

func number(id uint32) string { return strconv.FormatUint(uint64(id), 10) }
