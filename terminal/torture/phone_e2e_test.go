//go:build e2e

package torture_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// phone is a citizen's app with one registration key.
type phone struct {
	client *http.Client
	app    protocol.PrivateKey
	issued protocol.IssuedKey
}

// newPhone makes the n-th phone, which has an address of its own: the platform
// limits what comes from one. It asks for a registration key until it has one.
func newPhone(ctx context.Context, roots *x509.CertPool, n int) (*phone, error) {
	from := &net.TCPAddr{IP: net.IPv4(127, 1, byte(n>>8), byte(n))}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13},
		DialContext:     (&net.Dialer{LocalAddr: from}).DialContext, DisableKeepAlives: true,
	}
	p := &phone{client: &http.Client{Transport: transport, Timeout: 10 * time.Second}, app: protocol.NewPrivateKey()}
	return p, eventually(ctx, "a registration key", func() error { return p.ask(ctx) })
}

func (p *phone) ask(ctx context.Context) error {
	nonce, err := p.nonce(ctx)
	if err != nil {
		return err
	}
	request, err := protocol.SignKeyRequest(protocol.KeyRequest{Nonce: nonce, Time: time.Now().UTC().Truncate(time.Second)}, p.app)
	if err != nil {
		return err
	}
	status, err := p.call(ctx, http.MethodPost, "/v1/registration-keys", request, &p.issued)
	if err == nil && status != http.StatusOK {
		return fmt.Errorf("status %d", status)
	}
	return err
}

// digits are what the citizen types at the terminal.
func (p *phone) digits() []byte {
	return bytes.ReplaceAll(p.issued.RegistrationKey.Grouped(), []byte(" "), nil)
}

func (p *phone) nonce(ctx context.Context) (string, error) {
	var n protocol.Nonce
	status, err := p.call(ctx, http.MethodGet, "/v1/nonce", nil, &n)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("status %d", status)
	}
	return n.Nonce, err
}

// activate enters a code as the citizen reads it.
func (p *phone) activate(ctx context.Context, code []byte) (a protocol.Activation, status int, err error) {
	typed, err := protocol.ParseCode(protocol.Digits6, code)
	if err != nil {
		return a, 0, err
	}
	nonce, err := p.nonce(ctx)
	if err != nil {
		return a, 0, err
	}
	request, err := protocol.SignActivation(protocol.ActivationRequest{Nonce: nonce, Key: p.issued.RegistrationKey, Code: typed, Confirm: true}, p.app)
	if err != nil {
		return a, 0, err
	}
	status, err = p.call(ctx, http.MethodPost, "/v1/activations", request, &a)
	return a, status, err
}

func (p *phone) call(ctx context.Context, method, path string, body []byte, answer any) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, method, "https://"+platformAddress+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", protocol.MediaJOSE)
	response, err := p.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, protocol.MaxBody))
	if err == nil && response.StatusCode == http.StatusOK {
		err = json.Unmarshal(content, answer)
	}
	return response.StatusCode, err
}

// patience is how long anything may take that must happen in the end.
const patience = 60 * time.Second

// eventually tries again and again until it works, as a person does.
func eventually(ctx context.Context, what string, try func() error) error {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting in vain for %s: %w", what, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
