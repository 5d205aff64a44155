package main

import (
	"context"
	"encoding/json"
	"flag"
	"io"

	"github.com/digital-watashi/kiosk/provisioning/provision/checkup"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/trial"
)

func runCheckup(ctx context.Context, w desk.World, args []string, out, complaints io.Writer) int {
	var o options
	var config string
	if code, ok := parse("check", args, complaints, &o, func(flags *flag.FlagSet) { flags.StringVar(&config, "config", "", "") }); !ok {
		return code
	}
	d := newCall(w, nil, out, complaints, o.json)
	if err := d.Load(config); err != nil {
		return d.End(&checkup.Report{Version: version, Findings: []trial.Finding{}}, err)
	}
	o.settle(d.Desk)
	r, err := checkup.Examine(ctx, d.Desk, o.Homes, version)
	return d.End(r, err)
}

func runStatus(w desk.World, args []string, out, complaints io.Writer) int {
	var o options
	if code, ok := parse("status", args, complaints, &o, nil); !ok {
		return code
	}
	s := checkup.Look(o.Homes, w.Now())
	e := exitOf(s.Fault())
	if o.json {
		if json.NewEncoder(out).Encode(s) != nil {
			return exitOther
		}
	} else if err := s.Print(out, console.PaintFor(out, w.Environ), e.remedy); err != nil {
		return exitOther
	}
	return e.code
}
