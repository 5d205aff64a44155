package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/journal"
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

// maxTrail bounds a trail: terminald keeps 200,000 entries.
const maxTrail = 256 << 20

// trailReport is what both commands tell.
type trailReport struct {
	desk.Ending
	File    string `json:"file,omitempty"`
	Entries uint64 `json:"entries"`        // the number of the last one
	Head    string `json:"head,omitempty"` // its digest
	Known   uint64 `json:"known_entry,omitempty"`
	// Events counts what stands on the trail, by the codes of its events.
	Events map[string]int `json:"events,omitempty"`
}

func (r *trailReport) take(h journal.Head) {
	r.Entries = h.Entries
	if h.Entries > 0 {
		r.Head = protocol.Digest(h.SHA256).String()
	}
}

func runAuditExport(ctx context.Context, d *call, args []string) int {
	r := &trailReport{}
	code, ok := d.parse("export", args, func(flags *flag.FlagSet) { flags.StringVar(&r.File, "out", "", "") })
	if !ok {
		return code
	}
	if d.JSON && r.File == "" {
		d.Hint("--json needs --out: the trail itself goes to standard output")
		return d.misuse("export", "")
	}
	err := export(ctx, d.Desk, r)
	if r.File == "" { // standard output is the trail
		d.Out = d.Says
	}
	return d.End(r, err)
}

// export saves the trail to the file, or to standard output.
func export(ctx context.Context, d *desk.Desk, r *trailReport) error {
	trail, err := d.Open(ctx, "/audit")
	if err != nil {
		return err
	}
	defer trail.Close()
	if r.File == "" {
		return r.verify(io.TeeReader(trail, d.Out))
	}
	file, err := os.OpenFile(r.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("saving the audit trail: %w", err)
	}
	err = r.verify(io.TeeReader(trail, file))
	if errors.Is(err, errAudit) { // the rest of what was changed is evidence too
		_, rest := io.Copy(file, trail)
		return errors.Join(err, rest, file.Sync(), file.Close())
	}
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(r.File))
	}
	return nil
}

// verify reads a trail to its end.
func (r *trailReport) verify(trail io.Reader) error {
	counts := &eventCounts{found: map[string]int{}}
	head, err := journal.VerifyAudit(io.TeeReader(trail, counts))
	switch {
	case errors.Is(err, journal.ErrAudit):
		return fmt.Errorf("%w: %w", errAudit, err)
	case err != nil:
		return fmt.Errorf("reading the audit trail: %w", err)
	}
	r.take(head)
	r.Events = counts.found
	return nil
}

// eventCounts counts the entries of a trail that goes by, by their event.
type eventCounts struct {
	found map[string]int
	part  []byte // of a line
}

// Write takes some of the trail. What is no entry counts as nothing: whether the
// trail is whole is judged elsewhere.
func (c *eventCounts) Write(some []byte) (int, error) {
	c.part = append(c.part, some...)
	for {
		line, rest, whole := bytes.Cut(c.part, []byte("\n"))
		if !whole {
			return len(some), nil
		}
		var entry struct{ Event string }
		if json.Unmarshal(line, &entry) == nil && entry.Event != "" {
			c.found[entry.Event]++
		}
		c.part = rest
	}
}

func runAuditVerify(_ context.Context, d *call, args []string) int {
	r, head := &trailReport{}, ""
	code, ok := d.parseWords("verify", args, []*string{&r.File}, func(flags *flag.FlagSet) { flags.StringVar(&head, "head", "", "") })
	if !ok {
		return code
	}
	if r.File == "" {
		return d.misuse("verify", "")
	}
	return d.End(r, r.verifyFile(head))
}

func (r *trailReport) verifyFile(head string) error {
	var known protocol.Digest
	if head != "" {
		var err error
		if known, err = protocol.ParseDigest(head); err != nil {
			return fmt.Errorf("%w: a digest has 43 characters of base64url", errHead)
		}
	}
	trail, err := readTrail(r.File)
	if err != nil {
		return err
	}
	if err := r.verify(bytes.NewReader(trail)); err != nil || head == "" {
		return err
	}
	return r.find(trail, known)
}

func readTrail(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the audit trail: %w", err)
	}
	defer file.Close()
	trail, err := io.ReadAll(io.LimitReader(file, maxTrail+1))
	if err != nil {
		return nil, fmt.Errorf("reading the audit trail: %w", err)
	}
	if len(trail) > maxTrail {
		return nil, fmt.Errorf("%w: longer than %d MiB", errAudit, maxTrail>>20)
	}
	return trail, nil
}

// find looks for the entry of a digest on a trail that is whole: entries count up
// by one to the head.
func (r *trailReport) find(trail []byte, known protocol.Digest) error {
	lines := bytes.Split(bytes.TrimSuffix(trail, []byte("\n")), []byte("\n"))
	for n := len(lines) - 1; n >= 0; n-- {
		if protocol.SHA256(bytes.TrimSuffix(lines[n], []byte("\r"))) == known {
			r.Known = r.Entries - uint64(len(lines)-1-n)
			return nil
		}
	}
	return fmt.Errorf("%w: %s", errHead, known)
}

func (r *trailReport) Print(s *console.Sheet) {
	if r.Error != "" && r.Head == "" {
		return
	}
	s.Fact("audit trail", s.In(console.Green, "whole")+", to entry "+fmt.Sprint(r.Entries))
	s.Fact("head", r.Head)
	if r.Known > 0 {
		s.Fact("head given", s.In(console.Green, "found")+", entry "+fmt.Sprint(r.Known))
	}
	s.Fact("file", r.File)
	for n, event := range slices.Sorted(maps.Keys(r.Events)) {
		s.Fact(console.First(n, "of these"), fmt.Sprintf("%7d  %s", r.Events[event], s.Word(catalogue.AuditEvent, event)))
	}
}
