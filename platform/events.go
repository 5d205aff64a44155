package platform

import (
	"errors"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What happens to accounts is written down in the transaction that makes it
// happen, so that nothing happens untold and nothing is told that did not happen.
// Without a webhook nobody is to be told, and nothing is written down.

// announce writes an event down.
func (p *Platform) announce(w Writing, e Event) error {
	if p.hook == nil {
		return nil
	}
	e.ID = protocol.NewID()
	return w.AddEvent(e)
}

// announceBinding tells what changed hands: who is bound now, and which phone is
// not any more.
func (p *Platform) announceBinding(w Writing, a Account, before Binding, now Moment) error {
	bound := Event{Kind: EventBound, Account: a.ID, App: a.Binding.App, Registration: &a.Binding.Registration, At: now}
	if before.App == "" || before.App == a.Binding.App {
		return p.announce(w, bound)
	}
	return errors.Join(p.announce(w, unbound(a.ID, before, reasonNewPhone, now)), p.announce(w, bound))
}

// Reasons of EventUnbound.
const (
	reasonNewPhone  = "bound-to-another-app"
	reasonNewPerson = "app-bound-to-another-account"
)

func unbound(account protocol.ID, before Binding, reason string, now Moment) Event {
	return Event{Kind: EventUnbound, Account: account, App: before.App, Registration: &before.Registration, Reason: reason, At: now}
}

// retire ends a binding for its app and its registration: the app is told when it
// asks, and the certificate is not looked up any more.
func retire(w Writing, b Binding, but string, now Moment) error {
	if b.App == "" {
		return nil
	}
	if b.App != but {
		app, err := w.App(b.App)
		if err != nil {
			return err
		}
		app.Ended = now
		if err := w.KeepApp(app); err != nil {
			return err
		}
	}
	r, err := w.Registration(b.Registration)
	if err != nil {
		return err
	}
	r.Recheck = Moment{}
	return w.KeepRegistration(r)
}
