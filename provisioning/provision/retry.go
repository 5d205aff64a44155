package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/status"
)

const queueRetryHelp = `Has terminald try an item now, whatever it waits for. One in quarantine is released
first: do that when the reason is mended, or the platform refuses it again and it
comes back. Then it looks for a few seconds how that ended; exit 0 means that the
platform has answered with a receipt.
`

const queueRetryFlags = `  --all               every item in quarantine, instead of one ID
`

// retryPatience is how long to look, and retryLook how often.
const (
	retryPatience = 8 * time.Second
	retryLook     = 200 * time.Millisecond
)

// retryReport is what queue retry tells: the items as they stand in the end.
type retryReport struct {
	desk.Ending
	By       string        `json:"by"`
	Released int           `json:"released"`
	Items    []status.Item `json:"items"`
}

func runQueueRetry(ctx context.Context, d *call, args []string) int {
	var word string
	var all bool
	code, ok := d.parseWords("retry", args, []*string{&word}, func(flags *flag.FlagSet) { flags.BoolVar(&all, "all", false, "") })
	if !ok {
		return code
	}
	if all == (word != "") {
		return d.misuse("retry", "")
	}
	r := &retryReport{By: d.Who(), Items: []status.Item{}}
	return d.End(r, retry(ctx, d.Desk, r, word))
}

// retry tries one item, or all in quarantine when word is empty.
func retry(ctx context.Context, d *desk.Desk, r *retryReport, word string) error {
	items, err := toRetry(ctx, d, word)
	if err != nil {
		return err
	}
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
	if err := follow(ctx, d, r.Items); err != nil {
		return err
	}
	return r.judge()
}

// toRetry finds what is meant.
func toRetry(ctx context.Context, d *desk.Desk, word string) ([]status.Item, error) {
	if word != "" {
		item, err := itemOf(ctx, d, word)
		return []status.Item{item}, err
	}
	q, err := queue(ctx, d)
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
func (r *retryReport) judge() error {
	n := 0
	for _, item := range r.Items {
		if item.State != status.Answered {
			n++
		}
	}
	if n > 0 {
		return fmt.Errorf("%w: %s of %d", errWaits, console.Plural(n, "item"), len(r.Items))
	}
	return nil
}

func (r *retryReport) Print(s *console.Sheet) {
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
