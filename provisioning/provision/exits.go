package main

import (
	"context"
	"errors"
	"io/fs"
	"slices"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
)

// Exit codes, for scripts.
const (
	exitDone        = 0
	exitOther       = 1
	exitUsage       = 2
	exitToken       = 3
	exitPin         = 4
	exitUnreachable = 5
	exitSecret      = 6
	exitClock       = 7
	exitProvisioned = 8
	exitRefused     = 9
	exitFiles       = 10
	exitPlatform    = 11
	exitInterrupted = 12

	exitUnprovisioned = 13

	exitUnproven = 15
	exitRenewal  = 16
	exitChip     = 17
)

// An exit is an exit code: what it means, which errors lead to it, and what the
// technician does then.
type exit struct {
	code    int
	name    string // for --json
	meaning string
	causes  []error
	remedy  string
}

// exits is the whole table.
func exits() []exit {
	return exitsOn(system.This())
}

// exitsOn is it as one system's technician reads it.
func exitsOn(s system.System) []exit {
	return slices.Concat(commandExits(s), initExits(s), deviceExits(s), queueExits(), toolExits(s))
}

// commandExits are those of init and status, and of all commands, in order: the
// first whose cause an error is, is its exit.
func commandExits(s system.System) []exit {
	return []exit{
		{exitDone, "done", "done; for status: this machine may serve", nil, ""},
		{exitOther, "other", "something else", nil,
			"Read the line above, then run the command again. Nothing was lost."},
		{exitUsage, "usage", "wrong command line", nil, ""},
		{exitToken, "token", "the token is not whole", []error{protocol.ErrTokenShape, errNoToken, errTwoWays, errNoStick, errTwoFiles},
			"Copy the whole token, from \"watashi1.\" to its last character, in one line."},
		{exitPin, "pin", "who answers is not the platform of the token", []error{provisioning.ErrPin},
			"Do not go on. Check the network this machine is in (a proxy that opens TLS?), then ask the platform for a new token."},
		{exitUnreachable, "unreachable", "the platform does not answer", []error{provisioning.ErrUnreachable},
			"Check cable, address, name service and firewall (TCP to the host above), then run the command again with the same token. Where there is no network, init takes a USB stick instead: run it with the same token and --offline FOLDER."},
		{exitSecret, "secret", "the platform does not know the token", []error{provisioning.ErrSecret, protocol.ErrTokenShort},
			"Ask the platform for a new token for this terminal, then run the command again with it."},
		{exitClock, "clock", "the clock is wrong", []error{provisioning.ErrClock, provisioning.ErrExpired},
			"Set this machine's clock (" + s.SetClock + "), then run the command again with the same token."},
		{exitProvisioned, "provisioned", "there is an identity already", []error{provisioning.ErrProvisioned},
			"See \"watashi-provision status\". To give this machine a new identity, run the command with --replace."},
		{exitRefused, "refused", "this machine must not serve, for the reasons given", []error{
			provisioning.ErrSoftwareKey, provisioning.ErrEnvironment, provisioning.ErrTestBundle, provisioning.ErrTestCertificate,
			provisioning.ErrProtectionClaim, provisioning.ErrTwoTerminals},
			"Test and production never mix, and production needs keys in hardware. For a terminal under test: --environment test, with a token of the test platform."},
		{exitUnproven, "unproven", "the platform wants keys that their TPM has proven", []error{provisioning.ErrUnproven},
			"Give the platform's operator the endorsement key's SHA-256 from the lines above, to put on its list of TPMs, then run the command again with the same token."},
		{exitRenewal, "renewal", "the platform does not renew these certificates", []error{provisioning.ErrRenewal},
			"Ask the platform for a new token for this terminal, then run watashi-provision init --replace with it. What waits in the queue stays."},
		{exitChip, "tpm", "the TPM cannot be used", []error{
			provisioning.ErrChipNone, provisioning.ErrChipPermission, provisioning.ErrChipCleared, provisioning.ErrChipLockout,
			provisioning.ErrChipBusy, provisioning.ErrChipOwner, provisioning.ErrChipFault, provisioning.ErrProtectionChanged},
			"See the firmware's settings, the device named by --tpm, and who may open it; then run the command again. A key of another or a cleared TPM is lost: init --replace, with a new token."},
		{exitPlatform, "platform", "the platform's answer makes no sense", []error{provisioning.ErrPlatform},
			"Tell the platform's operator the line above. The token may be used again."},
		{exitUnprovisioned, "unprovisioned", "this machine has no identity", []error{provisioning.ErrNoIdentity, provisioning.ErrNoBundle},
			"Give it one: watashi-provision init, with a token from the platform."},
		{exitFiles, "files", "a file cannot be read or written as it must be", []error{
			fs.ErrPermission, fs.ErrNotExist, fs.ErrExist, provisioning.ErrReadableByOthers, provisioning.ErrKeyMismatch},
			s.MendFiles},
		{exitInterrupted, "interrupted", "interrupted", []error{context.Canceled, context.DeadlineExceeded},
			"Run the command again, init with the same token: it goes on where it stopped."},
	}
}

// judged is how a command ends by an error.
func judged(err error) desk.Verdict {
	e := exitOf(err)
	return desk.Verdict{Code: e.code, Name: e.name, Meaning: e.meaning, Remedy: e.remedy, Unknown: e.code == exitOther}
}

// exitOf finds the exit of an error.
func exitOf(err error) exit {
	if err == nil {
		return exits()[exitDone]
	}
	s := system.This()
	// A device that cannot be opened is more than a file that is not there.
	for _, e := range slices.Concat(initExits(s), deviceExits(s), queueExits(), toolExits(s), commandExits(s)) {
		for _, cause := range e.causes {
			if errors.Is(err, cause) {
				return e
			}
		}
	}
	return exits()[exitOther]
}
