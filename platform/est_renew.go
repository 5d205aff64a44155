package platform

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Renewal (RFC 7030, 4.2.2). The terminal proves itself by its TLS certificate,
// and the key by the request:
//
//	                 in time             after the certificate's end, for some days
//	TLS, same key    yes                 yes, if it is the newest that it was given
//	TLS, other key   yes                 with a ticket of the chip that is on record
//	device, same key yes                 yes
//	device, other    never: whoever held the network service could make themselves
//	                 a device; it takes a token
//
// A machine in whose place another one came renews nothing.
//
// What a key is protected by, it stays protected by; another key has to show it.

// estReenroll is POST simplereenroll.
func (p *Platform) estReenroll(ctx context.Context, c call) (answer, error) {
	if wait := p.limits.renewals.wait(c.peer, c.now); wait > 0 {
		return answer{}, slowDown(wait)
	}
	a, err := p.readApplication(c)
	if err != nil {
		return answer{}, err
	}
	var cert *x509.Certificate
	err = p.store.Update(ctx, func(w Writing) error {
		t, err := w.Terminal(c.peer)
		if err != nil {
			return err
		}
		proof, err := p.judgeRenewal(t, a, c.peerCert)
		if err != nil {
			return err
		}
		cert, err = p.issue(w, t, a, proof, occasion(c))
		return err
	})
	if err != nil {
		return answer{}, err
	}
	return certsOnly(cert)
}

func occasion(c call) Occasion {
	if c.now.After(c.peerCert.NotAfter) {
		return ByLateRenewal
	}
	return ByRenewal
}

// judgeRenewal says whether a terminal may have what it asks for.
func (p *Platform) judgeRenewal(t Terminal, a application, peer *x509.Certificate) (*IssuanceProof, error) {
	if !t.Suspended.IsZero() {
		return nil, outOfService()
	}
	if t.before(peer) {
		return nil, problem(http.StatusForbidden, protocol.CodeRenewKey, "another machine took the place of this one: it takes a token")
	}
	if t.holding(otherRole(a.role)).Key.Equal(a.key) {
		return nil, problem(http.StatusBadRequest, protocol.CodeMalformed, "device and TLS need a key each")
	}
	proof, err := p.proofOf(t.Attestation, a)
	if err != nil {
		return nil, err
	}
	if a.role == DeviceRole {
		return proof, p.judgeDeviceRenewal(t, a)
	}
	return proof, judgeTLSRenewal(t, a, peer, proof)
}

func otherRole(role Role) Role {
	if role == TLSRole {
		return DeviceRole
	}
	return TLSRole
}

func (p *Platform) judgeDeviceRenewal(t Terminal, a application) error {
	if !t.Device.Key.Equal(a.key) {
		return problem(http.StatusForbidden, protocol.CodeRenewKey, "a device certificate is renewed over the key it has; another key needs a token")
	}
	return p.permitLateness(t.Device.Expires, a.now)
}

func judgeTLSRenewal(t Terminal, a application, peer *x509.Certificate, proof *IssuanceProof) error {
	if !a.now.After(peer.NotAfter) {
		return nil
	}
	sameChip := proof != nil && !t.Chip.IsZero() && proof.Chip.Equal(t.Chip)
	had := protocol.SHA256(peer.RawSubjectPublicKeyInfo)
	newest := t.TLS.Key.Equal(had)
	switch {
	case sameChip, newest && had.Equal(a.key):
		return nil
	case newest:
		return problem(http.StatusForbidden, protocol.CodeRenewKey, "the certificate has run out: renew it over the same key, or prove that the new one is in the same chip; else it takes a token")
	}
	return problem(http.StatusForbidden, protocol.CodeRenewKey, "another certificate took the place of this one, which has run out: it takes a token")
}

// permitLateness refuses what ran out too long ago.
func (p *Platform) permitLateness(end, now Moment) error {
	limit := time.Duration(max(0, p.config.LateRenewalDays)) * 24 * time.Hour
	if !now.After(end.Add(limit)) {
		return nil
	}
	return problem(http.StatusForbidden, protocol.CodeRenewLate, fmt.Sprintf(
		"the certificate ran out on %s and can be renewed for %d days only: bring a new token to the machine", end.UTC().Format(time.DateOnly), max(0, p.config.LateRenewalDays)))
}

func outOfService() error {
	return problem(http.StatusForbidden, protocol.CodeSuspended, "the platform's operator has to reinstate this terminal")
}
