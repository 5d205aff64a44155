package platform

import (
	"context"
	"crypto"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Letting a machine in whose request came by hand. What is judged, and by whom, is what
// EST and attestation judge over the network; a challenge lives as long as the token,
// since somebody has to travel.

// ErrOtherPlatform: a request that came by hand, of a machine whose token pins a CA that
// is not trusted here.
var ErrOtherPlatform = errors.New("the request is for another platform, or its token pins a CA that was retired since")

// secretLength is how long a token's secret is: the name that requests by hand call it
// by, and 160 bits that they do not say.
const secretLength = 32

// drawSecret makes the secret of a token. Its rest follows from its name and from what
// only this platform knows: a request that names the token can be held against the
// secret, which nobody keeps.
func (p *Platform) drawSecret() []byte {
	name := make([]byte, protocol.TokenNameLength)
	rand.Read(name)
	return p.secretNamed(name)
}

func (p *Platform) secretNamed(name []byte) []byte {
	rest := p.keys.Hash("token secret", name)
	return slices.Concat(name, rest[:])[:secretLength]
}

// Enrol answers a request that a machine without a network left on a stick, with a file
// for the way back. A refusal is an answer too, for the machine to tell its technician:
// it is returned as a protocol.Problem beside the file. The same request again gets the
// same certificates; a first request gets another challenge.
func (p *Platform) Enrol(ctx context.Context, file []byte) (answer []byte, err error) {
	r, err := protocol.ReadEnrolRequest(file)
	if err != nil {
		return nil, err
	}
	if !p.keys.CA.Trusts(r.Pin) {
		return nil, ErrOtherPlatform
	}
	said, refused := p.admit(ctx, r)
	if refused != nil {
		problem := asProblem(refused)
		if problem.Status >= http.StatusInternalServerError {
			return nil, refused // our own fault is nothing to carry away
		}
		said, refused = protocol.EnrolAnswer{Problem: &problem}, problem
	}
	said.Token, said.Request, said.Time = r.Token, r.Digest, p.now()
	made, err := p.keys.CA.IssueServer(bareHosts(p.config.Hosts), p.now())
	if err != nil {
		return nil, err
	}
	answer, err = protocol.SignEnrolAnswer(said, made.PrivateKey.(crypto.Signer), made.Certificate)
	return answer, errors.Join(err, refused)
}

// admit judges who asks, and what.
func (p *Platform) admit(ctx context.Context, r protocol.SealedRequest) (a protocol.EnrolAnswer, err error) {
	secret := p.secretNamed(r.Token)
	if !r.SealedWith(secret) {
		return a, unauthorised(protocol.CodeTokenUnknown, "nobody issued this token for a way without network: copy the whole of it")
	}
	var token Token
	err = p.store.View(ctx, func(read Reading) (err error) {
		token, err = p.liveToken(read, p.tokenHash(secret), p.now())
		return err
	})
	if err != nil {
		return a, err
	}
	ticket, challenge, err := p.attestByHand(ctx, r, token)
	if err != nil || challenge != nil {
		return protocol.EnrolAnswer{Challenge: challenge}, err
	}
	return p.grant(ctx, r, token, ticket)
}

// attestByHand takes a proof, or poses a challenge; a chip that nobody vouches for gets
// none, and whether certificates are issued then is for the policy to say.
func (p *Platform) attestByHand(ctx context.Context, r protocol.SealedRequest, token Token) (ticket string, challenge *protocol.Challenge, err error) {
	who, now := asker{secret: token.Secret}, p.now()
	switch {
	case r.Proof != nil:
		return p.proofByHand(ctx, r, who)
	case r.Endorsement == nil, token.Device != "" && token.TLS != "": // else: answered before
		return "", nil, nil
	}
	posed, err := p.pose(ctx, who, *r.Endorsement, now, token.Expires)
	said, refused := errors.AsType[protocol.Problem](err)
	if refused && (said.Code == protocol.CodeEndorsement || said.Code == protocol.CodeAttestation) {
		return "", nil, nil
	}
	return "", &posed, err
}

func (p *Platform) proofByHand(ctx context.Context, r protocol.SealedRequest, who asker) (string, *protocol.Challenge, error) {
	id, err := protocol.ParseID(r.Challenge)
	if err != nil {
		return "", nil, err
	}
	ticket, err := p.prove(ctx, who, id, *r.Proof, r.Digest, p.now())
	return ticket.Ticket, nil, err
}

// grant is all that the network would give.
func (p *Platform) grant(ctx context.Context, r protocol.SealedRequest, token Token, ticket string) (a protocol.EnrolAnswer, err error) {
	for _, asked := range []struct {
		der  []byte
		role Role
		into *protocol.Base64
	}{{r.Device, DeviceRole, &a.Device}, {r.TLS, TLSRole, &a.TLS}} {
		application, err := readApplication(asked.der, ticket, p.now())
		if err != nil {
			return protocol.EnrolAnswer{}, err
		}
		if application.role != asked.role {
			return protocol.EnrolAnswer{}, problem(http.StatusBadRequest, protocol.CodeMalformed, "the TLS request asks for clientAuth, the device one does not")
		}
		cert, err := p.enrol(ctx, token.Secret, application)
		if err != nil {
			return protocol.EnrolAnswer{}, err
		}
		*asked.into = cert.Raw
	}
	for _, cert := range p.keys.CA.Certificates() {
		a.CAs = append(a.CAs, cert.Raw)
	}
	b, err := p.storedBundle(ctx)
	if a.Bundle = string(b.First); r.BundleFormat >= protocol.NewestFormat {
		a.Bundle = string(b.JWS)
	}
	p.log.Info("machine admitted by hand", "terminal", token.TerminalID)
	return a, err
}
