package provisioning

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The steps of Init.
const (
	StepKeys         = "keys"
	StepAttestation  = "attestation" // the platform by the token's pin, and the chip's proof to it
	StepCertificates = "certificates"
	StepBundle       = "bundle" // and all of it into force
)

// Steps are those of Init, in order.
func Steps() []string { return []string{StepKeys, StepAttestation, StepCertificates, StepBundle} }

// pendingFile lies beside a new identity until somebody has seen the whole machine
// ready (SetReady). It holds the digest of the token that the identity came by.
const pendingFile = "pending"

// Pending reports whether the identity of a state folder is one of that token, and
// nobody has said SetReady since: an init that is run again with it has only the
// rest to do. A token is not needed.
func Pending(dir string, token *protocol.Token) bool {
	kept, err := readBounded(filepath.Join(dir, pendingFile))
	return err == nil && (token == nil || string(kept) == tokenDigest(*token))
}

// SetReady says that the machine was seen ready with the identity it has.
func SetReady(dir string) error {
	err := os.Remove(filepath.Join(dir, pendingFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return errors.Join(err, syncDir(dir))
}

func tokenDigest(t protocol.Token) string { return protocol.SHA256([]byte(t.String())).String() }

// make does everything that needs the platform, in the staging folders.
func (p *provisioner) make(ctx context.Context) error {
	if err := p.stage(); err != nil {
		return err
	}
	if err := p.inOrder(); err != nil {
		return err
	}
	var keys []crypto.Signer
	for _, s := range []struct {
		name string
		do   func() error
	}{
		{StepKeys, func() (err error) { keys, err = p.keys(); return err }},
		{StepAttestation, func() error { return p.attestation(ctx, keys) }},
		{StepCertificates, func() error { return p.certificates(ctx, keys) }},
		{StepBundle, func() error { return p.bundle(ctx, keys[1]) }},
	} {
		if err := p.step(s.name, s.do); err != nil {
			return err
		}
		if s.name == p.Only {
			return nil
		}
	}
	return nil
}

// step does one and tells of it.
func (p *provisioner) step(name string, do func() error) error {
	p.words = nil
	told := p.Only == "" || p.Only == name
	if told {
		p.Report(Progress{Step: name})
	}
	if err := do(); err != nil {
		return err
	}
	if told {
		p.Report(Progress{name, true, p.words})
	}
	return nil
}

// inOrder refuses one step alone before its time: it would not be alone.
func (p *provisioner) inOrder() error {
	left := map[string]string{StepKeys: p.stagedUplink(tlsKey), StepAttestation: p.stagedUplink(platformFile), StepCertificates: p.stagedUplink(tlsCert)}
	for _, name := range Steps() {
		if p.Only == "" || p.Only == name {
			return nil
		}
		if !exists(left[name]) {
			return fmt.Errorf("%w: %s", ErrStepOrder, name)
		}
	}
	return nil
}

func (p *provisioner) say(format string, args ...any) {
	p.words = append(p.words, fmt.Sprintf(format, args...))
}

// keys makes the two keys, or finds those of the run before: the device key, then
// the TLS one.
func (p *provisioner) keys() ([]crypto.Signer, error) {
	device, err := makeKey(p.stagedState(""), deviceKey, p.kept)
	if err != nil {
		return nil, err
	}
	carrier, err := makeKey(p.stagedUplink(""), tlsKey, p.kept)
	if err != nil {
		return nil, err
	}
	if p.kept.Protection == protocol.ProtectionTPM {
		p.say("two private keys, in the TPM at %s only", p.kept.Device)
	} else {
		p.say("two private keys, on this machine only")
	}
	return []crypto.Signer{device, carrier}, nil
}

// attestation meets the platform, and has the chip prove both keys to it, unless
// there are certificates over them already.
func (p *provisioner) attestation(ctx context.Context, keys []crypto.Signer) error {
	if p.Offline != "" {
		if err := p.exchange(keys); err != nil {
			return err
		}
	}
	if err := p.authority(ctx); err != nil {
		return err
	}
	p.say("%s is the platform that made the token", p.Token.Host)
	switch {
	case p.Offline != "":
		p.say("its answer came on the stick, and is kept here")
		return nil
	case p.kept.Protection != protocol.ProtectionTPM:
		p.say("keys in files, so there is no chip to prove them")
		return nil
	case p.certified(keys):
		return nil
	}
	proof, err := p.ticket(ctx, keys)
	if err == nil && proof != "" {
		p.say("the TPM has proven that the keys are its own")
	}
	return err
}

// authority gets the CA that the token's pin is about. It is asked for in every
// run: that shows that the platform answers, and that the clocks agree.
func (p *provisioner) authority(ctx context.Context) (err error) {
	if p.roots != nil {
		return nil
	}
	if p.Offline != "" {
		p.roots, err = p.carriedTrust()
	} else {
		p.roots, err = firstContact(p.Token, p.Now).trust(ctx, p.Token.Pin)
	}
	if err != nil {
		return err
	}
	host, err := json.Marshal(platformJSON{p.Token.Host})
	if err != nil {
		return err
	}
	return errors.Join(
		writeDurable(p.stagedUplink(rootsFile), p.roots.pem()),
		writeDurable(p.stagedState(rootsFile), p.roots.pem()),
		writeDurable(p.stagedUplink(platformFile), host),
	)
}

// ticketMargin is how long before its end a ticket is not used any more.
const ticketMargin = time.Minute

// ticket is the platform's word that the chip has proven the keys: the one that the
// run before got, or a new one. Nothing means that it attests nobody, or not this chip.
func (p *provisioner) ticket(ctx context.Context, keys []crypto.Signer) (string, error) {
	var t protocol.Ticket
	path := p.stagedState(ticket)
	if text, err := readBounded(path); err == nil && json.Unmarshal(text, &t) == nil && p.Now().Add(ticketMargin).Before(t.Expires) {
		return t.Ticket, nil
	}
	t, words, err := rooted(p.Token.Host, p.roots, nil, p.Now).attest(ctx, byToken(p.Token), keys...)
	if err != nil || words != "" {
		if words != "" {
			p.say("%s", words)
		}
		return "", err
	}
	text, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	return t.Ticket, writeDurable(path, text)
}

// place is where the certificate over one of the keys goes.
func (p *provisioner) place(which int) (what, path string) {
	if which == 1 {
		return "TLS certificate", p.stagedUplink(tlsCert)
	}
	return "device certificate", p.stagedState(deviceCert)
}

// certified reports whether the run before got both certificates.
func (p *provisioner) certified(keys []crypto.Signer) bool {
	for which, key := range keys {
		_, path := p.place(which)
		if cert, err := loadCertificate(path); err != nil || !isFor(cert, key) || p.judge(cert, which == 1) != nil {
			return false
		}
	}
	return true
}

// certificates gets both, for one terminal.
func (p *provisioner) certificates(ctx context.Context, keys []crypto.Signer) error {
	if err := p.authority(ctx); err != nil {
		return err
	}
	var ids []string
	for which := range keys {
		id, err := p.certificate(ctx, keys, which)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if ids[0] != ids[1] {
		return fmt.Errorf("%w: %s and %s", ErrTwoTerminals, ids[0], ids[1])
	}
	return nil
}

// certificate gets a certificate over one of the keys, unless the run before did,
// and returns the terminal's id in it.
func (p *provisioner) certificate(ctx context.Context, keys []crypto.Signer, which int) (string, error) {
	what, path := p.place(which)
	cert, err := loadCertificate(path)
	if err != nil || !isFor(cert, keys[which]) || p.judge(cert, which == 1) != nil {
		if err := p.enroll(ctx, keys, which, path); err != nil {
			return "", err
		}
		if cert, err = loadCertificate(path); err != nil {
			return "", err
		}
	}
	terminal, err := protocol.TerminalOf(cert)
	if err != nil {
		return "", err
	}
	p.say("%s for terminal %s, until %s%s", what, terminal.ID, cert.NotAfter.Format(time.DateOnly), proven(terminal))
	return terminal.ID, nil
}

func (p *provisioner) enroll(ctx context.Context, keys []crypto.Signer, which int, path string) error {
	cert, err := p.given(ctx, keys, which)
	if err != nil {
		return err
	}
	if err := p.judge(cert, which == 1); err != nil {
		return err
	}
	return writeDurable(path, certificatePEM(cert))
}

// given is the platform's certificate over one of the keys.
func (p *provisioner) given(ctx context.Context, keys []crypto.Signer, which int) (cert *x509.Certificate, err error) {
	if p.Offline != "" {
		return p.carriedCertificate(keys[which], which == 1)
	}
	proof := ""
	if p.kept.Protection == protocol.ProtectionTPM {
		if proof, err = p.ticket(ctx, keys); err != nil {
			return nil, err
		}
	}
	cert, err = rooted(p.Token.Host, p.roots, nil, p.Now).enroll(ctx, p.Token, keys[which], which == 1, proof)
	if problem := (protocol.Problem{}); errors.As(err, &problem) && problem.Code == protocol.CodeTicket {
		err = errors.Join(err, os.Remove(p.stagedState(ticket))) // the next run gets another
	}
	return cert, err
}

// proven says what the platform knows of a key in a TPM.
func proven(t protocol.Terminal) string {
	switch t.Protection {
	case protocol.ProtectionAttested:
		return ", its TPM proven"
	case protocol.ProtectionTPM:
		return ", its TPM not proven"
	}
	return ""
}

// bundle gets the first bundle over mutual TLS, and puts everything into force.
func (p *provisioner) bundle(ctx context.Context, key crypto.Signer) error {
	if err := p.authority(ctx); err != nil {
		return err
	}
	if err := p.fetchBundle(ctx, key); err != nil {
		return err
	}
	if err := writeDurable(p.stagedState(pendingFile), []byte(tokenDigest(p.Token))); err != nil {
		return err
	}
	if err := writeDurable(p.stagedState(ready), nil); err != nil {
		return err
	}
	return p.publish()
}

func (p *provisioner) fetchBundle(ctx context.Context, key crypto.Signer) error {
	jws, err := p.firstBundle(ctx, key)
	if err != nil {
		return err
	}
	b, err := protocol.DecodeFirstBundle(jws)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPlatform, err)
	}
	if b.Environment != p.Environment {
		return fmt.Errorf("%w: %s", ErrEnvironment, b.Environment)
	}
	if err := p.succeeds(b, jws); err != nil {
		return err
	}
	if err := writeDurable(p.stagedState(bundleFile), jws); err != nil {
		return err
	}
	p.say("bundle %d of %s", b.Version, b.PlatformID)
	return nil
}

// firstBundle is what the platform has the machine do, by word of the platform alone.
func (p *provisioner) firstBundle(ctx context.Context, key crypto.Signer) ([]byte, error) {
	if p.Offline != "" {
		return []byte(p.answer.Bundle), nil
	}
	cert, err := loadCertificate(p.stagedUplink(tlsCert))
	if err != nil {
		return nil, err
	}
	own := shown(cert, key)
	return rooted(p.Token.Host, p.roots, &own, p.Now).bundle(ctx)
}

// succeeds holds a first bundle against the one that the machine had from the same
// platform under its last identity: who takes a machine anew must not take it back.
func (p *provisioner) succeeds(b protocol.Bundle, jws []byte) error {
	current, _, err := LoadBundle(p.StateDir)
	if err != nil || current.PlatformID != b.PlatformID || current.Environment != b.Environment {
		return nil
	}
	was, err := json.Marshal(current)
	if err != nil {
		return err
	}
	is, err := json.Marshal(b)
	if err != nil || bytes.Equal(was, is) {
		return err
	}
	return follows(current, jws)
}

// Provisioned reports whether there is an identity in the two folders, whole or
// not, and no Init left to be ended.
func Provisioned(state, uplink string) bool {
	p := provisioner{InitConfig: InitConfig{StateDir: state, UplinkDir: uplink}}
	return p.provisioned() && !exists(p.stagedState(ready))
}

func (p *provisioner) provisioned() bool {
	return exists(filepath.Join(p.StateDir, deviceKey)) || exists(filepath.Join(p.UplinkDir, tlsKey))
}
