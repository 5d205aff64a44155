package platform

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/platform/attestation"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// How a machine proves that its keys live in a TPM: the wire is in protocol, the
// judgement in attestation, and here is who may ask and what is kept meanwhile. It
// is kept with whoever asks, a token or a terminal, so that nobody else can use it
// and it goes where they go. A new challenge takes the place of the one before.

// How long the machine may take.
const (
	challengeLife = 10 * time.Minute
	ticketLife    = time.Hour
	ticketLength  = 32
)

// asker is who proves something: the holder of a token, or a terminal.
type asker struct {
	secret   protocol.Digest // of the token; zero if it is a terminal
	terminal string
}

// asks judges who asks: by a token, or by a certificate that may be renewed.
// Who is nobody learns nothing of which chips are known.
func (p *Platform) asks(ctx context.Context, c call) (asker, error) {
	if wait := p.limits.attestations.wait(c.address(), c.now); wait > 0 {
		return asker{}, slowDown(wait)
	}
	if _, _, given := c.request.BasicAuth(); given || c.request.TLS == nil || len(c.request.TLS.PeerCertificates) == 0 {
		secret, err := p.secretOf(c)
		if err != nil {
			return asker{}, err
		}
		return asker{secret: secret}, p.store.View(ctx, func(r Reading) error {
			_, err := p.liveToken(r, secret, c.now)
			return err
		})
	}
	_, t, err := p.admitPeer(c.request, renewer)
	if err == nil && !t.Suspended.IsZero() {
		err = outOfService()
	}
	return asker{terminal: t.ID}, err
}

// proving changes what is kept of an asker's proof, in one transaction. chip is the
// chip that is on record.
func (p *Platform) proving(ctx context.Context, who asker, now Moment, change func(there *Attestation, chip protocol.Digest) (*Attestation, error)) error {
	return p.store.Update(ctx, func(w Writing) (err error) {
		if who.terminal != "" {
			t, err := w.Terminal(who.terminal)
			if err != nil {
				return err
			}
			if t.Attestation, err = change(t.Attestation, t.Chip); err != nil {
				return err
			}
			return w.KeepTerminal(t)
		}
		token, err := p.liveToken(w, who.secret, now)
		if err != nil {
			return err
		}
		if token.Attestation, err = change(token.Attestation, protocol.Digest{}); err != nil {
			return err
		}
		return w.KeepToken(token)
	})
}

// poseChallenge is POST /v1/attestations.
func (p *Platform) poseChallenge(ctx context.Context, c call) (answer, error) {
	who, err := p.asks(ctx, c)
	if err != nil {
		return answer{}, err
	}
	said, err := protocol.DecodeEndorsement(c.body)
	if err != nil {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeMalformed, err.Error())
	}
	posed, err := p.pose(ctx, who, said, c.now, c.now.Add(challengeLife))
	if err != nil {
		return answer{}, err
	}
	body, err := protocol.EncodeChallenge(posed)
	return answer{status: http.StatusCreated, media: protocol.MediaJSON, body: body}, err
}

// pose finds who vouches for a chip, and asks it what only it can answer, until then.
func (p *Platform) pose(ctx context.Context, who asker, said protocol.Endorsement, now, until Moment) (none protocol.Challenge, err error) {
	chip, vouched, err := p.vouch(ctx, said, now)
	if err != nil {
		return none, asRefusal(err)
	}
	posed, err := chip.Pose()
	if err != nil {
		return none, asRefusal(err)
	}
	there := &Attestation{
		Challenge: protocol.NewID(), Expires: until, Chip: chip.Endorsement(), Vouched: vouched,
		AttestationKey: chip.AttestationKey(), Nonce: posed.Nonce, Answer: p.answerHash(posed.Answer),
	}
	err = p.proving(ctx, who, now, func(_ *Attestation, known protocol.Digest) (*Attestation, error) {
		if !known.IsZero() && !known.Equal(there.Chip) {
			return nil, problem(http.StatusForbidden, protocol.CodeAttestation, "this terminal proved another chip before: a machine with a new chip needs a token")
		}
		return there, nil
	})
	return protocol.Challenge{
		ID: there.Challenge.String(), Credential: posed.Credential, Secret: posed.Secret, Nonce: posed.Nonce, Expires: there.Expires,
	}, err
}

