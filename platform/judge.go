package platform

import (
	"context"
	"crypto/x509"
	"errors"
	"time"

	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What is looked at in a registration, in this order. Until the sender is proven
// nothing is believed and nothing is kept but the answer; from then on a refusal
// is a registration too, with its evidence.

// signingLag is how far the card's signature may be from the application's time.
const signingLag = 15 * time.Minute

// arrival is one registration while it is looked at.
type arrival struct {
	id      protocol.ID
	body    protocol.Digest
	carrier *Terminal // that brought it, as it stood then; nil when it came by hand
	now     Moment

	envelope []byte
	content  protocol.Content
	device   *x509.Certificate // the terminal's
	terminal string            // whom device belongs to
	vouched  Moment            // until when the CA of device was trusted; zero is still
	cms      []byte
	signer   *x509.Certificate // the citizen's
	signed   Moment
	said     protocol.Application

	sender bool // proven: the body is a terminal's
	checks []Check
}

// A check of the table below. Its error is a flaw, or a fault of our own.
type check struct {
	what string
	look func(*Platform, context.Context, *arrival) error
}

// checks is the whole judgement but what the store has to say: key, withdrawal
// and revocation.
func checks() []check {
	return []check{
		{"the envelope opens with our key", (*Platform).lookInside},
		{"a terminal of ours signed the registration", (*Platform).lookAtTerminal},
		{"the citizen's key signed the application", (*Platform).lookAtSignature},
		{"the application is the one it came as", (*Platform).lookAtNames},
		{"the times are believable", (*Platform).lookAtTimes},
		{"the terminal was in order when it sealed", (*Platform).lookAtStanding},
		{"a JPKI signing certificate, valid when it signed", (*Platform).lookAtCertificate},
		{"the attributes are those of the certificate", (*Platform).lookAtAttributes},
		{"the code is the one that was signed for", (*Platform).lookAtCode},
		{"the photo is the one that was signed", (*Platform).lookAtPhoto},
		{"the citizen agreed to a text of ours", (*Platform).lookAtConsent},
	}
}

// judge runs the table to the first flaw. Any other error is a fault: nothing is
// known about the registration then.
func (p *Platform) judge(ctx context.Context, a *arrival) (found *flaw, err error) {
	for _, c := range checks() {
		err := c.look(p, ctx, a)
		var f flaw
		if err != nil && !errors.As(err, &f) {
			return nil, err
		}
		a.checks = append(a.checks, Check{What: c.what, Passed: err == nil, At: a.now, Detail: f.code})
		if err != nil {
			return &f, nil
		}
	}
	return nil, nil
}

func (p *Platform) lookInside(_ context.Context, a *arrival) (err error) {
	a.content, err = protocol.Open(a.envelope, p.keys.Opens)
	if errors.Is(err, files.ErrUnread) {
		return err
	}
	if err != nil {
		return flaw{protocol.ReasonEnvelopeInvalid}
	}
	return nil
}

func (p *Platform) lookAtTerminal(ctx context.Context, a *arrival) error {
	var fault error
	find := func(kid string) (*x509.Certificate, error) {
		cert, err := p.deviceCertificate(ctx)(kid)
		if err != nil && !errors.Is(err, protocol.ErrUnknownKey) {
			fault = err
		}
		return cert, err
	}
	cms, cert, err := protocol.VerifyRegistration(a.content.Registration, find)
	switch {
	case fault != nil:
		return fault
	case errors.Is(err, protocol.ErrUnknownKey):
		return flaw{protocol.ReasonTerminalUnknown}
	case err != nil:
		return flaw{protocol.ReasonEnvelopeInvalid}
	}
	id, until, err := p.keys.CA.Signer(cert)
	if errors.Is(err, files.ErrUnread) {
		return err
	}
	if err != nil {
		return flaw{protocol.ReasonTerminalUnknown}
	}
	if a.carrier != nil && a.carrier.ID != id {
		return p.samePeer(cert, id, a.carrier.ID) // not judged: the right carrier may bring it yet
	}
	a.cms, a.device, a.terminal, a.vouched = cms, cert, id, until
	return nil
}

func (p *Platform) lookAtSignature(_ context.Context, a *arrival) (err error) {
	a.said, a.signer, a.signed, err = protocol.VerifyApplication(a.cms)
	a.signed = a.signed.UTC()
	if errors.Is(err, protocol.ErrPhotoUnchecked) {
		return flaw{protocol.ReasonPhotoUnchecked}
	}
	if err != nil {
		return flaw{protocol.ReasonCitizenSignature}
	}
	return nil
}

func (p *Platform) lookAtNames(_ context.Context, a *arrival) error {
	if a.said.RegistrationID != a.id || a.said.TerminalID != a.terminal {
		return flaw{protocol.ReasonEnvelopeInvalid}
	}
	// The sender is known from here on, and the id is the sender's own.
	a.sender = true
	if a.said.PlatformID != p.keys.PlatformID {
		return flaw{protocol.ReasonPlatformOther}
	}
	return nil
}

func (p *Platform) lookAtTimes(_ context.Context, a *arrival) error {
	skew := time.Duration(p.config.Limits.MaxSkewSeconds) * time.Second
	if a.said.Time.After(a.now.Add(skew)) || a.signed.Sub(a.said.Time).Abs() > signingLag {
		return flaw{protocol.ReasonClock}
	}
	return nil
}

// lookAtStanding judges the terminal as it was when it sealed. A compromised one
// never was in order: it may have lied about the time (suspension.go).
func (p *Platform) lookAtStanding(ctx context.Context, a *arrival) error {
	t, err := p.sealer(ctx, a)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && !(within(a.device, a.said.Time) && vouchedAt(a.vouched, a.said.Time)):
		return flaw{protocol.ReasonTerminalUnknown}
	case err != nil:
		return err
	case t.revoked(a.device, a.said.Time, a.now, p.grace()):
		return flaw{protocol.ReasonTerminalRevoked}
	}
	return nil
}

