package conformance

import (
	"bytes"
	"context"
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
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// First contact, as a technician's machine makes it: the token says where the
// platform is, how to know it, and the secret that lets one terminal in.

var errPin = errors.New("who answers is not the platform that made the token")

// Enroll makes a terminal out of a provisioning token (RFC 7030, 4.2), with the root
// that the token's pin vouches for. url is the base URL; "" is the token's own host.
func Enroll(ctx context.Context, url string, token protocol.Token) (Terminal, error) {
	if url == "" {
		url = "https://" + token.Host
	}
	e := &enrolment{url: url, token: token}
	transport := &http.Transport{TLSClientConfig: e.pinning(), DisableKeepAlives: true}
	e.client = &http.Client{Transport: transport, Timeout: requestTimeout}
	terminal, err := e.make(ctx)
	if err != nil {
		return Terminal{}, fmt.Errorf("enrolling with the token: %w", err)
	}
	return terminal, nil
}

// enrolment is one first contact. It makes its requests one after the other.
type enrolment struct {
	url    string
	token  protocol.Token
	client *http.Client
	root   *x509.Certificate // what the pin was found to be
}

// pinning verifies with the pinned CA as the only root.
func (e *enrolment) pinning() *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true} // not less but other verification, below
	config.VerifyConnection = func(state tls.ConnectionState) error {
		roots, between := x509.NewCertPool(), x509.NewCertPool()
		for _, cert := range state.PeerCertificates[1:] {
			between.AddCert(cert)
			if cert.IsCA && protocol.SHA256(cert.RawSubjectPublicKeyInfo).Equal(e.token.Pin) {
				e.root = cert
			}
		}
		if e.root == nil {
			return errPin
		}
		roots.AddCert(e.root)
		name, _, err := net.SplitHostPort(e.token.Host)
		if err != nil {
			name = e.token.Host
		}
		_, err = state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, DNSName: name, CurrentTime: time.Now()})
		return err
	}
	return config
}

func (e *enrolment) make(ctx context.Context) (Terminal, error) {
	device, carrier := protocol.NewPrivateKey(), protocol.NewPrivateKey()
	deviceCert, err := e.certificate(ctx, device, false)
	if err != nil {
		return Terminal{}, err
	}
	tlsCert, err := e.certificate(ctx, carrier, true)
	if err != nil {
		return Terminal{}, err
	}
	made := newTerminal(device, deviceCert, carrier, tlsCert)
	made.Token, made.Root = &e.token, e.root
	return made, nil
}

func (e *enrolment) certificate(ctx context.Context, key protocol.PrivateKey, forTLS bool) (*x509.Certificate, error) {
	request, err := enrolRequest(ctx, e.url, e.token.Password(), key, forTLS)
	if err != nil {
		return nil, err
	}
	response, err := e.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, protocol.ReadProblem(response)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, protocol.MaxBody))
	if err != nil {
		return nil, err
	}
	return certificateFor(body, key)
}

// enrolRequest is POST simpleenroll.
func enrolRequest(ctx context.Context, url, password string, key protocol.PrivateKey, forTLS bool) (*http.Request, error) {
	csr, err := certificationRequest(key, forTLS)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+protocol.PathESTEnroll, bytes.NewReader(csr))
	if err != nil {
		return nil, err
	}
	request.SetBasicAuth(protocol.TokenUser, password)
	request.Header.Set("Content-Type", mediaPKCS10)
	request.Header.Set("Content-Transfer-Encoding", "base64")
	return request, nil
}

const mediaPKCS10 = "application/pkcs10"

// certificationRequest is a PKCS #10 request in base64. The one for TLS asks for
// the extended key usage clientAuth: the OpenAPI document tells them apart by it.
func certificationRequest(key protocol.PrivateKey, forTLS bool) ([]byte, error) {
	template := &x509.CertificateRequest{Subject: pkix.Name{CommonName: "terminal"}}
	if forTLS {
		usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 2}})
		if err != nil {
			return nil, err
		}
		template.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Value: usage}}
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key.ECDSA())
	return base64.StdEncoding.AppendEncode(nil, der), err
}

// certificateFor finds the certificate over a key in a certs-only answer.
func certificateFor(body []byte, key protocol.PrivateKey) (*x509.Certificate, error) {
	certs, err := certsOnly(body)
	if err != nil {
		return nil, err
	}
	for _, cert := range certs {
		if key.ECDSA().PublicKey.Equal(cert.PublicKey) {
			return cert, nil
		}
	}
	return nil, errors.New("the certificate is for another key")
}

// certsOnly reads the degenerate SignedData of RFC 5652, 5, in base64: nothing but
// its certificates is looked at.
func certsOnly(body []byte) ([]*x509.Certificate, error) {
	der, err := base64.StdEncoding.AppendDecode(nil, bytes.Join(bytes.Fields(body), nil))
	if err != nil {
		return nil, errors.New("certs-only answer: not base64")
	}
	var outer struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"explicit,tag:0"`
	}
	var inner struct {
		Version      int
		Digests      asn1.RawValue
		Encapsulated asn1.RawValue
		Certificates asn1.RawValue `asn1:"optional,tag:0"`
		CRLs         asn1.RawValue `asn1:"optional,tag:1"`
		Signers      asn1.RawValue
	}
	if rest, err := asn1.Unmarshal(der, &outer); err != nil || len(rest) > 0 || !outer.Type.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}) {
		return nil, errors.New("certs-only answer: not CMS SignedData")
	}
	if rest, err := asn1.Unmarshal(outer.Content.Bytes, &inner); err != nil || len(rest) > 0 {
		return nil, errors.New("certs-only answer: SignedData out of shape")
	}
	certs, err := x509.ParseCertificates(inner.Certificates.Bytes)
	if err != nil || len(certs) == 0 {
		return nil, errors.New("certs-only answer: no certificates")
	}
	return certs, nil
}
