//go:build unix

package platform_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/postgres"
	"github.com/digital-watashi/kiosk/platform/postgres/postgrestest"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// How much of the processor time of an intake is cryptography? The rest is what
// the platform and its store cost.
//
// What is measured is the processor time, user and system, of this process while
// it does nothing but answer: routes, judgement, receipt, store, garbage
// collector, and what the kernel spends on writes and fsync of the embedded store.
// What is sent was made before and lies outside the heap. The network is on neither side: no HTTP framing and no
// TLS, neither as work nor as cryptography. The time that PostgreSQL itself takes
// is its own machine's.
//
// The cryptography is measured right after, by as many goroutines under the same
// garbage collector; cryptography says what is in it. Beside it stands what it costs
// in the clothes of the protocol, JWE, JWS, CMS and X.509, as the libraries put them
// on: what is left to the whole is routes, records and store.

func BenchmarkIntakeEmbedded(b *testing.B) {
	intake(b, newWorld(b))
}

func BenchmarkIntakePostgres(b *testing.B) {
	server := postgrestest.Start(b)
	dsn := server.Database()
	w := newWorld(b, func(c *platform.Config) { c.Store = ok(postgres.Open(background, dsn))(b) })
	if said, failed := server.Say(dsn, manyRegistrations); failed {
		b.Fatal(said)
	}
	intake(b, w)
}

// carriers is how many deliver at once: a platform that is asked for nothing else
// meanwhile would spend its time on waiting, and nothing would share an fsync.
const carriers = 64

// gcPercent is platformd's.
const gcPercent = 400

// manyRegistrations are what a platform has that needs this store. In a table that
// is nearly empty all ids lie on one page of the index, and transactions take each
// other for a conflict.
const manyRegistrations = `insert into registrations (id, body, receipt, arrived, waiting, in_review, code_kept, record)
	select gen_random_uuid(), decode(repeat('00', 32), 'hex'), '', now(), false, false, false, '{}' from generate_series(1, 100000); analyze`

func intake(b *testing.B, w *world) {
	m, key := w.machine("atm-0001"), w.phone().registers().RegistrationKey
	ids, envelopes := make([]protocol.ID, b.N), make([][]byte, b.N)
	for i := range ids {
		id, _, envelope := m.visits(midori(), key)
		ids[i], envelopes[i] = id, outsideHeap(b, envelope)
	}
	carrying := make([]*carrier, carriers)
	for i := range carrying {
		carrying[i] = newCarrier(m.peer())
	}
	handler := w.Handler()
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	b.ResetTimer()
	whole := processorTime(b, func(who, i int) {
		if c := carrying[who]; c.deliver(handler, ids[i], envelopes[i]) != http.StatusOK {
			b.Errorf("got %d %s", c.status, c.taken)
		}
	})
	b.StopTimer()
	sample := m.visit(midori(), key)
	receipt, err := w.Import(background, ids[0], envelopes[0])
	must(b, err)
	alone := newCryptography(b, m, sample, sample.seal(b), receipt)
	crypto := processorTime(b, func(int, int) { alone.intake() })
	protocols := processorTime(b, func(int, int) { alone.asWeDoIt(ids[0]) })
	b.ReportMetric(float64(whole.Microseconds())/float64(b.N), "µs-cpu/op")
	b.ReportMetric(float64(crypto.Microseconds())/float64(b.N), "µs-crypto/op")
	b.ReportMetric(float64(crypto)/float64(whole), "crypto/cpu")
	b.ReportMetric(float64(protocols)/float64(whole), "protocol/cpu")
}

// carrier delivers one after the other, with one request and one answer: what they
// cost is next to nothing, and is not the platform's.
type carrier struct {
	request *http.Request
	body    bytes.Reader

	header http.Header // of the answer
	status int
	taken  []byte
}

func newCarrier(peer *x509.Certificate) *carrier {
	c := &carrier{request: httptest.NewRequest("PUT", "/", nil), header: http.Header{}}
	c.request.Header.Set("Content-Type", protocol.MediaJOSE)
	c.request.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{peer}}
	return c
}

func (c *carrier) deliver(to http.Handler, id protocol.ID, envelope []byte) (status int) {
	c.body.Reset(envelope)
	c.request.URL.Path = "/v1/registrations/" + id.String()
	c.request.Body, c.request.ContentLength = io.NopCloser(&c.body), int64(len(envelope))
	clear(c.header)
	c.status, c.taken = 0, c.taken[:0]
	to.ServeHTTP(c, c.request)
	return c.status
}

// Header, WriteHeader and Write take the answer (http.ResponseWriter).
func (c *carrier) Header() http.Header         { return c.header }
func (c *carrier) WriteHeader(status int)      { c.status = status }
func (c *carrier) Write(b []byte) (int, error) { c.taken = append(c.taken, b...); return len(b), nil }

// outsideHeap is a copy that the garbage collector does not see: a platform does
// not hold thousands of envelopes either.
func outsideHeap(b *testing.B, envelope []byte) []byte {
	memory := ok(syscall.Mmap(-1, 0, len(envelope), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE))(b)
	b.Cleanup(func() { must(b, syscall.Munmap(memory)) })
	copy(memory, envelope)
	return memory
}

// peer is the certificate that the machine's carrier shows.
func (m *machine) peer() *x509.Certificate {
	shown := m.carry.Transport.(described).next.(*http.Transport).TLSClientConfig.Certificates[0]
	return ok(x509.ParseCertificate(shown.Certificate[0]))(m.w.t)
}

// processorTime is what this process uses for b.N pieces of work, the carriers
// together.
func processorTime(b *testing.B, work func(who, i int)) time.Duration {
	runtime.GC() // what came before is nobody's
	before := usedSoFar(b)
	var next atomic.Int64
	var all sync.WaitGroup
	for who := range carriers {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				work(who, int(i))
			}
		})
	}
	all.Wait()
	return usedSoFar(b) - before
}

func usedSoFar(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(fmt.Errorf("asking for the processor time: %w", err))
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
