package main

import (
	"context"
	"flag"
	"slices"

	"github.com/digital-watashi/kiosk/provisioning/provision/queue"
)

// queueGroup are the commands that show what waits for the platform, and carry it by
// hand. They name
// items by id and kind; nothing in them tells of a citizen.
func queueGroup() group {
	return group{
		name: "queue", about: "see what waits for the platform",
		commands: []command{
			{"list", "", "what waits, and why", queueListHelp, "", runQueueList, "watashi-provision queue list"},
			{"show", "ID", "all that is known of one item", queueShowHelp, "", runQueueShow, "watashi-provision queue show 0f1e2d3c4b5a69788796a5b4c3d2e1f0"},
			{"retry", "ID", "try an item now, out of quarantine too", queueRetryHelp, queueRetryFlags, runQueueRetry, "watashi-provision queue retry --all"},
			{"export", "", "copy what waits to a file, for a site without a network", queueExportHelp, queueExportFlags, runQueueExport, "watashi-provision queue export --out /media/usb"},
			{"import", "FILE", "take the platform's receipts from a file", queueImportHelp, "", runQueueImport, "watashi-provision queue import /media/usb/receipts.jsonl"},
		},
		exits: func(code int) bool {
			return slices.Contains([]int{exitConfig, exitNoTerminal, exitNoItem, exitWaits, exitFiles, exitCarried, exitForeign, exitReceipts, exitJournal}, code)
		},
	}
}

const queueListHelp = `Lists what waits for the platform: each item with its age, how often it was tried
since terminald started, and why it did not go. What the platform has refused again
and again stands in quarantine: it is kept, holds up nothing, and is tried no more
until somebody releases it with "queue retry". Words are Japanese or English, as LC_ALL, LC_MESSAGES
or LANG say; --json tells codes.
`

const queueShowHelp = `Shows one registration or withdrawal by its id, whether it waits, stands in
quarantine or was answered: how far it came, and why it came no further. It shows
none of what is in it; only the platform can open that.
`

func runQueueList(ctx context.Context, d *call, args []string) int {
	if code, ok := d.parse("list", args, nil); !ok {
		return code
	}
	r, err := queue.List(ctx, d.Desk)
	return d.End(r, err)
}

func runQueueShow(ctx context.Context, d *call, args []string) int {
	var word string
	if code, ok := d.parseWords("show", args, []*string{&word}, nil); !ok {
		return code
	}
	if word == "" {
		return d.misuse("show", "")
	}
	r, err := queue.Show(ctx, d.Desk, word)
	return d.End(r, err)
}

const queueExportHelp = `Copies all that waits for the platform to a file, as one on a USB stick, for sites
without a network: "watashi-platformd import-queue FILE" takes it in and prints the
receipts, and "queue import" takes those here. Nothing is erased by it: only a receipt
does that. What is in the file is sealed for the platform, and nobody else can open
it. While watashi-terminald runs it is asked; otherwise its journal is opened here.
`

const queueExportFlags = `  --out FILE          a new file, or a folder, which gets a file named after terminal and time
`

func runQueueExport(ctx context.Context, d *call, args []string) int {
	var out string
	code, ok := d.parse("export", args, func(flags *flag.FlagSet) { flags.StringVar(&out, "out", "", "") })
	if !ok {
		return code
	}
	if out == "" {
		d.Hint("--out is needed: the file, or the folder of the USB stick")
		return d.misuse("export", "")
	}
	r, err := queue.Export(ctx, d.Desk, out)
	return d.End(r, err)
}

const queueImportHelp = `Takes the receipts that "watashi-platformd import-queue" printed. Each is verified as
one that comes over the network, against the platform's keys and the very body that
waits here, and settles it once. A file that was cut, or is another terminal's, changes
nothing; of a receipt that is not taken it says why, and what it was for waits on.
`

func runQueueImport(ctx context.Context, d *call, args []string) int {
	var name string
	if code, ok := d.parseWords("import", args, []*string{&name}, nil); !ok {
		return code
	}
	if name == "" {
		return d.misuse("import", "")
	}
	r, err := queue.Import(ctx, d.Desk, name)
	return d.End(r, err)
}

const queueRetryHelp = `Has terminald try an item now, whatever it waits for. One in quarantine is released
first: do that when the reason is mended, or the platform refuses it again and it
comes back. Then it looks for a few seconds how that ended; exit 0 means that the
platform has answered with a receipt.
`

const queueRetryFlags = `  --all               every item in quarantine, instead of one ID
`

func runQueueRetry(ctx context.Context, d *call, args []string) int {
	var word string
	var all bool
	code, ok := d.parseWords("retry", args, []*string{&word}, func(flags *flag.FlagSet) { flags.BoolVar(&all, "all", false, "") })
	if !ok {
		return code
	}
	if all == (word != "") {
		return d.misuse("retry", "")
	}
	r, err := queue.Retry(ctx, d.Desk, word)
	return d.End(r, err)
}
