// Command watashi-provision is the technician's: it gives a machine its identity
// out of a provisioning token, and says what identity a machine has.
//
//	watashi-platformd token T-0001 | watashi-provision init --environment test
//	watashi-provision status
//
// It tells what it does step by step, what is wrong in words, and what to do
// about it; with --json it prints one object for programs. See exits for the
// exit codes.
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
  watashi-provision status [flags]   say what identity this machine has
  watashi-provision version

flags of both:
  --state-dir DIR     folder of terminald (default /var/lib/watashi/terminald)
  --uplink-dir DIR    folder of uplinkd (default /var/lib/watashi/uplinkd)
  --json              print one JSON object

flags of init:
  --token-file FILE   read the token from a file
  --token TOKEN       the token itself; others on this machine may see it while this runs
  --environment E     production or test (default production)
  --replace           also where there is an identity already; it is lost

init may be run again after any error: what is done is not done again.

exit codes:
`

// defaults of the flags, as the packages lay the folders out.
const (
	defaultState  = "/var/lib/watashi/terminald"
	defaultUplink = "/var/lib/watashi/uplinkd"
)

// run is main with everything given.
func run(ctx context.Context, args []string, in io.Reader, out, complaints io.Writer) int {
	if len(args) == 0 {
		printUsage(complaints)
		return exitUsage
	}
	var err error
	switch args[0] {
	case "init":
		return runInit(ctx, args[1:], in, out, complaints)
	case "status":
		return runStatus(args[1:], out, complaints)
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
	for _, e := range slices.SortedFunc(slices.Values(exits()), func(a, b exit) int { return a.code - b.code }) {
		fmt.Fprintf(w, "  %2d  %s\n", e.code, e.meaning)
	}
}

// options are the flags of both commands.
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
