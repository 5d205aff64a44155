package provisioning

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/smallstep/pkcs7"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/tpm"
)

// Why the platform could not be asked, or did not give. A technician does
// something else about each.
var (
	// ErrUnreachable: no answer under the token's host.
	ErrUnreachable = errors.New("the platform does not answer")
	// ErrPin: somebody answers, but not the platform that made the token.
	ErrPin = errors.New("who answers is not the platform that made the token")
	// ErrSecret: the platform does not take the token's secret (any more).
	ErrSecret = errors.New("the platform refuses the token")
	// ErrTokenUsed and ErrTokenExpired are an ErrSecret as well: another key was
	// certified with the token before, or its time was over.
	ErrTokenUsed    = errors.New("the token was used before")
	ErrTokenExpired = errors.New("the token's time is over")
	// ErrStopped: the platform was told to have nothing to do with this machine, for
	// a time (suspended) or for good (retired).
	ErrStopped = errors.New("the platform has stopped this machine")
	// ErrClock: this machine's clock and the platform's are apart.
	ErrClock = errors.New("the clock of this machine is wrong")
	// ErrUnproven: the platform issues only over keys whose TPM it has tested.
	ErrUnproven = errors.New("the platform wants a key that its TPM has proven")
	// ErrRenewal: too late, or over another key than the platform knows.
	ErrRenewal = errors.New("the platform does not renew this certificate; a new token is needed")
	// ErrPlatform: the platform answered something that makes no sense here.
	ErrPlatform = errors.New("the platform's answer is no good")
)

const (
	answerTimeout = 30 * time.Second // of one request, all in all
	maxSkew       = 5 * time.Minute
	longestWish   = 2 * time.Minute // of Retry-After, all in all: many machines may come up at once
)

// platformClient speaks to one platform that the token's pin or roots vouch for.
type platformClient struct {
	host   string
	client *http.Client
	now    func() time.Time
	skew   time.Duration // how far this clock was ahead at the last answer
}

// firstContact knows nothing but the token: whoever answers must show a chain
// that leads to the CA with the pinned key.
func firstContact(t protocol.Token, now func() time.Time) *platformClient {
	name := hostName(t.Host)
	return newClient(t.Host, now, &tls.Config{
		// Not less verification but another root: VerifyConnection below does it all.
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			return verifyPinned(state.PeerCertificates, t.Pin, name, now())
		},
	})
}

// rooted knows the CAs; own, if it has a certificate, is shown.
func rooted(host string, trust roots, own *tls.Certificate, now func() time.Time) *platformClient {
	config := &tls.Config{RootCAs: trust.pool(), ServerName: hostName(host), Time: now}
	if own != nil {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return own, CheckKey(own.PrivateKey)
		}
	}
	return newClient(host, now, config)
}

