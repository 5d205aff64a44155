package provisioning

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/tpm"
)

// Where there is no network a stick travels between machine and platform, with the
// files of protocol.EnrolRequest and protocol.EnrolAnswer:
//
//	keys in files   request -> all that is needed
//	keys in a TPM   request -> challenge, request with the proof -> all that is needed
//
// What is out is kept in the staging folder, so that a stick may be lost; what came
// back is kept there before the stick is tidied up, so that a run may be cut off.

// Errors of Init with a stick, besides those of the platform's answers and
// protocol.ErrCarried, an answer that is not whole.
var (
	// ErrWaiting: the request is on the stick, and not answered yet.
	ErrWaiting = errors.New("the platform has to answer first")
	// ErrOtherStick: it has never been in this machine, or was emptied since.
	ErrOtherStick = errors.New("this stick holds nothing of this machine")
	// ErrOtherMachine: only answers to others are on the stick.
	ErrOtherMachine = errors.New("the answer is for another machine or another token")
	// ErrOldAnswer: one that this machine has had, or to a request that it gave up.
	ErrOldAnswer = errors.New("the answer is to an older request of this machine")
	// ErrForeignAnswer: nobody under the token's pin signed it.
	ErrForeignAnswer = errors.New("the answer is not from the platform that made the token")
)

// Files of the exchange in the state folder's staging.
const (
	stickRequest = "request.json" // what is out
	stickAnswer  = "answer.json"  // the one with all that is needed
)

// outgoing is the request that is out.
type outgoing struct {
	protocol.SealedRequest
	file  []byte
	fresh bool // nobody can have answered it yet
}

// exchange comes one trip further, unless the run before had all of it. It is done
// when it returns nil; ErrWaiting is that the stick has to travel.
func (p *provisioner) exchange(keys []crypto.Signer) error {
	if p.granted() == nil {
		p.tidy()
		return nil
	}
	if _, err := os.ReadDir(p.Offline); err != nil {
		return fmt.Errorf("reading the stick: %w", err)
	}
	out, err := p.outgoing(keys)
	if err != nil {
		return err
	}
	answer, file, err := p.find(out)
	switch {
	case err != nil:
		return p.leave(out, err)
	case answer.Problem != nil:
		return p.turnedDown(keys, out, *answer.Problem)
	case answer.Challenge != nil:
		return p.proveByHand(keys, *answer.Challenge)
	}
	if err := writeDurable(p.stagedState(stickAnswer), file); err != nil {
		return err
	}
	p.tidy()
	return p.granted()
}

// granted reads the answer that the run before took, as suspicious as that was.
func (p *provisioner) granted() error {
	file, err := readBounded(p.stagedState(stickAnswer))
	if err != nil {
		return err
	}
	answer, err := protocol.ReadEnrolAnswer(file)
	if err == nil {
		err = p.genuine(answer)
	}
	if err == nil {
		p.answer = &answer.EnrolAnswer
	}
	return err
}

// outgoing is the request of the run before, or a first one.
func (p *provisioner) outgoing(keys []crypto.Signer) (outgoing, error) {
	file, err := readBounded(p.stagedState(stickRequest))
	if err == nil {
		if r, err := protocol.ReadEnrolRequest(file); err == nil && r.SealedWith(p.Token.Secret) {
			return outgoing{r, file, false}, nil
		}
	}
	return p.introduce(keys)
}

// introduce makes a first request.
func (p *provisioner) introduce(keys []crypto.Signer) (outgoing, error) {
	var r protocol.EnrolRequest
	if p.kept.Protection == protocol.ProtectionTPM {
		chip, _, err := together(keys)
		if err != nil {
			return outgoing{}, err
		}
		endorsement, err := chip.Endorsement()
		if err != nil {
			return outgoing{}, err
		}
		r.Endorsement = &endorsement
	}
	return p.compose(keys, r)
}

// proveByHand has the chip answer, in a second request.
func (p *provisioner) proveByHand(keys []crypto.Signer, challenge protocol.Challenge) error {
	chip, inChip, err := together(keys)
	if err != nil {
		return err
	}
	proof, err := chip.Prove(challenge, inChip...)
	if err != nil {
		return err
	}
	out, err := p.compose(keys, protocol.EnrolRequest{Challenge: challenge.ID, Proof: &proof})
	if err != nil {
		return err
	}
	return p.leave(out, fmt.Errorf("%w a second time, now that the TPM has met its challenge", ErrWaiting))
}

// compose adds what every request has, seals it, and keeps it.
func (p *provisioner) compose(keys []crypto.Signer, r protocol.EnrolRequest) (out outgoing, err error) {
	if r.Device, err = request(keys[0], false); err != nil {
		return out, err
	}
	if r.TLS, err = request(keys[1], true); err != nil {
		return out, err
	}
	r.Time, r.BundleFormat = p.Now(), protocol.NewestFormat
	if out.file, err = protocol.SealEnrolRequest(r, p.Token); err != nil {
		return out, err
	}
	if out.SealedRequest, err = protocol.ReadEnrolRequest(out.file); err != nil {
		return out, err
	}
	out.fresh = true
	return out, writeDurable(p.stagedState(stickRequest), out.file)
}

