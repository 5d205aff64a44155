// Command watashi-provision is the technician's: it gives a machine its identity
// out of a provisioning token, says what identity a machine has, tries its devices
// as the terminal will use them, and shows what waits for the platform and what
// the audit trail says.
//
//	watashi-platformd token T-0001 | watashi-provision init --environment test
//	watashi-provision renew
//	watashi-provision status
//	watashi-provision device list
//	watashi-provision device check
//	watashi-provision device card read --pin-stdin
//	watashi-provision device slip print
//	watashi-provision device watch
//	watashi-provision device tamper clear
//	watashi-provision queue list
//	watashi-provision queue retry --all
//	watashi-provision audit export --out trail.jsonl
//	watashi-provision audit verify trail.jsonl
//
// It tells what it does step by step, what is wrong in words, and what to do
// about it; with --json it prints one object for programs (watch one a line), as
// the schemas in schema/ say. Colour is for terminals, and NO_COLOR turns it off.
// See exits for the exit codes.
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
)

var version = "unknown" // set by the linker

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

const usage = `usage:
  watashi-provision init [flags]     make this machine's identity out of a token, one line of standard input
  watashi-provision renew [flags]    get the next certificates, if it is time
  watashi-provision status [flags]   say what identity this machine has
  watashi-provision device ...       try this machine's devices; see watashi-provision device help
  watashi-provision queue ...        see what waits for the platform; see watashi-provision queue help
  watashi-provision audit ...        save and verify the audit trail; see watashi-provision audit help
  watashi-provision version

flags of init, renew and status:
  --state-dir DIR     folder of terminald (default /var/lib/watashi/terminald)
  --uplink-dir DIR    folder of uplinkd (default /var/lib/watashi/uplinkd)
  --json              print one JSON object

flags of init:
  --token-file FILE   read the token from a file, as one on a USB stick
  --usb               find the token on a mounted USB stick: a file watashi-token*
  --scan              have the scanner of the configuration read the token's QR code
  --token TOKEN       the token itself; others on this machine may see it while this runs
  --yes               never ask; nothing is left out for it
  --environment E     production or test (default production)
  --protection P      where the keys are kept: auto, tpm or file (default auto: a TPM if there is one;
                      in production there must be)
  --tpm DEVICE        the TPM (default /dev/tpmrm0)
  --replace           also where there is an identity already; it is lost
  --only STEP         one step alone: keys, attestation, certificates, bundle, devices, report
  --config FILE       terminald's configuration, for the devices
  --report FILE       leave the readiness report in a file, as JSON

flags of renew:
  --always            also before two thirds of a certificate's life are over

init has six steps: keys, attestation, certificates, bundle, devices, and a readiness
report, printed as a test slip. It may be run again after any error, and after it was
killed: what is done is not done again. A device that fails undoes nothing: the machine
is then provisioned and not ready, and init goes on there.

exit codes:
`

// defaults of the flags, as the packages lay the folders out.
const (
	defaultState  = "/var/lib/watashi/terminald"
	defaultUplink = "/var/lib/watashi/uplinkd"
)

// run is main with everything given.
func run(ctx context.Context, args []string, in io.Reader, out, complaints io.Writer) int {
	return runOn(ctx, thisMachine(), args, in, out, complaints)
}

// runOn is run on a machine that a test may give.
func runOn(ctx context.Context, w world, args []string, in io.Reader, out, complaints io.Writer) int {
	if len(args) == 0 {
		printUsage(complaints)
		return exitUsage
	}
	if g, ok := findGroup(args[0]); ok {
		return runGroup(ctx, g, w, args[1:], in, out, complaints)
	}
	var err error
	switch args[0] {
	case "init":
		return runInit(ctx, w, args[1:], in, out, complaints)
	case "replace":
		return runReplace(ctx, w, args[1:], in, out, complaints)
	case "check":
		return runCheckup(ctx, w, args[1:], out, complaints)
	case "retire":
		return runRetire(ctx, w, args[1:], in, out, complaints)
	case "renew":
		return runRenew(ctx, w, args[1:], out, complaints)
	case "status":
		return runStatus(w, args[1:], out, complaints)
	case "version":
		_, err = fmt.Fprintln(out, version)
	case "help", "-h", "--help":
		printUsage(out)
	default:
		printUsage(complaints)
		return exitUsage
	}
	if err != nil {
		return exitOther
	}
	return exitDone
}

func printUsage(w io.Writer) {
	io.WriteString(w, usage)
	writeExits(w, exits())
}

func writeExits(w io.Writer, exits []exit) {
	for _, e := range slices.SortedFunc(slices.Values(exits), func(a, b exit) int { return a.code - b.code }) {
		fmt.Fprintf(w, "  %2d  %s\n", e.code, e.meaning)
	}
}

// options are the flags of all three commands.
type options struct {
	state, uplink string
	json          bool
}

// parse reads flags; ok is false when the command is over, with that exit code.
func parse(name string, args []string, complaints io.Writer, o *options, more func(*flag.FlagSet)) (code int, ok bool) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.Usage = func() { printUsage(complaints) }
	flags.StringVar(&o.state, "state-dir", defaultState, "")
	flags.StringVar(&o.uplink, "uplink-dir", defaultUplink, "")
	flags.BoolVar(&o.json, "json", false, "")
	if more != nil {
		more(flags)
	}
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitDone, false
	case err == nil && flags.NArg() > 0:
		fmt.Fprintf(complaints, "unexpected argument\n")
		printUsage(complaints)
		return exitUsage, false
	case err != nil:
		return exitUsage, false
	}
	return exitDone, true
}
