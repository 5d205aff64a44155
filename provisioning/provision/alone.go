package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/manual"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
)

// lone is a command that stands under no word. Help, manual pages and completion come
// from this table and that of the groups, and from nothing else.
type lone struct {
	name    string
	takes   string
	about   string
	help    string
	flags   string
	example string
	exits   func(code int) bool
	run     func(ctx context.Context, w desk.World, args []string, in io.Reader, out, complaints io.Writer) int
}

// lones are the stations of a machine's life, in their order, and what is about this
// program itself.
func lones() []lone {
	life := func(code int) bool {
		return code <= exitUnsent || code >= exitOtherSite && code <= exitCarried || code == exitStopped || code >= exitWaiting && code <= exitForeignAnswer
	}
	return []lone{
		{
			"init", "", "make this machine's identity out of a token", initHelp, initFlagsHelp + identityFlags,
			"watashi-provision init --environment test --token-file /media/usb/watashi-token.txt", life, runInit,
		},
		{
			"replace", "", "have this machine take over the site of another", replaceHelp, replaceFlagsHelp + initFlagsHelp + identityFlags,
			"watashi-provision replace --old-export /media/usb/queue.jsonl --usb", life, runReplace,
		},
		{
			"check", "", "say whether the whole machine can serve, and what to do if not", checkupHelp, configFlag + identityFlags,
			"watashi-provision check", everyExit, func(ctx context.Context, w desk.World, args []string, _ io.Reader, out, complaints io.Writer) int {
				return runCheckup(ctx, w, args, out, complaints)
			},
		},
		{
			"status", "", "say what identity this machine has", statusHelp, identityFlags,
			"watashi-provision status --json", life, func(_ context.Context, w desk.World, args []string, _ io.Reader, out, complaints io.Writer) int {
				return runStatus(w, args, out, complaints)
			},
		},
		{
			"renew", "", "get the next certificates, if it is time", renewHelp, renewFlagsHelp + identityFlags,
			"watashi-provision renew", life, func(ctx context.Context, w desk.World, args []string, _ io.Reader, out, complaints io.Writer) int {
				return runRenew(ctx, w, args, out, complaints)
			},
		},
		{
			"retire", "", "end this machine's service and destroy its keys", retireHelp, retireFlagsHelp + configFlag + identityFlags,
			"watashi-provision retire --successor shop-8", life, runRetire,
		},
		{
			"man", "DIR", "write the manual pages into a folder", manHelp, "",
			"watashi-provision man /usr/local/share/man/man8", ownExit, runMan,
		},
		{
			"completion", "SHELL", "print the completion for bash, zsh or fish", completionHelp, "",
			"watashi-provision completion bash", ownExit, runCompletion,
		},
		{
			"version", "", "print the version of this program", "Prints the version of this program.\n", "",
			"watashi-provision version", ownExit, runVersion,
		},
	}
}

func everyExit(int) bool    { return true }
func ownExit(code int) bool { return code <= exitUsage || code == exitFiles }

const initHelp = `Makes this machine a terminal, in six steps: keys, attestation, certificates, bundle,
devices, and a readiness report, printed as a test slip. The token comes from the
platform and is typed, scanned or read from a USB stick; without a flag it is one line
of standard input. It may be run again after any error, and after it was killed: what
is done is not done again. A device that fails undoes nothing: the machine is then
provisioned and not ready, and init goes on there.

Where there is no network, a USB stick travels instead: with --offline the request is
left on it, the platform's operator answers it, and the same command goes on with the
answer: once with keys in files, twice with a TPM. The token's secret is not written to
the stick.
`

const initFlagsHelp = `  --token-file FILE   read the token from a file, as one on a USB stick
  --usb               find the token on a mounted USB stick: a file watashi-token*
  --scan              have the scanner of the configuration read the token's QR code
  --token TOKEN       the token itself; others on this machine may see it while this runs
  --yes               never ask; nothing is left out for it
  --environment E     production or test (default production)
  --protection P      where the keys are kept: auto, tpm or file (default auto: a TPM if there is one;
                      in production there must be)
  --tpm DEVICE        the TPM (default ` + system.Chip + `)
  --replace           also where there is an identity already; it is lost
  --offline FOLDER    without a network: leave the request on the stick mounted there, or go on
                      with the platform's answer on it
  --only STEP         one step alone: keys, attestation, certificates, bundle, devices, report
  --config FILE       terminald's configuration, for the devices
  --report FILE       leave the readiness report in a file, as JSON
`

const replaceHelp = `Does what init does, on a machine that takes over the site of another. Before the token
is spent it is clear what becomes of what waits on the old machine: bring its queue
export, or say how many wait there, or that nobody can know any more.
`

const replaceFlagsHelp = `  --old-export FILE   the queue export of the old machine
  --old-unsent N      how many envelopes wait on it: a number, or unknown
  --force             give up what waits on it
`

const checkupHelp = `Looks at the whole machine: identity, bundle, clock, disk, services, devices, and the
way to the platform. Of each it says how it is, why, and what to do. No card is touched
and nothing is changed.
`

const statusHelp = `Says what identity this machine has, until when, and whether it may serve. It reads
the folders as the services do, and asks nobody.
`

