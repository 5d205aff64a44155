// Package acme drives the devices of an invented maker: a motorised card reader and
// a scanner of bar codes, each on a serial line of its own.
//
// Both speak in frames:
//
//	kind 1 byte · length 2 bytes, high one first · payload · XOR of all before, 1 byte
//
// The scanner sends B with a code, unasked. The reader answers each frame with one
// of the same kind, or with E and a number:
//
//	Q  is there a card?       answered by one byte: 0 none, else the number of this insertion
//	P  power the card up      answered by its ATR
//	D  power the card down
//	X  a command APDU         answered by the response
//	J  move it to the mouth   once it is there, it counts as taken out
//	R  move it into the bin
//	E  1 no card that is powered · 2 the card does not answer
package acme
