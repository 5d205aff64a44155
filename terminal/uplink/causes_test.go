package uplink_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// Each failure of a real handshake reaches the Desk as its own word, with a
// sentence for the technician.
func TestFailuresOfTLSAreToldApart(t *testing.T) {
	ours, strange := newAuthority(t), newAuthority(t)
	good, client := ours.issue(t, "platform"), ours.issue(t, "terminal")
	hour := time.Hour
	tests := map[string]struct {
		server, client tls.Certificate
		roots          *x509.CertPool
		want           string
	}{
		"expired":           {ours.issueAs(t, -2*hour, -hour, loopback(), x509.ExtKeyUsageServerAuth), client, ours.pool(), uplink.CauseTLSExpired},
		"not yet valid":     {ours.issueAs(t, hour, 2*hour, loopback(), x509.ExtKeyUsageServerAuth), client, ours.pool(), uplink.CauseTLSEarly},
		"another name":      {ours.issueAs(t, -hour, hour, net.IPv4(192, 0, 2, 1), x509.ExtKeyUsageServerAuth), client, ours.pool(), uplink.CauseTLSName},
		"no server":         {ours.issueAs(t, -hour, hour, loopback(), x509.ExtKeyUsageClientAuth), client, ours.pool(), uplink.CauseTLSPurpose},
		"unknown CA":        {good, client, strange.pool(), uplink.CauseTLSUnknownCA},
		"ours expired":      {good, ours.issueAs(t, -2*hour, -hour, loopback(), x509.ExtKeyUsageClientAuth), ours.pool(), uplink.CauseTLSOwnExpired},
		"ours of a strange": {good, strange.issue(t, "terminal"), ours.pool(), uplink.CauseTLSOwnUnknown},
		"ours missing":      {good, tls.Certificate{}, ours.pool(), uplink.CauseTLSOwnRefused},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ours.pool(), Certificates: []tls.Certificate{test.server}}
			server.StartTLS()
			t.Cleanup(server.Close)
			config := &tls.Config{RootCAs: test.roots, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &test.client, nil }}
			told := causeTold(t, server.URL, config)
			if told.Cause != test.want || told.Words == "" || strings.Contains(told.Words, test.want) {
				t.Errorf("told %q: %s, want %q", told.Cause, told.Words, test.want)
			}
		})
	}
}

func TestWhatIsWrongWithTheLineIsToldApart(t *testing.T) {
	const closed = "127.0.0.1:1" // a port that nobody is given by chance, and nobody serves
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	tests := map[string]string{
		"https://" + closed:                            uplink.CauseRefused,
		strings.Replace(plain.URL, "http", "https", 1): uplink.CauseTLSNone,
	}
	for address, want := range tests {
		if told := causeTold(t, address, &tls.Config{}); told.Cause != want || told.Words == "" {
			t.Errorf("%s: told %q: %s, want %q", address, told.Cause, told.Words, want)
		}
	}
	broken := &tls.Config{InsecureSkipVerify: true, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		return nil, fmt.Errorf("%w: no such file", uplink.ErrIdentity)
	}}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	if told := causeTold(t, server.URL, broken); told.Cause != uplink.CauseIdentity {
		t.Errorf("without a key of its own: told %q", told.Cause)
	}
}

// causeTold runs both services against one address until the Desk knows why it
// is not reached.
func causeTold(t *testing.T, address string, config *tls.Config) (link uplink.Link) {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	w, path := newWorld(t), filepath.Join(t.TempDir(), "s")
	l := listen(t, path)
	run(t, func(ctx context.Context) { w.desk.Run(ctx, l) })
	carrier := uplink.NewCarrier(path, base, config, w.config.Log)
	run(t, func(ctx context.Context) { carrier.Run(ctx) })
	until(t, "a cause", func() bool {
		link, _ = w.desk.Status()
		return link.Cause != uplink.CauseNoContact && link.Cause != uplink.CauseNotTried
	})
	return link
}

