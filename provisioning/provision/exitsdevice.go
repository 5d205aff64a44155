package main

import (
	"errors"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/provisioning/provision/trial"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// Exit codes of the device commands.
const (
	exitConfig = 14

	exitCardService = 20
	exitReader      = 21
	exitReaderBusy  = 22
	exitNoCard      = 23
	exitRemoved     = 24
	exitMute        = 25
	exitTwoCards    = 26
	exitOtherCard   = 27
	exitUnsigned    = 28
	exitBlocked     = 29
	exitPINShape    = 30
	exitWrongPIN    = 31
	exitLastTry     = 32
	exitUntrusted   = 33
	exitDates       = 34
	exitSignature   = 35
	exitPhoto       = 36
	exitCardFault   = 37
	exitPrinter     = 40
	exitScanner     = 41
	exitSensors     = 42
	exitNoTerminal  = 43
	exitTampering   = 44
)

// errTampering: the alarm cannot be cleared.
var errTampering = errors.New("a sensor still says that somebody opens the machine")

// deviceExits are those of the device commands, in order: what the command knows
// itself before what a driver says of its line.
func deviceExits(s system.System) []exit {
	return append([]exit{
		{exitConfig, "config", "the configuration file is not right", []error{desk.ErrConfig},
			"Mend the line of the file that is named above, or name another file with --config."},
		{exitPrinter, "printer", "the printer does not print", []error{trial.ErrPrinter},
			"Do what the line above says; then: watashi-provision device check."},
		{exitScanner, "scanner", "the scanner does not read", []error{trial.ErrScanner},
			"Check its cable and the path in terminald.json; \"watashi-provision device list\" names what is plugged in."},
		{exitSensors, "sensors", "the sensors want attention", []error{trial.ErrSensors},
			"Look at door, key switch and wiring. After a tamper alarm look into the machine first, then: watashi-provision device tamper clear."},
		{exitTampering, "tampering", "a tamper sensor still alarms", []error{errTampering},
			"Close the machine and check the sensor's loop; only then can the alarm be cleared."},
		{exitNoTerminal, "no-terminal", "watashi-terminald does not answer", []error{desk.ErrNoTerminal},
			"Run the command " + s.Allowed + ", and see: " + s.SeeTerminald + "."},
	}, cardExits(s)...)
}

// cardExits are those of card readers and cards.
func cardExits(s system.System) []exit {
	return append([]exit{
		{exitCardService, "card-service", "no way to card readers", []error{hal.ErrUnavailable, devices.ErrNoPCSC},
			s.StartCards},
		{exitReader, "reader", "no such card reader", []error{trial.ErrReader},
			"Plug the reader in, or name it with --reader as \"watashi-provision device list\" does."},
		{exitReaderBusy, "reader-busy", "another program holds the card", []error{hal.ErrBusy},
			"Stop the other program. If it is the terminal: " + s.StopTerminald + "."},
		{exitNoCard, "no-card", "no card was put in", []error{trial.ErrNoCard},
			"Put the card in, chip first and chip up, or lay it flat on the reader; --wait gives more time."},
		{exitMute, "mute", "the card does not answer", []error{hal.ErrCardMute},
			"Turn the card round, wipe its chip, take it out of its sleeve. If another card works in this reader, the chip is broken."},
		{exitTwoCards, "two-cards", "more than one card", []error{hal.ErrCardCollision},
			"Leave one card on the reader, and no phone."},
		{exitRemoved, "removed", "the card was taken out", []error{hal.ErrCardRemoved, hal.ErrGone},
			"Run the command again and leave the card in until it has ended."},
	}, myNumberExits(s)...)
}

// myNumberExits are those of what a card says.
func myNumberExits(s system.System) []exit {
	return []exit{
		{exitOtherCard, "other-card", "not a My Number card that can register", []error{
			mynumber.ErrNotMyNumber, mynumber.ErrOldCard, mynumber.ErrPhone, mynumber.ErrUnknownCard},
			"Use a My Number card: no phone, no resident register card, no card of another kind."},
		{exitUnsigned, "unsigned", "no signing certificate on the card", []error{mynumber.ErrNoSigningCertificate},
			"The holder gets one at the municipal office; children under 15 and face-authentication cards have none."},
		{exitBlocked, "blocked", "the signing PIN is blocked", []error{mynumber.ErrPINBlocked},
			"The municipal office resets it, or a convenience-store copier after booking in the reset app. Nothing here can."},
		{exitPINShape, "pin-shape", "no PIN of the right shape; no try was spent", []error{trial.ErrPINShape, mynumber.ErrPINShape},
			"The signing PIN has 6 to 16 letters and digits, with one of each. It is not one of the 4-digit PINs."},
		{exitWrongPIN, "wrong-pin", "wrong signing PIN", []error{trial.ErrWrongPIN},
			"Do not guess. Each wrong PIN costs a try, and without tries the card must go to the municipal office."},
		{exitLastTry, "last-try", "one try is left; nothing was tried", []error{trial.ErrLastTry},
			"If the holder is sure, run the command again with --last-try-too. A wrong PIN then blocks the card."},
		{exitSignature, "signature", "the card's signature does not verify", []error{trial.ErrBadSignature, mynumber.ErrBadSignature},
			"Try another reader. If it is the same there, the card must not be used: key and certificate do not belong together."},
		{exitDates, "dates", "the certificate is expired or not yet valid", []error{trial.ErrDates},
			"Check this machine's clock (" + s.SeeClock + "). If it is right, the holder renews the certificate at the municipal office."},
		{exitUntrusted, "untrusted", "the certificate is not trusted", []error{trial.ErrUntrusted},
			"See the line \"trust\". For a test card give its CA with --ca. What no known CA signed must not be accepted; a key of a new kind needs a newer program."},
		{exitPhoto, "photo", "no face photo that could be checked", []error{
			trial.ErrPhoto, mynumber.ErrNoPhoto, mynumber.ErrNumberBShape, mynumber.ErrNumberBBlocked},
			"Copy the printed birth date's form, the expiry year and the 4 digits under the photo exactly; a wrong number costs a try."},
		{exitCardFault, "card-fault", "the card's data or answers make no sense", []error{trial.ErrCard, mynumber.ErrMalformed},
			"Try again, then another reader. If it stays, keep the line above for whoever maintains this software."},
	}
}
