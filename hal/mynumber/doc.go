// Package mynumber drives the My Number card (マイナンバーカード) over any
// hal.Card: it verifies the signing PIN, reads and judges the signing
// certificate, lends the card's key as a crypto.Signer for one signature, and
// reads the face photo.
//
//	Open ──▶ Card ──VerifySigningPIN──▶ Holder{Certificate, Attributes, Signer}
//	              └─PhotoTriesLeft──FacePhoto──▶ JPEG 2000
//
// The 12-digit My Number cannot be read through this package. Every command
// passes the guard (guard.go), a table of what may be sent; it follows what the
// card has selected, and where it does not know it refuses. Two applications are
// in the table: JPKI (公的個人認証) and the card face (券面). The text application
// that holds the number is not.
//
// A try of the PIN is never spent by accident: the form is checked before any
// command, the counter is asked before VERIFY, one call sends one VERIFY, and
// nothing here repeats it. The verified state survives everything but a
// power-down, which is hal.Reader's to do.
//
// No type of this package may be shared between goroutines.
package mynumber
