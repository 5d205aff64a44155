package platform

import (
	"context"
	"errors"
	"time"
)

// Several platforms may work from one folder, and an operator puts CAs into another.
// Whatever one of them changes, the others take up by themselves:
//
//	every two seconds      what the folders hold is held against what is known
//	with each handshake    a look at the time of the folder, which costs next to nothing
//	at something unknown   before anything is refused because of it
//
// So nobody is told "unknown" for good about a key that is a moment old. Who changes
// keys, or signs a bundle, is alone with the folder meanwhile, and looks at it first.

// uptakeEvery is how often the folders are looked at.
const uptakeEvery = 2 * time.Second

// changing does something to keys, CAs or the bundle: alone with the folder, and on
// the ground of what it holds by then.
func (p *Platform) changing(ctx context.Context, do func() error) error {
	return p.keys.Alone(ctx, func() error {
		if err := p.jpki.Look(); err != nil {
			return err
		}
		return do()
	})
}

// follow takes up what others change, until ctx ends. The bundle follows what CAs the
// operator put in or took out; what another platform did to keys it had said itself,
// unless it died meanwhile.
func (p *Platform) follow(ctx context.Context) {
	tick := time.NewTicker(uptakeEvery)
	defer tick.Stop()
	var told [2]int
	var trouble string
	for {
		err := p.takeUp(ctx, &told)
		if err != nil && ctx.Err() == nil && err.Error() != trouble {
			p.log.Error("what is new in the folder is not taken up", "cause", err.Error())
		}
		trouble = ""
		if err != nil {
			trouble = err.Error()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// takeUp looks at the folders, and has the bundle say what is new in them.
func (p *Platform) takeUp(ctx context.Context, told *[2]int) error {
	if err := errors.Join(p.keys.Look(), p.jpki.Look()); err != nil {
		return err
	}
	now := [2]int{p.keys.Generation(), p.jpki.Generation()}
	if now == *told {
		return nil
	}
	err := p.changing(ctx, func() error { return p.renewBundle(ctx) })
	if err == nil {
		*told = now
	}
	return err
}
