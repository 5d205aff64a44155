package main

import (
	"slices"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/checkup"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
)

// Exit codes of init and of the end of a machine's service, besides those of all
// commands.
const (
	exitNotReady     = 18
	exitTokenUsed    = 50
	exitTokenExpired = 51
	exitTokenPin     = 52
	exitStepOrder    = 53
	exitRollBack     = 54
	exitBundleKey    = 55
	exitDiskFull     = 56
	exitRunning      = 57
	exitUntold       = 58
	exitLapsed       = 59

	exitWaiting       = 66
	exitOtherStick    = 67
	exitOtherMachine  = 68
	exitOldAnswer     = 69
	exitForeignAnswer = 70

	exitUnsent    = 19
	exitOtherSite = 49
	exitStopped   = 38
)

// initExits are those that are told before the ones of all commands, which are
// wider: a used token is also a token that is refused.
func initExits(s system.System) []exit {
	return slices.Concat(endExits(s), stickExits(), []exit{
		{exitNotReady, "not-ready", "provisioned, but not ready to serve", []error{errNotReady},
			"The identity stands. Do what the lines of the failed steps say, then run watashi-provision init again: it goes on there, without a token."},
		{exitTokenUsed, "token-used", "the token was used before", []error{provisioning.ErrTokenUsed},
			"Ask the platform for a new token for this terminal. If nobody used this one here, tell the platform's operator: somebody did."},
		{exitTokenExpired, "token-expired", "the token's time is over", []error{provisioning.ErrTokenExpired},
			"Ask the platform for a new token for this terminal, and use it within its time."},
		{exitTokenPin, "token-pin", "the token has no pin, so anybody could pass for the platform", []error{protocol.ErrTokenPin},
			"Use a token as the platform prints it, whole. One without a pin is never taken."},
		{exitStepOrder, "step-order", "a step before this one is not done", []error{provisioning.ErrStepOrder},
			"Do the step that is named above first, with the same token; or run init without --only, which does all."},
		{exitRollBack, "roll-back", "the bundle is older than the one in force", []error{provisioning.ErrRollBack},
			"Nothing was changed. Tell the platform's operator: an old state was restored there, or somebody plays an old bundle back. If the platform was founded anew: watashi-provision retire, then init."},
		{exitBundleKey, "bundle-key", "the bundle is signed by a key that this machine does not know", []error{protocol.ErrUnknownKey},
			"Nothing was changed. Tell the platform's operator. If the platform was founded anew, or this machine was away for longer than a change of keys takes: watashi-provision retire, then init."},
		{exitStopped, "stopped", "the platform has stopped this machine", []error{provisioning.ErrStopped},
			"Ask the platform's operator why. A machine that was suspended serves again when it is reinstated, with nothing to do here; one that was retired takes a new token: watashi-provision init --replace."},
		{exitLapsed, "expired", "a certificate of this machine has ended", []error{checkup.ErrLapsed},
			"See that the clock is right (" + s.SeeClock + "), then: watashi-provision renew. It works for as long after the end as the platform allows; after that ask for a new token and run watashi-provision init --replace."},
		{exitDiskFull, "disk-full", "the disk is full", append(s.Full, checkup.ErrDisk),
			"Make room where the folders lie (" + s.MakeRoom + "), then run the command again, init with the same token: it goes on where it stopped."},
	})
}

// stickExits are those of init --offline. Nothing is lost by any of them.
func stickExits() []exit {
	return []exit{
		{exitWaiting, "unanswered", "the request waits on the stick for the platform's answer", []error{provisioning.ErrWaiting},
			"Take the stick to the platform's operator: watashi-platformd enrol FILE, with the file named above. Bring it back and run the same command again; it goes on there."},
		{exitOtherStick, "other-stick", "this stick holds nothing of this machine", []error{provisioning.ErrOtherStick},
			"Put in the stick that was at the platform and run the same command again. If it is lost: the request is on this one now; take it to the platform's operator."},
		{exitOtherMachine, "other-machine", "the answer on the stick is for another machine, or for another token", []error{provisioning.ErrOtherMachine},
			"Take that answer to its own machine. For this one have the platform's operator answer the file named above: watashi-platformd enrol FILE; use the token that it was made with."},
		{exitOldAnswer, "old-answer", "the answer on the stick is to an older request", []error{provisioning.ErrOldAnswer},
			"This machine asks for something else by now. Have the platform's operator answer the file named above: watashi-platformd enrol FILE."},
		{exitForeignAnswer, "foreign-answer", "the answer on the stick is not from the platform of the token", []error{provisioning.ErrForeignAnswer},
			"Nothing of it was believed. Ask who had the stick, and have the operator of the token's platform answer the file named above: watashi-platformd enrol FILE. If it is the same again, ask for a new token."},
	}
}

// endExits are those of retire and replace.
func endExits(s system.System) []exit {
	return []exit{
		{exitUnsent, "unsent", "the platform has not taken all that this machine keeps", []error{errUnsent},
			"Let it send (start the services, see watashi-provision queue list), or take it along: watashi-provision queue export --out FOLDER, and have the platform import it. --force gives up what is left."},
		{exitOtherSite, "other-site", "the old machine's export is of another terminal", []error{errOtherSite},
			"Nothing of the old machine was touched. Look for the right export, or for the right token: this machine has the identity of the token now; end it with watashi-provision retire if it is the wrong one."},
		{exitRunning, "services-run", "the services still run", []error{errRunning},
			"Stop them: " + s.StopServices + "; then run the command again."},
		{exitUntold, "platform-untold", "the platform was not told, and nothing was destroyed", []error{errNotTold},
			"Mend what is named above and run the command again. Without network: --offline, and the platform's operator runs watashi-platformd retire by hand."},
	}
}
