package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// readerPart is the part of a name that chooses the readers.
func readerPart(d *desk.Desk, flag string) string {
	if flag != "" {
		return flag
	}
	return d.Machine.Reader
}

// pickReader finds the readers that are meant. A part of a name may mean several:
// two slots of one reader, as one with a contact and a contactless side, differ in
// a number only. The card then decides; two cards are told as such.
func pickReader(ctx context.Context, d *desk.Desk, typed string) (fit []devices.ReaderInfo, err error) {
	all, err := d.ListReaders(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if meant(r, readerPart(d, typed)) {
			fit = append(fit, r)
		}
	}
	switch {
	case len(all) == 0:
		return nil, fmt.Errorf("%w: none is plugged in", ErrReader)
	case len(fit) == 0:
		return nil, fmt.Errorf("%w: none of %s has %q in its name", ErrReader, console.Plural(len(all), "reader"), readerPart(d, typed))
	}
	return fit, nil
}

// errVisited ends the wait for cards after the one.
var errVisited = errors.New("the card was attended")

// attendOne waits for a card, and lets one be visited.
func attendOne(ctx context.Context, d *desk.Desk, name string, wait time.Duration, readers []devices.ReaderInfo, v *visit) error {
	serving, end := context.WithCancelCause(ctx)
	defer end(nil)
	state := new(desk.Latest[hal.State])
	reader, err := d.OpenReader(name, devices.ReaderOptions{OnState: state.Set})
	if err != nil {
		return err
	}
	bell := time.AfterFunc(wait, func() { end(whyNoCard(state.Get(), wait)) })
	defer bell.Stop()
	if !slices.ContainsFunc(readers, func(r devices.ReaderInfo) bool { return r.Present }) {
		d.Hint("Put the card in now (waiting up to %s).", wait)
	}
	visited, verdict := false, error(nil)
	err = reader.Serve(serving, func(ctx context.Context, c hal.Card) {
		if visited {
			return
		}
		visited = true
		bell.Stop()
		v.report.seen(reader, readers)
		verdict = v.attend(ctx, c)
		end(errVisited)
	})
	if visited {
		return verdict
	}
	return err
}

// whyNoCard says what the reader was like when the time was over.
func whyNoCard(state hal.State, wait time.Duration) error {
	switch state {
	case hal.Offline:
		return fmt.Errorf("waiting for a card: %w", hal.ErrUnavailable)
	case hal.NoDevice, hal.HardwareError:
		return fmt.Errorf("%w: it went away", ErrReader)
	case hal.DeviceBusy:
		return fmt.Errorf("waiting for a card: %w", hal.ErrBusy)
	}
	return fmt.Errorf("%w within %s", ErrNoCard, wait)
}

// pause waits, but not past the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
