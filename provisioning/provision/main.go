// Command watashi-provision is the technician's: it gives a machine its identity
// out of a provisioning token, says what identity a machine has, tries its devices
// as the terminal will use them, and shows what waits for the platform and what
// the audit trail says.
//
//	watashi-platformd token T-0001 | watashi-provision init --environment test
//	watashi-provision check
//	watashi-provision status
//	watashi-provision renew
//	watashi-provision retire
//	watashi-provision device list
//	watashi-provision device check
//	watashi-provision device card read --pin-stdin
//	watashi-provision device slip print
//	watashi-provision device watch
//	watashi-provision device tamper clear
//	watashi-provision queue list
//	watashi-provision queue retry --all
//	watashi-provision queue export --out /media/usb
//	watashi-provision queue import /media/usb/receipts.jsonl
//	watashi-provision audit export --out trail.jsonl
//	watashi-provision audit verify trail.jsonl
//	watashi-provision bundle show
//	watashi-provision maintenance on
//	watashi-provision support --out /media/usb/shop-7.tar.gz
//	watashi-provision man DIR
//	watashi-provision completion bash
//
// It tells what it does step by step, what is wrong in words, and what to do
// about it; with --json it prints one object for programs (watch one a line), as
// the schemas in schema/ say. Help, manual pages and completion come from the tables
// of commands, in lones and groups, alone. Colour is for terminals, and NO_COLOR turns it off.
// See exits for the exit codes.
//
// Here stand the commands with their flags and exits, and how a machine comes up and is
// retired. What the others do stands in rooms beneath: trial tries devices and cards,
// checkup judges the whole machine, queue sees and carries what waits, support gathers
// what may leave; each works at a desk, and talks with a person by console. What differs
// by operating system is in system, and manual writes pages and completions.
//
// The device commands need no identity. Those that touch a card need PC/SC and
// with it cgo; a build without says so and exits with 20. They open devices as
// terminald does, by the same configuration, and what terminald knows while it
// runs they ask it at its status socket. A PIN comes from standard input alone; no
// attribute of a card's holder is ever printed whole.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/digital-watashi/kiosk/provisioning/provision/checkup"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
)

// version and commit are set by the linker.
var version, commit = "unknown", "unknown"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is main with everything given.
func run(ctx context.Context, args []string, in io.Reader, out, complaints io.Writer) int {
	return runOn(ctx, desk.ThisMachine(), args, in, out, complaints)
}

// runOn is run on a machine that a test may give.
func runOn(ctx context.Context, w desk.World, args []string, in io.Reader, out, complaints io.Writer) int {
	if len(args) == 0 {
		printUsage(complaints)
		return exitUsage
	}
	if g, ok := findGroup(args[0]); ok {
		return runGroup(ctx, g, w, args[1:], in, out, complaints)
	}
	if l, ok := findLone(args[0]); ok {
		if slices.ContainsFunc(args[1:], isHelp) {
			complaints = out // what was asked for is no complaint
		}
		return l.run(ctx, w, args[1:], in, out, complaints)
	}
	if !isHelp(args[0]) {
		printUsage(complaints)
		return exitUsage
	}
	printUsage(out)
	return exitDone
}

func printUsage(w io.Writer) {
	io.WriteString(w, overview())
	writeExits(w, exits())
}

func writeExits(w io.Writer, exits []exit) {
	for _, e := range slices.SortedFunc(slices.Values(exits), byCode) {
		fmt.Fprintf(w, "  %2d  %s\n", e.code, e.meaning)
	}
}

func byCode(a, b exit) int { return a.code - b.code }

// options are the flags that the commands of the identity have.
type options struct {
	checkup.Homes
	json bool
}

// settle has terminald's folder be as the configuration says, unless a flag says another.
func (o *options) settle(d *desk.Desk) {
	if o.State == system.StateDir {
		o.State = d.Machine.StateDir
	}
	d.Machine.StateDir = o.State
}

// parse reads flags; ok is false when the command is over, with that exit code.
func parse(name string, args []string, complaints io.Writer, o *options, more func(*flag.FlagSet)) (code int, ok bool) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.Usage = func() {}
	flags.StringVar(&o.State, "state-dir", system.StateDir, "")
	flags.StringVar(&o.Uplink, "uplink-dir", system.UplinkDir, "")
	flags.BoolVar(&o.json, "json", false, "")
	if more != nil {
		more(flags)
	}
	err := flags.Parse(args)
	if err == nil && flags.NArg() == 0 {
		return exitDone, true
	}
	if err == nil {
		fmt.Fprintln(complaints, "unexpected argument")
	}
	l, _ := findLone(name)
	io.WriteString(complaints, l.usage())
	if errors.Is(err, flag.ErrHelp) {
		return exitDone, false
	}
	return exitUsage, false
}
