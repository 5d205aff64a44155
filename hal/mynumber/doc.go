// Package mynumber drives the My Number card (マイナンバーカード) over any
// hal.Card: it verifies the signing PIN, reads and judges the signing
// certificate, lends the card's key as a crypto.Signer for one signature, and
// reads the face photo.
//
//	Open, OpenKnown ──▶ Card ──VerifySigningPIN──▶ Holder{Certificate, Attributes, Signer}
//	                        └─PhotoTriesLeft──FacePhoto──▶ JPEG 2000, PhotoInfo
//
// What people put into a reader is not always the card of an adult in good order.
// Open tells apart, before a PIN is typed, what nobody can register with: another
// card, a phone, the card of before 2016, one without a signing certificate, one
// for face authentication, one that is blocked (errors.go). Examine tells a
// technician why a certificate is not believed.
//
// The 12-digit My Number cannot be read through this package. Every command
// passes the guard (guard.go), a table of what may be sent; it follows what the
// card has selected, and where it does not know it refuses. Two applications are
// in the table: JPKI (公的個人認証) and the card face (券面). The text application
// that holds the number is not. What is said in each flow is on file in
// testdata/transcripts.
//
// A try of a PIN is never spent by accident: the form is checked before any
// command, the counter is asked before VERIFY, one call sends one VERIFY, and
// nothing here repeats it. The verified state survives everything but a
// power-down, which is hal.Reader's to do.
//
// Each exchange costs the citizen time. Where reader and card carry extended
// lengths, a certificate and a signature take seven, five of a card that is
// known; with READs of 256 bytes six more (read.go).
//
// No type of this package may be shared between goroutines.
package mynumber
