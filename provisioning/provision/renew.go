package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"github.com/digital-watashi/kiosk/provisioning"
)

// runRenew renews both certificates when their time has come; uplinkd does so by
// itself with its own. terminald takes up its new one at its next start; the old
// one is good until its end.
func runRenew(ctx context.Context, w world, args []string, out, complaints io.Writer) int {
	var o options
	var always bool
	if code, ok := parse("renew", args, complaints, &o, func(flags *flag.FlagSet) { flags.BoolVar(&always, "always", false, "") }); !ok {
		return code
	}
	says := out
	if o.json {
		says = complaints // standard output is for the one object
	}
	renewed, err := provisioning.Renew(ctx, provisioning.RenewConfig{
		StateDir: o.state, UplinkDir: o.uplink, Always: always, Report: says, Now: w.now,
	})
	if err == nil && !renewed {
		fmt.Fprintln(says, "nothing to renew yet")
	}
	return tell(o, err, out, complaints)
}