func newClient(host string, now func() time.Time, config *tls.Config) *platformClient {
	config.MinVersion = tls.VersionTLS13
	return &platformClient{host: host, now: now, client: &http.Client{
		Timeout: answerTimeout,
		// No proxy: the environment of a technician's shell has no say in this.
		Transport:     &http.Transport{TLSClientConfig: config, DisableKeepAlives: true, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

// verifyPinned finds the pinned CA in the chain that was shown and verifies the
// chain with it as the only root.
func verifyPinned(chain []*x509.Certificate, pin protocol.Digest, name string, now time.Time) error {
	root := pinned(chain, pin)
	if len(chain) == 0 || root == nil {
		return ErrPin
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(root)
	for _, cert := range chain[1:] {
		between.AddCert(cert)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, DNSName: name, CurrentTime: now,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	return err
}

// pinned is the CA whose key has the pinned digest; nil if there is none.
func pinned(certs []*x509.Certificate, pin protocol.Digest) *x509.Certificate {
	for _, cert := range certs {
		if cert.IsCA && protocol.SHA256(cert.RawSubjectPublicKeyInfo).Equal(pin) {
			return cert
		}
	}
	return nil
}

// authorities asks for the CA certificates (RFC 7030, 4.1).
func (p *platformClient) authorities(ctx context.Context) ([]*x509.Certificate, error) {
	body, err := p.ask(ctx, http.MethodGet, protocol.PathESTCAs, nil, nil)
	if err != nil {
		return nil, err
	}
	return certsOnly(body)
}

// trust is the CA that the token pins, and those that the platform will use after it.
func (p *platformClient) trust(ctx context.Context, pin protocol.Digest) (roots, error) {
	certs, err := p.authorities(ctx)
	if err != nil {
		return nil, err
	}
	return trusted(certs, pin)
}

// trusted are the roots among the platform's CAs, the pinned one first.
func trusted(certs []*x509.Certificate, pin protocol.Digest) (roots, error) {
	root := pinned(certs, pin)
	if root == nil {
		return nil, ErrPin
	}
	others := slices.DeleteFunc(selfSigned(certs), root.Equal)
	return append(roots{root}, others...), nil
}

// enroll asks for a certificate over a key (RFC 7030, 4.2), with a ticket if the
// key's TPM was given one. The request names nothing: the platform knows by the
// secret which terminal this is.
func (p *platformClient) enroll(ctx context.Context, t protocol.Token, key crypto.Signer, clientAuth bool, ticket string) (*x509.Certificate, error) {
	return p.certify(ctx, protocol.PathESTEnroll, byToken(t), key, clientAuth, ticket)
}

// reenroll asks for the next certificate over the same key (RFC 7030, 4.2.2).
func (p *platformClient) reenroll(ctx context.Context, key crypto.Signer, clientAuth bool) (*x509.Certificate, error) {
	return p.certify(ctx, protocol.PathESTReenroll, byCertificate, key, clientAuth, "")
}

func (p *platformClient) certify(ctx context.Context, path string, as asker, key crypto.Signer, clientAuth bool, ticket string) (*x509.Certificate, error) {
	der, err := request(key, clientAuth)
	if err != nil {
		return nil, err
	}
	body, err := p.ask(ctx, http.MethodPost, path, base64.StdEncoding.AppendEncode(nil, der), func(r *http.Request) {
		as(r)
		r.Header.Set("Content-Type", "application/pkcs10")
		r.Header.Set("Content-Transfer-Encoding", "base64")
		if ticket != "" {
			r.Header.Set(protocol.HeaderAttestation, ticket)
		}
	})
	if err != nil {
		return nil, err
	}
	certs, err := certsOnly(body)
	if err != nil {
		return nil, err
	}
	for _, cert := range certs {
		if isFor(cert, key) {
			return cert, nil
		}
	}
	return nil, fmt.Errorf("%w: a certificate for another key", ErrPlatform)
}

// bundle asks for the bundle.
func (p *platformClient) bundle(ctx context.Context) ([]byte, error) {
	return p.ask(ctx, http.MethodGet, protocol.PathNewestBundle, nil, nil)
}

// request is a PKCS #10 certification request that says where its key is. The TLS
// one asks for the extended key usage clientAuth; that is how the platform tells
// them apart.
func request(key crypto.Signer, clientAuth bool) ([]byte, error) {
	claim, err := protocol.ProtectionURI(protectionOf(key))
	if err != nil {
		return nil, err
	}
	template := &x509.CertificateRequest{Subject: pkix.Name{CommonName: "terminal"}, URIs: []*url.URL{claim}}
	if clientAuth {
		usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 2}})
		if err != nil {
			return nil, err
		}
		template.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Value: usage}}
	}
	return x509.CreateCertificateRequest(rand.Reader, template, key)
}

// certsOnly reads the certificates of a base64 certs-only CMS (RFC 7030, 4.1.3).
func certsOnly(body []byte) ([]*x509.Certificate, error) {
	der, err := base64.StdEncoding.AppendDecode(nil, bytes.Join(bytes.Fields(body), nil))
	if err != nil {
		return nil, fmt.Errorf("%w: not base64", ErrPlatform)
	}
	parsed, err := pkcs7.Parse(der)
	if err != nil || len(parsed.Certificates) == 0 {
		return nil, fmt.Errorf("%w: not a list of certificates", ErrPlatform)
	}
	return parsed.Certificates, nil
}

// ask makes one request and returns the body of a success. A platform that wants it
// later gets it later.
func (p *platformClient) ask(ctx context.Context, method, path string, body []byte, dress func(*http.Request)) ([]byte, error) {
	for left := longestWish; ; {
		got, err := p.askOnce(ctx, method, path, body, dress)
		problem, _ := errors.AsType[protocol.Problem](err)
		if problem.RetryAfter == 0 || problem.RetryAfter > left {
			return got, err
		}
		left -= problem.RetryAfter
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(problem.RetryAfter):
		}
	}
}

