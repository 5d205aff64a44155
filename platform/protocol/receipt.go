package protocol

import (
	"errors"
	"fmt"
	"time"
)

// Verdict is the platform's word on a body.
type Verdict string

// Verdicts on a registration, then on a withdrawal.
const (
	Accepted  Verdict = "accepted"  // judged and good: the code is active
	Refused   Verdict = "refused"   // judged and bad: Reason says why
	Received  Verdict = "received"  // durably kept, not judged yet
	Withdrawn Verdict = "withdrawn" // the id is forgotten, whichever came first
	Activated Verdict = "activated" // too late: the code is already used
)

// Reasons of a refusal. A terminal that meets one it does not know treats it as
// ReasonEnvelopeInvalid.
const (
	ReasonKeyUnknown         = "key-unknown"
	ReasonKeyExpired         = "key-expired"
	ReasonKeyUsed            = "key-used"
	ReasonCitizenRevoked     = "citizen-certificate-revoked"
	ReasonCitizenExpired     = "citizen-certificate-expired"
	ReasonCitizenUnfit       = "citizen-certificate-unfit" // by a JPKI CA, but no signing certificate, or not valid yet
	ReasonCitizenIssuer      = "citizen-issuer-unknown"
	ReasonCitizenSignature   = "citizen-signature-invalid"
	ReasonAttributes         = "attributes-mismatch" // the application says something else than the certificate
	ReasonTerminalUnknown    = "terminal-unknown"
	ReasonTerminalRevoked    = "terminal-revoked"
	ReasonEnvironment        = "environment-mismatch"
	ReasonPlatformOther      = "platform-other"
	ReasonEnvelopeInvalid    = "envelope-invalid"
	ReasonEnvelopeConflict   = "envelope-conflict" // another body under an id already taken
	ReasonWithdrawn          = "withdrawn"
	ReasonClock              = "clock-implausible"
	ReasonPhotoMissing       = "photo-missing"
	ReasonPhotoMismatch      = "photo-mismatch"  // not the one that was signed
	ReasonPhotoUnchecked     = "photo-unchecked" // nothing ties it to the card
	ReasonConsentUnknown     = "consent-unknown"
	ReasonCodeProfile        = "code-profile-other" // the code is not of the kind that the bundle asks for
	ReasonCodeExpired        = "code-expired"       // arrived when its code could live no more
	ReasonCommitmentMismatch = "commitment-mismatch"
)

// Reasons lists every reason of a refusal.
func Reasons() []string {
	return []string{
		ReasonKeyUnknown, ReasonKeyExpired, ReasonKeyUsed, ReasonCitizenRevoked, ReasonCitizenExpired, ReasonCitizenUnfit,
		ReasonCitizenIssuer, ReasonCitizenSignature, ReasonAttributes, ReasonTerminalUnknown, ReasonTerminalRevoked,
		ReasonEnvironment, ReasonPlatformOther, ReasonEnvelopeInvalid, ReasonEnvelopeConflict, ReasonWithdrawn, ReasonClock,
		ReasonPhotoMissing, ReasonPhotoMismatch, ReasonPhotoUnchecked, ReasonConsentUnknown, ReasonCodeProfile, ReasonCodeExpired,
		ReasonCommitmentMismatch,
	}
}

// Receipt is the platform's signed answer to one body. Against it, and only
// against one that names its id and digest, a terminal erases what it kept.
type Receipt struct {
	ID          ID         `json:"id"`
	BodySHA256  Digest     `json:"body_sha256"`
	Verdict     Verdict    `json:"verdict"`
	Reason      string     `json:"reason,omitempty"` // of Refused, and of nothing else
	Time        time.Time  `json:"time"`
	CodeExpires *time.Time `json:"code_expires,omitempty"` // of Accepted
}

func (r *Receipt) check() error {
	switch r.Verdict {
	case Accepted, Refused, Received, Withdrawn, Activated:
	default:
		return errors.New("receipt: unknown verdict")
	}
	switch {
	case r.ID.IsZero() || r.BodySHA256.IsZero():
		return errors.New("receipt: names no body")
	case (r.Reason != "") != (r.Verdict == Refused):
		return errors.New("receipt: reason and verdict do not fit")
	case r.CodeExpires != nil && r.Verdict != Accepted:
		return errors.New("receipt: life of a code that is not accepted")
	}
	if r.Reason != "" {
		if err := checkName("receipt: reason", r.Reason); err != nil {
			return err
		}
	}
	if r.CodeExpires != nil {
		if err := wireTime("receipt: code expiry", *r.CodeExpires); err != nil {
			return err
		}
	}
	return wireTime("receipt", r.Time)
}

func receiptKind() jwsKind { return jwsKind{typ: "watashi-receipt+jws"} }

// SignReceipt signs with the platform's receipt key.
func SignReceipt(r Receipt, key PrivateKey) ([]byte, error) {
	r.Time = r.Time.UTC()
	if r.CodeExpires != nil {
		expires := r.CodeExpires.UTC()
		r.CodeExpires = &expires
	}
	jws, err := signJSON(receiptKind(), &r, key, key.Kid())
	if err != nil {
		return nil, fmt.Errorf("signing receipt: %w", err)
	}
	return jws, nil
}

// VerifyReceipt verifies a receipt against the platform's receipt keys and
// against the id and digest of the body it was asked for.
func VerifyReceipt(jws []byte, keys []PublicKey, id ID, body Digest) (Receipt, error) {
	var r Receipt
	if err := verifyJSON(receiptKind(), jws, &r, oneOf(keys)); err != nil {
		return Receipt{}, fmt.Errorf("verifying receipt: %w", err)
	}
	if r.ID != id || !r.BodySHA256.Equal(body) {
		return Receipt{}, errors.New("verifying receipt: it is for another body")
	}
	return r, nil
}
