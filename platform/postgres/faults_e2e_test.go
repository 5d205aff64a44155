//go:build e2e

package postgres_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/postgres"
	"github.com/digital-watashi/kiosk/platform/postgres/postgrestest"
)

func TestE2EKilledServerForgetsNothingThatWasAcknowledged(t *testing.T) {
	server := postgrestest.Start(t) // fsync stays on
	s := opened(t, server.Database())
	load := &load{store: s, stop: make(chan struct{})}
	for range 4 {
		load.all.Go(load.run)
	}
	for range 3 {
		load.await(t, 40)
		server.Kill()
		server.Continue()
	}
	load.await(t, 40)
	close(load.stop)
	load.all.Wait()
	for _, v := range load.acknowledged {
		if n := v.kept(t, s); n != 4 {
			t.Fatalf("an acknowledged visit has %d of its 4 records", n)
		}
	}
	for _, v := range load.doubtful {
		if n := v.kept(t, s); n != 0 && n != 4 {
			t.Errorf("a visit that was not acknowledged has %d of its 4 records, want none or all", n)
		}
	}
	t.Logf("%d acknowledged, %d not", len(load.acknowledged), len(load.doubtful))
}

// load keeps visits until it is stopped.
type load struct {
	store *postgres.Store
	stop  chan struct{}
	all   sync.WaitGroup

	mu                     sync.Mutex
	acknowledged, doubtful []visit // guarded by mu
}

func (l *load) run() {
	for {
		select {
		case <-l.stop:
			return
		default:
		}
		v := newVisit()
		err := l.store.Update(background, v.keep)
		l.mu.Lock()
		if err == nil {
			l.acknowledged = append(l.acknowledged, v)
		} else {
			l.doubtful = append(l.doubtful, v)
		}
		l.mu.Unlock()
	}
}

// await waits for so many more acknowledgements.
func (l *load) await(t *testing.T, more int) {
	t.Helper()
	count := func() int {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.acknowledged)
	}
	for from, end := count(), time.Now().Add(time.Minute); count() < from+more; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("only %d of %d acknowledgements in a minute", count()-from, more)
		}
	}
}

func TestE2EServerThatRestsIsSaidToBeAwayAndItsReturnIsSeen(t *testing.T) {
	server := postgrestest.Start(t, "fsync=off")
	s := opened(t, server.Database())
	before, during, after := newVisit(), newVisit(), newVisit()
	must(t, s.Update(background, before.keep))

	server.Stop()
	err := s.Update(background, during.keep)
	if err == nil || !strings.Contains(err.Error(), "connecting to PostgreSQL") || strings.Contains(err.Error(), "may be kept") {
		t.Errorf("away: got %v, want that it cannot connect", err)
	}
	server.Continue()
	must(t, s.Update(background, after.keep))

	server.Stop()
	server.Continue() // the store's connections are dead, and it does not know
	for v, want := range map[*visit]int{&before: 4, &during: 0, &after: 4} {
		if n := v.kept(t, s); n != want {
			t.Errorf("kept: got %d records, want %d", n, want)
		}
	}
}

// Whatever the moment at which a connection breaks: what was acknowledged is kept
// once, what was not is kept wholly or not at all, and the next one comes through.
func TestE2EConnectionMayBreakAtAnyMoment(t *testing.T) {
	server := postgrestest.Start(t, "fsync=off")
	dsn := server.Database()
	direct := opened(t, dsn)
	way := newWay(t, dsn)
	ridden, doubtful := 0, 0
	for _, deliver := range []bool{false, true} {
		for at := 1; ; at++ {
			s := opened(t, way.dsn)
			must(t, s.Update(background, newVisit().keep)) // statements are prepared
			v := newVisit()
			way.breakAt(at, deliver)
			err := s.Update(background, v.keep)
			broke := way.broke()
			kept := v.kept(t, direct)
			switch {
			case kept != 0 && kept != 4:
				t.Errorf("broken at message %d, delivered %v: %d of 4 records are kept", at, deliver, kept)
			case err == nil && kept != 4:
				t.Errorf("broken at message %d, delivered %v: acknowledged and not kept", at, deliver)
			case err == nil && broke:
				ridden++
			case err != nil && !strings.Contains(err.Error(), "may be kept"):
				t.Errorf("broken at message %d, delivered %v: got %v, want a repetition or a doubt", at, deliver, err)
			case err != nil:
				doubtful++
			}
			must(t, s.Update(background, newVisit().keep))
			s.Close()
			if !broke {
				break
			}
		}
	}
	if ridden == 0 || doubtful != 2 {
		t.Errorf("got %d ridden out and %d in doubt, want some, and the commit both ways", ridden, doubtful)
	}
}

// way is a way to the server that can be broken: at a message of the client, which
// is delivered or not.
type way struct {
	t            testing.TB
	dsn, forward string

	mu      sync.Mutex
	left    int  // guarded by mu: messages until it breaks; 0 is never
	deliver bool // guarded by mu
	done    bool // guarded by mu: it broke
}

const socket = ".s.PGSQL.5432"

func newWay(t testing.TB, dsn string) *way {
	dir, err := os.MkdirTemp("", "way")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	host, rest, _ := strings.Cut(strings.TrimPrefix(dsn, "host="), " ")
	w := &way{t: t, dsn: "host=" + dir + " " + rest, forward: filepath.Join(host, socket)}
	listener, err := net.Listen("unix", filepath.Join(dir, socket))
	must(t, err)
	var all sync.WaitGroup
	t.Cleanup(func() { listener.Close(); all.Wait() })
	all.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { w.carry(client) })
		}
	})
	return w
}

func (w *way) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", w.forward)
	if err != nil {
		return
	}
	var answers sync.WaitGroup
	defer answers.Wait()
	defer server.Close()
	answers.Go(func() { io.Copy(client, server); client.Close() })
	buffer := make([]byte, 64<<10)
	for {
		n, err := client.Read(buffer)
		if err != nil {
			return
		}
		breaks, deliver := w.message()
		if breaks {
			client.Close() // no answer comes back
		}
		if !breaks || deliver {
			server.Write(buffer[:n])
		}
		if breaks {
			return
		}
	}
}

// message counts one.
func (w *way) message() (breaks, deliver bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.left == 0 {
		return false, false
	}
	w.left--
	w.done = w.left == 0
	return w.done, w.deliver
}

func (w *way) breakAt(message int, deliver bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left, w.deliver, w.done = message, deliver, false
}

// broke reports whether it did, and mends it.
func (w *way) broke() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left = 0
	return w.done
}
