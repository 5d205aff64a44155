package platform

import (
	"bytes"
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"

	"github.com/smallstep/pkcs7"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Enrollment over Secure Transport (RFC 7030, with RFC 8951 on its encodings): how
// a machine gets its certificates. The request's signature proves possession of
// the key; of its names only the claim where the key is counts. The secret of the
// token is the password.

// Media types of EST.
const (
	mediaPKCS7      = "application/pkcs7-mime" // RFC 7030, 4.1.3 and 4.2.3
	mediaPKCS10     = "application/pkcs10"     // 4.2.1
	mediaAttributes = "application/csrattrs"   // 4.5.2
)

// estCACerts gives every CA that terminals may believe, and what leads from one to
// another.
func (p *Platform) estCACerts(context.Context, call) (answer, error) {
	return certsOnly(p.keys.CA.Certificates()...)
}

// estEnroll spends one of the two uses of a token. The same key again gets the
// same certificate again: the answer may have been lost.
func (p *Platform) estEnroll(ctx context.Context, c call) (answer, error) {
	if wait := p.limits.enrolments.wait(c.address(), c.now); wait > 0 {
		return answer{}, slowDown(wait)
	}
	secret, err := p.secretOf(c)
	if err != nil {
		return answer{}, err
	}
	a, err := p.readApplication(c)
	if err != nil {
		return answer{}, err
	}
	cert, err := p.enrol(ctx, secret, a)
	if err != nil {
		return answer{}, err
	}
	return certsOnly(cert)
}

// enrol judges an application of the holder of a token, over the network or by hand.
func (p *Platform) enrol(ctx context.Context, secret protocol.Digest, a application) (cert *x509.Certificate, err error) {
	err = p.store.Update(ctx, func(w Writing) error {
		token, err := p.liveToken(w, secret, a.now)
		if err == nil {
			cert, err = p.spendToken(w, token, a)
		}
		return err
	})
	return cert, err
}

// secretOf is the keyed hash of the secret in HTTP Basic. The user's name is not
// looked at: the secret names the terminal.
func (p *Platform) secretOf(c call) (protocol.Digest, error) {
	_, password, _ := c.request.BasicAuth()
	secret, err := protocol.ParsePassword(password)
	if err != nil {
		return protocol.Digest{}, unauthorised(protocol.CodeTokenUnknown, "the password is the secret of a provisioning token")
	}
	return p.tokenHash(secret), nil
}

func unauthorised(code, detail string) error {
	return problem(http.StatusUnauthorized, code, detail)
}

// liveToken finds a token that has not run out.
func (p *Platform) liveToken(r Reading, secret protocol.Digest, now Moment) (Token, error) {
	token, err := r.Token(secret)
	switch {
	case errors.Is(err, ErrNotFound):
		return Token{}, unauthorised(protocol.CodeTokenUnknown, "nobody issued this token: copy the whole of it")
	case err != nil:
		return Token{}, err
	case !now.Before(token.Expires):
		return Token{}, unauthorised(protocol.CodeTokenExpired, "the token has run out: issue a new one")
	case !token.Pin.IsZero() && !p.keys.CA.Trusts(token.Pin):
		return Token{}, unauthorised(protocol.CodeTokenExpired, "the token pins a CA that was retired since: issue a new one")
	}
	return token, nil
}

// spendToken issues under a token and marks it spent.
func (p *Platform) spendToken(w Writing, token Token, a application) (*x509.Certificate, error) {
	spent := &token.Device
	if a.role == TLSRole {
		spent = &token.TLS
	}
	if *spent != "" {
		return issuedBefore(w, *spent, a.csr)
	}
	if sharesKey(w, token, a.csr) {
		return nil, problem(http.StatusBadRequest, protocol.CodeMalformed, "device and TLS need a key each")
	}
	proof, err := p.proofOf(token.Attestation, a)
	if err != nil {
		return nil, err
	}
	t, err := admitted(w, token.TerminalID, a.now)
	if err != nil {
		return nil, err
	}
	if token.Device == "" && token.TLS == "" {
		t.forgetMachine(a.now)
	}
	cert, err := p.issue(w, t, a, proof, ByToken)
	if err != nil {
		return nil, err
	}
	*spent = protocol.CertificateKid(cert)
	return cert, w.KeepToken(token)
}

// forgetMachine begins with another machine: what the one before held and proved
// is not this one's.
func (t *Terminal) forgetMachine(now Moment) {
	if t.Device.Kid != "" || t.TLS.Kid != "" {
		t.Former = append(t.Former, Tenure{Kids: []string{t.Device.Kid, t.TLS.Kid}, From: t.Since, Ended: t.Retired})
		t.Former = t.Former[max(0, len(t.Former)-maxFormer):]
	}
	t.Since, t.Retired, t.Successor = now, Moment{}, ""
	t.Breach, t.BreachWas = Moment{}, ""
	t.Device, t.TLS, t.Chip, t.Vouched, t.Attestation = Holding{}, Holding{}, protocol.Digest{}, "", nil
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

// requestDER undoes the base64 of a request, its lines broken or not (RFC 8951, 3.1);
// what is none is empty.
func requestDER(body []byte) []byte {
	der, err := base64.StdEncoding.Strict().AppendDecode(nil, bytes.Join(bytes.Fields(body), nil))
	if err != nil {
		return nil
	}
	return der
}

// parseRequest reads a PKCS#10 request.
func parseRequest(der []byte) (*x509.CertificateRequest, error) {
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return nil, err
	}
	if _, err := protocol.NewPublicKey(csr.PublicKey); err != nil {
		return nil, err
	}
	return csr, csr.CheckSignature()
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
func certsOnly(certs ...*x509.Certificate) (answer, error) {
	var all []byte
	for _, cert := range certs {
		all = append(all, cert.Raw...)
	}
	der, err := pkcs7.DegenerateCertificate(all)
	if err != nil {
		return answer{}, err
	}
	return inBase64(der, mediaPKCS7+"; smime-type=certs-only"), nil
}

// inBase64 breaks its lines, as many tools that read base64 expect.
func inBase64(der []byte, media string) answer {
	const line = 64
	text := base64.StdEncoding.EncodeToString(der)
	var body []byte
	for len(text) > 0 {
		n := min(line, len(text))
		body, text = append(append(body, text[:n]...), '\n'), text[n:]
	}
	return answer{media: media, body: body, header: map[string]string{"Content-Transfer-Encoding": "base64"}}
}

// Object identifiers of csrattrs.
func oidECPublicKey() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1} }

