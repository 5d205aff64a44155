package platform

import (
	"context"
	"crypto/x509"
	"net/http"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// retirementLag is how far a machine's last word may be from our clock. One that was
// thought better of, and kept, must not end the machine later.
const retirementLag = time.Hour

// takeRetirement is POST /v1/retirements: a machine's last word, by which its
// certificates are worth nothing.
func (p *Platform) takeRetirement(ctx context.Context, c call) (answer, error) {
	said, cert, err := protocol.VerifyRetirement(c.body, p.deviceCertificate(ctx))
	if err != nil {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeMalformed, "not a terminal's retirement")
	}
	if err := p.samePeer(cert, said.TerminalID, c.peer); err != nil {
		return answer{}, err
	}
	retired := false
	err = p.store.Update(ctx, func(w Writing) error {
		retired = false
		t, err := w.Terminal(c.peer)
		if err != nil || !t.retiredAt(cert).IsZero() {
			return err
		}
		if err := judgeRetirement(t, said, cert, c.now); err != nil {
			return err
		}
		retired = true
		t.retire(said.Successor, latest(c.now, said.Time), "retired by itself")
		return w.KeepTerminal(t)
	})
	if err == nil && retired {
		p.log.Info("terminal retired", "terminal", said.TerminalID, "unsent", said.Unsent, "forced", said.Forced, "successor", said.Successor)
	}
	return answer{status: http.StatusNoContent}, err
}

func judgeRetirement(t Terminal, said protocol.Retirement, cert *x509.Certificate, now Moment) error {
	if said.Time.Sub(now).Abs() > retirementLag {
		return problem(http.StatusBadRequest, protocol.CodeClock, "the retirement is of another hour")
	}
	if t.before(cert) {
		return problem(http.StatusForbidden, protocol.CodeOtherTerminal, "another machine took the place of this one")
	}
	return nil
}

// Retire ends a machine that cannot say so itself. What it sealed before is still
// judged when it comes by hand; successor is who takes its place, or "".
func (p *Platform) Retire(ctx context.Context, terminalID, successor string) error {
	if successor != "" {
		if _, err := (protocol.Terminal{ID: successor, Environment: p.keys.Environment, Protection: protocol.ProtectionFile}).URIs(); err != nil {
			return err
		}
	}
	return p.changeTerminal(ctx, terminalID, "retire", func(t *Terminal) {
		if t.Retired.IsZero() {
			t.retire(successor, p.now(), "retired by hand")
		}
	})
}

// maxFormer is how many machines under one id are told apart.
const maxFormer = 20

func (t *Terminal) retire(successor string, now Moment, what string) {
	t.supersede(now)
	t.Retired, t.Successor = now, successor
	t.remark(what, now)
}

// supersede ends the machines before the present one, which has been heard: two
// never serve under one id. Until then the one before does, and what it sealed so
// far counts ever after.
func (t *Terminal) supersede(now Moment) {
	for i := range t.Former {
		if t.Former[i].Ended.IsZero() {
			t.Former[i].Ended = now
			t.remark("the machine before ended", now)
		}
	}
}

// retiredAt is when the machine ended that a certificate was issued to; zero while
// it has not.
func (t *Terminal) retiredAt(cert *x509.Certificate) Moment {
	if !t.before(cert) {
		return t.Retired
	}
	return t.tenure(cert).Ended
}

// before reports whether a certificate was issued to a machine before the present
// one.
func (t *Terminal) before(cert *x509.Certificate) bool {
	return keyring.IssuedAt(cert).Before(t.Since) || len(t.tenure(cert).Kids) > 0
}

// tenure is the time of the machine before the present one that a certificate was
// issued to; that of the first for what is older than all; the zero Tenure is none.
func (t *Terminal) tenure(cert *x509.Certificate) (m Tenure) {
	kid := protocol.CertificateKid(cert)
	for i, former := range t.Former {
		if slices.Contains(former.Kids, kid) {
			return former
		}
		if keyring.IssuedAt(cert).Before(t.Since) && (i == 0 || !keyring.IssuedAt(cert).Before(former.From)) {
			m = former
		}
	}
	return m
}

func latest(a, b Moment) Moment {
	if b.After(a) {
		return b.UTC()
	}
	return a
}

func retiredProblem() error {
	return problem(http.StatusForbidden, protocol.CodeRetired, "this machine was retired: it takes a new token")
}
