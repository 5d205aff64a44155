// Command watashi-simulator is the devices of a terminal, for a terminal that has
// none: a virtual My Number card in the virtual reader vpcd of pcscd, and another
// one in vpcd's second reader; a virtual printer on a TCP port or a
// pseudo-terminal; and a virtual scanner on a pseudo-terminal. The terminal's own
// drivers talk to them and cannot tell.
//
// It is told what to do on its standard input and on a unix socket, a command a
// line; "help" lists the commands. Each command is answered with lines of which
// the last is "ok" or begins with "error:".
//
// What it holds is invented and its keys are public. It belongs to tests, and on
// no machine that people use.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp): // which was asked for
	case err != nil && !errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "watashi-simulator:", err)
		os.Exit(1)
	}
}

// settings is what the command line says.
type settings struct {
	vpcd, vpcd2                  string
	citizen, situation, password string
	inserted, list               bool
	scanner                      string
	control                      string
	exportCA, exportCitizen      string
	printer                      printerSettings
}

func parse(args []string, out io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("watashi-simulator", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&s.vpcd, "vpcd", "127.0.0.1:35963", "where the virtual reader listens, `host:port`")
	flags.StringVar(&s.vpcd2, "vpcd2", "127.0.0.1:35964", "where its second one listens, `host:port`")
	flags.StringVar(&s.citizen, "citizen", "midori", "whose card it is")
	flags.StringVar(&s.situation, "situation", "good", "what is the matter with it")
	flags.StringVar(&s.password, "password", "", "the signing password, in place of the citizen's own")
	flags.BoolVar(&s.inserted, "inserted", true, "start with the card in the reader")
	flags.BoolVar(&s.list, "list", false, "list citizens and situations, and end")
	flags.StringVar(&s.control, "control", "", "a unix socket that takes commands as well, `path`")
	flags.StringVar(&s.exportCA, "export-ca", "", "write the authority's certificates and CRLs to `dir`, and end")
	flags.StringVar(&s.exportCitizen, "export-citizen", "", "write the card's signing certificate and its key to `dir`, and end")
	flags.StringVar(&s.scanner, "scanner-pty", "", "serve the virtual scanner on a pseudo-terminal, and link that to `path`")
	s.printer.flags(flags)
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("reading the command line: %q is no flag", flags.Arg(0))
	}
	return s, nil
}

// run is the program. It ends with ctx, with the command "quit", or when a device
// cannot be had.
func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	s, err := parse(args, out)
	if err != nil {
		return err
	}
	ca := haltest.NewCA()
	switch {
	case s.list:
		return list(out)
	case s.exportCA != "":
		return exportCA(s.exportCA, ca)
	case s.exportCitizen != "":
		return exportCitizen(s.exportCitizen, newWallet(ca, s), s)
	}
	return play(ctx, s, newWallet(ca, s), in, out)
}

// play has the devices there for as long as commands are taken.
func play(ctx context.Context, s settings, w *wallet, in io.Reader, out io.Writer) error {
	ctx, quit := context.WithCancel(ctx)
	defer quit()
	if err := w.choose(s.citizen, s.situation); err != nil {
		return err
	}
	p, err := startPrinter(ctx, s.printer, out)
	if err != nil {
		return err
	}
	defer p.stop()
	scan, err := startScanner(ctx, s.scanner, out)
	if err != nil {
		return err
	}
	defer scan.stop()
	d := &desk{wallet: w, slot: &slot{addr: s.vpcd}, second: &slot{addr: s.vpcd2}, printer: p, scanner: scan, quit: quit}
	defer d.slot.remove()
	defer d.second.remove()
	if s.inserted {
		if err := d.slot.insert(ctx, w.card); err != nil {
			return err
		}
	}
	return d.serve(ctx, s.control, in, out)
}

// list prints the menu.
func list(out io.Writer) error {
	for _, c := range haltest.Citizens() {
		fmt.Fprintf(out, "citizen    %-16s %s\n", c.ID, c.Description)
	}
	for _, s := range haltest.Situations() {
		fmt.Fprintf(out, "situation  %-16s %s\n", s.ID, s.Description)
	}
	return nil
}
