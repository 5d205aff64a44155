package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"slices"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
)

// initFlags are those of init alone.
type initFlags struct {
	token, file, environment string
	scan, usb                bool
	protection, chip         string
	replace, yes             bool
	only, config, report     string
	offline                  string
}

func (f *initFlags) register(flags *flag.FlagSet) {
	flags.StringVar(&f.token, "token", "", "")
	flags.StringVar(&f.file, "token-file", "", "")
	flags.BoolVar(&f.scan, "scan", false, "")
	flags.BoolVar(&f.usb, "usb", false, "")
	flags.StringVar(&f.environment, "environment", string(protocol.Production), "")
	flags.StringVar(&f.protection, "protection", provisioning.ProtectionAuto, "")
	flags.StringVar(&f.chip, "tpm", "", "")
	flags.BoolVar(&f.replace, "replace", false, "")
	flags.BoolVar(&f.yes, "yes", false, "")
	flags.StringVar(&f.offline, "offline", "", "")
	flags.StringVar(&f.only, "only", "", "")
	flags.StringVar(&f.config, "config", "", "")
	flags.StringVar(&f.report, "report", "", "")
}

// The steps that this command adds to those of the identity.
const (
	stepDevices = "devices"
	stepSlip    = "report" // printed, so that it is the test slip as well
)

// initSteps are all that a technician sees.
func initSteps() []string { return append(provisioning.Steps(), stepDevices, stepSlip) }

func runInit(ctx context.Context, w desk.World, args []string, in io.Reader, out, complaints io.Writer) int {
	return bringUp(ctx, "init", w, args, in, out, complaints, nil)
}

// bringUp is the command init, and replace where there was a machine before.
func bringUp(ctx context.Context, name string, w desk.World, args []string, in io.Reader, out, complaints io.Writer, old *predecessor) int {
	var o options
	var f initFlags
	if code, ok := parse(name, args, complaints, &o, func(flags *flag.FlagSet) {
		f.register(flags)
		if old != nil {
			old.register(flags)
		}
	}); !ok {
		return code
	}
	if f.only != "" && !slices.Contains(initSteps(), f.only) {
		fmt.Fprintf(complaints, "--only takes one of %v\n", initSteps())
		return exitUsage
	}
	d := newCall(w, in, out, complaints, o.json).Desk
	z := &wizard{Desk: d, options: o, flags: f, steps: out, begin: d.Now(), report: newReadiness(f.only)}
	z.report.Old = old
	if o.json {
		z.steps = complaints // standard output is for the one object
	} else {
		both := console.Wrap(ctx.Done(), out, complaints)
		d.Out, d.Says = both[0], both[1]
		z.steps = d.Out
	}
	err := d.Load(f.config)
	if err == nil {
		err = z.run(ctx)
	}
	return z.end(err)
}

// tell says how it ended, and what to do.
func tell(o options, err error, out, complaints io.Writer) int {
	e := exitOf(err)
	if o.json {
		r := desk.Ending{Result: e.name}
		if err != nil {
			r.Error, r.Remedy = err.Error(), e.remedy
		}
		if json.NewEncoder(out).Encode(r) != nil {
			return exitOther
		}
		return e.code
	}
	if err != nil {
		fmt.Fprintf(complaints, "\n%s: %v\n\n%s\n", e.meaning, err, e.remedy)
	}
	return e.code
}
