package terminal

import (
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// refusals says what to tell a citizen about a reason of the platform. Reasons
// share a fault where the citizen has the same to do and the staff the same to
// mend; those of RefusedOther mean that something forged or mixed up bodies.
var refusals = map[string]catalogue.Code{
	protocol.ReasonKeyUnknown: catalogue.RefusedKeyUnknown,
	protocol.ReasonKeyUsed:    catalogue.RefusedKeyUsed,
	protocol.ReasonKeyExpired: catalogue.RefusedKeyExpired,

	protocol.ReasonCitizenRevoked:   catalogue.RefusedRevoked,
	protocol.ReasonCitizenExpired:   catalogue.RefusedExpired,
	protocol.ReasonCitizenUnfit:     catalogue.RefusedUnfit,
	protocol.ReasonCitizenIssuer:    catalogue.RefusedIssuer,
	protocol.ReasonCitizenSignature: catalogue.RefusedSignature,
	protocol.ReasonAttributes:       catalogue.RefusedAttributes,
	protocol.ReasonPhotoMissing:     catalogue.RefusedPhoto,
	protocol.ReasonPhotoMismatch:    catalogue.RefusedPhoto,
	protocol.ReasonPhotoUnchecked:   catalogue.RefusedPhoto,

	protocol.ReasonTerminalUnknown: catalogue.RefusedTerminal,
	protocol.ReasonTerminalRevoked: catalogue.RefusedTerminal,
	protocol.ReasonEnvironment:     catalogue.RefusedSetUp,
	protocol.ReasonPlatformOther:   catalogue.RefusedSetUp,
	protocol.ReasonConsentUnknown:  catalogue.RefusedSetUp,
	protocol.ReasonCodeProfile:     catalogue.RefusedSetUp,
	protocol.ReasonClock:           catalogue.RefusedClock,

	protocol.ReasonWithdrawn:   catalogue.RefusedWithdrawn,
	protocol.ReasonCodeExpired: catalogue.RefusedLate,

	protocol.ReasonEnvelopeInvalid:    catalogue.RefusedOther,
	protocol.ReasonEnvelopeConflict:   catalogue.RefusedOther,
	protocol.ReasonCommitmentMismatch: catalogue.RefusedOther,
}

func refusal(reason string) catalogue.Code {
	if fault, known := refusals[reason]; known {
		return fault
	}
	return catalogue.RefusedOther
}
