//go:build e2e

package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

// phone is the citizen's app, with a registration key. What it cannot do ends the
// test.
type phone struct {
	*street.Phone
	t *testing.T
}

// newPhone asks for a registration key at once.
func newPhone(s *street.Street) *phone {
	s.T.Helper()
	p := &phone{street.NewPhone(s.Roots, nil), s.T}
	if err := p.Ask(s.T.Context()); err != nil {
		s.T.Fatal(err)
	}
	return p
}

// activate enters a code as the citizen reads it from the slip.
func (p *phone) activate(code []byte, confirm bool) (protocol.Activation, int) {
	p.t.Helper()
	a, status, err := p.Activate(p.t.Context(), code, confirm)
	if err != nil {
		p.t.Fatal(err)
	}
	return a, status
}

// binds goes through with it: the name first, then the binding.
func (p *phone) binds(code []byte, name string) {
	p.t.Helper()
	if a, status := p.activate(code, false); status != http.StatusOK || a.Status != protocol.Confirm || a.Name.Reveal() != name {
		p.t.Fatalf("the app is told status %d %q, want the name to confirm", status, a.Status)
	}
	if a, status := p.activate(code, true); status != http.StatusOK || a.Status != protocol.Bound {
		p.t.Fatalf("activation: status %d %q, want bound", status, a.Status)
	}
}

// bindsEventually waits for a registration that is still on its way.
func (p *phone) bindsEventually(code []byte, name string) {
	p.t.Helper()
	deadline := time.Now().Add(uitest.Patience)
	for {
		a, status := p.activate(code, false)
		if status == http.StatusOK && a.Status == protocol.Confirm {
			p.binds(code, name)
			return
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("the registration never arrived: status %d %q", status, a.Status)
		}
		<-time.After(3 * time.Second) // the platform lets an app ask again after that
	}
}
