package trial

import "errors"

// What trying a device tells apart besides the errors of the drivers.
var (
	ErrReader       = errors.New("no such card reader")
	ErrNoCard       = errors.New("no card was put in")
	ErrPINShape     = errors.New("no PIN of 6 to 16 letters and digits, with one of each, in the first line; nothing was sent to the card")
	ErrWrongPIN     = errors.New("wrong signing PIN")
	ErrLastTry      = errors.New("one try is left, or the card does not tell how many are, and nothing was tried")
	ErrUntrusted    = errors.New("the signing certificate is not trusted")
	ErrDates        = errors.New("the signing certificate is outside its dates")
	ErrBadSignature = errors.New("the card's signature does not verify with its certificate")
	ErrPhoto        = errors.New("no face photo that could be checked")
	ErrCard         = errors.New("the card gave an answer that makes no sense")
	ErrPrinter      = errors.New("the printer does not print")
	ErrScanner      = errors.New("the scanner does not read")
	ErrSensors      = errors.New("the sensors want attention")
)
