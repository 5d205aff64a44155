//go:build unix

package platform_test

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"runtime"
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
// the platform and its store cost. The time that the database itself takes is its
// own machine's.

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
// meanwhile would spend its time on waiting.
const carriers = 8

// manyRegistrations are what a platform has that needs this store. In a table that
// is nearly empty all ids lie on one page of the index, and transactions take each
// other for a conflict.
const manyRegistrations = `insert into registrations (id, body, receipt, arrived, waiting, in_review, code_kept, record)
	select gen_random_uuid(), decode(repeat('00', 32), 'hex'), '', now(), false, false, false, '{}' from generate_series(1, 100000); analyze`

func intake(b *testing.B, w *world) {
	m, key := w.machine("atm-0001"), w.phone().registers().RegistrationKey
	ids, envelopes := make([]protocol.ID, b.N), make([][]byte, b.N)
	for i := range envelopes {
		ids[i], _, envelopes[i] = m.visits(midori(), key)
	}
	handler, peer := w.Handler(), m.peer()
	runtime.GC() // what it took to make them is nobody's intake
	b.ResetTimer()
	before := processorTime(b)
	var next atomic.Int64
	var all sync.WaitGroup
	for range carriers {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				r := httptest.NewRequest("PUT", "/v1/registrations/"+ids[i].String(), bytes.NewReader(envelopes[i]))
				r.Header.Set("Content-Type", protocol.MediaJOSE)
				r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{peer}}
				answer := httptest.NewRecorder()
				if handler.ServeHTTP(answer, r); answer.Code != http.StatusOK {
					b.Errorf("got %d %s", answer.Code, answer.Body)
				}
			}
		})
	}
	all.Wait()
	whole := processorTime(b) - before
	b.StopTimer()
	alone := cryptographyOf(b, envelopes[0])
	b.ReportMetric(float64(whole.Microseconds())/float64(b.N), "µs-cpu/op")
	b.ReportMetric(float64(alone.Microseconds())/float64(b.N), "µs-crypto/op")
	b.ReportMetric(float64(alone)/float64(whole), "crypto/cpu")
}

// peer is the certificate that the machine's carrier shows.
func (m *machine) peer() *x509.Certificate {
	shown := m.carry.Transport.(described).next.(*http.Transport).TLSClientConfig.Certificates[0]
	return ok(x509.ParseCertificate(shown.Certificate[0]))(m.w.t)
}

// processorTime is what this process has used.
func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// cryptographyOf is the processor time of what an intake cannot do without, b.N
// times: one agreement and one decryption; the signatures of the carrier's and the
// terminal's certificate, of the registration, the application and the citizen's
// certificate; the hashes; the receipt's signature.
func cryptographyOf(b *testing.B, envelope []byte) time.Duration {
	hash := sha256.Sum256(envelope)
	ec := newECDSA()
	ecSigned := ok(ecdsa.SignASN1(rand.Reader, ec, hash[:]))(b)
	card := ok(rsa.GenerateKey(rand.Reader, 2048))(b)
	cardSigned := ok(rsa.SignPKCS1v15(rand.Reader, card, crypto.SHA256, hash[:]))(b)
	ours, theirs := ok(ecdh.P256().GenerateKey(rand.Reader))(b), ok(ecdh.P256().GenerateKey(rand.Reader))(b)
	gcm := ok(cipher.NewGCM(ok(aes.NewCipher(hash[:]))(b)))(b)
	nonce := make([]byte, gcm.NonceSize())
	sealed := gcm.Seal(nil, nonce, envelope[:len(envelope)*3/4], nil)
	before := processorTime(b)
	for range b.N {
		public := ok(ecdh.P256().NewPublicKey(theirs.PublicKey().Bytes()))(b)
		ok(ours.ECDH(public))(b)
		ok(gcm.Open(nil, nonce, sealed, nil))(b)
		for range 3 {
			if !ecdsa.VerifyASN1(&ec.PublicKey, hash[:], ecSigned) {
				b.Fatal("a signature does not verify")
			}
		}
		for range 2 {
			must(b, rsa.VerifyPKCS1v15(&card.PublicKey, crypto.SHA256, hash[:], cardSigned))
		}
		for range 4 {
			mac := hmac.New(sha256.New, hash[:])
			mac.Write(hash[:])
			mac.Sum(nil)
			sha256.Sum256(envelope)
		}
		ok(ecdsa.SignASN1(rand.Reader, ec, hash[:]))(b)
	}
	return processorTime(b) - before
}
