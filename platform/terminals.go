package platform

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// How long a technician has from getting a token to using it up.
const (
	tokenLife    = time.Hour
	maxTokenLife = 7 * 24 * time.Hour
)

// maxRemarks is how much of a terminal's history is kept.
const maxRemarks = 100

// Grant says whom a token lets in.
type Grant struct {
	TerminalID string
	Life       time.Duration // 0 is an hour; a minute to a week
	Host       string        // as the machine reaches the platform; "" is the first of Config.Hosts
}

// IssueToken lets one machine in under that id, within the hour, as IssueTokenFor
// does.
func (p *Platform) IssueToken(terminalID string) (protocol.Token, error) {
	return p.IssueTokenFor(context.Background(), Grant{TerminalID: terminalID})
}

// IssueTokenFor lets one machine in: one device certificate and one TLS
// certificate. The same id again is a replacement; what the old machine has is not
// touched by it, suspend it first.
func (p *Platform) IssueTokenFor(ctx context.Context, g Grant) (protocol.Token, error) {
	g.Life, g.Host = cmp.Or(g.Life, tokenLife), cmp.Or(g.Host, p.config.Hosts[0])
	if err := p.checkGrant(g); err != nil {
		return protocol.Token{}, fmt.Errorf("issuing token: %w", err)
	}
	made := protocol.Token{Host: g.Host, Pin: pinOf(p.keys.CA.Issuing()), Secret: p.drawSecret()}
	now := p.now()
	err := p.store.Update(ctx, func(w Writing) error {
		return w.KeepToken(Token{
			Secret: p.tokenHash(made.Secret), TerminalID: g.TerminalID, Issued: now, Expires: now.Add(g.Life), Host: g.Host, Pin: made.Pin,
		})
	})
	if err != nil {
		return protocol.Token{}, fmt.Errorf("issuing token: %w", err)
	}
	p.log.Info("token issued", "terminal", g.TerminalID)
	return made, nil
}

// pinOf is what a provisioning token carries: SHA-256 of the CA's public key.
func pinOf(ca *x509.Certificate) protocol.Digest { return protocol.SHA256(ca.RawSubjectPublicKeyInfo) }

func (p *Platform) checkGrant(g Grant) error {
	if g.Life < time.Minute || g.Life > maxTokenLife {
		return errors.New("a token lives a minute to a week")
	}
	if !slices.Contains(bareHosts(p.config.Hosts), hostOnly(g.Host)) {
		return fmt.Errorf("the platform's certificate does not name host %q: add it to hosts", g.Host)
	}
	_, err := protocol.Terminal{ID: g.TerminalID, Environment: p.keys.Environment, Protection: protocol.ProtectionFile}.URIs()
	return err
}

func (p *Platform) tokenHash(secret []byte) protocol.Digest { return p.keys.Hash("token", secret) }

// Suspend stops a terminal: it serves nobody from now on. What it sealed before
// is still taken in, for a time, unless it is compromised: then nothing it ever
// signed is. See suspension.go.
func (p *Platform) Suspend(ctx context.Context, terminalID string, compromised bool) error {
	what := "suspended"
	if compromised {
		what = "suspended as compromised"
	}
	return p.changeTerminal(ctx, terminalID, what, func(t *Terminal) {
		t.suspend("", p.now())
		t.Compromised = t.Compromised || compromised
	})
}

// Reinstate lets a suspended terminal serve again, and ends that its audit chain is
// told as broken. A compromised one never serves again.
func (p *Platform) Reinstate(ctx context.Context, terminalID string) error {
	var compromised bool
	err := p.changeTerminal(ctx, terminalID, "reinstated", func(t *Terminal) {
		if compromised = t.Compromised; !compromised {
			t.reinstate(p.now())
		}
	})
	if err == nil && compromised {
		return fmt.Errorf("terminal %s is compromised: give the machine new keys under a new token", terminalID)
	}
	return err
}

// Terminals lists the machines in the order of their ids.
func (p *Platform) Terminals(ctx context.Context) (all []Terminal, err error) {
	err = p.store.View(ctx, func(r Reading) (err error) {
		all, err = r.Terminals()
		return err
	})
	return all, err
}

// Terminal is one machine; ErrNotFound if none has that id.
func (p *Platform) Terminal(ctx context.Context, id string) (t Terminal, err error) {
	err = p.store.View(ctx, func(r Reading) (err error) {
		t, err = r.Terminal(id)
		return err
	})
	return t, err
}

// Issuance is why a certificate was issued; ErrNotFound if none was.
func (p *Platform) Issuance(ctx context.Context, kid string) (c Certificate, err error) {
	err = p.store.View(ctx, func(r Reading) (err error) {
		c, err = r.Certificate(kid)
		return err
	})
	return c, err
}

func (p *Platform) changeTerminal(ctx context.Context, id, what string, change func(*Terminal)) error {
	err := p.store.Update(ctx, func(w Writing) error {
		t, err := w.Terminal(id)
		if err != nil {
			return err
		}
		change(&t)
		t.remark(what, p.now())
		return w.KeepTerminal(t)
	})
	if err != nil {
		return fmt.Errorf("terminal %s: %w", id, err)
	}
	p.log.Info("terminal changed", "terminal", id, "what", what)
	return nil
}

func (t *Terminal) remark(what string, at Moment) {
	t.Notes = append(t.Notes, Remark{At: at, What: what})
	t.Notes = t.Notes[max(0, len(t.Notes)-maxRemarks):]
}

// samePeer demands that signature, statement and TLS peer name one terminal.
func (p *Platform) samePeer(cert *x509.Certificate, claimed, peer string) error {
	id, err := p.keys.CA.Terminal(cert, false)
	if err != nil || id != claimed || (peer != "" && id != peer) {
		return otherTerminal()
	}
	return nil
}

func otherTerminal() error {
	return problem(http.StatusForbidden, protocol.CodeOtherTerminal, "signed by one terminal, carried or claimed by another")
}

// hostOnly drops a port.
func hostOnly(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}
