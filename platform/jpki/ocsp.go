package jpki

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/ocsp"
)

// The responder (OCSP, RFC 6960), where one is configured. An answer counts when
// the CA itself signed it, or somebody whom that CA's own certificate empowers to,
// and when it is fresh. A nonce would say no more: responders of this size sign
// ahead (RFC 5019).

const (
	ocspTime    = 5 * time.Second  // for one answer
	ocspLimit   = 64 << 10         // of one answer, in bytes
	ocspAge     = 48 * time.Hour   // of an answer that is still believed
	ocspNoUntil = 10 * time.Minute // the same when it does not say until when it holds
	ocspRest    = 30 * time.Second // without questions after one was not answered
	ocspAtOnce  = 16               // questions under way
)

// errResponderRests: it did not answer a moment ago.
var errResponderRests = errors.New("responder is left alone after a failure")

// responder asks one address.
type responder struct {
	url    string
	cas    func() []*x509.Certificate
	client *http.Client
	slots  chan struct{} // as many as may be under way

	mu   sync.Mutex
	rest time.Time // guarded by mu: until when it is left alone
}

func newResponder(url string, cas func() []*x509.Certificate) *responder {
	if url == "" {
		return nil
	}
	refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &responder{
		url: url, cas: cas, slots: make(chan struct{}, ocspAtOnce),
		client: &http.Client{Timeout: ocspTime, CheckRedirect: refuse},
	}
}

// status asks about one certificate. An error is no answer.
func (o *responder) status(ctx context.Context, cert *x509.Certificate, now time.Time) (Revocation, error) {
	issuer := (authorities{cas: o.cas()}).issuer(cert)
	if issuer == nil {
		return Revocation{}, errors.New("asking the responder: nobody we trust issued the certificate")
	}
	if o.resting(now) {
		return Revocation{}, errResponderRests
	}
	select {
	case o.slots <- struct{}{}:
		defer func() { <-o.slots }()
	case <-ctx.Done():
		return Revocation{}, context.Cause(ctx)
	}
	raw, err := o.fetch(ctx, cert, issuer)
	if err != nil {
		o.leaveAlone(ctx, now)
		return Revocation{}, fmt.Errorf("asking the responder: %w", err)
	}
	known, err := readStatus(raw, cert, issuer, now)
	if err != nil {
		o.leaveAlone(ctx, now)
		return Revocation{}, fmt.Errorf("reading the responder's answer: %w", err)
	}
	return known, nil
}

func (o *responder) resting(now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return now.Before(o.rest)
}

// leaveAlone keeps a responder that is down from slowing every registration.
func (o *responder) leaveAlone(ctx context.Context, now time.Time) {
	if ctx.Err() != nil {
		return // it was we who had no time
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rest = now.Add(ocspRest)
}

func (o *responder) fetch(ctx context.Context, cert, issuer *x509.Certificate) ([]byte, error) {
	question, err := ocsp.CreateRequest(cert, issuer, nil)
	if err != nil {
		return nil, err
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, o.url, bytes.NewReader(question))
	if err != nil {
		return nil, err
	}
	post.Header.Set("Content-Type", "application/ocsp-request")
	post.Header.Set("Accept", "application/ocsp-response")
	response, err := o.client.Do(post)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if media := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || media != "application/ocsp-response" {
		return nil, fmt.Errorf("status %d, %q", response.StatusCode, media)
	}
	return readBounded(response.Body, ocspLimit)
}

// readBounded reads all, or nothing when there is more than the limit.
func readBounded(r io.Reader, limit int64) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(raw)) > limit {
		return nil, fmt.Errorf("more than %d bytes", limit)
	}
	return raw, nil
}

// readStatus verifies an answer and says what it says.
func readStatus(raw []byte, cert, issuer *x509.Certificate, now time.Time) (Revocation, error) {
	said, err := ocsp.ParseResponseForCert(raw, cert, issuer)
	if err != nil {
		return Revocation{}, err
	}
	if err := errors.Join(checkSigner(said, issuer, now), checkFresh(said, now)); err != nil {
		return Revocation{}, err
	}
	by := "responder at " + said.ThisUpdate.UTC().Format(time.RFC3339)
	switch said.Status {
	case ocsp.Good:
		return Revocation{Known: true, By: by}, nil
	case ocsp.Revoked:
		return Revocation{Known: true, Revoked: true, Held: said.RevocationReason == ocsp.CertificateHold, At: said.RevokedAt, By: by}, nil
	}
	return Revocation{}, errors.New("the certificate is unknown to it")
}

// checkSigner demands that the CA signed, or one that the CA lets sign. That the
// CA issued that certificate, parsing has verified; what it is for and how long it
// is good, it has not (RFC 6960, 4.2.2.2).
func checkSigner(said *ocsp.Response, issuer *x509.Certificate, now time.Time) error {
	strong := []x509.SignatureAlgorithm{
		x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA, x509.ECDSAWithSHA256, x509.ECDSAWithSHA384,
	}
	if !slices.Contains(strong, said.SignatureAlgorithm) {
		return fmt.Errorf("signed with %v", said.SignatureAlgorithm)
	}
	signer := said.Certificate
	switch {
	case signer == nil || bytes.Equal(signer.Raw, issuer.Raw):
		return nil
	case !slices.Contains(signer.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning):
		return errors.New("its signer is not empowered to answer")
	case !holdsAt(signer, now):
		return errors.New("its signer's certificate has run out")
	case !neverRevoked(signer):
		return errors.New("its signer's certificate might be revoked itself")
	}
	return nil
}

// neverRevoked reports whether the CA says that this responder need not be looked
// up: id-pkix-ocsp-nocheck. There is nobody else to ask.
func neverRevoked(signer *x509.Certificate) bool {
	nocheck := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}
	for _, extension := range signer.Extensions {
		if extension.Id.Equal(nocheck) {
			return true
		}
	}
	return false
}

func checkFresh(said *ocsp.Response, now time.Time) error {
	age := now.Sub(said.ThisUpdate)
	switch {
	case age < -ahead, now.Sub(said.ProducedAt) < -ahead:
		return errors.New("it is from the future")
	case age > ocspAge, said.NextUpdate.IsZero() && age > ocspNoUntil:
		return errors.New("it is too old")
	case !said.NextUpdate.IsZero() && !now.Before(said.NextUpdate):
		return errors.New("it has run out")
	}
	return nil
}
