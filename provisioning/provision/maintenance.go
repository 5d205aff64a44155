package main

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
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
	desk.Ending
	Terminal    string `json:"terminal,omitempty"`
	Maintenance string `json:"maintenance,omitempty"` // off, on, cleaning or pending
	By          string `json:"by,omitempty"`          // who changed it
}

func runMaintenanceOn(ctx context.Context, d *call, args []string) int {
	return d.maintain(ctx, "on", args, true)
}

func runMaintenanceOff(ctx context.Context, d *call, args []string) int {
	return d.maintain(ctx, "off", args, false)
}

func runMaintenanceStatus(ctx context.Context, d *call, args []string) int {
	if code, ok := d.parse("status", args, nil); !ok {
		return code
	}
	r := &maintenanceReport{}
	return d.End(r, askMaintenance(ctx, d.Desk, r))
}

func (d *call) maintain(ctx context.Context, name string, args []string, on bool) int {
	if code, ok := d.parse(name, args, nil); !ok {
		return code
	}
	r := &maintenanceReport{By: d.Who()}
	return d.End(r, setMaintenance(ctx, d.Desk, r, on))
}

func setMaintenance(ctx context.Context, d *desk.Desk, r *maintenanceReport, on bool) error {
	body, err := json.Marshal(map[string]bool{"on": on})
	if err != nil {
		return err
	}
	code, said, err := d.Send(ctx, "/maintenance", "application/json", body)
	switch {
	case err != nil:
		return err
	case code < 200 || code > 299:
		return desk.Unexpected(code, said)
	}
	if err := askMaintenance(ctx, d, r); err != nil {
		return err
	}
	if code == http.StatusAccepted && r.Maintenance == maintenanceOff && on {
		r.Maintenance = maintenancePending
	}
	return nil
}

// askMaintenance reads it from terminald's status.
func askMaintenance(ctx context.Context, d *desk.Desk, r *maintenanceReport) error {
	var s struct {
		Terminal    string `json:"terminal_id"`
		Maintenance string `json:"maintenance"`
	}
	if err := d.Read(ctx, http.MethodGet, "/status", &s); err != nil {
		return err
	}
	if r.Terminal, r.Maintenance = s.Terminal, s.Maintenance; r.Maintenance == "" {
		r.Maintenance = maintenanceOff
	}
	return nil
}

func (r *maintenanceReport) Print(s *console.Sheet) {
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
