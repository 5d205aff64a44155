package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// machine is a terminal as it is listed. The audit head is the one that it signed
// in its last heartbeat: "watashi-provision audit verify --head" looks for it on
// an exported trail.
type machine struct {
	ID           string          `json:"id"`
	State        string          `json:"state"` // admitted, suspended, compromised or retired
	Admitted     time.Time       `json:"admitted,omitzero"`
	Seen         time.Time       `json:"seen,omitzero"`
	Heartbeat    time.Time       `json:"heartbeat,omitzero"` // by the terminal's clock
	AuditEntries uint64          `json:"audit_entries"`
	AuditHead    protocol.Digest `json:"audit_head,omitzero"`
	Notes        []note          `json:"notes"`
	Error        string          `json:"error,omitempty"` // why the heartbeat that is kept cannot be read
}

// note is a line of its history.
type note struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
}

// terminals lists the machines, for people or, with the word json, for programs.
func terminals(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	asJSON := len(r.Args) == 2
	if asJSON && r.Args[1] != "json" {
		return errUsage
	}
	all, err := p.Terminals(ctx)
	if err != nil {
		return err
	}
	listed := make([]machine, 0, len(all))
	for _, t := range all {
		listed = append(listed, describe(ctx, p, t))
	}
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(listed)
	}
	for _, m := range listed {
		_, wrote := fmt.Fprintln(out, m.line())
		err = errors.Join(err, wrote)
	}
	return err
}

func describe(ctx context.Context, p *platform.Platform, t platform.Terminal) machine {
	m := machine{ID: t.ID, State: standing(t), Admitted: t.Admitted.UTC(), Seen: t.Seen.UTC(), Notes: []note{}}
	for _, remark := range t.Notes {
		m.Notes = append(m.Notes, note{remark.At.UTC(), remark.What})
	}
	beat, said, err := p.LastHeartbeat(ctx, t)
	switch {
	case err != nil:
		m.Error = err.Error()
	case said:
		m.Heartbeat, m.AuditEntries, m.AuditHead = beat.Time, beat.AuditEntries, beat.AuditHead
	}
	return m
}

// line is a machine for people.
func (m machine) line() string {
	text := fmt.Sprintf("%-24s %-12s seen %s", m.ID, m.State, moment(m.Seen))
	switch {
	case m.Error != "":
		return text + " " + m.Error
	case m.AuditEntries > 0:
		return text + fmt.Sprintf(" audit_entries %d audit_head %s", m.AuditEntries, m.AuditHead)
	}
	return text
}

func standing(t platform.Terminal) string {
	switch {
	case !t.Retired.IsZero():
		return "retired"
	case t.Compromised:
		return "compromised"
	case !t.Suspended.IsZero():
		return "suspended"
	}
	return "admitted"
}
