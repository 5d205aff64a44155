package street

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

// A Phone is a citizen's app: one key of its own, and one registration key.
type Phone struct {
	Issued protocol.IssuedKey

	client *http.Client
	app    protocol.PrivateKey
}

// NewPhone is a phone that asked for nothing yet. from is an address of its own, as
// the platform limits what comes from one; nil is the machine's.
func NewPhone(roots *x509.CertPool, from net.IP) *Phone {
	dialer := &net.Dialer{}
	if from != nil {
		dialer.LocalAddr = &net.TCPAddr{IP: from}
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}, DialContext: dialer.DialContext, DisableKeepAlives: true,
	}
	return &Phone{client: &http.Client{Transport: transport, Timeout: 10 * time.Second}, app: protocol.NewPrivateKey()}
}

// Ask asks for a registration key.
func (p *Phone) Ask(ctx context.Context) error {
	nonce, err := p.nonce(ctx)
	if err != nil {
		return err
	}
	request, err := protocol.SignKeyRequest(protocol.KeyRequest{Nonce: nonce, Time: time.Now().UTC().Truncate(time.Second)}, p.app)
	if err != nil {
		return err
	}
	status, err := p.call(ctx, http.MethodPost, "/v1/registration-keys", request, &p.Issued)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("asking for a registration key: status %d", status)
	}
	return err
}

// Digits are what the citizen types at the terminal.
func (p *Phone) Digits() []byte {
	return bytes.ReplaceAll(p.Issued.RegistrationKey.Grouped(), []byte(" "), nil)
}

func (p *Phone) nonce(ctx context.Context) (string, error) {
	var n protocol.Nonce
	status, err := p.call(ctx, http.MethodGet, "/v1/nonce", nil, &n)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("asking for a nonce: status %d", status)
	}
	return n.Nonce, err
}

// Activate enters a code as the citizen reads it from the slip.
func (p *Phone) Activate(ctx context.Context, code []byte, confirm bool) (a protocol.Activation, status int, err error) {
	typed, err := protocol.ParseCode(protocol.Digits6, code)
	if err != nil {
		return a, 0, err
	}
	nonce, err := p.nonce(ctx)
	if err != nil {
		return a, 0, err
	}
	request, err := protocol.SignActivation(protocol.ActivationRequest{Nonce: nonce, Key: p.Issued.RegistrationKey, Code: typed, Confirm: confirm}, p.app)
	if err != nil {
		return a, 0, err
	}
	status, err = p.call(ctx, http.MethodPost, "/v1/activations", request, &a)
	return a, status, err
}

func (p *Phone) call(ctx context.Context, method, path string, body []byte, answer any) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, method, "https://"+PlatformAddress+path, bytes.NewReader(body))
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
