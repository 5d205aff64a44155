package uplink_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/uplink"
	"github.com/digital-watashi/kiosk/terminal/uplink/socket"
)

// BenchmarkDelivery is a backlog of 10,000 envelopes on its way: out of a real
// journal, over the socket, by the Carrier over mutual TLS on the loopback to a
// platform that answers at once, and settled. Beside it, in the same run:
//
//	steady/s   the same for the second half, after the first two seconds over which
//	           a terminal spreads what waits
//	of-settle  that as a ratio to what the journal settles with nothing round it, one
//	           receipt after another: what the whole way costs. It may be above 1,
//	           as receipts that come together share a commit
//	query-ms   what a live key query takes meanwhile, in the middle and at worst
func BenchmarkDelivery(b *testing.B) {
	for b.Loop() {
		deliver(b, 10_000, 0, 0)
	}
}

// BenchmarkDeliveryParallel shows what more items at once gain, near the platform
// and 40 ms away from it.
func BenchmarkDeliveryParallel(b *testing.B) {
	for _, far := range []time.Duration{0, 40 * time.Millisecond} {
		for _, room := range []int{1, 2, 4, 8, 16} {
			b.Run(fmt.Sprintf("%v away, %d at once", far, room), func(b *testing.B) {
				for b.Loop() {
					deliver(b, 600, room, far)
				}
			})
		}
	}
}

// deliver builds a backlog and measures how it goes.
func deliver(b *testing.B, backlog, room int, far time.Duration) {
	b.StopTimer()
	raw := settleAlone(b, min(backlog, 2000))
	j := openJournal(b)
	fill(b, j, backlog)
	l := newLedger()
	desk, stop := street(b, j, l, room, far)
	defer stop()
	asking, asked := askMeanwhile(b, desk)
	b.StartTimer()
	start := time.Now()
	half := drain(b, j, l, backlog/2)
	rate, steady := float64(backlog)/time.Since(start).Seconds(), float64(backlog/2)/time.Since(half).Seconds()
	b.StopTimer()
	asking()
	waits := asked()
	b.ReportMetric(rate, "envelopes/s")
	b.ReportMetric(steady, "steady/s")
	b.ReportMetric(steady/raw, "of-settle")
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "query-ms-p50")
	b.ReportMetric(float64(waits[len(waits)-1].Microseconds())/1000, "query-ms-max")
	b.StartTimer()
}

const envelopeSize = 12 << 10 // 16 KiB as it is stored

func fill(b *testing.B, j *journal.Journal, many int) (ids []protocol.ID) {
	b.Helper()
	body := envelope(strings.Repeat("x", envelopeSize))
	for range many {
		id := protocol.NewID()
		if err := j.Commit(id, body, time.Now()); err != nil {
			b.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// settleAlone is how many receipts a second the journal takes, one after another.
func settleAlone(b *testing.B, many int) float64 {
	b.Helper()
	j := openJournal(b)
	ids, digest := fill(b, j, many), protocol.SHA256(envelope(strings.Repeat("x", envelopeSize)))
	start := time.Now()
	for _, id := range ids {
		if err := j.Settle(protocol.Receipt{ID: id, BodySHA256: digest, Verdict: protocol.Accepted, Time: time.Now()}); err != nil {
			b.Fatal(err)
		}
	}
	return float64(many) / time.Since(start).Seconds()
}

// street is both services and the platform, so far away.
func street(b *testing.B, j *journal.Journal, l *ledger, room int, far time.Duration) (*uplink.Desk, func()) {
	b.Helper()
	authority := newAuthority(b)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(far)
		l.ServeHTTP(w, r)
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority.pool(), Certificates: []tls.Certificate{authority.issue(b, "platform")}}
	server.EnableHTTP2 = true
	server.StartTLS()
	base, _ := url.Parse(server.URL)
	path, quiet := filepath.Join(b.TempDir(), "s"), slog.New(slog.DiscardHandler)
	listener, err := socket.Listen(path, socket.Me(), quiet)
	if err != nil {
		b.Fatal(err)
	}
	desk := uplink.NewDesk(uplink.DeskConfig{
		Journal: j, Log: quiet, Bundle: func([]byte) error { return nil },
		Keys: func() []protocol.PublicKey { return []protocol.PublicKey{l.key.PublicKey()} },
	})
	carrier := uplink.NewCarrier(path, base, &tls.Config{RootCAs: authority.pool(), Certificates: []tls.Certificate{authority.issue(b, "terminal")}}, quiet)
	uplink.Widen(carrier, room)
	return desk, serve(desk, carrier, listener, server.Close)
}

func serve(desk *uplink.Desk, carrier *uplink.Carrier, listener net.Listener, last func()) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { desk.Run(ctx, listener) })
	running.Go(func() { carrier.Run(ctx) })
	return func() { cancel(); running.Wait(); last() }
}

// drain waits until nothing waits, and tells when that many were delivered. It
// looks at the outbox only, as Pressure counts all of it.
func drain(b *testing.B, j *journal.Journal, l *ledger, many int) (half time.Time) {
	b.Helper()
	for {
		changed, waits := j.Changed(), false
		if half.IsZero() && l.delivered() >= many {
			half = time.Now()
		}
		if err := j.Outbox(1, func(protocol.ID, string) { waits = true }); err != nil {
			b.Fatal(err)
		}
		if !waits {
			return half
		}
		<-changed
	}
}

// askMeanwhile asks about a key, again and again, and keeps how long that took.
func askMeanwhile(b *testing.B, desk *uplink.Desk) (stop func(), waits func() []time.Duration) {
	ctx, cancel := context.WithCancel(b.Context())
	var asking sync.WaitGroup
	var took []time.Duration
	asking.Go(func() {
		for ctx.Err() == nil {
			start := time.Now()
			if _, err := desk.QueryKey(ctx, envelope("q")); err == nil {
				took = append(took, time.Since(start))
			}
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	return cancel, func() []time.Duration {
		asking.Wait()
		slices.Sort(took)
		return append(took, 0)[:max(1, len(took))]
	}
}