// Alerts that no server of Go sends, and errors that need a broken network.
func TestErrorsOfTheNetworkBecomeOneWord(t *testing.T) {
	alert := func(n uint8) error { return &net.OpError{Op: "remote error", Err: tls.AlertError(n)} }
	dial := func(err error) error {
		return &url.Error{Op: "Put", URL: "https://p.example", Err: &net.OpError{Op: "dial", Err: err}}
	}
	tests := []struct {
		err  error
		want string
	}{
		{alert(44), uplink.CauseTLSRevoked},
		{alert(45), uplink.CauseTLSOwnExpired},
		{alert(48), uplink.CauseTLSOwnUnknown},
		{alert(42), uplink.CauseTLSOwnRefused},
		{alert(116), uplink.CauseTLSOwnRefused},
		{alert(40), uplink.CauseTLSVersion},
		{alert(70), uplink.CauseTLSVersion},
		{alert(80), uplink.CauseTLS},
		{dial(syscall.ECONNREFUSED), uplink.CauseRefused},
		{dial(syscall.ECONNRESET), uplink.CauseReset},
		{dial(syscall.EPIPE), uplink.CauseReset},
		{dial(syscall.ENETUNREACH), uplink.CauseNoRoute},
		{dial(syscall.EHOSTUNREACH), uplink.CauseNoRoute},
		{dial(&net.DNSError{Err: "no such host"}), uplink.CauseDNS},
		{dial(context.DeadlineExceeded), uplink.CauseTimeout},
		{fmt.Errorf("reading the answer: %w", io.ErrUnexpectedEOF), uplink.CauseCut},
		{errors.New("something else"), uplink.CauseNetwork},
	}
	for _, test := range tests {
		if got := uplink.CauseOf(test.err); got != test.want {
			t.Errorf("%v is %q, want %q", test.err, got, test.want)
		}
		if uplink.Explain(test.want) == uplink.Explain("no-such-word") {
			t.Errorf("%q has no sentence", test.want)
		}
	}
}

// What answers in the platform's place settles nothing and is told.
func TestStrangersAnswersSettleNothing(t *testing.T) {
	id := protocol.ID{1}
	path := "/v1/registrations/" + id.String()
	receipt := func(w *world, body []byte) []byte { return w.platform.receipt(id, body, protocol.Accepted) }
	tests := map[string]struct {
		answer func(w *world, rw http.ResponseWriter, body []byte)
		want   string
	}{
		"another media type": {func(w *world, rw http.ResponseWriter, body []byte) {
			rw.Header().Set("Content-Type", "text/html")
			rw.Write(receipt(w, body))
		}, uplink.CauseMedia},
		"no media type": {func(w *world, rw http.ResponseWriter, body []byte) {
			rw.Header()["Content-Type"] = nil
			rw.Write(receipt(w, body))
		}, uplink.CauseMedia},
		"longer than any": {func(w *world, rw http.ResponseWriter, body []byte) {
			jose(rw, append(receipt(w, body), make([]byte, protocol.MaxBody)...))
		}, uplink.CauseTooLong},
		"cut": {func(w *world, rw http.ResponseWriter, body []byte) {
			rw.Header().Set("Content-Length", "100000")
			jose(rw, receipt(w, body))
		}, uplink.CauseCut},
		"for another id": {func(w *world, rw http.ResponseWriter, body []byte) {
			jose(rw, w.platform.receipt(protocol.ID{2}, body, protocol.Accepted))
		}, uplink.CauseReceipt},
		"for another body": {func(w *world, rw http.ResponseWriter, body []byte) {
			jose(rw, receipt(w, []byte("other")))
		}, uplink.CauseReceipt},
		"drop by drop": {func(w *world, rw http.ResponseWriter, body []byte) {
			for _, b := range receipt(w, body) {
				jose(rw, []byte{b})
				rw.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		}, uplink.CauseTimeout},
		"elsewhere": {func(_ *world, rw http.ResponseWriter, _ []byte) {
			rw.Header().Set("Location", "https://elsewhere.example/")
			rw.WriteHeader(http.StatusTemporaryRedirect)
		}, ""},
		"a receipt under an error": {func(w *world, rw http.ResponseWriter, body []byte) {
			rw.WriteHeader(http.StatusInternalServerError)
			rw.Write(receipt(w, body))
		}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.shelf.put(id, "registration", "e")
				w.platform.on(path, func(rw http.ResponseWriter, body []byte) { test.answer(w, rw, body) })
				w.carry()
				w.wait(10 * time.Minute)
				if got := w.shelf.verdicts(); len(got) != 0 {
					t.Errorf("settled %v", got)
				}
				if _, refused := w.desk.Status(); len(refused) != 1 || refused[0].Code != test.want || refused[0].Permanent {
					t.Errorf("told %+v, want %q", refused, test.want)
				}
				w.platform.on(path, nil)
				w.wait(10 * time.Minute)
				if got := w.shelf.verdicts(); len(got) != 1 {
					t.Errorf("settled %v when it was over, want once", got)
				}
			})
		})
	}
}

func loopback() net.IP { return net.IPv4(127, 0, 0, 1) }

func (a authority) issueAs(t *testing.T, from, to time.Duration, ip net.IP, usage x509.ExtKeyUsage) tls.Certificate {
	t.Helper()
	now := time.Now()
	key, der := sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "other"}, NotBefore: now.Add(from), NotAfter: now.Add(to),
		IPAddresses: []net.IP{ip}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{usage},
	}, &a)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