func oidP256() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7} }

func oidECDSAWithSHA256() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
}

func oidExtensionRequest() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 14}
}

// estAttributes says what a request should hold (RFC 7030, 4.5): a key on P-256,
// ECDSA with SHA-256, and the subjectAltName that says where the key is.
func (p *Platform) estAttributes(context.Context, call) (answer, error) {
	wanted := p.config.Protection
	if wanted == protocol.ProtectionAttested {
		wanted = protocol.ProtectionTPM // the rest is the ticket's to say
	}
	uri, err := protocol.ProtectionURI(wanted)
	if err != nil {
		return answer{}, err
	}
	names, err := asn1.Marshal([]asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte(uri.String())}})
	if err != nil {
		return answer{}, err
	}
	type attribute struct {
		Type   asn1.ObjectIdentifier
		Values []any `asn1:"set"`
	}
	der, err := asn1.Marshal([]any{
		attribute{oidECPublicKey(), []any{oidP256()}},
		oidECDSAWithSHA256(),
		attribute{oidExtensionRequest(), []any{[]pkix.Extension{{Id: extensionOID(17), Value: names}}}},
	})
	if err != nil {
		return answer{}, err
	}
	return inBase64(der, mediaAttributes), nil
}

// extensionOID is one of the certificate extensions of X.509 (2.5.29).
func extensionOID(arc int) asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 5, 29, arc} }
