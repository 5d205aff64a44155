package queue

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// retryPatience is how long to look, and retryLook how often.
const (
	retryPatience = 8 * time.Second
	retryLook     = 200 * time.Millisecond
)

// RetryReport is what queue retry tells: the items as they stand in the end.
type RetryReport struct {
	desk.Ending
	By       string        `json:"by"`
	Released int           `json:"released"`
	Items    []status.Item `json:"items"`
}

// Retry tries one item, or all in quarantine when the id is empty, and looks for a few
// seconds how that ends.
func Retry(ctx context.Context, d *desk.Desk, id string) (*RetryReport, error) {
	r := &RetryReport{By: d.Who(), Items: []status.Item{}}
	items, err := toRetry(ctx, d, id)
	if err != nil {
		return r, err
	}
	if err := r.begin(ctx, d, items); err != nil {
		return r, err
	}
	if err := follow(ctx, d, r.Items); err != nil {
		return r, err
	}
	return r, r.judge()
}

// begin has terminald try each that was not answered.
func (r *RetryReport) begin(ctx context.Context, d *desk.Desk, items []status.Item) error {
	for _, item := range items {
		if item.State == status.Answered {
			r.Items = append(r.Items, item)
			continue
		}
		var now status.Item
		if err := d.Read(ctx, http.MethodPost, "/queue/"+item.ID.String()+"/retry", &now); err != nil {
			return err
		}
		if item.State == status.Quarantined {
			r.Released++
			now.Tries = 0 // it begins anew
		} else {
			now.Tries = item.Tries
		}
		r.Items = append(r.Items, now)
	}
	return nil
}

// toRetry finds what is meant.
func toRetry(ctx context.Context, d *desk.Desk, word string) ([]status.Item, error) {
	if word != "" {
		item, err := itemOf(ctx, d, word)
		return []status.Item{item}, err
	}
	q, err := ask(ctx, d)
	return slices.DeleteFunc(q.Items, func(i status.Item) bool { return i.State != status.Quarantined }), err
}

// follow looks until each item was answered, or was tried once more in vain.
func follow(ctx context.Context, d *desk.Desk, items []status.Item) error {
	deadline, tick := time.NewTimer(retryPatience), time.NewTicker(retryLook)
	defer deadline.Stop()
	defer tick.Stop()
	before := slices.Clone(items)
	for {
		open := false
		for n, item := range items {
			if item.State != status.Waiting || item.Tries > before[n].Tries {
				continue
			}
			now, err := itemOf(ctx, d, item.ID.String())
			if err != nil {
				return err
			}
			items[n] = now
			open = open || now.State == status.Waiting && now.Tries <= before[n].Tries
		}
		if !open {
			return nil
		}
		select {
		case <-tick.C:
		case <-deadline.C:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// judge is an error when something still waits.
func (r *RetryReport) judge() error {
	n := 0
	for _, item := range r.Items {
		if item.State != status.Answered {
			n++
		}
	}
	if n > 0 {
		return fmt.Errorf("%w: %s of %d", ErrWaits, console.Plural(n, "item"), len(r.Items))
	}
	return nil
}

// Print tells it to people.
func (r *RetryReport) Print(s *console.Sheet) {
	if len(r.Items) == 0 {
		if r.Error == "" {
			s.Fact("quarantine", "is empty")
		}
		return
	}
	if r.Released > 0 {
		s.Fact("released", fmt.Sprintf("%s by %s", console.Plural(r.Released, "item"), r.By))
	}
	for n := range r.Items {
		if n > 0 {
			s.Line("")
		}
		printItem(s, &r.Items[n])
	}
}
