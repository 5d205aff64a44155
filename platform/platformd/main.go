// Command watashi-platformd is the reference central platform as a service.
//
//	watashi-platformd init -dir DIR -id PLATFORM-ID -host HOST[:PORT] [-environment test|production]
//	watashi-platformd -config FILE COMMAND
//
// init makes keys, terminal CA, folders and DIR/platformd.json. With it:
//
//	run                                   serve terminals and apps
//	check                                 read configuration and keys, say what is wrong
//	token TERMINAL-ID                     let one machine in, within the hour
//	terminals                             list the machines
//	suspend TERMINAL-ID [compromised]     stop a machine
//	reinstate TERMINAL-ID                 let it serve again
//	registration ID                       where a registration stands; names nobody
//	evidence ID                           what proves it; names the citizen
//	import ID FILE                        take in an envelope that came by hand
//	reviews                               registrations that wait for a decision
//	decide ID same-person|other-person    decide
//	ca add FILE...                        trust JPKI CA certificates from the next start on
//	crl import FILE...                    put lists of revocations where they are read
//	rotate encryption|receipt|bundle      make a new key, keep the old one; from the next start on
//
// Commands that look into the store ask the running service, by a socket in DIR
// that only its owner can open, or open the store themselves when it rests.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "watashi-platformd:", err)
		os.Exit(1)
	}
}

// errUsage sends people to the package doc, which is the manual.
var errUsage = errors.New("usage: watashi-platformd init -dir DIR -id PLATFORM-ID -host HOST[:PORT] | -config FILE run|check|token|terminals|suspend|reinstate|registration|evidence|import|reviews|decide|ca|crl|rotate")

// run is the program without its process.
func run(ctx context.Context, args []string, out, log io.Writer) error {
	if len(args) > 0 && args[0] == "init" {
		return initialise(args[1:], out)
	}
	flags := flag.NewFlagSet("watashi-platformd", flag.ContinueOnError)
	flags.SetOutput(log)
	path := flags.String("config", "", "configuration `file`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *path == "" || flags.NArg() == 0 {
		return errUsage
	}
	c, err := readConfig(*path)
	if err != nil {
		return err
	}
	return perform(ctx, c, flags.Args(), out, log)
}

// perform runs one command.
func perform(ctx context.Context, c config, args []string, out, log io.Writer) error {
	switch args[0] {
	case "run":
		return serveAsService(ctx, c, log)
	case "check":
		return check(c, out)
	case "ca":
		return addCAs(c, args[1:], out)
	case "crl":
		return importCRLs(c, args[1:], out)
	case "rotate":
		return rotate(c, args[1:], out)
	}
	return ask(ctx, c, args, out)
}
