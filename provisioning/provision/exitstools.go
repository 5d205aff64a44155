package main

import (
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/queue"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// Exit codes of what is carried by hand, of maintenance and of support.
const (
	exitCarried       = 60
	exitForeign       = 61
	exitReceipts      = 62
	exitJournal       = 63
	exitBundle        = 64
	exitOtherPlatform = 65
)

// toolExits are theirs.
func toolExits(s system.System) []exit {
	return []exit{
		{exitCarried, "carried", "the file is not whole", []error{protocol.ErrCarried},
			"Nothing was changed. Copy the file anew from where it was made, and take the stick out only when it is unmounted; the lines above say what is wrong with it."},
		{exitForeign, "foreign", "the file is another terminal's", []error{queue.ErrForeign},
			"Nothing was changed. Take the file to the terminal that is named above."},
		{exitReceipts, "receipts", "not every receipt was taken", []error{queue.ErrReceipts},
			"What the others are for waits on. The lines above say why; a receipt that does not verify is not the platform's: export again and have the platform import that."},
		{exitJournal, "journal", "the journal cannot be opened", []error{journal.ErrInUse, journal.ErrCorrupt},
			"If watashi-terminald runs, run the command " + s.Allowed + ", or stop it first. A damaged journal is carried over when it starts: " + s.StartTerminald + "."},
		{exitBundle, "bundle", "the file is no bundle of this platform", []error{errBundle, protocol.ErrNewerFormat},
			"Nothing was changed. Copy the file anew from the platform; a bundle of a newer format needs a newer program."},
		{exitOtherPlatform, "other-platform", "the bundle is another platform's", []error{provisioning.ErrOtherPlatform},
			"Nothing was changed. Take the bundle of the platform that \"watashi-provision bundle show\" names."},
	}
}
