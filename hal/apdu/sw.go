package apdu

import (
	"errors"
	"fmt"
)

// SW is the status word of ISO/IEC 7816-4, 5.1.3, as an error: it prints its
// number and meaning, and matches the Err… intents below under errors.Is.
type SW uint16

// The status words that a driver has reason to name.
const (
	OK               SW = 0x9000
	EndOfFile        SW = 0x6282 // fewer bytes than Le before the end of the file
	Refused          SW = 0x6300 // a secret was wrong, or asked for; no counter
	WrongLength      SW = 0x6700
	SecurityStatus   SW = 0x6982
	AuthBlocked      SW = 0x6983
	DataInvalidated  SW = 0x6984 // what a My Number card says of a blocked PIN
	Conditions       SW = 0x6985
	NoCurrentFile    SW = 0x6986
	WrongData        SW = 0x6A80
	FuncNotSupported SW = 0x6A81
	FileNotFound     SW = 0x6A82
	WrongP1P2        SW = 0x6A86
	RefNotFound      SW = 0x6A88
	WrongOffset      SW = 0x6B00
	InsNotSupported  SW = 0x6D00
	ClaNotSupported  SW = 0x6E00
	NoDiagnosis      SW = 0x6F00
)

// What a caller can do about a status word, for errors.Is.
var (
	// ErrNotFound: the application, file or reference is not on the card.
	ErrNotFound = errors.New("not on the card")
	// ErrNotVerified: a PIN has to be verified first.
	ErrNotVerified = errors.New("not verified")
	// ErrBlocked: the PIN takes no more tries.
	ErrBlocked = errors.New("blocked")
	// ErrWrongSecret: the PIN was wrong; Retries may say what is left.
	ErrWrongSecret = errors.New("wrong secret")
)

// Error names the status word by number and meaning.
func (sw SW) Error() string {
	if n, ok := sw.Retries(); ok {
		return fmt.Sprintf("SW %04X verification refused, %d tries left", uint16(sw), n)
	}
	if s, ok := exactMeaning(sw); ok {
		return fmt.Sprintf("SW %04X %s", uint16(sw), s)
	}
	return fmt.Sprintf("SW %04X %s", uint16(sw), classMeaning(sw))
}

// String is Error: a status word in a log reads the same as in an error.
func (sw SW) String() string { return sw.Error() }

// Is reports whether the status word calls for what target names.
func (sw SW) Is(target error) bool {
	switch target {
	case ErrNotFound:
		return sw == FileNotFound || sw == RefNotFound
	case ErrNotVerified:
		return sw == SecurityStatus
	case ErrBlocked:
		return sw == AuthBlocked || sw == DataInvalidated || sw == 0x63C0
	case ErrWrongSecret:
		return sw == Refused || sw&0xFFF0 == 0x63C0
	}
	return false
}

// Retries is the number of tries left that a 63Cx carries.
func (sw SW) Retries() (int, bool) {
	return int(sw & 0xF), sw&0xFFF0 == 0x63C0
}

// more is the number of bytes that a 61xx announces, 256 for 6100.
func (sw SW) more() (int, bool) { return shortLe(byte(sw)), sw>>8 == 0x61 }

// rightLe is the Le that a 6Cxx asks for, 256 for 6C00.
func (sw SW) rightLe() (int, bool) { return shortLe(byte(sw)), sw>>8 == 0x6C }

// exactMeaning words the status words whose second byte matters.
func exactMeaning(sw SW) (string, bool) {
	s, ok := map[SW]string{
		OK:               "ok",
		0x6281:           "returned data may be corrupt",
		EndOfFile:        "end of file before Le",
		0x6283:           "file deactivated",
		Refused:          "verification refused",
		0x6400:           "execution error, nothing changed",
		0x6581:           "memory failure",
		WrongLength:      "wrong length",
		0x6881:           "logical channel not supported",
		0x6882:           "secure messaging not supported",
		0x6981:           "command incompatible with file",
		SecurityStatus:   "security status not satisfied",
		AuthBlocked:      "authentication method blocked",
		DataInvalidated:  "reference data not usable",
		Conditions:       "conditions of use not satisfied",
		NoCurrentFile:    "no current file",
		0x6987:           "secure messaging object missing",
		0x6988:           "secure messaging object wrong",
		WrongData:        "wrong data field",
		FuncNotSupported: "function not supported",
		FileNotFound:     "file or application not found",
		0x6A83:           "record not found",
		WrongP1P2:        "wrong P1-P2",
		0x6A87:           "Lc inconsistent with P1-P2",
		RefNotFound:      "reference not found",
		WrongOffset:      "offset outside the file",
		InsNotSupported:  "instruction not supported",
		ClaNotSupported:  "class not supported",
		NoDiagnosis:      "no precise diagnosis",
	}[sw]
	return s, ok
}

// classMeaning words a status word by its first byte, ISO/IEC 7816-4, table 6.
func classMeaning(sw SW) string {
	s, ok := map[SW]string{
		0x61: "more data available",
		0x62: "warning, nothing changed",
		0x63: "warning, state changed",
		0x64: "execution error, nothing changed",
		0x65: "execution error, state changed",
		0x66: "security issue",
		0x68: "function in CLA not supported",
		0x69: "command not allowed",
		0x6A: "wrong parameters",
		0x6C: "wrong Le",
	}[sw>>8]
	if !ok {
		return "not in ISO/IEC 7816-4"
	}
	return s
}
