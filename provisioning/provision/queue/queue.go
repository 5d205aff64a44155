package queue

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// queueReport is what queue list tells.
type Report struct {
	desk.Ending
	status.Queue
}

// ItemReport is what queue show tells.
type ItemReport struct {
	desk.Ending
	Item *status.Item `json:"item,omitempty"`
}

// List asks terminald what waits.
func List(ctx context.Context, d *desk.Desk) (*Report, error) {
	r := &Report{Queue: status.Queue{Items: []status.Item{}}}
	q, err := ask(ctx, d)
	if err == nil {
		r.Queue = q
	}
	return r, err
}

// Show asks terminald for one item, by its id.
func Show(ctx context.Context, d *desk.Desk, id string) (*ItemReport, error) {
	r := &ItemReport{}
	item, err := itemOf(ctx, d, id)
	if err == nil {
		r.Item = &item
	}
	return r, err
}

func ask(ctx context.Context, d *desk.Desk) (q status.Queue, err error) {
	err = d.Read(ctx, http.MethodGet, "/queue", &q)
	return q, err
}

// itemOf asks terminald for one.
func itemOf(ctx context.Context, d *desk.Desk, word string) (item status.Item, err error) {
	id, err := protocol.ParseID(word)
	if err != nil {
		return item, fmt.Errorf("%w: an id has 32 characters of 0-9 and a-f", desk.ErrNoItem)
	}
	err = d.Read(ctx, http.MethodGet, "/queue/"+id.String(), &item)
	return item, err
}

// Print tells it to people.
func (r *Report) Print(s *console.Sheet) {
	if r.Error != "" {
		return
	}
	s.Fact("terminal", r.Terminal)
	if r.Reachable {
		s.Fact("platform", s.In(console.Green, "reachable"))
	} else {
		s.Fact("platform", s.In(console.Red, "not reachable")+s.In(console.Faint, "  "+r.Cause))
	}
	s.Under("", r.Words)
	s.Fact("waiting", fmt.Sprint(r.Waiting))
	if r.Quarantined > 0 {
		s.Fact("quarantined", s.In(console.Yellow, fmt.Sprint(r.Quarantined)))
	}
	for _, damage := range r.Salvaged {
		printSalvage(s, damage)
	}
	if len(r.Items) > 0 {
		s.Line("")
		s.Line(s.In(console.Bold, fmt.Sprintf("%-32s  %-12s  %-11s  %7s  %5s  %s", "ID", "KIND", "STATE", "AGE", "TRIES", "WHY")))
	}
	for _, item := range r.Items {
		s.Line(itemLine(s, item))
	}
	if r.LeftOff > 0 {
		s.Line(s.In(console.Faint, fmt.Sprintf("and %d more", r.LeftOff)))
	}
}

// printSalvage tells what a technician must know of a damaged journal, and what to do.
func printSalvage(s *console.Sheet, d status.Salvage) {
	word := func(code string) string { return s.Word(catalogue.Salvage, code) }
	s.Fact(word("damaged"), s.In(console.Red, d.Aside))
	s.Under(word("why"), d.Cause)
	if !d.At.IsZero() {
		more := ""
		if d.Uncertain {
			more = ", " + word("more")
		}
		s.Under(word("since"), d.At.UTC().Format(time.RFC3339))
		s.Under(word("carried"), registrations(s, d.Carried))
		s.Under(word("lost"), registrations(s, d.Lost)+more)
	}
	for _, id := range d.LostIDs {
		s.Under("", id.String())
	}
	for n, id := range d.Doubtful {
		s.Under(console.First(n, word("doubtful")), id.String())
	}
	s.Under("", word("todo"))
}

// registrations counts them.
func registrations(s *console.Sheet, n int) string {
	if s.Lang == "en" {
		return console.Plural(n, "registration")
	}
	return fmt.Sprint(n)
}

func itemLine(s *console.Sheet, i status.Item) string {
	colour := map[string]string{status.Quarantined: console.Yellow, status.Answered: console.Green, status.Lost: console.Red}[i.State]
	kind, state := s.Word(catalogue.QueueKind, i.Kind), s.Word(catalogue.QueueState, i.State)
	return strings.TrimRight(fmt.Sprintf("%s  %s  %s  %7s  %5d  %s", i.ID, console.Pad(kind, 12), s.In(colour, console.Pad(state, 11)),
		ageText(i.AgeSeconds), i.Tries, cmp.Or(i.Reason, i.Cause)), " ")
}

// Print tells it to people.
func (r *ItemReport) Print(s *console.Sheet) {
	if i := r.Item; i != nil {
		printItem(s, i)
	}
}

func printItem(s *console.Sheet, i *status.Item) {
	s.Fact("id", i.ID.String())
	s.Fact("kind", s.Word(catalogue.QueueKind, i.Kind))
	s.Fact("state", s.Word(catalogue.QueueState, i.State)+s.In(console.Faint, "  "+cmp.Or(i.Reason, i.Cause)))
	s.Under("", i.Words)
	if i.State != status.Answered && i.State != status.Lost {
		s.Fact("age", fmt.Sprintf("%s, since %s; %d bytes", ageText(i.AgeSeconds), i.Queued.UTC().Format(time.RFC3339), i.Size))
		s.Fact("tries", fmt.Sprint(i.Tries))
	}
	if !i.QuarantinedSince.IsZero() {
		s.Fact("quarantined", "since "+i.QuarantinedSince.UTC().Format(time.RFC3339))
	}
	if f := i.Facts; f != nil {
		s.Fact("committed", f.Committed.UTC().Format(time.RFC3339))
		s.Fact("delivery", s.Word(catalogue.Delivery, f.Delivery))
		s.Under("", f.Refusal)
		s.Fact("hand-over", s.Word(catalogue.HandOver, f.HandOver))
		s.Fact("withdrawal", s.Word(catalogue.Withdrawal, f.Withdrawal))
		s.Under("", s.Word(catalogue.Verdict, f.Answer))
		if !f.Settled.IsZero() {
			s.Fact("settled", f.Settled.UTC().Format(time.RFC3339))
		}
	}
}

// ageText is an age in its two largest units.
func ageText(seconds int) string {
	switch d := time.Duration(seconds) * time.Second; {
	case d >= 24*time.Hour:
		return fmt.Sprintf("%dd%02dh", int(d.Hours())/24, int(d.Hours())%24)
	case d >= time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), seconds%60)
	}
	return fmt.Sprintf("%ds", seconds)
}
