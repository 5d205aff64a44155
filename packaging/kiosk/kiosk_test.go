package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const token = "5f0c6e2b"

// TestMain lets this test program be the browser: it notes its number and its command
// line in its profile's neighbour, and stays until it is ended.
func TestMain(m *testing.M) {
	if diary := os.Getenv("KIOSK_TEST_DIARY"); diary != "" {
		browse(diary)
	}
	os.Exit(m.Run())
}

func browse(diary string) {
	line := strconv.Itoa(os.Getpid()) + " " + strings.Join(os.Args[1:], " ") + "\n"
	file, err := os.OpenFile(diary, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		os.Exit(2)
	}
	_, err = file.WriteString(line)
	if err != nil || file.Close() != nil {
		os.Exit(2)
	}
	if os.Getenv("KIOSK_TEST_ENDS") != "" {
		os.Exit(0)
	}
	select {}
}

// stage is a kiosk whose browser is this test program.
type stage struct {
	*kiosk
	t     *testing.T
	diary string
}

func newStage(t *testing.T, page string) *stage {
	t.Helper()
	dir := t.TempDir()
	address, err := parsePage([]byte(page))
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, diary: filepath.Join(dir, "diary"), kiosk: &kiosk{
		page: address, command: []string{self}, profile: filepath.Join(dir, "profile"), watched: filepath.Join(dir, "screen.url"),
		handOver: "127.0.0.1:0", silence: time.Minute, connections: "/proc/self/net/tcp", said: &notifier{}, log: slog.New(slog.DiscardHandler),
	}}
	t.Setenv("KIOSK_TEST_DIARY", s.diary)
	return s
}

// play runs the kiosk while something is tried, and waits for its end.
func (s *stage) play(try func()) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	over := make(chan error, 1)
	go func() { over <- s.run(ctx) }()
	try()
	cancel()
	if err := <-over; err != nil {
		s.t.Error(err)
	}
	for _, pid := range s.pids() {
		if alive(pid) {
			s.t.Errorf("browser %d outlived the kiosk", pid)
		}
	}
	if _, err := os.Stat(s.profile); !errors.Is(err, fs.ErrNotExist) {
		s.t.Errorf("the profile outlived the kiosk: %v", err)
	}
}

// browsers waits for the n-th browser and returns the lines of all.
func (s *stage) browsers(n int) []string {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if lines := s.lines(); len(lines) >= n {
			return lines
		}
	}
	s.t.Fatalf("browser %d was not started", n)
	return nil
}

func (s *stage) lines() []string {
	raw, _ := os.ReadFile(s.diary)
	return slices.Collect(strings.Lines(string(raw)))
}

