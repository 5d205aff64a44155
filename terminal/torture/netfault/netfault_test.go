package netfault_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/torture/netfault"
)

// What each fault promises: how often the platform was asked, and what of its
// answer has come.
func TestEachFaultSpoilsWhatItSays(t *testing.T) {
	tests := map[netfault.Fault]struct {
		asked  int32
		whole  bool // the platform's answer came
		status int
	}{
		netfault.Refuse:      {0, false, 0},
		netfault.ResetBefore: {0, false, 0},
		netfault.ResetAfter:  {1, false, 0},
		netfault.HalfClose:   {1, false, 200},
		netfault.SlowLoris:   {1, false, 200},
		netfault.CutBody:     {1, false, 200},
		netfault.Duplicate:   {2, true, 200},
		netfault.Reorder:     {1, true, 200},
		netfault.TooMany:     {0, false, 429},
		netfault.ServerError: {0, false, 500},
		netfault.Expired:     {0, false, 0},
		netfault.WrongClock:  {1, true, 200},
		netfault.Stall:       {1, false, 0},
	}
	if len(tests) != len(netfault.Faults()) {
		t.Errorf("%d of %d faults are tried", len(tests), len(netfault.Faults()))
	}
	for fault, want := range tests {
		t.Run(string(fault), func(t *testing.T) {
			n := newNetwork(t)
			if status, body, _ := n.put(t); status != 200 || body != answer {
				t.Fatalf("with no fault: %d %q", status, body)
			}
			if fault == netfault.SlowLoris || fault == netfault.Stall {
				n.client.Timeout = 3 * time.Second // these end with the client's patience
			}
			n.asked.Store(0)
			n.proxy.Arm(fault, netfault.Upload, 1)
			status, body, date := n.put(t)
			if status != want.status || (body == answer) != want.whole || n.asked.Load() != want.asked {
				t.Errorf("got %d %q, platform asked %d times, want %+v", status, body, n.asked.Load(), want)
			}
			if late := time.Since(date) > time.Hour; !date.IsZero() && late != (fault == netfault.WrongClock) {
				t.Errorf("the answer says it is %v", date)
			}
			if n.proxy.Hits()[fault] == 0 {
				t.Error("not counted")
			}
			n.proxy.Calm()
			n.again(t)
		})
	}
}

const answer = "an answer that has come whole"

type network struct {
	proxy  *netfault.Proxy
	client *http.Client
	asked  atomic.Int32
}

func newNetwork(t *testing.T) *network {
	n := &network{}
	platform := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n.asked.Add(1)
		io.WriteString(w, answer)
	}))
	t.Cleanup(platform.Close)
	base, err := url.Parse(platform.URL)
	if err != nil {
		t.Fatal(err)
	}
	good, roots := shown(t, time.Now().Add(time.Hour))
	expired, _ := shown(t, time.Now().Add(-time.Hour))
	if n.proxy, err = netfault.New(netfault.Config{Base: base, Upstream: &http.Transport{DisableKeepAlives: true}, Certificate: good, Expired: expired, Drip: time.Minute, Spell: time.Minute}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { n.proxy.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	n.client = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}}
	return n
}

// put uploads once and returns what came of the answer.
func (n *network) put(t *testing.T) (status int, body string, date time.Time) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPut, n.proxy.URL().String()+"/v1/registrations/1", strings.NewReader("an envelope"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := n.client.Do(request)
	if err != nil {
		return 0, "", time.Time{}
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		raw = nil
	}
	date, _ = http.ParseTime(response.Header.Get("Date"))
	return response.StatusCode, string(raw), date
}

// again waits until the network is as it was.
func (n *network) again(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if status, body, _ := n.put(t); status == 200 && body == answer {
			return
		}
	}
	t.Error("calm has not come back")
}

// shown is a certificate that is valid until then, and what trusts it.
func shown(t *testing.T, until time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: until.Add(-3 * time.Hour), NotAfter: until, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
