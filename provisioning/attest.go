package provisioning

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/http"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/tpm"
)

// An asker is who speaks in a request: a token's secret, or nobody besides the TLS
// certificate that the client shows.
type asker func(*http.Request)

// byToken speaks with a token.
func byToken(t protocol.Token) asker {
	return func(r *http.Request) { r.SetBasicAuth(protocol.TokenUser, t.Password()) }
}

// byCertificate is known by the TLS certificate.
func byCertificate(*http.Request) {}

// attest has the chip of the keys prove to the platform that they live in it, and
// returns the ticket to go with the certification requests. No ticket and no error
// means that the platform does not attest, or does not know the chip: words say
// so. Whether it then issues is for its policy to say.
func (p *platformClient) attest(ctx context.Context, as asker, keys ...crypto.Signer) (ticket protocol.Ticket, words string, err error) {
	chip, inChip, err := together(keys)
	if err != nil {
		return ticket, "", err
	}
	endorsement, err := chip.Endorsement()
	if err != nil {
		return ticket, "", err
	}
	ticket, err = p.prove(ctx, as, chip, endorsement, inChip)
	var problem protocol.Problem
	if errors.As(err, &problem) && unattested(problem) {
		id, err := tpm.EndorsementID(endorsement)
		return ticket, fmt.Sprintf("the platform does not attest this TPM (%s); its endorsement key is SHA-256 %s", problem, id), err
	}
	return ticket, "", err
}

// unattested are the answers that say no for good to a chip, and not to the asker.
func unattested(said protocol.Problem) bool {
	switch said.Code {
	case protocol.CodeEndorsement, protocol.CodeAttestation:
		return true
	}
	return said.Status == http.StatusNotFound || said.Status == http.StatusMethodNotAllowed || said.Status == http.StatusNotImplemented
}

// together are keys of one chip.
func together(keys []crypto.Signer) (chip *tpm.Chip, inChip []*tpm.Key, err error) {
	for _, key := range keys {
		k, ok := key.(*chipKey)
		if !ok || (chip != nil && k.Chip().Device() != chip.Device()) {
			return nil, nil, errors.New("attesting: not keys of one TPM")
		}
		chip, inChip = k.Chip(), append(inChip, k.Key)
	}
	return chip, inChip, nil
}

// prove is the exchange itself.
func (p *platformClient) prove(ctx context.Context, as asker, chip *tpm.Chip, endorsement protocol.Endorsement, keys []*tpm.Key) (none protocol.Ticket, err error) {
	body, err := protocol.EncodeEndorsement(endorsement)
	if err != nil {
		return none, err
	}
	answer, err := p.ask(ctx, http.MethodPost, protocol.PathAttestations, body, asJSON(as))
	if err != nil {
		return none, err
	}
	challenge, err := protocol.DecodeChallenge(answer)
	if err != nil {
		return none, fmt.Errorf("%w: %w", ErrPlatform, err)
	}
	proof, err := chip.Prove(challenge, keys...)
	if err != nil {
		return none, err
	}
	if body, err = protocol.EncodeProof(proof); err != nil {
		return none, err
	}
	answer, err = p.ask(ctx, http.MethodPost, protocol.PathAttestations+"/"+challenge.ID, body, asJSON(as))
	if err != nil {
		return none, err
	}
	ticket, err := protocol.DecodeTicket(answer)
	if err != nil {
		return none, fmt.Errorf("%w: %w", ErrPlatform, err)
	}
	return ticket, nil
}

func asJSON(as asker) func(*http.Request) {
	return func(r *http.Request) {
		as(r)
		r.Header.Set("Content-Type", "application/json")
	}
}