func (s *stage) pids() (all []int) {
	for _, line := range s.lines() {
		pid, _, _ := strings.Cut(line, " ")
		number, err := strconv.Atoi(pid)
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, number)
	}
	return all
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func TestBrowserIsReplacedWhenTheTerminalAsks(t *testing.T) {
	s := newStage(t, "http://127.0.0.1:8420/#"+token)
	s.play(func() {
		first := s.browsers(1)[0]
		if err := os.WriteFile(filepath.Join(s.profile, "left"), []byte("drawn"), 0o600); err != nil {
			t.Fatal(err)
		}
		asked := time.Now()
		if err := os.WriteFile(s.watched, []byte("any"), 0o600); err != nil {
			t.Fatal(err)
		}
		second := s.browsers(2)[1]
		if took := time.Since(asked); took > 2*time.Second {
			t.Errorf("it took %v, want 2 s at most", took)
		}
		if first == second || alive(s.pids()[0]) {
			t.Error("the browser before is still there")
		}
		if _, err := os.Stat(filepath.Join(s.profile, "left")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the profile before is still there: %v", err)
		}
		if err := os.Chtimes(s.watched, time.Time{}, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		s.browsers(3)
	})
}

func TestBrowserThatEndsIsStartedAgain(t *testing.T) {
	s := newStage(t, "http://127.0.0.1:8420/#"+token)
	t.Setenv("KIOSK_TEST_ENDS", "yes")
	s.play(func() { s.browsers(2) })
}

func TestSilentBrowserIsReplaced(t *testing.T) {
	s := newStage(t, "http://127.0.0.1:9/#"+token)
	s.silence = 300 * time.Millisecond
	s.play(func() { s.browsers(2) })
}

func TestConnectedBrowserStays(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := newStage(t, "http://"+l.Addr().String()+"/#"+token)
	if s.connected() {
		t.Error("connected before anybody was")
	}
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if !s.connected() {
		t.Error("the connection is not seen")
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if s.connected() {
		t.Error("a connection that was closed is seen")
	}
}

func TestTokenStandsOnNoCommandLine(t *testing.T) {
	s := newStage(t, "http://127.0.0.1:8420/#"+token)
	s.play(func() {
		line := strings.TrimSpace(s.browsers(1)[0])
		if strings.Contains(line, token) {
			t.Errorf("the command line holds the token: %s", line)
		}
		_, first, found := strings.Cut(line, "--app=")
		if !found {
			t.Fatalf("no first address in %s", line)
		}
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		for visit, want := range []string{s.page.String(), ""} {
			answer, err := client.Get(first)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if got := answer.Header.Get("Location"); got != want {
				t.Errorf("visit %d is sent to %q, want %q", visit+1, got, want)
			}
		}
	})
}

func TestPageIsOfThisMachineAndHasAToken(t *testing.T) {
	for _, good := range []string{"http://127.0.0.1:8420/#ab\n", "http://[::1]:8420/#ab"} {
		if _, err := parsePage([]byte(good)); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "\n", "http://127.0.0.1:8420/", "http://127.0.0.1/#ab", "https://127.0.0.1:8420/#ab", "http://192.0.2.7:8420/#ab",
		"http://localhost:8420/#ab", "http://127.0.0.1:8420/?a=b#ab", "http://me@127.0.0.1:8420/#ab", "http://127.0.0.1:8420/x#ab",
		"javascript:alert(1)", "--renderer-cmd-prefix=sh", "http://127.0.0.1:8420/#" + strings.Repeat("a", maxPage),
	} {
		page, err := parsePage([]byte(bad))
		if err == nil {
			t.Errorf("%q was taken", bad)
		}
		if page != nil || err != nil && strings.Contains(err.Error(), "#ab") {
			t.Errorf("%q: refused as %v, with %v", bad, err, page)
		}
	}
}

func TestWrongArgumentsEndAtOnce(t *testing.T) {
	none := func(string) string { return "" }
	if err := run(t.Context(), []string{"-url-file", "/nowhere"}, none, io.Discard, new(bytes.Buffer)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if run(t.Context(), []string{"-loud"}, none, io.Discard, new(bytes.Buffer)) == nil {
		t.Error("an unknown flag was taken")
	}
}

func TestItTellsItsVersion(t *testing.T) {
	var told bytes.Buffer
	err := run(t.Context(), []string{"-version"}, func(string) string { return "" }, &told, io.Discard)
	if want := version + " commit " + commit + " " + runtime.Version() + "\n"; err != nil || told.String() != want {
		t.Errorf("it tells %q, %v", told.String(), err)
	}
}

func TestSystemdHearsOfThePageOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	systemd, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer systemd.Close()
	n, err := newNotifier(func(string) string { return path })
	if err != nil {
		t.Fatal(err)
	}
	n.ready()
	n.ready()
	n.alive()
	n.alive()
	n.close()
	for _, want := range []string{"READY=1\nSTATUS=the page is connected", "WATCHDOG=1"} {
		message := make([]byte, 256)
		systemd.SetReadDeadline(time.Now().Add(10 * time.Second))
		size, err := systemd.Read(message)
		if got := string(message[:size]); err != nil || got != want {
			t.Errorf("heard %q, %v, want %q", got, err, want)
		}
	}
}

func FuzzPage(f *testing.F) {
	f.Add([]byte("http://127.0.0.1:8420/#ab\n"))
	f.Add([]byte("http://[::1]:1/#%00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		page, err := parsePage(raw)
		if err != nil {
			return
		}
		if again, err := parsePage([]byte(page.String())); err != nil || again.String() != page.String() {
			t.Errorf("%q reads as %v, %v the second time", raw, again, err)
		}
	})
}

func FuzzTable(f *testing.F) {
	f.Add([]byte("  sl  local_address rem_address   st\n   0: 0100007F:C350 0100007F:20E4 01 00000000:00000000\n"))
	f.Add([]byte("0: 0100007F:C350 0100007F:20E4"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if reaches(raw, "127.0.0.1:8420") && !bytes.Contains(raw, []byte("0100007F:20E4")) {
			t.Errorf("an address was found in %q", raw)
		}
	})
}
