package main

import (
	"context"
	"flag"
	"io"
	"time"

	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/checkup"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
)

// renewal is what renew tells: whether anything is new, and until when the
// certificates are good now, as far as they can be read.
type renewal struct {
	desk.Ending
	Renewed     bool       `json:"renewed"`
	DeviceUntil *time.Time `json:"device_until,omitempty"`
	TLSUntil    *time.Time `json:"tls_until,omitempty"`
}

// runRenew renews both certificates when their time has come; uplinkd does so by
// itself with its own. terminald takes up its new one at its next start; the old
// one is good until its end.
func runRenew(ctx context.Context, w desk.World, args []string, out, complaints io.Writer) int {
	var o options
	var always bool
	if code, ok := parse("renew", args, complaints, &o, func(flags *flag.FlagSet) { flags.BoolVar(&always, "always", false, "") }); !ok {
		return code
	}
	says := out
	if o.json {
		says = complaints // standard output is for the one object
	}
	r := &renewal{}
	var err error
	r.Renewed, err = provisioning.Renew(ctx, provisioning.RenewConfig{
		StateDir: o.State, UplinkDir: o.Uplink, Always: always, Report: says, Now: w.Now,
	})
	now := checkup.Look(o.Homes, w.Now())
	r.DeviceUntil, r.TLSUntil = now.DeviceUntil, now.TLSUntil
	d := newCall(w, nil, out, complaints, o.json)
	return d.End(r, err)
}

// print says the rest; what was renewed was told while it was.
func (r *renewal) Print(s *console.Sheet) {
	if r.Error == "" && !r.Renewed {
		s.Line("nothing to renew yet")
	}
}