// leave sees that the request is on the stick, alone of this machine's, and says why
// that is as far as it goes.
func (p *provisioner) leave(out outgoing, why error) error {
	p.tidy(out.File(), out.AnswerFile())
	path := filepath.Join(p.Offline, out.File())
	if there, err := readBounded(path); err != nil || string(there) != string(out.file) {
		if err := writeStick(path, out.file); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w; the request is in %s", why, path)
}

// find looks for the answer to a request among all files that are one. If there is
// none it says of the one that is the nearest why it is not.
func (p *provisioner) find(out outgoing) (answer protocol.SignedAnswer, file []byte, err error) {
	names, _ := filepath.Glob(filepath.Join(p.Offline, "watashi-answer-*.json")) // the pattern is good
	var not []error
	for _, name := range names {
		if file, err = readBounded(name); err == nil {
			answer, err = p.read(out, file)
		}
		if err == nil {
			return answer, file, nil
		}
		not = append(not, fmt.Errorf("%s: %w", filepath.Base(name), err))
	}
	switch {
	case out.fresh:
		return answer, nil, ErrWaiting
	case len(not) > 0:
		return answer, nil, nearest(not)
	case !exists(filepath.Join(p.Offline, out.File())):
		return answer, nil, ErrOtherStick
	}
	return answer, nil, ErrWaiting
}

// nearest is the one of some errors that says the most.
func nearest(errs []error) error {
	for _, kind := range []error{ErrClock, ErrForeignAnswer, protocol.ErrCarried, ErrOldAnswer, ErrOtherMachine} {
		for _, err := range errs {
			if errors.Is(err, kind) {
				return err
			}
		}
	}
	return errs[0]
}

// read judges one file as the answer to a request.
func (p *provisioner) read(out outgoing, file []byte) (answer protocol.SignedAnswer, err error) {
	if answer, err = protocol.ReadEnrolAnswer(file); err != nil {
		return answer, err
	}
	switch {
	case string(answer.Token) != string(out.Token):
		return answer, ErrOtherMachine
	case !answer.Request.Equal(out.Digest):
		return answer, ErrOldAnswer
	}
	if err := p.genuine(answer); err != nil {
		return answer, err
	}
	return answer, p.compareClocks(out.Time, answer.Time)
}

// genuine demands that the platform of the token signed it, by a certificate that it
// would show in TLS.
func (p *provisioner) genuine(answer protocol.SignedAnswer) error {
	if err := answer.Signed(); err != nil {
		return fmt.Errorf("%w: %w", ErrForeignAnswer, err)
	}
	err := verifyPinned(answer.Chain, p.Token.Pin, hostName(p.Token.Host), p.Now())
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("%w, or the answer is too old: it is %s here and was %s at the platform", ErrClock, stamp(p.Now()), stamp(answer.Time))
	case errors.Is(err, ErrPin):
		return fmt.Errorf("%w: nobody whom its pin knows signed it", ErrForeignAnswer)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrForeignAnswer, err)
	}
	return nil
}

// compareClocks holds this machine's clock against the platform's, who answered between
// asked and now. A clock that was set back since may have been wrong before.
func (p *provisioner) compareClocks(asked, answered time.Time) error {
	now := p.Now()
	if answered.After(now.Add(maxSkew)) || (answered.Before(asked.Add(-maxSkew)) && !now.Before(asked)) {
		return fmt.Errorf("%w: it is %s here, the request was made at %s, and at the platform it was %s", ErrClock, stamp(now), stamp(asked), stamp(answered))
	}
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// turnedDown tells a refusal as the network would. A challenge that ran out begins anew.
func (p *provisioner) turnedDown(keys []crypto.Signer, out outgoing, problem protocol.Problem) error {
	err := refused(problem)
	switch {
	case problem.Code == protocol.CodeChallenge:
		again, failed := p.introduce(keys)
		if failed != nil {
			return failed
		}
		return p.leave(again, fmt.Errorf("%w again: %s", ErrWaiting, problem.Detail))
	case errors.Is(err, ErrUnproven) && out.Endorsement != nil:
		if id, bad := tpm.EndorsementID(*out.Endorsement); bad == nil {
			err = fmt.Errorf("%w; this TPM's endorsement key is SHA-256 %s", err, id)
		}
	}
	return p.leave(out, err)
}

// tidy takes this machine's files off the stick, but some: an operator who finds two
// requests might answer the wrong one last. A stick that cannot be written stays as it is.
func (p *provisioner) tidy(but ...string) {
	name, _ := p.Token.Name() // a token without one has no files
	for _, kind := range []string{"request", "answer"} {
		files, _ := filepath.Glob(filepath.Join(p.Offline, "watashi-"+kind+"-"+protocol.FileMark(name)+"-*.json"))
		for _, file := range files {
			if len(but) == 0 || (filepath.Base(file) != but[0] && filepath.Base(file) != but[1]) {
				_ = os.Remove(file)
			}
		}
	}
}

// carriedTrust is what trust is over the network.
func (p *provisioner) carriedTrust() (roots, error) {
	if p.answer == nil {
		if err := p.granted(); err != nil {
			return nil, err
		}
	}
	var certs []*x509.Certificate
	for _, der := range p.answer.CAs {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrPlatform, err)
		}
		certs = append(certs, cert)
	}
	return trusted(certs, p.Token.Pin)
}

// carriedCertificate is the one over a key.
func (p *provisioner) carriedCertificate(key crypto.Signer, clientAuth bool) (*x509.Certificate, error) {
	der := p.answer.Device
	if clientAuth {
		der = p.answer.TLS
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPlatform, err)
	}
	if !isFor(cert, key) {
		return nil, fmt.Errorf("%w: a certificate for another key", ErrPlatform)
	}
	return cert, nil
}

// writeStick puts a file onto a stick, whole or not at all. A stick's file system knows
// neither owners nor modes.
func writeStick(path string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".watashi-*")
	if err != nil {
		return fmt.Errorf("writing to the stick: %w", err)
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing to the stick: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
