package platform

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"

	"github.com/smallstep/pkcs7"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Enrollment over Secure Transport (RFC 7030): how a machine gets its
// certificates. The request's signature proves possession of the key; nothing
// else in the request is believed. The secret of the token is the password.

// mediaPKCS7 is the answer's type (RFC 7030, 4.1.3 and 4.2.3).
const mediaPKCS7 = "application/pkcs7-mime"

// estCACerts gives the CA that the terminal's pin is about.
func (p *Platform) estCACerts(context.Context, call) (answer, error) {
	return certsOnly(p.keys.ca.cert, http.StatusOK)
}

// estEnroll spends one of the two uses of a token. The same key again gets the
// same certificate again: the answer may have been lost.
func (p *Platform) estEnroll(ctx context.Context, c call) (answer, error) {
	if wait := p.limits.enrolments.wait(c.address(), c.now); wait > 0 {
		return answer{}, slowDown(wait)
	}
	_, password, _ := c.request.BasicAuth()
	secret, err := protocol.ParsePassword(password)
	if err != nil {
		return answer{}, unauthorised(protocol.CodeTokenUnknown)
	}
	csr, err := parseRequest(c.body)
	if err != nil {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeMalformed, "not a certification request over a P-256 key")
	}
	cert, err := p.enroll(ctx, p.tokenHash(secret), csr, c.now)
	if err != nil {
		return answer{}, err
	}
	return certsOnly(cert, http.StatusOK)
}

func unauthorised(code string) error { return problem(http.StatusUnauthorized, code, "") }

// enroll issues under a token, in one transaction with marking it spent.
func (p *Platform) enroll(ctx context.Context, secret protocol.Digest, csr *x509.CertificateRequest, now Moment) (cert *x509.Certificate, err error) {
	err = p.store.Update(ctx, func(w Writing) error {
		token, err := w.Token(secret)
		if errors.Is(err, ErrNotFound) {
			return unauthorised(protocol.CodeTokenUnknown)
		}
		if err != nil {
			return err
		}
		if !now.Before(token.Expires) {
			return unauthorised(protocol.CodeTokenExpired)
		}
		cert, err = p.spendToken(w, token, csr, now)
		return err
	})
	return cert, err
}

func (p *Platform) spendToken(w Writing, token Token, csr *x509.CertificateRequest, now Moment) (*x509.Certificate, error) {
	role, spent := roleOf(csr), &token.Device
	if role == TLSRole {
		spent = &token.TLS
	}
	if *spent != "" {
		return issuedBefore(w, *spent, csr)
	}
	if sharesKey(w, token, csr) {
		return nil, problem(http.StatusBadRequest, protocol.CodeMalformed, "device and TLS need a key each")
	}
	cert, err := p.keys.ca.issueTerminal(token.TerminalID, role, p.protection(), csr.PublicKey, now)
	if err != nil {
		return nil, err
	}
	*spent = protocol.CertificateKid(cert)
	return cert, errors.Join(w.KeepToken(token), p.register(w, token.TerminalID, role, cert, now))
}

// issuedBefore answers a repeated request, and refuses one for another key.
func issuedBefore(r Reading, kid string, csr *x509.CertificateRequest) (*x509.Certificate, error) {
	known, err := r.Certificate(kid)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(known.DER)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(cert.RawSubjectPublicKeyInfo, csr.RawSubjectPublicKeyInfo) {
		return nil, unauthorised(protocol.CodeTokenUsed)
	}
	return cert, nil
}

// sharesKey reports whether the other certificate of the token is over the same key.
func sharesKey(r Reading, token Token, csr *x509.CertificateRequest) bool {
	for _, kid := range []string{token.Device, token.TLS} {
		if kid == "" {
			continue
		}
		if _, err := issuedBefore(r, kid, csr); err == nil {
			return true
		}
	}
	return false
}

// register keeps a certificate and the terminal it admits.
func (p *Platform) register(w Writing, id string, role Role, cert *x509.Certificate, now Moment) error {
	t, err := w.Terminal(id)
	if errors.Is(err, ErrNotFound) {
		t = Terminal{ID: id, Admitted: now}
	} else if err != nil {
		return err
	}
	t.remark("certificate issued: "+string(role), now)
	return errors.Join(w.KeepTerminal(t), w.AddCertificate(Certificate{
		Kid: protocol.CertificateKid(cert), TerminalID: id, Role: role, DER: cert.Raw,
	}))
}

// estReenroll renews a TLS certificate: the terminal proves itself by the old
// one, the new key by the request. A device certificate needs a token: else
// whoever held the network service could make themselves a device.
func (p *Platform) estReenroll(ctx context.Context, c call) (answer, error) {
	csr, err := parseRequest(c.body)
	if err != nil {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeMalformed, "not a certification request over a P-256 key")
	}
	if roleOf(csr) != TLSRole {
		return answer{}, problem(http.StatusForbidden, protocol.CodeNotAuthorised, "a device certificate needs a token")
	}
	cert, err := p.keys.ca.issueTerminal(c.peer, TLSRole, p.protection(), csr.PublicKey, c.now)
	if err != nil {
		return answer{}, err
	}
	err = p.store.Update(ctx, func(w Writing) error {
		t, err := w.Terminal(c.peer)
		if err != nil {
			return err
		}
		if !t.Suspended.IsZero() {
			return problem(http.StatusForbidden, protocol.CodeSuspended, "")
		}
		return p.register(w, c.peer, TLSRole, cert, c.now)
	})
	if err != nil {
		return answer{}, err
	}
	return certsOnly(cert, http.StatusOK)
}

// parseRequest reads a PKCS#10 request: base64 as RFC 7030 says, or bare DER.
func parseRequest(body []byte) (*x509.CertificateRequest, error) {
	der := body
	if text := bytes.Join(bytes.Fields(body), nil); !bytes.HasPrefix(body, []byte{0x30}) || isBase64(text) {
		decoded, err := base64.StdEncoding.AppendDecode(nil, text)
		if err != nil {
			return nil, err
		}
		der = decoded
	}
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return nil, err
	}
	if _, err := protocol.NewPublicKey(csr.PublicKey); err != nil {
		return nil, err
	}
	return csr, csr.CheckSignature()
}

// isBase64 tells text from DER that happens to begin with the character 0.
func isBase64(text []byte) bool {
	return len(text) > 0 && !slices.ContainsFunc(text, func(c byte) bool {
		return !('A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/' || c == '=')
	})
}

// roleOf reads which of its two certificates a terminal asks for: the TLS one
// asks for the extended key usage clientAuth, the device one for none.
func roleOf(csr *x509.CertificateRequest) Role {
	clientAuth := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 2}
	for _, extension := range csr.Extensions {
		var usages []asn1.ObjectIdentifier
		if !extension.Id.Equal(extensionOID(37)) {
			continue
		}
		if _, err := asn1.Unmarshal(extension.Value, &usages); err == nil && slices.ContainsFunc(usages, clientAuth.Equal) {
			return TLSRole
		}
	}
	return DeviceRole
}

// certsOnly is the degenerate SignedData of RFC 7030, base64.
func certsOnly(cert *x509.Certificate, status int) (answer, error) {
	der, err := pkcs7.DegenerateCertificate(cert.Raw)
	if err != nil {
		return answer{}, err
	}
	text := base64.StdEncoding.AppendEncode(nil, der)
	return answer{status: status, media: mediaPKCS7 + "; smime-type=certs-only", body: text,
		header: map[string]string{"Content-Transfer-Encoding": "base64"}}, nil
}
