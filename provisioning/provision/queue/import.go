package queue

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// What became of a line of receipts.
const (
	outcomeSettled  = "settled"
	outcomeBefore   = "settled-before"
	outcomeRejected = "rejected"   // the receipt does not verify
	outcomeUnknown  = "unknown"    // nothing is known of its id
	outcomeProblem  = "no-receipt" // the platform gave none
)

// ImportReport is what queue import tells.
type ImportReport struct {
	desk.Ending
	Source   string          `json:"source,omitempty"` // terminald or journal
	Terminal string          `json:"terminal,omitempty"`
	Settled  int             `json:"settled"`
	Before   int             `json:"settled_before"`
	Left     int             `json:"left"`
	Lines    []receiptReport `json:"lines"`
}

type receiptReport struct {
	Line    int         `json:"line"`
	ID      protocol.ID `json:"id"`
	Outcome string      `json:"outcome,omitempty"` // none where the line itself is bad
	Says    string      `json:"says,omitempty"`    // what the receipt says, or why it was not taken
}

// importReceipts takes the platform's receipts from a file. It judges the whole file before it takes anything.
func Import(ctx context.Context, d *desk.Desk, name string) (*ImportReport, error) {
	r := &ImportReport{Lines: []receiptReport{}}
	return r, r.load(ctx, d, name)
}

func (r *ImportReport) load(ctx context.Context, d *desk.Desk, name string) error {
	file, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading the receipts: %w", err)
	}
	head, receipts, err := r.judge(file)
	if err != nil {
		return err
	}
	status, err := d.Ask(ctx)
	switch {
	case err == nil:
		r.Source, r.Terminal = desk.AskedTerminal, status.TerminalID
		return r.take(head, receipts, func(c protocol.CarriedReceipt) (string, string, error) { return hand(ctx, d, c) })
	case !desk.Absent(err):
		return err
	}
	bundle, _, err := provisioning.LoadBundle(d.Machine.StateDir)
	if err != nil {
		return err
	}
	return withJournal(d, func(j *journal.Journal, terminal string) error {
		r.Source, r.Terminal = desk.AskedJournal, terminal
		err := r.take(head, receipts, func(c protocol.CarriedReceipt) (string, string, error) { return settle(j, bundle.ReceiptKeys, c) })
		return errors.Join(err, j.AuditImport(journal.ByHand{User: ourUser(), Settled: r.Settled, Left: r.Left}))
	})
}

// judge reads a file to its end. The lines that are bad stand in the report.
func (r *ImportReport) judge(file []byte) (head protocol.CarriedHead, receipts []protocol.CarriedReceipt, err error) {
	head, count, err := protocol.ReadCarried(bytes.NewReader(file), protocol.FormatReceipts, func(l protocol.CarriedLine[protocol.CarriedReceipt]) error {
		if l.Err != nil {
			r.Lines = append(r.Lines, receiptReport{Line: l.Number, ID: l.Item.ID, Says: l.Err.Error()})
		}
		receipts = append(receipts, l.Item)
		return nil
	})
	if err == nil && len(r.Lines) > 0 {
		err = fmt.Errorf("%w: %d of %d lines are bad", protocol.ErrCarried, len(r.Lines), count)
	}
	return head, receipts, err
}

// take takes receipt by receipt, once it is sure that they are for this terminal.
func (r *ImportReport) take(head protocol.CarriedHead, all []protocol.CarriedReceipt, hand func(protocol.CarriedReceipt) (outcome, says string, err error)) error {
	if head.Terminal != r.Terminal {
		return fmt.Errorf("%w: the file is for terminal %s, and this is %s", ErrForeign, head.Terminal, r.Terminal)
	}
	for n, c := range all {
		line := receiptReport{Line: n + 2, ID: c.ID, Outcome: outcomeProblem, Says: c.Problem}
		if c.Problem == "" {
			var err error
			if line.Outcome, line.Says, err = hand(c); err != nil {
				return err
			}
		}
		r.count(line)
	}
	if r.Left > 0 {
		return fmt.Errorf("%w: %d of %d", ErrReceipts, r.Left, len(all))
	}
	return nil
}

func (r *ImportReport) count(line receiptReport) {
	switch line.Outcome {
	case outcomeSettled:
		r.Settled++
	case outcomeBefore:
		r.Before++
	default:
		r.Left++
	}
	r.Lines = append(r.Lines, line)
}

// hand gives terminald one receipt.
func hand(ctx context.Context, d *desk.Desk, c protocol.CarriedReceipt) (outcome, says string, err error) {
	raw, err := json.Marshal(c)
	if err != nil {
		return "", "", err
	}
	code, said, err := d.Send(ctx, "/queue/receipts", "application/json", raw)
	switch {
	case err != nil:
		return "", "", err
	case code == http.StatusNoContent:
		return outcomeSettled, c.Says(), nil
	case code == http.StatusConflict:
		return outcomeBefore, "", nil
	case code == http.StatusNotFound:
		return outcomeUnknown, desk.ErrNoItem.Error(), nil
	case code == http.StatusUnprocessableEntity:
		return outcomeRejected, said, nil
	}
	return "", "", desk.Unexpected(code, said)
}

// settle does what terminald does with one receipt.
func settle(j *journal.Journal, keys []protocol.PublicKey, c protocol.CarriedReceipt) (outcome, says string, err error) {
	_, err = j.SettleWith(keys, c.ID, []byte(c.Receipt))
	switch {
	case err == nil:
		return outcomeSettled, c.Says(), nil
	case errors.Is(err, journal.ErrReceipt), errors.Is(err, journal.ErrOtherBody), errors.Is(err, journal.ErrIllegal):
		return outcomeRejected, desk.OneLine(err), nil
	case !errors.Is(err, journal.ErrNoRecord):
		return "", "", err
	}
	records, err := j.Records()
	for _, r := range records {
		if r.ID == c.ID {
			return outcomeBefore, "", err
		}
	}
	return outcomeUnknown, desk.ErrNoItem.Error(), err
}

// Print tells it to people.
func (r *ImportReport) Print(s *console.Sheet) {
	s.Fact("terminal", r.Terminal)
	if r.Source != "" {
		s.Fact("asked", sourceText(r.Source))
		s.Fact("settled", fmt.Sprint(r.Settled))
		if r.Before > 0 {
			s.Fact("before", fmt.Sprintf("%d were settled before", r.Before))
		}
		if r.Left > 0 {
			s.Fact("not taken", s.In(console.Yellow, fmt.Sprint(r.Left)))
		}
	}
	for _, line := range r.Lines {
		colour := map[string]string{outcomeSettled: console.Green, outcomeBefore: console.Faint}[line.Outcome]
		if colour == "" {
			colour = console.Yellow
		}
		s.Line(strings.TrimRight(fmt.Sprintf("line %-5d  %s  %s  %s", line.Line, line.ID, s.In(colour, console.Pad(line.Outcome, 14)), line.Says), " "))
	}
}
