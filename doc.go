// Package kiosk is the registration terminal of Digital watashi: the machine at
// which a person puts in their My Number card, types its password, sees what
// the card says about them, enters the registration key that their app gave
// them, and takes home a one-time enrollment code.
//
// The package itself holds nothing. Its rooms are the folders beside it, and
// deps_test.go holds the doors between them.
package kiosk