// sealer is the terminal that sealed: the one that brought it, or the store is asked.
func (p *Platform) sealer(ctx context.Context, a *arrival) (Terminal, error) {
	if a.carrier != nil {
		return *a.carrier, nil
	}
	return p.Terminal(ctx, a.terminal)
}

// vouchedAt reports whether a CA that was trusted until then vouched at a time.
func vouchedAt(until, at time.Time) bool { return until.IsZero() || at.Before(until) }

func (p *Platform) lookAtCertificate(_ context.Context, a *arrival) error {
	reason, err := p.jpki.Judge(a.signer, a.signed)
	if reason != "" {
		return flaw{reason}
	}
	return err
}

func (p *Platform) lookAtAttributes(_ context.Context, a *arrival) error {
	certified, err := jpki.Attributes(a.signer)
	if err != nil {
		return flaw{protocol.ReasonCitizenUnfit}
	}
	if certified != a.said.Attributes {
		return flaw{protocol.ReasonAttributes}
	}
	return nil
}

func (p *Platform) lookAtCode(_ context.Context, a *arrival) error {
	commitment := protocol.Digest(protocol.Commitment(a.content.Salt, a.content.Code))
	switch {
	case a.content.Code.Profile() != p.config.CodeProfile:
		return flaw{protocol.ReasonCodeProfile}
	case !commitment.Equal(a.said.CodeCommitment):
		return flaw{protocol.ReasonCommitmentMismatch}
	}
	return nil
}

func (p *Platform) lookAtPhoto(_ context.Context, a *arrival) error {
	photo, signed := a.content.Photo, a.said.PhotoSHA256
	switch {
	case len(photo) == 0 && signed == nil && p.config.Photo == protocol.PhotoRequired:
		return flaw{protocol.ReasonPhotoMissing}
	case (len(photo) > 0) != (signed != nil):
		return flaw{protocol.ReasonPhotoMismatch}
	case signed != nil && !signed.Equal(protocol.SHA256(photo)):
		return flaw{protocol.ReasonPhotoMismatch}
	}
	return nil
}

func (p *Platform) lookAtConsent(_ context.Context, a *arrival) error {
	if len(p.config.Consents) == 0 { // test only: Config.check
		return nil
	}
	for _, known := range p.config.Consents {
		if known == a.said.Consent {
			return nil
		}
	}
	return flaw{protocol.ReasonConsentUnknown}
}

// A flaw is why a registration is refused; its code goes to the terminal.
type flaw struct{ code string }

// Error is the code.
func (f flaw) Error() string { return f.code }

// within reports whether a certificate holds at that time by its dates.
func within(cert *x509.Certificate, t time.Time) bool {
	return !t.Before(cert.NotBefore) && !t.After(cert.NotAfter)
}
