package platform

import (
	"context"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Distant is a Store that a network lies before: what it costs is journeys. What
// many registrations ask at once goes there together, and it is told beforehand what
// that will be.
type Distant interface {
	Store
	// Foresee has what is known of all these come along with one answer. It promises
	// nothing: what was not foreseen may be asked as ever.
	Foresee(Reading, Foreseen) error
}

// Foreseen is what a transaction is going to ask for.
type Foreseen struct {
	IDs       []protocol.ID // registrations, rejections and withdrawals
	Keys      []protocol.RegistrationKey
	Terminals []string
}

// distance leads what registrations ask to a store that is distant.
type distance struct {
	reads  gathering[Reading]
	writes gathering[Writing]
}

// newDistance is nil for a store that is near.
func newDistance(near Store) *distance {
	s, far := near.(Distant)
	if !far {
		return nil
	}
	d := &distance{}
	d.reads.run = func(batch []*pending[Reading]) {
		err := s.View(context.Background(), func(r Reading) error {
			if err := s.Foresee(r, allForeseen(batch)); err != nil {
				return err
			}
			for _, p := range batch {
				p.err = p.ask(r)
			}
			return nil
		})
		for _, p := range batch {
			if err != nil {
				p.err = err
			}
		}
	}
	d.writes.run = func(batch []*pending[Writing]) {
		f := allForeseen(batch)
		changeTogether(batch, func(change func(Writing) error) error {
			return s.Update(context.Background(), func(w Writing) error {
				if err := s.Foresee(w, f); err != nil {
					return err
				}
				return change(w)
			})
		})
	}
	return d
}

func allForeseen[R Reading](batch []*pending[R]) (f Foreseen) {
	for _, p := range batch {
		f.IDs = append(f.IDs, p.foreseen.IDs...)
		f.Keys = append(f.Keys, p.foreseen.Keys...)
		f.Terminals = append(f.Terminals, p.foreseen.Terminals...)
	}
	return f
}

// look is View for what comes with every registration.
func (p *Platform) look(ctx context.Context, f Foreseen, read func(Reading) error) error {
	switch {
	case p.distance == nil:
		return p.store.View(ctx, read)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return p.distance.reads.do(f, read)
}

// decideOn is Update for what every registration ends with.
func (p *Platform) decideOn(ctx context.Context, f Foreseen, change func(Writing) error) error {
	switch {
	case p.distance == nil:
		return p.store.Update(ctx, change)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return p.distance.writes.do(f, change)
}