// vouch reads an introduction and finds who vouches for the chip.
func (p *Platform) vouch(ctx context.Context, said protocol.Endorsement, now Moment) (attestation.Chip, string, error) {
	chip, err := attestation.Read(said)
	if err != nil {
		return attestation.Chip{}, "", err
	}
	var trust attestation.Trust
	if p.config.Endorsements != nil {
		if trust, err = p.config.Endorsements.Trust(ctx); err != nil {
			return attestation.Chip{}, "", err
		}
	}
	by, err := trust.Vouch(chip, now)
	return chip, by, err
}

// takeProof is POST /v1/attestations/{id}. The same proof again gets another
// ticket: the answer may have been lost.
func (p *Platform) takeProof(ctx context.Context, c call) (answer, error) {
	who, err := p.asks(ctx, c)
	if err != nil {
		return answer{}, err
	}
	id, err := c.id()
	if err != nil {
		return answer{}, err
	}
	said, err := protocol.DecodeProof(c.body)
	if err != nil {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeMalformed, err.Error())
	}
	ticket, err := p.prove(ctx, who, id, said, protocol.SHA256(c.body), c.now)
	if err != nil {
		return answer{}, err
	}
	text, err := protocol.EncodeTicket(ticket)
	return answer{media: protocol.MediaJSON, body: text}, err
}

// prove holds a proof against the challenge that it answers; body is the digest of how
// it was said.
func (p *Platform) prove(ctx context.Context, who asker, id protocol.ID, said protocol.Proof, body protocol.Digest, now Moment) (protocol.Ticket, error) {
	ticket, expires := newTicket(), now.Add(ticketLife)
	err := p.proving(ctx, who, now, func(there *Attestation, _ protocol.Digest) (*Attestation, error) {
		if there == nil || there.Challenge != id || !now.Before(there.Expires) || (!there.Proof.IsZero() && !there.Proof.Equal(body)) {
			return nil, problem(http.StatusForbidden, protocol.CodeChallenge, "the challenge is unknown, answered or has run out: ask for another")
		}
		proven, err := p.judgeProof(there, said)
		if err != nil {
			return nil, asRefusal(err)
		}
		there.Proof, there.Proven, there.Ticket, there.TicketExpires = body, proven, p.ticketHash(ticket), expires
		return there, nil
	})
	return protocol.Ticket{Ticket: ticket, Expires: expires}, err
}

func newTicket() string {
	b := make([]byte, ticketLength)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// judgeProof holds an answer against the challenge: first that the attestation key
// is in the chip, then what it says of each key.
func (p *Platform) judgeProof(there *Attestation, said protocol.Proof) (proven []ProvenKey, err error) {
	if !there.Answer.Equal(p.answerHash(said.Secret)) {
		return nil, attestation.Refusal{Code: protocol.CodeAttestation, Detail: "the secret is not what TPM2_ActivateCredential gives: endorsement and attestation key are not in one chip"}
	}
	for _, statement := range said.Keys {
		key, err := attestation.Judge(there.AttestationKey, there.Nonce, statement)
		if err != nil {
			return nil, err
		}
		proven = append(proven, ProvenKey{key, statement})
	}
	return proven, nil
}

// answerHash is kept in the place of the answer, so that whoever reads the store
// cannot answer.
func (p *Platform) answerHash(answer []byte) protocol.Digest {
	return p.keys.Hash("attestation", answer)
}

// asRefusal says what was judged as a problem.
func asRefusal(err error) error {
	refusal, ok := errors.AsType[attestation.Refusal](err)
	if !ok {
		return err
	}
	if refusal.Code == protocol.CodeMalformed {
		return problem(http.StatusBadRequest, refusal.Code, refusal.Detail)
	}
	return problem(http.StatusForbidden, refusal.Code, refusal.Detail)
}
