package terminal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// consentID names the text of the confirmation, over all languages. It changes
// when the text does in meaning.
const consentID = "registration-1"

// saltSize is enough that nobody finds a code behind its commitment.
const saltSize = 32

// sign has the card sign what was shown, once, and verifies the result with the
// certificate that was shown. No other path asks the card to sign.
func (t *Terminal) sign(a *attendance, e Sign) Event {
	s, err := t.signature(a, e)
	switch {
	case err == nil:
		return Signed{e.of, s}
	case errors.Is(err, mynumber.ErrNotVerified):
		if tries, err := a.triesAgain(); err == nil {
			return PasswordNeeded{e.of, e.Draft, tries}
		}
	}
	undo(e)
	return a.failed(err)
}

// triesAgain asks the counter before the password is asked for again.
func (a *attendance) triesAgain() (int, error) {
	ctx, cancel := context.WithTimeoutCause(a.ctx, limitCard, errCardSlow)
	defer cancel()
	return a.card.AskTriesLeft(ctx)
}

func (t *Terminal) signature(a *attendance, e Sign) (signature, error) {
	s := signature{
		code: protocol.NewCode(e.Visit.Rules.Profile), salt: random(saltSize), photo: e.Draft.Photo, at: t.stamp(),
	}
	cms, err := t.application(e, s).Sign(a.holder.Signer, a.holder.Certificate)
	if err == nil {
		err = a.check(cms, e)
	}
	if err != nil {
		s.code.Wipe()
		clear(s.salt)
		return signature{}, err
	}
	s.cms = cms
	return s, nil
}

// application is what is signed: what the screen showed, and what the terminal
// adds.
func (t *Terminal) application(e Sign, s signature) protocol.Application {
	return protocol.Application{
		Version: protocol.Version, RegistrationID: e.ID,
		PlatformID: e.Visit.Rules.Platform, TerminalID: t.Identity.TerminalID,
		RegistrationKey: e.Draft.Key, Attributes: attributes(e.Draft.Person), Consent: agreed(e),
		PhotoSHA256: photoDigest(s.photo), PhotoCheck: e.Draft.Check,
		CodeCommitment: protocol.Commitment(s.salt, s.code), Time: s.at, Revocation: protocol.NotChecked,
	}
}

func attributes(a mynumber.Attributes) protocol.Attributes {
	return protocol.Attributes{
		Name: protocol.Personal(a.Name.Value), NameSubstitutes: protocol.Personal(a.Name.Flags()),
		Address: protocol.Personal(a.Address.Value), AddressSubstitutes: protocol.Personal(a.Address.Flags()),
		Sex: a.Sex.Code(), BirthDate: protocol.Personal(a.BirthDate.Code()),
	}
}

// agreed names the very words that the screen showed.
func agreed(e Sign) protocol.Consent {
	text := strings.Join(consent(e.Visit.Language, e.Visit.Rules.Platform, len(e.Draft.Photo) > 0), "\n")
	return protocol.Consent{TextID: consentID, Language: e.Visit.Language, SHA256: protocol.SHA256([]byte(text))}
}

func photoDigest(p photo) *protocol.Digest {
	if len(p) == 0 {
		return nil
	}
	d := protocol.SHA256(p)
	return &d
}

var errOtherSignature = fmt.Errorf("%w: not of the application that was shown", mynumber.ErrBadSignature)

// check verifies what came back as the platform will: the signature, the
// certificate that was shown, the registration it was asked for.
func (a *attendance) check(cms []byte, e Sign) error {
	signed, cert, _, err := protocol.VerifyApplication(cms)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", mynumber.ErrBadSignature, err)
	case !bytes.Equal(cert.Raw, a.holder.Certificate.Raw), signed.RegistrationID != e.ID, signed.RegistrationKey != e.Draft.Key:
		return errOtherSignature
	}
	return nil
}
