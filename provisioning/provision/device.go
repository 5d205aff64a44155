package main

import (
	"context"
	"errors"
	"flag"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/provisioning/provision/trial"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// devicesGroup are the commands that try devices.
func devicesGroup() group {
	return group{
		name: "device", about: "try this machine's devices", commands: deviceCommands(),
		exits: func(code int) bool { return code >= exitConfig && code <= exitTampering },
	}
}

func deviceCommands() []command {
	return []command{
		{"list", "", "name the devices of this machine", listHelp, "", runList, "watashi-provision device list"},
		{"check", "", "try reader, printer, scanner, sensors and voice", checkHelp, "", runCheck, "watashi-provision device check"},
		{"card read", "", "read a My Number card and judge it", cardReadHelp, cardReadFlags, runCardRead, "watashi-provision device card read --pin-stdin"},
		{"slip print", "", "print a test slip", slipHelp, slipFlags, runSlipPrint, "watashi-provision device slip print"},
		{"watch", "", "tell what changes, as it changes", watchHelp, watchFlags, runWatch, "watashi-provision device watch --for 5m"},
		{"tamper clear", "", "end a tamper alarm", tamperHelp, "", runTamperClear, "watashi-provision device tamper clear"},
	}
}

const cardReadHelp = `Reads a My Number card, on any machine with a reader: no terminal need be set up.
Without a PIN it tells what kind of card it is and how many tries are left. With
the signing PIN it reads the certificate and judges it, and has the card sign a
fresh challenge. Attributes are shown masked. The card is powered down at the end.

The PIN is the first line of standard input, as in
  watashi-provision device card read --pin-stdin
which asks without echo, or from a pipe. A PIN is tried once, never again by
itself; before that its shape is checked and the tries left are asked, which
costs none. Whether the certificate was revoked is not checked: only the platform
can.
`

// fileList is a flag that may be given more than once.
type fileList []string

// String is for package flag.
func (l *fileList) String() string { return strings.Join(*l, " ") }

// Set adds one.
func (l *fileList) Set(name string) error {
	*l = append(*l, name)
	return nil
}

// registerCard has the flags of card read fill the options.
func registerCard(f *trial.CardOptions, flags *flag.FlagSet) {
	flags.StringVar(&f.Reader, "reader", "", "")
	flags.BoolVar(&f.PIN, "pin-stdin", false, "")
	flags.BoolVar(&f.LastTry, "last-try-too", false, "")
	flags.BoolVar(&f.Quick, "quick", false, "")
	flags.DurationVar(&f.Wait, "wait", 30*time.Second, "")
	flags.Var((*fileList)(&f.CAs), "ca", "")
	flags.BoolVar(&f.Photo, "photo", false, "")
	flags.StringVar(&f.BirthFormat, "birth-format", "", "")
	flags.IntVar(&f.Expiry, "expiry", 0, "")
}

const cardReadFlags = `  --reader NAME       a part of the reader's name (default: as in the configuration, else any)
  --wait DURATION     how long to wait for a card (default 30s)
  --pin-stdin         read the signing PIN from the first line of standard input
  --last-try-too      also when only one try is left; a wrong PIN then blocks the card
  --ca FILE           a signing CA to trust instead of the compiled-in ones, PEM or DER; may be repeated
  --quick             do not ask which kind of card it is; two exchanges fewer
  --photo             read the face photo, check it and forget it: it is kept nowhere; the security
                      code under the printed photo is the second line of standard input
  --birth-format F    era or western: how the card prints the birth date (with --photo)
  --expiry YYYY       the Western year until which the card is valid, as printed (with --photo)
`

// wholeCard reports whether the flags make sense together.
func wholeCard(f trial.CardOptions) bool {
	if f.Wait <= 0 {
		return false
	}
	if !f.Photo {
		return f.BirthFormat == "" && f.Expiry == 0 && (f.PIN || !f.LastTry)
	}
	return f.PIN && (f.BirthFormat == "era" || f.BirthFormat == "western") && f.Expiry > 0
}

func runCardRead(ctx context.Context, d *call, args []string) int {
	var o trial.CardOptions
	if code, ok := d.parse("card read", args, func(flags *flag.FlagSet) { registerCard(&o, flags) }); !ok {
		return code
	}
	if !wholeCard(o) {
		return d.misuse("card read", "")
	}
	r, err := trial.ReadCard(ctx, d.Desk, o)
	return d.End(r, err)
}

const checkHelp = `Tries reader, printer, scanner, sensors and voice and says of each how it is, why, and
what to do. While watashi-terminald runs it is asked; otherwise the devices are opened as
it would open them. No card is touched and nothing is printed.

The exit code is that of the first device with a fault: reader, printer, scanner,
sensors. A device that works and wants attention is no fault; neither is a voice, whose
programs are looked for, and into whose jack silence is played where no terminald runs.
`

func runCheck(ctx context.Context, d *call, args []string) int {
	if code, ok := d.parse("check", args, nil); !ok {
		return code
	}
	r, err := trial.Check(ctx, d.Desk)
	return d.End(r, err)
}

const listHelp = `Names the card readers and what is in them, the devices as terminald's
configuration names them, and what else is plugged in that may be one. It opens
no device and disturbs no card.
`

func runList(ctx context.Context, d *call, args []string) int {
	if code, ok := d.parse("list", args, nil); !ok {
		return code
	}
	r, err := trial.List(ctx, d.Desk)
	return d.End(r, err)
}

const slipHelp = `Prints a test slip on the printer that the configuration names: the time, the
terminal if there is one, and a QR code with no registration in it. It ends when
the printer has confirmed that the slip is printed and cut.
`

const slipFlags = `  --printer KIND:PATH another printer: usb:/dev/usb/lp0, serial:/dev/ttyUSB0, tcp:127.0.0.1:9100
`

func runSlipPrint(ctx context.Context, d *call, args []string) int {
	var named string
	code, ok := d.parse("slip print", args, func(flags *flag.FlagSet) { flags.StringVar(&named, "printer", "", "") })
	if !ok {
		return code
	}
	c := d.Machine.Config
	if named != "" {
		printer, err := parsePrinter(named, c.Printer)
		if err != nil {
			return d.misuse("slip print", "")
		}
		c.Printer = printer
	}
	r, err := trial.PrintTestSlip(ctx, d.Desk, c)
	return d.End(r, err)
}

// parsePrinter reads KIND:PATH; the rest stays as configured.
func parsePrinter(text string, p devices.Printer) (devices.Printer, error) {
	kind, where, ok := strings.Cut(text, ":")
	if !ok || where == "" {
		return p, errors.New("no kind:path")
	}
	p.Kind, p.Path, p.Address = kind, where, ""
	if kind == "tcp" {
		p.Path, p.Address = "", where
	}
	c := devices.Defaults()
	c.Printer = p
	return p, c.Validate()
}

const tamperHelp = `Tells terminald that somebody has looked into the machine after a tamper alarm and
found it whole. It takes cards again then, if nothing else is wrong. It is refused
while a sensor still alarms. terminald writes it into its audit trail.
`

func runTamperClear(ctx context.Context, d *call, args []string) int {
	if code, ok := d.parse("tamper clear", args, nil); !ok {
		return code
	}
	r := &tamperReport{By: d.Who()}
	return d.End(r, clearTamper(ctx, d.Desk, r))
}

const watchHelp = `Tells the state of reader, cards, printer, scanner and sensors, and each change, one
line each, until ^C. With --json each line is one JSON object. Of a code that is
scanned it tells only whether it is a registration key, never its text. A card is
held while it is in, and nothing is asked of it.

While watashi-terminald runs it is asked twice a second instead; it tells states,
and neither cards nor codes.
`

const watchFlags = `  --for DURATION      end after this time (default: at ^C)
`

// runWatch tells only what broke: each line was an answer of its own.
func runWatch(ctx context.Context, d *call, args []string) int {
	var long time.Duration
	code, ok := d.parse("watch", args, func(flags *flag.FlagSet) { flags.DurationVar(&long, "for", 0, "") })
	if !ok {
		return code
	}
	err := trial.Watch(ctx, d.Desk, long)
	if err == nil {
		return exitDone
	}
	e := d.Verdict(err)
	d.Complain(e, err)
	return e.Code
}
