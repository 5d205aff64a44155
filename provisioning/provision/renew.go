package main

import (
	"context"
	"flag"
	"io"
	"time"

	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
)

// renewal is what renew tells: whether anything is new, and until when the
// certificates are good now, as far as they can be read.
type renewal struct {
	result
	Renewed     bool       `json:"renewed"`
	DeviceUntil *time.Time `json:"device_until,omitempty"`
	TLSUntil    *time.Time `json:"tls_until,omitempty"`
}

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
	r := &renewal{}
	var err error
	r.Renewed, err = provisioning.Renew(ctx, provisioning.RenewConfig{
		StateDir: o.state, UplinkDir: o.uplink, Always: always, Report: says, Now: w.now,
	})
	now := look(o, w.now())
	r.DeviceUntil, r.TLSUntil = now.DeviceUntil, now.TLSUntil
	d := &desk{world: w, group: group{name: "renew"}, out: out, says: complaints, json: o.json, paint: console.PaintFor(out, w.environ)}
	return d.end(r, err)
}

// print says the rest; what was renewed was told while it was.
func (r *renewal) print(s *console.Sheet) {
	if r.Error == "" && !r.Renewed {
		s.Line("nothing to renew yet")
	}
}
