package main

import (
	"context"
	"flag"

	"github.com/digital-watashi/kiosk/provisioning/provision/support"
)

// supportGroup is the command that gathers what a help desk asks for.
func supportGroup() group {
	return group{
		name: "support", about: "gather one file for the help desk",
		commands: []command{{"", "", "gather one file for the help desk", supportHelp, supportFlags, runSupport, "watashi-provision support --out /media/usb/shop-7.tar.gz"}},
		exits:    func(code int) bool { return code == exitConfig || code == exitFiles },
	}
}

const supportHelp = `Gathers in one file (tar.gz) what a help desk asks for: versions, status, figures of
the queue, the audit trail's verdict and last events, devices, the last lines of the
log, the configuration, the public parts of the certificates, and facts of disk, clock
and kernel. It holds nothing of any citizen and no key: no bodies, no ids, and of each
text only the words that the programs themselves are made of. What cannot be had is
named in its manifest, and is no error. While watashi-terminald runs it is asked;
otherwise the devices are opened as it would open them.
`

const supportFlags = `  --out FILE          a new file
`

func runSupport(ctx context.Context, d *call, args []string) int {
	var out string
	code, ok := d.parse("", args, func(flags *flag.FlagSet) { flags.StringVar(&out, "out", "", "") })
	if !ok {
		return code
	}
	if out == "" {
		d.Hint("--out is needed: the file to write")
		return d.misuse("", "")
	}
	r, err := support.Gather(ctx, d.Desk, out, version, exitWords())
	return d.End(r, err)
}

// exitWords are the words of the exits, which may stand in what leaves the machine.
func exitWords() (all []string) {
	for _, e := range exits() {
		all = append(all, e.name, e.meaning)
	}
	return all
}
