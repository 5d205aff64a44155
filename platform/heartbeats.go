package platform

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"sync"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What a terminal's history says of its audit chain, when two heartbeats under
// one device key do not go together.
const (
	auditSetBack = "audit chain set back"
	auditChanged = "audit chain changed"
)

// takeHeartbeat keeps what a terminal says of itself, as it was signed: the head
// of the audit chain in it shows later that nothing before it was changed. One
// that is older than what is kept was held back on its way, and changes nothing.
func (p *Platform) takeHeartbeat(ctx context.Context, c call) (answer, error) {
	beat, cert, err := protocol.VerifyHeartbeat(c.body, p.deviceCertificate(ctx))
	if err != nil {
		return answer{}, problem(http.StatusForbidden, protocol.CodeNotAuthorised, "not signed by a terminal")
	}
	if err := p.samePeer(cert, beat.TerminalID, c.peer); err != nil {
		return answer{}, err
	}
	var found, suspended string
	var t Terminal
	err = p.store.Update(ctx, func(w Writing) (err error) {
		found, suspended = "", ""
		if t, err = w.Terminal(c.peer); err != nil {
			return err
		}
		stale, breach := t.compare(beat, cert)
		if stale {
			return nil
		}
		if !t.before(cert) {
			t.supersede(c.now)
		}
		found, suspended = breach, p.hear(&t, beat, breach, c.now)
		t.Seen, t.Heartbeat = c.now, c.body
		return w.KeepTerminal(t)
	})
	if err == nil && found != "" {
		p.log.Warn(found, "terminal", beat.TerminalID, "entries", beat.AuditEntries, "head", beat.AuditHead)
	}
	if err == nil && suspended != "" {
		p.tally.suspended.add(suspended)
		p.log.Warn("terminal suspended", "terminal", beat.TerminalID, "why", suspended)
	}
	if err != nil {
		return answer{}, err
	}
	order, err := p.orderFor(t, beat, c.body, c.now)
	if err != nil || order == nil {
		return answer{status: http.StatusNoContent}, err
	}
	return signedAnswer(order), nil
}

// compare holds a heartbeat against the one that is kept. One under another key is
// of another machine, with a chain of its own. A clock that was set back makes no
// heartbeat stale: its chain goes on.
func (t *Terminal) compare(beat protocol.Heartbeat, cert *x509.Certificate) (stale bool, breach string) {
	last, _, err := protocol.VerifyHeartbeat(t.Heartbeat, func(string) (*x509.Certificate, error) { return cert, nil })
	switch {
	case err != nil:
		return false, ""
	case beat.Time.Before(last.Time) && beat.AuditEntries <= last.AuditEntries:
		return true, ""
	case beat.AuditEntries < last.AuditEntries:
		return false, auditSetBack
	case beat.AuditEntries == last.AuditEntries && beat.AuditHead != last.AuditHead:
		return false, auditChanged
	}
	return false, ""
}

// LastHeartbeat is what a terminal has last said of itself, verified; ok is false
// before it has said anything. The head of the audit chain in it is what an
// export of that terminal's trail is held against.
func (p *Platform) LastHeartbeat(ctx context.Context, t Terminal) (beat protocol.Heartbeat, ok bool, err error) {
	if len(t.Heartbeat) == 0 {
		return protocol.Heartbeat{}, false, nil
	}
	return p.beats.of(t, func() (protocol.Heartbeat, error) {
		beat, _, err := protocol.VerifyHeartbeat(t.Heartbeat, p.deviceCertificate(ctx))
		if err != nil {
			err = fmt.Errorf("reading the last heartbeat of %s: %w", t.ID, err)
		}
		return beat, err
	})
}

// beats remembers heartbeats that were verified once, so that a look at the whole
// fleet does not verify tens of thousands of signatures.
type beats struct {
	mu    sync.Mutex
	known map[string]knownBeat // guarded by mu
}

type knownBeat struct {
	body protocol.Digest
	said protocol.Heartbeat
}

func (b *beats) of(t Terminal, verify func() (protocol.Heartbeat, error)) (protocol.Heartbeat, bool, error) {
	body := protocol.SHA256(t.Heartbeat)
	b.mu.Lock()
	known := b.known[t.ID]
	b.mu.Unlock()
	if known.body.Equal(body) {
		return known.said, true, nil
	}
	said, err := verify()
	if err != nil {
		return protocol.Heartbeat{}, false, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		b.known = map[string]knownBeat{}
	}
	b.known[t.ID] = knownBeat{body, said}
	return said, true, nil
}