func (p *platformClient) askOnce(ctx context.Context, method, path string, body []byte, dress func(*http.Request)) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, "https://"+p.host+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if dress != nil {
		dress(r)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return nil, p.sort(ctx, err)
	}
	defer answer.Body.Close()
	if err := p.checkClock(answer); err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusCreated && answer.StatusCode != http.StatusNoContent {
		return nil, refused(protocol.ReadProblem(answer))
	}
	got, err := io.ReadAll(io.LimitReader(answer.Body, protocol.MaxBody+1))
	if err != nil {
		return nil, p.sort(ctx, err)
	}
	if len(got) > protocol.MaxBody {
		return nil, fmt.Errorf("%w: larger than 256 KiB", ErrPlatform)
	}
	return got, nil
}

// sort says what to do about an error of the line.
func (p *platformClient) sort(ctx context.Context, err error) error {
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, ErrPin):
		return ErrPin
	case tpm.Is(err):
		return err // this machine's, not the line's
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("%w, or the platform's certificate has expired: it is %s here", ErrClock, p.now().UTC().Format(time.RFC3339))
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &invalid):
		return fmt.Errorf("%w: %w", ErrPin, err)
	}
	return fmt.Errorf("%w at %s: %w", ErrUnreachable, p.host, err)
}

// checkClock compares with the platform's clock before anything is spent: later a
// wrong clock would look like a bad certificate.
func (p *platformClient) checkClock(answer *http.Response) error {
	there, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return nil // RFC 9110, 6.6.1: a server without a clock sends none
	}
	here := p.now()
	if p.skew = here.Sub(there); p.skew.Abs() > maxSkew {
		return fmt.Errorf("%w: it is %s here and %s at the platform", ErrClock,
			here.UTC().Format(time.RFC3339), there.UTC().Format(time.RFC3339))
	}
	return nil
}

// refused sorts an answer that is no success.
func refused(problem protocol.Problem) error {
	switch problem.Code {
	case protocol.CodeProtection, protocol.CodeEndorsement, protocol.CodeAttestation, protocol.CodeChallenge, protocol.CodeTicket:
		return fmt.Errorf("%w: %w", ErrUnproven, problem)
	case protocol.CodeRenewLate, protocol.CodeRenewKey:
		return fmt.Errorf("%w: %w", ErrRenewal, problem)
	case protocol.CodeSuspended, protocol.CodeRetired:
		return fmt.Errorf("%w: %w", ErrStopped, problem)
	case protocol.CodeTokenUsed:
		return fmt.Errorf("%w: %w: %w", ErrSecret, ErrTokenUsed, problem)
	case protocol.CodeTokenExpired:
		return fmt.Errorf("%w: %w: %w", ErrSecret, ErrTokenExpired, problem)
	}
	switch problem.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusGone:
		return fmt.Errorf("%w: %w", ErrSecret, problem)
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return fmt.Errorf("%w now: %w", ErrUnreachable, problem)
	}
	return fmt.Errorf("%w: %w", ErrPlatform, problem)
}
