// Package attestation judges what a TPM 2.0 says of itself. Judging does no I/O and
// keeps nothing: the platform asks, keeps and answers. Whom to trust stands in a
// folder that an operator fills, EndorsementDirectory.
//
//	Read        an Endorsement: the chip's endorsement key (EK) and an attestation
//	            key (AK), each of the shape that gives its word a meaning
//	Trust.Vouch who vouches that the EK is in a real chip: its maker, or a list
//	Chip.Pose   a secret that only a chip with this EK *and* this AK can open
//	            (TPM2_MakeCredential), so that the AK is known to be in that chip
//	Judge       the AK's word that a key is in the chip and cannot leave it
//	            (TPM2_Certify), over a nonce of ours
//
// The order carries the proof: who vouches for the EK vouches for the AK, and the
// AK for the keys that get certificates. Certifying the chip alone would not do: a
// key in a file could then be asked for beside it.
//
// Structures and attributes are those of the TPM 2.0 Library, Part 2; profiles of
// the EK are those of the TCG EK Credential Profile, 2.5.
package attestation

import (
	"errors"
	"fmt"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Refusal is why a chip is not believed: a code of protocol and words that say
// what to do about it.
type Refusal struct {
	Code   string // protocol.CodeMalformed, CodeEndorsement or CodeAttestation
	Detail string
}

// Error is the detail.
func (r Refusal) Error() string { return r.Detail }

func malformed(what string) error {
	return Refusal{protocol.CodeMalformed, what + " is not in the encoding of TPM 2.0, Part 2"}
}

func refuse(format string, args ...any) error {
	return Refusal{protocol.CodeAttestation, fmt.Sprintf(format, args...)}
}

// errOdd stands for structures that parse and make no sense.
var errOdd = errors.New("out of shape")
