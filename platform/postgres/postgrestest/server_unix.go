//go:build unix

package postgrestest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait for the server; it is idle when all is well.
const patience = time.Minute

// superuser is who every test connects as.
const superuser = "watashi"

// Server is a PostgreSQL server. Its methods fail the test that it was started for.
type Server struct {
	t        testing.TB
	bin, dir string
	settings []string
	process  *exec.Cmd // nil while it rests
	said     *bytes.Buffer
	made     int // databases
}

// Start makes a new cluster and starts its server. What the server syncs is on
// disk unless the settings (name=value) say fsync=off.
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	s := &Server{t: t, bin: programs(t), dir: directory(t), settings: settings}
	s.run("initdb", "--pgdata", s.data(), "--username", superuser, "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync")
	t.Cleanup(s.Kill)
	s.Continue()
	return s
}

// programs finds the newest PostgreSQL of this machine.
func programs(t testing.TB) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, missing := exec.LookPath("initdb"); missing == nil {
		found = append(found, path)
	}
	if err != nil || len(found) == 0 {
		t.Fatal("no PostgreSQL on this machine: install the package postgresql")
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) }))
}

// version is the number in /usr/lib/postgresql/NUMBER/bin/initdb.
func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// directory has a short name, as the path of a unix socket is 107 bytes at most.
func directory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if c := credential(t); c != nil {
		if err := os.Chown(dir, int(c.Uid), int(c.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// credential is who the server runs as when the test is root: it refuses to be.
func credential(t testing.TB) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
			gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
			if uidErr == nil && gidErr == nil {
				return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
			}
		}
	}
	t.Fatal("no user to run PostgreSQL as")
	return nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// command is a program of PostgreSQL, as the right user. Its environment names no
// other server.
func (s *Server) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, filepath.Join(s.bin, name), args...)
	c.Dir = s.dir
	c.Env = []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH"), "PGHOST=" + s.dir, "PGUSER=" + superuser}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: credential(s.t)}
	return c
}

// run runs one to its end.
func (s *Server) run(name string, args ...string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if said, err := s.command(ctx, name, args...).CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", name, err, said)
	}
}

// Continue starts the server after Stop or Kill, and waits until it serves.
func (s *Server) Continue() {
	s.t.Helper()
	args := []string{"-D", s.data(), "-k", s.dir, "-c", "listen_addresses="}
	for _, setting := range s.settings {
		args = append(args, "-c", setting)
	}
	s.said = &bytes.Buffer{}
	s.process = s.command(context.Background(), "postgres", args...)
	s.process.Stdout, s.process.Stderr = s.said, s.said
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.awaitReady()
}

func (s *Server) awaitReady() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for s.command(ctx, "pg_isready", "--quiet").Run() != nil {
		select {
		case <-ctx.Done():
			s.Kill()
			s.t.Fatalf("PostgreSQL does not begin to serve:\n%s", s.said)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends the server as its manager would: sessions are cut, all is written.
func (s *Server) Stop() { s.end(syscall.SIGINT) }

// Kill ends it as a crash would: every process at once, nothing is written. One
// that rests stays at rest.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

func (s *Server) end(by syscall.Signal) {
	s.t.Helper()
	if s.process == nil {
		return
	}
	sessions := s.children()
	if err := s.process.Process.Signal(by); err != nil {
		s.t.Error(err)
	}
	if by == syscall.SIGKILL {
		for _, pid := range sessions { // they would end by themselves, but not at once
			syscall.Kill(pid, by)
		}
	}
	_ = s.process.Wait() // says how it died
	s.process = nil
}

// children are the processes of the server: its parts and its sessions.
func (s *Server) children() (pids []int) {
	parent := strconv.Itoa(s.process.Process.Pid)
	said, _ := exec.Command("ps", "-o", "pid=", "--ppid", parent).Output()
	for _, word := range strings.Fields(string(said)) {
		if pid, err := strconv.Atoi(word); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// Database makes a new, empty database and says how to reach it.
func (s *Server) Database() (dsn string) {
	s.t.Helper()
	s.made++
	name := fmt.Sprintf("test%d", s.made)
	s.run("createdb", name)
	return fmt.Sprintf("host=%s user=%s dbname=%s sslmode=disable", s.dir, superuser, name)
}

// Say runs SQL on a database that Database made, as an operator would, and
// returns what psql says; failed is whether the database refused.
func (s *Server) Say(dsn, sql string) (said string, failed bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := s.command(ctx, "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1", "--dbname", dsn, "--command", sql).CombinedOutput()
	return strings.TrimSpace(string(out)), err != nil
}
