package queue

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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

// maxTrail bounds a trail: terminald keeps 200,000 entries.
const maxTrail = 256 << 20

// TrailReport is what both commands tell.
type TrailReport struct {
	desk.Ending
	File    string `json:"file,omitempty"`
	Entries uint64 `json:"entries"`        // the number of the last one
	Head    string `json:"head,omitempty"` // its digest
	Known   uint64 `json:"known_entry,omitempty"`
	// Events counts what stands on the trail, by the codes of its events.
	Events map[string]int `json:"events,omitempty"`
}

func (r *TrailReport) take(h journal.Head) {
	r.Entries = h.Entries
	if h.Entries > 0 {
		r.Head = protocol.Digest(h.SHA256).String()
	}
}

// ExportTrail saves the audit trail to a new file, or to standard output when none is
// named, and verifies it on the way.
func ExportTrail(ctx context.Context, d *desk.Desk, file string) (*TrailReport, error) {
	r := &TrailReport{File: file}
	return r, r.export(ctx, d)
}

func (r *TrailReport) export(ctx context.Context, d *desk.Desk) error {
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
	if errors.Is(err, ErrAudit) { // the rest of what was changed is evidence too
		_, rest := io.Copy(file, trail)
		return errors.Join(err, rest, file.Sync(), file.Close())
	}
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(r.File))
	}
	return nil
}

// JudgeTrail verifies a trail and counts what stands on it.
func JudgeTrail(trail []byte) (*TrailReport, error) {
	r := &TrailReport{}
	return r, r.verify(bytes.NewReader(trail))
}

// verify reads a trail to its end.
func (r *TrailReport) verify(trail io.Reader) error {
	counts := &eventCounts{found: map[string]int{}}
	head, err := journal.VerifyAudit(io.TeeReader(trail, counts))
	switch {
	case errors.Is(err, journal.ErrAudit):
		return fmt.Errorf("%w: %w", ErrAudit, err)
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

// VerifyTrail verifies a saved audit trail, and that a head of elsewhere is on it, if one
// is given.
func VerifyTrail(file, head string) (*TrailReport, error) {
	r := &TrailReport{File: file}
	return r, r.verifyFile(head)
}

func (r *TrailReport) verifyFile(head string) error {
	var known protocol.Digest
	if head != "" {
		var err error
		if known, err = protocol.ParseDigest(head); err != nil {
			return fmt.Errorf("%w: a digest has 43 characters of base64url", ErrHead)
		}
	}
	trail, err := savedTrail(r.File)
	if err != nil {
		return err
	}
	if err := r.verify(bytes.NewReader(trail)); err != nil || head == "" {
		return err
	}
	return r.find(trail, known)
}

func savedTrail(name string) ([]byte, error) {
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
		return nil, fmt.Errorf("%w: longer than %d MiB", ErrAudit, maxTrail>>20)
	}
	return trail, nil
}

// find looks for the entry of a digest on a trail that is whole: entries count up
// by one to the head.
func (r *TrailReport) find(trail []byte, known protocol.Digest) error {
	lines := bytes.Split(bytes.TrimSuffix(trail, []byte("\n")), []byte("\n"))
	for n := len(lines) - 1; n >= 0; n-- {
		if protocol.SHA256(bytes.TrimSuffix(lines[n], []byte("\r"))) == known {
			r.Known = r.Entries - uint64(len(lines)-1-n)
			return nil
		}
	}
	return fmt.Errorf("%w: %s", ErrHead, known)
}

// Print tells it to people.
func (r *TrailReport) Print(s *console.Sheet) {
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

// ReadTrail is the audit trail, from terminald or while that rests out of the journal.
func ReadTrail(ctx context.Context, d *desk.Desk) ([]byte, error) {
	stream, err := d.Open(ctx, "/audit")
	if err == nil {
		defer stream.Close()
		return io.ReadAll(io.LimitReader(stream, maxTrail))
	}
	if !desk.Absent(err) {
		return nil, err
	}
	var out bytes.Buffer
	err = withJournal(d, func(j *journal.Journal, _ string) error { return j.ExportAudit(&out) })
	return out.Bytes(), err
}
