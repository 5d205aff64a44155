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
	"sync"
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

// told gathers what is said: by a page, or to the journal.
type told struct {
	mu   sync.Mutex
	list []string
}

func (s *told) add(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, what)
}

func (s *told) Write(line []byte) (int, error) {
	s.add(strings.TrimSuffix(string(line), "\n"))
	return len(line), nil
}

func (s *told) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.list, "\n")
}

// stage is a kiosk whose browser is this test program.
type stage struct {
	*kiosk
	t       *testing.T
	diary   string
	journal *told
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
	journal := &told{}
	s := &stage{t: t, diary: filepath.Join(dir, "diary"), journal: journal, kiosk: &kiosk{
		page: address, command: []string{self}, profile: filepath.Join(dir, "profile"), watched: filepath.Join(dir, "screen.url"),
		handOver: "127.0.0.1:0", silence: time.Minute, said: &notifier{}, log: slog.New(slog.NewTextHandler(journal, nil)),
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

func (s *stage) until(what string, is func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("it never came: %s", what)
		}
	}
}

// folder is the profile on a browser's command line.
func folder(t *testing.T, line string) string {
	t.Helper()
	_, rest, _ := strings.Cut(line, "--user-data-dir=")
	dir, _, found := strings.Cut(rest, " ")
	if !found {
		t.Fatalf("no folder in %s", line)
	}
	return dir
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
	began := time.Now()
	s.play(func() {
		first := s.browsers(1)[0]
		usual := time.Since(began) // for this machine, with all that it does besides
		left := filepath.Join(folder(t, first), "left")
		if err := os.WriteFile(left, []byte("drawn"), 0o600); err != nil {
			t.Fatal(err)
		}
		asked := time.Now()
		if err := os.WriteFile(s.watched, []byte("any"), 0o600); err != nil {
			t.Fatal(err)
		}
		second := s.browsers(2)[1]
		if took := time.Since(asked); took > 2*time.Second+4*usual {
			t.Errorf("it took %v, want 2 s at most where the first took %v", took, usual)
		}
		if folder(t, first) == folder(t, second) {
			t.Error("the second has the folder of the first")
		}
		old := s.pids()[0]
		s.until("the browser before is gone, and its folder", func() bool {
			_, err := os.Stat(filepath.Dir(left))
			return !alive(old) && errors.Is(err, fs.ErrNotExist)
		})
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

func TestBrowserWhoseGroupCannotBeEndedEndsTheKiosk(t *testing.T) {
	b := &browser{pid: syscall.Getpgrp(), gone: make(chan struct{})} // this one goes on
	close(b.gone)
	if err := b.vanish(20 * time.Millisecond); err == nil {
		t.Error("a group that lives on is said to be gone")
	}
}

func TestProcessThatOnlyWaitsToBeAskedHowItEndedIsGone(t *testing.T) {
	for stat, want := range map[string]bool{
		"7 (chromium) S 1 7 7 0": true, "8 (a) Z) b) R 7 7 7 0": true, "8 (chromium) Z 1 7 7 0": false, "9 (chromium) S 1 9 9 0": false, "": false, "7 (": false,
	} {
		proc := t.TempDir()
		if err := os.Mkdir(filepath.Join(proc, "8"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(proc, "8", "stat"), []byte(stat), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := lives(proc, 7); got != want {
			t.Errorf("%q: lives = %v", stat, got)
		}
	}
}

func TestSilentBrowserIsReplaced(t *testing.T) {
	s := newStage(t, "http://127.0.0.1:9/#"+token)
	s.silence = time.Second // a browser of a busy machine has begun by then
	s.play(func() { s.browsers(2) })
}

func TestBrowserWhosePageIsHeardStaysAndSystemdIsToldThenOnly(t *testing.T) {
	s := newStage(t, "http://127.0.0.1:9/#"+token)
	s.silence = 400 * time.Millisecond
	systemd, notify := systemdOf(t)
	s.said = notify
	mark := heard(s.watched)
	s.touch(mark) // of a page before: nobody's
	replaced := func() int { return strings.Count(s.journal.all(), "browser is replaced") }
	s.play(func() {
		s.browsers(2) // so it is silent, and systemd hears nothing of it
		s.until("the page of a browser that is there is heard", func() bool {
			if err := os.Chtimes(mark, time.Time{}, time.Now()); err != nil {
				t.Fatal(err)
			}
			return strings.Contains(s.journal.all(), "the terminal hears the page")
		})
		for systemd() != "READY=1\nSTATUS=the terminal hears the page" {
		}
		before := replaced()
		time.Sleep(2 * s.silence)
		if now := replaced(); now > before {
			t.Errorf("%d browsers were replaced, want the %d of before", now, before)
		}
		if err := os.Remove(mark); err != nil {
			t.Fatal(err)
		}
		s.until("the page is heard no more", func() bool { return replaced() > before })
	})
}

// systemdOf returns what the next message to systemd is, and the notifier that sends it.
func systemdOf(t *testing.T) (next func() string, n *notifier) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	systemd, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { systemd.Close() })
	if n, err = newNotifier(func(string) string { return path }); err != nil {
		t.Fatal(err)
	}
	return func() string {
		message := make([]byte, 256)
		systemd.SetReadDeadline(time.Now().Add(20 * time.Second))
		size, err := systemd.Read(message)
		if err != nil {
			t.Fatal(err)
		}
		return string(message[:size])
	}, n
}

func (s *stage) touch(path string) {
	s.t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		s.t.Fatal(err)
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
		for visit, want := range []string{s.page.String(), ""} {
			if got := sentTo(t, first); got != want {
				t.Errorf("visit %d is sent to %q, want %q", visit+1, got, want)
			}
		}
	})
}

// sentTo is where a visitor of an address is sent on to.
func sentTo(t *testing.T, address string) string {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.Header.Get("Location")
}

// Chromium did so whose network process died on the way to the page, and then stayed
// before a page that is not there.
func TestBrowserThatAsksForItsAddressAgainIsReplacedUnlessItsPageIsHeard(t *testing.T) {
	s := newStage(t, "http://127.0.0.1:8420/#"+token)
	mark := heard(s.watched)
	s.play(func() {
		for n := range 2 {
			_, first, _ := strings.Cut(strings.TrimSpace(s.browsers(n + 1)[n]), "--app=")
			if n == 1 {
				s.touch(mark)
				s.until("the page is heard", func() bool { return strings.Contains(s.journal.all(), "the terminal hears the page") })
			}
			sentTo(t, first)
			sentTo(t, first)
			s.until("it is told", func() bool { return strings.Count(s.journal.all(), twice) == n+1 })
		}
		if replaced := strings.Count(s.journal.all(), "browser is replaced"); replaced != 1 {
			t.Errorf("%d browsers were replaced, want 1", replaced)
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
	next, n := systemdOf(t)
	n.ready()
	n.ready()
	n.alive()
	n.alive()
	n.close()
	for _, want := range []string{"READY=1\nSTATUS=the terminal hears the page", "WATCHDOG=1"} {
		if got := next(); got != want {
			t.Errorf("heard %q, want %q", got, want)
		}
	}
}

// cage 0.1.4 answers who asks before the window is there with a size of nothing.
func TestBrowserDoesNotAskForTheWholeScreen(t *testing.T) {
	for _, flag := range chromium() {
		if flag == "--kiosk" || flag == "--start-fullscreen" {
			t.Errorf("it asks, by %s", flag)
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
