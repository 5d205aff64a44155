package main

import (
	"context"
	"flag"

	"github.com/digital-watashi/kiosk/provisioning/provision/queue"
)

// auditGroup are the commands of the audit trail.
func auditGroup() group {
	return group{
		name: "audit", about: "save and verify the audit trail",
		commands: []command{
			{"export", "", "save the audit trail", auditExportHelp, auditExportFlags, runAuditExport, "watashi-provision audit export --out trail.jsonl"},
			{"verify", "FILE", "verify a saved audit trail", auditVerifyHelp, auditVerifyFlags, runAuditVerify, "watashi-provision audit verify trail.jsonl"},
		},
		exits: func(code int) bool {
			return code == exitConfig || code == exitNoTerminal || code == exitAudit || code == exitHead || code == exitFiles
		},
	}
}

const auditExportHelp = `Saves the audit trail of terminald: one JSON object a line for each thing that
happened, as a registration committed, handed over or settled, by its id. It names
no citizen. Each entry holds the SHA-256 of the one before, and the trail is
verified while it is read.
`

const auditExportFlags = `  --out FILE          a new file; without it the trail goes to standard output
`

const auditVerifyHelp = `Verifies a saved audit trail, on any machine: that no entry was changed, and none is
missing between its first and its last. That nothing was cut off its end, and that
it is this terminal's, only a head shows that was kept elsewhere: the terminal signs
one in every heartbeat, and "watashi-platformd terminals" tells it as audit_head.
`

const auditVerifyFlags = `  --head DIGEST       the head of a heartbeat; it must be on the trail
`

func runAuditExport(ctx context.Context, d *call, args []string) int {
	var file string
	code, ok := d.parse("export", args, func(flags *flag.FlagSet) { flags.StringVar(&file, "out", "", "") })
	if !ok {
		return code
	}
	if d.JSON && file == "" {
		d.Hint("--json needs --out: the trail itself goes to standard output")
		return d.misuse("export", "")
	}
	r, err := queue.ExportTrail(ctx, d.Desk, file)
	if file == "" { // standard output is the trail
		d.Out = d.Says
	}
	return d.End(r, err)
}

func runAuditVerify(_ context.Context, d *call, args []string) int {
	var file, head string
	code, ok := d.parseWords("verify", args, []*string{&file}, func(flags *flag.FlagSet) { flags.StringVar(&head, "head", "", "") })
	if !ok {
		return code
	}
	if file == "" {
		return d.misuse("verify", "")
	}
	r, err := queue.VerifyTrail(file, head)
	return d.End(r, err)
}
