package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
)

// maintenanceGroup are the commands that take a terminal out of service for a
// technician.
func maintenanceGroup() group {
	return group{
		name: "maintenance", about: "take the terminal out of service, and back",
		commands: []command{
			{"on", "", "have the screen serve the technician", maintenanceOnHelp, "", runMaintenanceOn, "watashi-provision maintenance on"},
			{"off", "", "serve citizens again", maintenanceOffHelp, "", runMaintenanceOff, "watashi-provision maintenance off"},
			{"status", "", "say whether it is on", maintenanceStatusHelp, "", runMaintenanceStatus, "watashi-provision maintenance status --json"},
		},
		exits: func(code int) bool { return code == exitConfig || code == exitNoTerminal },
	}
}

const maintenanceOnHelp = `Has the screen show what is wrong, the queue, the last faults and test buttons, in
place of what citizens see. Nobody is interrupted: while a citizen is served it begins
when they have gone. It ends by itself when nothing is touched for a while.
`

const maintenanceOffHelp = `Ends maintenance, and cleaning with it. The terminal takes cards again, if nothing
else is wrong.
`

const maintenanceStatusHelp = `Says whether the screen serves citizens, the technician, or nobody while it is cleaned.
`

// Words of maintenance, besides those that terminald has.
const (
	maintenanceOff     = "off"
	maintenanceOn      = "on"
	maintenancePending = "pending" // it begins when the citizen has gone
)

// maintenanceReport is what these commands tell.
type maintenanceReport struct {
	result
	Terminal    string `json:"terminal,omitempty"`
	Maintenance string `json:"maintenance,omitempty"` // off, on, cleaning or pending
	By          string `json:"by,omitempty"`          // who changed it
}

func runMaintenanceOn(ctx context.Context, d *desk, args []string) int {
	return d.maintain(ctx, "on", args, true)
}

func runMaintenanceOff(ctx context.Context, d *desk, args []string) int {
	return d.maintain(ctx, "off", args, false)
}

func runMaintenanceStatus(ctx context.Context, d *desk, args []string) int {
	if code, ok := d.parse("status", args, nil); !ok {
		return code
	}
	r := &maintenanceReport{}
	return d.end(r, d.askMaintenance(ctx, r))
}

func (d *desk) maintain(ctx context.Context, name string, args []string, on bool) int {
	if code, ok := d.parse(name, args, nil); !ok {
		return code
	}
	r := &maintenanceReport{By: d.who()}
	return d.end(r, d.setMaintenance(ctx, r, on))
}

func (d *desk) setMaintenance(ctx context.Context, r *maintenanceReport, on bool) error {
	body, err := json.Marshal(map[string]bool{"on": on})
	if err != nil {
		return err
	}
	code, said, err := d.send(ctx, "/maintenance", "application/json", body)
	switch {
	case err != nil:
		return err
	case code < 200 || code > 299:
		return fmt.Errorf("%w as it should: %d %s", errNoTerminal, code, said)
	}
	if err := d.askMaintenance(ctx, r); err != nil {
		return err
	}
	if code == http.StatusAccepted && r.Maintenance == maintenanceOff && on {
		r.Maintenance = maintenancePending
	}
	return nil
}

// askMaintenance reads it from terminald's status.
func (d *desk) askMaintenance(ctx context.Context, r *maintenanceReport) error {
	var s struct {
		Terminal    string `json:"terminal_id"`
		Maintenance string `json:"maintenance"`
	}
	if err := d.read(ctx, http.MethodGet, "/status", &s); err != nil {
		return err
	}
	if r.Terminal, r.Maintenance = s.Terminal, s.Maintenance; r.Maintenance == "" {
		r.Maintenance = maintenanceOff
	}
	return nil
}

func (r *maintenanceReport) print(s *console.Sheet) {
	if r.Error != "" {
		return
	}
	s.Fact("terminal", r.Terminal)
	switch r.Maintenance {
	case maintenanceOff:
		s.Fact("maintenance", "off; the screen serves citizens")
	case maintenanceOn:
		s.Fact("maintenance", s.In(console.Yellow, "on")+"; no card is taken in")
	case maintenancePending:
		s.Fact("maintenance", s.In(console.Yellow, "begins")+" when the citizen has gone")
	default:
		s.Fact("maintenance", s.In(console.Yellow, r.Maintenance)+"; no card is taken in")
	}
	s.Under("", by(r.By))
}

func by(who string) string {
	if who == "" {
		return ""
	}
	return "asked for by " + who
}