const renewHelp = `Gets the next certificates from the platform when two thirds of their life are over.
Both services do so by themselves; this is for a machine that was away.
`

const renewFlagsHelp = `  --always            also before two thirds of a certificate's life are over
`

const retireHelp = `Tells the platform that this machine is retired and destroys its keys, for good. It
refuses while sealed registrations wait, unless it is forced; carry them to the platform
first: watashi-provision queue export.
`

const retireFlagsHelp = `  --force             also while registrations wait
  --offline           without telling the platform, which then must be told by hand
  --yes               do not ask
  --successor ID      the terminal that takes over
`

const configFlag = `  --config FILE       terminald's configuration (default ` + system.ConfigFile + `)
`

const identityFlags = `  --state-dir DIR     folder of terminald (default ` + system.StateDir + `)
  --uplink-dir DIR    folder of uplinkd (default ` + system.UplinkDir + `)
  --json              print one JSON object
`

func runVersion(_ context.Context, _ desk.World, args []string, _ io.Reader, out, complaints io.Writer) int {
	if code, ok := justWords("version", args, complaints); !ok {
		return code
	}
	if _, err := fmt.Fprintln(out, version, "commit", commit, runtime.Version()); err != nil {
		return exitOther
	}
	return exitDone
}

// justWords is for a command without flags that takes these words.
func justWords(name string, args []string, complaints io.Writer, words ...*string) (code int, ok bool) {
	l, _ := findLone(name)
	switch {
	case slices.ContainsFunc(args, isHelp):
		io.WriteString(complaints, l.usage()) // standard output, when help is asked for
		return exitDone, false
	case len(args) != len(words):
		io.WriteString(complaints, l.usage())
		return exitUsage, false
	}
	for n, word := range words {
		*word = args[n]
	}
	return exitDone, true
}

// findLone finds a command that stands under no word.
func findLone(name string) (l lone, ok bool) {
	all := lones()
	i := slices.IndexFunc(all, func(l lone) bool { return l.name == name })
	if i < 0 {
		return l, false
	}
	return all[i], true
}

// entry is a command as every reader of the tables sees it.
func (l lone) entry() manual.Command {
	return manual.Command{
		Words: l.name, Takes: l.takes, About: l.about, Help: l.help, Flags: l.flags,
		Example: l.example, Exits: exitsWith(l.exits),
	}
}

func (g group) entry(c command) manual.Command {
	return manual.Command{
		Words: strings.TrimSpace(g.name + " " + c.name), Takes: c.takes, About: c.about, Help: c.help,
		Flags: c.flags + g.commonHelp(), Example: c.example, Exits: exitsWith(g.exits),
	}
}

// exitsWith are the exits that are meant, with those of every command, as a manual
// has them.
func exitsWith(meant func(code int) bool) (all []manual.Exit) {
	for _, e := range slices.SortedFunc(slices.Values(exits()), byCode) {
		if e.code <= exitUsage || e.code == exitInterrupted || meant(e.code) {
			all = append(all, manual.Exit{Code: e.code, Meaning: e.meaning, Remedy: e.remedy})
		}
	}
	return all
}

// entries are all commands.
func entries() (all []manual.Command) {
	for _, l := range lones() {
		all = append(all, l.entry())
	}
	for _, g := range groups() {
		for _, c := range g.commands {
			all = append(all, g.entry(c))
		}
	}
	return all
}

// handbook is all of it, as a manual tells it.
func handbook() manual.Program {
	return manual.Program{
		Name: "watashi-provision", About: "set up, look after and retire a registration terminal", Version: "watashi " + version,
		Text:     "Gives a machine its identity out of a provisioning token, tries its devices as the terminal will use them, shows and carries what waits for the platform, and retires it. It says what it does step by step, what is wrong in words, and what to do about it; with --json it prints one object for programs. Colour is for terminals, and NO_COLOR turns it off.",
		Commands: entries(), Exits: exitsWith(everyExit),
		Files:  [][2]string{{system.ConfigFile, "configuration of watashi-terminald"}, {system.StateDir, "its folder"}, {system.UplinkDir, "the folder of watashi-uplinkd"}, {system.StatusSocket, "where watashi-terminald is asked"}},
		Values: map[string][]string{"E": {"production", "test"}, "P": {"auto", "tpm", "file"}, "STEP": initSteps()},
		Words:  map[string][]string{"": {"help"}, "completion": {"bash", "fish", "zsh"}},
	}
}

func (l lone) usage() string { return handbook().Usage(l.entry()) }

// overview is what a technician sees first.
func overview() string {
	var text strings.Builder
	text.WriteString("watashi-provision sets a registration terminal up, looks after it, and retires it.\n\nusage: watashi-provision COMMAND [flags]\n\nthis machine:\n")
	for _, l := range lones() {
		fmt.Fprintf(&text, "  %-22s  %s\n", strings.TrimSpace(l.name+" "+l.takes), l.about)
	}
	for _, g := range groups() {
		fmt.Fprintf(&text, "\n%s:\n", g.about)
		for _, c := range g.commands {
			fmt.Fprintf(&text, "  %-22s  %s\n", strings.TrimSpace(g.name+" "+c.title()), c.about)
		}
	}
	text.WriteString("\nEach command has --help with an example. With --json it prints one object for programs.\n\nexit codes:\n")
	return text.String()
}
