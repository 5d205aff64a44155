package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/devices"
	"github.com/digital-watashi/kiosk/terminal/service"
	"github.com/digital-watashi/kiosk/terminal/status"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// machine is a machine with terminald on it, and what it needs on its disk.
type machine struct {
	t      *testing.T
	config Config
	log    logged
	keys   struct{ device, seal, receipt, bundle protocol.PrivateKey }
	cert   *x509.Certificate
}

// newMachine is not provisioned yet. Its printer is unplugged, and its reader's
// name is nobody's.
func newMachine(t *testing.T) *machine {
	dir, me := t.TempDir(), strconv.Itoa(os.Getuid())
	m := &machine{t: t, config: Defaults()}
	m.config.StateDir = filepath.Join(dir, "state")
	m.config.Reader = "no reader of this name"
	m.config.Printer = devices.Printer{Kind: "usb", Path: filepath.Join(dir, "lp0"), WidthDots: 576, PatienceSeconds: 15}
	m.config.UI = UI{Listen: "127.0.0.1:0", URLFile: filepath.Join(dir, "screen.url")}
	m.config.UplinkSocket, m.config.StatusSocket = filepath.Join(dir, "uplink"), filepath.Join(dir, "status")
	m.config.UplinkUsers, m.config.StatusUsers = []string{me}, []string{me}
	m.keys.device, m.keys.seal = protocol.NewPrivateKey(), protocol.NewPrivateKey()
	m.keys.receipt, m.keys.bundle = protocol.NewPrivateKey(), protocol.NewPrivateKey()
	if err := m.config.Validate(); err != nil {
		t.Fatal(err)
	}
	return m
}

// provision leaves what watashi-provision would.
func (m *machine) provision(e protocol.Environment) {
	m.t.Helper()
	uris, err := protocol.Terminal{ID: "t-0001", Environment: e, Protection: protocol.ProtectionFile}.URIs()
	m.must(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), URIs: uris, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, m.keys.device.Public(), m.keys.device)
	m.must(err)
	m.cert, err = x509.ParseCertificate(der)
	m.must(err)
	key, err := m.keys.device.PEM()
	m.must(err)
	m.must(os.MkdirAll(m.config.StateDir, 0o700))
	m.write("bundle.jws", m.bundle(e, 1))
	m.write("device.key", key)
	m.write("device.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func (m *machine) bundle(e protocol.Environment, version int) []byte {
	m.t.Helper()
	jws, err := protocol.SignBundle(protocol.Bundle{
		Version: version, PlatformID: "platform-test", Environment: e,
		EncryptionKeys: []protocol.PublicKey{m.keys.seal.PublicKey()}, ReceiptKeys: []protocol.PublicKey{m.keys.receipt.PublicKey()},
		BundleKeys: []protocol.PublicKey{m.keys.bundle.PublicKey()},
		JPKI:       [][]byte{haltest.NewCA().Certificates()[0].Raw}, SigningPolicies: []string{mynumber.TestSigningPolicy().String()}, CodeProfile: protocol.Digits6,
		Photo: protocol.PhotoOff, Offline: protocol.OfflineAllow, Languages: []string{"ja", "en"},
		Contact: map[string]string{"ja": "0120-000-000", "en": "0120-000-000"},
		Limits:  protocol.Limits{MaxUnsent: 100, MaxUnsentHours: 72, MaxSkewSeconds: 300},
		Issued:  time.Now().UTC().Truncate(time.Second),
	}, m.keys.bundle)
	m.must(err)
	return jws
}

func (m *machine) write(name string, content []byte) {
	m.t.Helper()
	m.must(os.WriteFile(filepath.Join(m.config.StateDir, name), content, 0o600))
}

// logged is what terminald logs; it may be read while it runs.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (m *machine) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// start runs terminald with the devices that it has in a street, until the test
// ends.
func (m *machine) start() { m.startWith(assemble) }

// startWith runs terminald with devices of the test's own. It ends with the test
// or when it is told to, in order.
func (m *machine) startWith(devices assembler) (stop func()) {
	ctx, cancel := context.WithCancel(m.t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, m.config, devices, &service.Notifier{}, slog.New(slog.NewTextHandler(&m.log, nil)))
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			m.t.Errorf("ended with %v", err)
		}
	})
	m.t.Cleanup(stop)
	return stop
}

// carry runs what uplinkd does, against a platform of the test's own, until the test
// ends.
func (m *machine) carry(platform *httptest.Server) {
	m.t.Helper()
	base, err := url.Parse(platform.URL)
	m.must(err)
	carrier := &uplink.Carrier{Desk: unixClient(m.config.UplinkSocket), Platform: platform.Client(), Base: base, Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(m.t.Context())
	ended := make(chan error)
	go func() { ended <- carrier.Run(ctx) }()
	m.t.Cleanup(func() { cancel(); <-ended })
}

// ask asks the status socket for something, and reads a JSON answer into a value.
func (m *machine) ask(method, path string, into any) (status int) {
	m.t.Helper()
	request, err := http.NewRequest(method, "http://terminal"+path, nil)
	m.must(err)
	response, err := unixClient(m.config.StatusSocket).Do(request)
	m.must(err)
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		raw, err := io.ReadAll(response.Body)
		m.must(err)
		if path == "/queue" {
			m.must(judgeBySchema("queue", raw))
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		m.must(d.Decode(into))
	}
	return response.StatusCode
}

// until asks the status socket until the answer is as wanted.
func (m *machine) until(what string, is func(status.Terminal) bool) status.Terminal {
	m.t.Helper()
	deadline, tick := time.After(time.Minute), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for {
		s, err := m.status()
		if err == nil && is(s) {
			return s
		}
		select {
		case <-tick.C:
		case <-deadline:
			m.t.Fatalf("waited for %s in vain; last %+v, %v", what, s, err)
		}
	}
}

func (m *machine) status() (s status.Terminal, err error) {
	response, err := unixClient(m.config.StatusSocket).Get("http://terminal/status")
	if err != nil {
		return s, err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err == nil {
		err = judgeBySchema("status", raw)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return s, errors.Join(err, d.Decode(&s))
}

// judgeBySchema holds what terminald says to what is promised of it.
func judgeBySchema(name string, raw []byte) error {
	document, err := status.Schemas.Open("schema/" + name + ".json")
	if err != nil {
		return err
	}
	defer document.Close()
	said, err := jsonschema.UnmarshalJSON(document)
	if err != nil {
		return err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource(name+".json", said); err != nil {
		return err
	}
	schema, err := c.Compile(name + ".json")
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

func unixClient(path string) *http.Client {
	return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
	}}
}
