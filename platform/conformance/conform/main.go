// Command watashi-conform holds a platform to what the protocol promises. It is
// for whoever builds a platform of their own: one command, any base URL.
//
//	watashi-conform -tokens FILE -citizen-cert FILE -citizen-key FILE [flags]
//	watashi-conform -terminal DIR [-terminal DIR] -citizen-cert FILE -citizen-key FILE [flags]
//	watashi-conform -list
//
// It needs one terminal that the platform admits, or better two: as provisioning
// tokens, a line each (schema/token.json of package protocol; "-" is standard
// input), or as folders with device.key, device.crt, tls.key, tls.crt and
// roots.pem. With -keep it writes the terminals that it made of tokens into such
// folders, for the next run. And it needs the signing certificate and key of a
// citizen of a test authority that the platform trusts, and of which it has a
// fresh list of revocations; with those of a revoked and an expired one it asks
// that they are refused. watashi-simulator -export-citizen makes all three. With a
// registration key that the platform issued and let expire it asks about that too.
//
// It leaves test registrations behind, and refuses a platform of production. It
// waits when the platform says so, and tells: a second run soon after the first
// may take minutes, since platforms count the keys that one address asks for.
//
// Exit codes: 0 every promise that was asked held; 1 one was broken; 2 it could
// not be asked. With -json it prints one object, as schema/report.json of package
// conformance says.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// Exit codes, for scripts.
const (
	exitHeld   = 0
	exitBroken = 1
	exitNot    = 2 // nothing is known
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
	s, err := parse(args, complaints)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitHeld
	case err != nil:
	case s.version:
		_, err = fmt.Fprintln(out, version, "commit", commit, runtime.Version())
	case s.list:
		err = list(out)
	default:
		var code int
		if code, err = s.hold(ctx, in, out, complaints); err == nil {
			return code
		}
	}
	if err != nil {
		fmt.Fprintln(complaints, "watashi-conform:", err)
		return exitNot
	}
	return exitHeld
}
