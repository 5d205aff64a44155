package queue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// ExportReport is what queue export tells.
type ExportReport struct {
	desk.Ending
	Source        string `json:"source,omitempty"` // terminald or journal
	Terminal      string `json:"terminal,omitempty"`
	File          string `json:"file,omitempty"` // none where nothing waits
	Registrations int    `json:"registrations"`
	Withdrawals   int    `json:"withdrawals"`
	Bytes         int64  `json:"bytes"`
}

// exportQueue copies all that waits to a file, or into a folder. It writes beside the place first, so that what is cut never looks whole.
func Export(ctx context.Context, d *desk.Desk, out string) (*ExportReport, error) {
	r := &ExportReport{}
	return r, r.export(ctx, d, out)
}

func (r *ExportReport) export(ctx context.Context, d *desk.Desk, out string) error {
	folder := false
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		folder, out = true, filepath.Join(out, "watashi-queue")
	}
	part := out + ".part"
	file, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("exporting what waits: %w", err)
	}
	head, err := copyQueue(ctx, d, r, file)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil && r.Registrations+r.Withdrawals > 0 {
		if folder {
			out += "-" + head.Terminal + "-" + head.Time.Format("20060102T150405Z") + ".jsonl"
		}
		if err = desk.RenameNew(part, out); err == nil {
			r.File = out
			return nil
		}
	}
	return errors.Join(err, os.Remove(part))
}

// copyQueue fills the file and reads it again, as whoever imports it will.
func copyQueue(ctx context.Context, d *desk.Desk, r *ExportReport, file *os.File) (head protocol.CarriedHead, err error) {
	if err := pourQueue(ctx, d, r, file); err != nil {
		return head, err
	}
	if r.Bytes, err = file.Seek(0, io.SeekStart); err != nil {
		return head, err
	}
	if info, err := file.Stat(); err == nil {
		r.Bytes = info.Size()
	}
	head, _, err = protocol.ReadCarried(file, protocol.FormatQueue, func(l protocol.CarriedLine[protocol.CarriedItem]) error {
		if l.Item.Kind == protocol.CarriedWithdrawal {
			r.Withdrawals++
		} else {
			r.Registrations++
		}
		return l.Err
	})
	if err != nil {
		return head, fmt.Errorf("exporting what waits: %w", err)
	}
	r.Terminal = head.Terminal
	return head, nil
}

// pourQueue has terminald write, or writes out of the journal while that rests.
func pourQueue(ctx context.Context, d *desk.Desk, r *ExportReport, w io.Writer) error {
	bodies, err := d.Open(ctx, "/queue/bodies")
	if err == nil {
		defer bodies.Close()
		r.Source = desk.AskedTerminal
		_, err = io.Copy(w, bodies)
		return err
	}
	if !desk.Absent(err) {
		return err
	}
	return withJournal(d, func(j *journal.Journal, terminal string) error {
		r.Source = desk.AskedJournal
		return j.ExportBodies(w, terminal, time.Now(), ourUser())
	})
}

// withJournal opens the journal of a terminald that does not run. It has one owner at
// a time: one that runs and does not answer keeps it.
func withJournal(d *desk.Desk, do func(j *journal.Journal, terminal string) error) error {
	cert, err := provisioning.ReadCertificate(filepath.Join(d.Machine.StateDir, "device.crt"))
	if err != nil {
		return err
	}
	terminal, err := protocol.TerminalOf(cert)
	if err != nil {
		return err
	}
	path := filepath.Join(d.Machine.StateDir, "journal.db")
	if _, err := os.Lstat(path); err != nil { // Open would make one
		return fmt.Errorf("opening the journal of a terminald that does not run: %w", err)
	}
	j, err := journal.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(do(j, terminal.ID), j.Close())
}

// ourUser is who runs this, for the audit; nil where the system does not number users.
func ourUser() *uint32 {
	uid := os.Getuid()
	if uid < 0 {
		return nil
	}
	user := uint32(uid)
	return &user
}

// Print tells it to people.
func (r *ExportReport) Print(s *console.Sheet) {
	if r.Error != "" {
		return
	}
	s.Fact("terminal", r.Terminal)
	s.Fact("asked", sourceText(r.Source))
	if r.File == "" {
		s.Fact("waiting", s.In(console.Green, "nothing")+"; no file was written")
		return
	}
	s.Fact("waiting", fmt.Sprintf("%s and %s, %d bytes", console.Plural(r.Registrations, "registration"), console.Plural(r.Withdrawals, "withdrawal"), r.Bytes))
	s.Fact("file", r.File)
	s.Under("", "They wait on here until their receipts are back: watashi-provision queue import FILE")
}

func sourceText(source string) string {
	if source == desk.AskedJournal {
		return "the journal itself; watashi-terminald does not run"
	}
	return "watashi-terminald"
}
