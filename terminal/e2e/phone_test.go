//go:build e2e

package e2e_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

// phone is the citizen's app: one key, one registration key, and the platform's
// own protocol.
type phone struct {
	t      *testing.T
	client *http.Client
	base   string
	app    protocol.PrivateKey
	issued protocol.IssuedKey
}

// newPhone asks for a registration key at once.
func newPhone(t *testing.T, base string, roots *x509.CertPool) *phone {
	t.Helper()
	app := protocol.NewPrivateKey()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}}
	p := &phone{t: t, base: base, app: app, client: &http.Client{Transport: transport, Timeout: uitest.Patience}}
	t.Cleanup(transport.CloseIdleConnections)
	request, err := protocol.SignKeyRequest(protocol.KeyRequest{Nonce: p.nonce(), Time: time.Now().UTC().Truncate(time.Second)}, app)
	if err != nil {
		t.Fatal(err)
	}
	if status := p.call(http.MethodPost, "/v1/registration-keys", request, &p.issued); status != http.StatusOK {
		t.Fatalf("asking for a registration key: status %d", status)
	}
	return p
}

// digits are what the citizen types at the terminal.
func (p *phone) digits() []byte {
	return bytes.ReplaceAll(p.issued.RegistrationKey.Grouped(), []byte(" "), nil)
}

func (p *phone) nonce() string {
	p.t.Helper()
	var n protocol.Nonce
	if status := p.call(http.MethodGet, "/v1/nonce", nil, &n); status != http.StatusOK {
		p.t.Fatalf("asking for a nonce: status %d", status)
	}
	return n.Nonce
}

// activate enters a code as the citizen reads it from the slip.
func (p *phone) activate(code []byte, confirm bool) (protocol.Activation, int) {
	p.t.Helper()
	typed, err := protocol.ParseCode(protocol.Digits6, code)
	if err != nil {
		p.t.Fatal(err)
	}
	request, err := protocol.SignActivation(protocol.ActivationRequest{Nonce: p.nonce(), Key: p.issued.RegistrationKey, Code: typed, Confirm: confirm}, p.app)
	if err != nil {
		p.t.Fatal(err)
	}
	var a protocol.Activation
	status := p.call(http.MethodPost, "/v1/activations", request, &a)
	return a, status
}

// binds goes through with it: the name first, then the binding.
func (p *phone) binds(code []byte, name string) {
	p.t.Helper()
	if a, status := p.activate(code, false); status != http.StatusOK || a.Status != protocol.Confirm || a.Name.Reveal() != name {
		p.t.Fatalf("the app is told status %d %q, want the name to confirm", status, a.Status)
	}
	if a, status := p.activate(code, true); status != http.StatusOK || a.Status != protocol.Bound {
		p.t.Fatalf("activation: status %d %q, want bound", status, a.Status)
	}
}

// bindsEventually waits for a registration that is still on its way.
func (p *phone) bindsEventually(code []byte, name string) {
	p.t.Helper()
	deadline := time.Now().Add(uitest.Patience)
	for {
		a, status := p.activate(code, false)
		if status == http.StatusOK && a.Status == protocol.Confirm {
			p.binds(code, name)
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("the registration never arrived: status %d %q", status, a.Status)
		}
		<-time.After(3 * time.Second) // the platform lets an app ask again after that
	}
}

func (p *phone) call(method, path string, body []byte, answer any) int {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), method, p.base+path, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Content-Type", protocol.MediaJOSE)
	response, err := p.client.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, protocol.MaxBody))
	if err != nil {
		p.t.Fatal(err)
	}
	if response.StatusCode == http.StatusOK {
		if err := json.Unmarshal(content, answer); err != nil {
			p.t.Fatalf("%s %s: %v: %s", method, path, err, content)
		}
	}
	return response.StatusCode
}
