package mynumber

import (
	"errors"
	"fmt"
)

// What a terminal tells its citizen apart. A card that left is
// hal.ErrCardRemoved, never one of these.
var (
	// ErrNotMyNumber: the card has no JPKI application.
	ErrNotMyNumber = errors.New("not a My Number card")
	// ErrPhone: a phone that bears its holder's certificates (スマホ用電子証明書), laid
	// where the card belongs. Registration wants the card.
	ErrPhone = errors.New("a phone, not the card")
	// ErrUnknownCard: there is a JPKI application, and what it calls itself is new to
	// this program: perhaps a card of the next generation.
	ErrUnknownCard = errors.New("a JPKI card of an unknown kind")
	// ErrOldCard: a Basic Resident Register card (住基カード), the predecessor.
	ErrOldCard = errors.New("a Basic Resident Register card")
	// ErrNoSigningCertificate: none was issued, as for holders under 15.
	ErrNoSigningCertificate = errors.New("no signing certificate on the card")
	// ErrFaceCard: a 顔認証マイナンバーカード, which has no PINs and so no signing
	// certificate. It is an ErrNoSigningCertificate as well: look for this one first.
	ErrFaceCard = fmt.Errorf("a My Number card for face authentication: %w", ErrNoSigningCertificate)
	// ErrPINBlocked: the signing PIN takes no more tries; the municipal office resets it.
	ErrPINBlocked = errors.New("signing PIN blocked")
	// ErrPINShape: not 6 to 16 letters and digits with one of each; no try was spent.
	ErrPINShape = errors.New("signing PIN is not 6 to 16 letters and digits with one of each")
	// ErrNotVerified: the card wants the signing PIN (again).
	ErrNotVerified = errors.New("signing PIN not verified")
	// ErrMalformed: what the card holds is not what a My Number card holds.
	ErrMalformed = errors.New("malformed data on the card")
	// ErrCommandRefused: the allow-list has no such command; nothing was sent.
	ErrCommandRefused = errors.New("command not in the allow-list")
)

// What can be wrong with the signing certificate.
var (
	// ErrExpired: the certificate's or its issuer's last day is over.
	ErrExpired = errors.New("signing certificate expired")
	// ErrNotYetValid: the certificate's or its issuer's first day is to come.
	ErrNotYetValid = errors.New("signing certificate not yet valid")
	// ErrUnknownIssuer: no trusted generation of the JPKI signing CA signed it.
	ErrUnknownIssuer = errors.New("signing certificate of an unknown issuer")
	// ErrUnsupportedKey: a key or signature kind that the table of algorithms lacks.
	ErrUnsupportedKey = errors.New("unsupported kind of key")
	// ErrNotSigningCertificate: wrong key usage or policy.
	ErrNotSigningCertificate = errors.New("not a signing certificate")
)

// What can go wrong with the one signature.
var (
	// ErrAlreadySigned: the signer signs once.
	ErrAlreadySigned = errors.New("the card has signed already")
	// ErrBadSignature: the card's answer does not verify with its certificate.
	ErrBadSignature = errors.New("signature does not verify with the certificate")
)

// What can go wrong with the face photo.
var (
	// ErrNoPhoto: the card has no face application or no photo in it. A card face
	// that is none is an ErrMalformed as well.
	ErrNoPhoto = errors.New("no face photo on the card")
	// ErrNumberBShape: not a 照合番号B; no try was spent.
	ErrNumberBShape = errors.New("not a verification number B")
	// ErrNumberBBlocked: 照合番号B takes no more tries.
	ErrNumberBBlocked = errors.New("verification number B blocked")
)

// WrongPINError: the card compared the signing PIN and refused it. With no try
// left it is also ErrPINBlocked.
type WrongPINError struct {
	// TriesLeft is what the card says is left, or -1 where it does not say.
	TriesLeft int
}

// Error says how many tries are left.
func (e *WrongPINError) Error() string {
	return fmt.Sprintf("wrong signing PIN, %d tries left", e.TriesLeft)
}

// Is reports that the try that uses up the counter blocks the PIN.
func (e *WrongPINError) Is(target error) bool {
	return e.TriesLeft == 0 && target == ErrPINBlocked
}

// WrongNumberBError: the card compared 照合番号B and refused it. With no try
// left it is also ErrNumberBBlocked.
type WrongNumberBError struct {
	// TriesLeft is what the card says is left, or -1 where it does not say.
	TriesLeft int
}

// Error says how many tries are left.
func (e *WrongNumberBError) Error() string {
	return fmt.Sprintf("wrong verification number B, %d tries left", e.TriesLeft)
}

// Is reports that the try that uses up the counter blocks the number.
func (e *WrongNumberBError) Is(target error) bool {
	return e.TriesLeft == 0 && target == ErrNumberBBlocked
}
