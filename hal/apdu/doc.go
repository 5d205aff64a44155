// Package apdu speaks ISO/IEC 7816-4 to a hal.Card: commands and responses as
// values, the status word as an error, and the BER-TLV objects inside files.
//
// It knows the standard and no card. Everything that parses here re-encodes to
// the same bytes, and on an error every result is zero.
//
//	Command  CLA INS P1 P2 [Lc Data] [Le]     cases 1 to 4, short and extended
//	Response [Data] SW1 SW2
//	TLV      tag (1-2 bytes) length (1-3 bytes) value
//
// A buffer that carried a command is overwritten as soon as the card has
// answered, since the command may have been a VERIFY.
package apdu
