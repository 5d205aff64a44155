package conformance

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// A lie in a registration, and the reason that its receipt has to give.
type lie struct {
	name, says string
	tell       func(context.Context, *trial, *visit) error
	reasons    []string // any of them will do
}

func lies() []lie {
	return []lie{
		{"refuses-unknown-key", "a registration key that was never issued is refused", unknownKey, []string{protocol.ReasonKeyUnknown}},
		{"refuses-used-key", "a key that activated a registration takes no other", usedKey, []string{protocol.ReasonKeyUsed}},
		{"refuses-tampered-signature", "a citizen's signature with one byte changed is refused", tampered, []string{protocol.ReasonCitizenSignature}},
		{"refuses-strange-authority", "a citizen's certificate of an authority that is not pinned is refused, whatever it says", strangeAuthority, []string{protocol.ReasonCitizenIssuer}},
		{"refuses-revoked-certificate", "a citizen's certificate that stands in a list of revocations is refused", revokedCertificate, []string{protocol.ReasonCitizenRevoked}},
		{"refuses-expired-certificate", "a citizen's certificate whose time was over when it signed is refused", expiredCertificate, []string{protocol.ReasonCitizenExpired}},
		{"refuses-other-attributes", "attributes that the certificate does not say are refused", otherAttributes, []string{protocol.ReasonAttributes}},
		{"refuses-strange-terminal", "a registration that no admitted device key signed is refused", strangeTerminal, []string{protocol.ReasonTerminalUnknown, protocol.ReasonEnvelopeInvalid}},
		{"refuses-other-terminals-name", "a terminal that signs in another's name is refused", otherTerminalsName, []string{protocol.ReasonEnvelopeInvalid, protocol.ReasonTerminalUnknown}},
		{"refuses-other-id", "an application under another id than it was signed for is refused", otherID, []string{protocol.ReasonEnvelopeInvalid}},
		{"refuses-other-platform", "an application to another platform is refused", otherPlatform, []string{protocol.ReasonPlatformOther}},
		{"refuses-other-code", "a code that is not the one that was signed for is refused", otherCode, []string{protocol.ReasonCommitmentMismatch}},
		{"refuses-other-seal", "an envelope that is sealed to somebody else is refused", otherSeal, []string{protocol.ReasonEnvelopeInvalid}},
		{"refuses-future", "an application from the future is refused", future, []string{protocol.ReasonClock}},
	}
}

func refusalPromises() []Promise {
	var all []Promise
	for _, l := range lies() {
		clause := fmt.Sprintf("putRegistration; schema/receipt.json reason %v", l.reasons)
		all = append(all, Promise{l.name, l.says, clause, l.refused})
	}
	return append(all, Promise{"refused-never-activates", "the right code of a refused registration activates nothing, and says that it was refused", "activate: 410", refusedNeverActivates})
}

func (l lie) refused(ctx context.Context, t *trial) error {
	key, err := t.sharedKey(ctx)
	if err != nil {
		return err
	}
	v := t.machines[0].visit(key)
	if err := l.tell(ctx, t, v); err != nil {
		return err
	}
	_, _, err = t.machines[0].judged(ctx, v, protocol.Refused, l.reasons...)
	return err
}

func unknownKey(_ context.Context, _ *trial, v *visit) error {
	v.app.RegistrationKey = protocol.NewRegistrationKey()
	return nil
}

func usedKey(ctx context.Context, t *trial, v *visit) error {
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	v.app.RegistrationKey = s.issued.RegistrationKey
	_, err = s.status(ctx, true, protocol.Bound)
	return err
}

// tampered changes the last byte: of the signature, in a CMS without unsigned
// attributes.
func tampered(_ context.Context, _ *trial, v *visit) error {
	v.spoil = func(cms []byte) { cms[len(cms)-1] ^= 1 }
	return nil
}

func strangeAuthority(_ context.Context, t *trial, v *visit) (err error) {
	v.citizen, err = t.strayCitizen()
	return err
}

func revokedCertificate(_ context.Context, t *trial, v *visit) error {
	return v.unfit(t.subject.Revoked)
}

func expiredCertificate(_ context.Context, t *trial, v *visit) error {
	return v.unfit(t.subject.Expired)
}

// unfit has another citizen sign.
func (v *visit) unfit(c Citizen) (err error) {
	if c == (Citizen{}) {
		return notAsked("it takes such a citizen's certificate and key")
	}
	v.citizen = c
	v.app.Attributes, err = certifiedAttributes(c.Certificate)
	return err
}

func otherAttributes(_ context.Context, _ *trial, v *visit) error {
	v.app.Attributes.Address += "1"
	v.app.Attributes.AddressSubstitutes += "0"
	return nil
}

func strangeTerminal(_ context.Context, t *trial, v *visit) (err error) {
	v.device, v.cert, err = impostor(t.machines[0], false)
	return err
}

func otherTerminalsName(_ context.Context, t *trial, v *visit) error {
	v.app.TerminalID = "nobody-" + v.app.RegistrationID.String()[:8]
	if len(t.machines) > 1 {
		v.app.TerminalID = t.machines[1].ID()
	}
	return nil
}

func otherID(_ context.Context, _ *trial, v *visit) error {
	v.path = protocol.NewID()
	return nil
}

func otherPlatform(_ context.Context, _ *trial, v *visit) error {
	v.app.PlatformID = "another-platform"
	return nil
}

func otherCode(_ context.Context, _ *trial, v *visit) error {
	v.content.Code = other(v.content.Code, 1)
	return nil
}

func otherSeal(_ context.Context, _ *trial, v *visit) error {
	v.to = protocol.NewPrivateKey().PublicKey()
	return nil
}

func future(_ context.Context, t *trial, v *visit) error {
	v.app.Time = v.app.Time.Add(time.Duration(t.bundle.Limits.MaxSkewSeconds)*time.Second + 24*time.Hour)
	return nil
}

func refusedNeverActivates(ctx context.Context, t *trial) error {
	app := t.phone()
	issued, err := app.registers(ctx)
	if err != nil {
		return err
	}
	v := t.machines[0].visit(issued.RegistrationKey)
	if err := otherAttributes(ctx, t, v); err != nil {
		return err
	}
	if _, _, err := t.machines[0].judged(ctx, v, protocol.Refused); err != nil {
		return err
	}
	r, err := app.activates(ctx, issued.RegistrationKey, v.content.Code, true)
	if err != nil {
		return err
	}
	return r.want(http.StatusGone, protocol.CodeRefused)
}
