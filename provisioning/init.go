package provisioning

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/tpm"
)

// Errors of Init besides those of the platform's answers.
var (
	// ErrProvisioned: the machine has an identity, and nobody said to replace it.
	ErrProvisioned = errors.New("the machine has an identity already")
	// ErrEnvironment: the platform's word on test or production is not the technician's.
	ErrEnvironment = errors.New("the platform is of the other environment")
	// ErrTwoTerminals: the two certificates name different terminals.
	ErrTwoTerminals = errors.New("the two certificates name different terminals")
)

// InitConfig says what Init shall make, and of what.
type InitConfig struct {
	Token       protocol.Token
	StateDir    string // of terminald
	UplinkDir   string // of uplinkd
	Environment protocol.Environment
	// Protection is how the two keys are kept: protocol.ProtectionFile,
	// protocol.ProtectionTPM or ProtectionAuto. Nothing stands for a TPM in
	// production and for files in test.
	Protection string
	Device     string    // of the TPM; nothing for tpm.DefaultDevice
	Replace    bool      // also where there is an identity, which then is lost
	Report     io.Writer // one line for each step; nil for none
	Now        func() time.Time
}

// Files are made in a folder of this name inside each of the two, and moved from
// there when all of them are good: an identity is never half of one and half of
// another, and a run that was cut off is taken up where it stopped.
const (
	staging = ".provisioning"
	ready   = "complete" // in the state folder's: only moving is left to do
	begun   = "token"    // likewise: digest of the token that the rest was got with
)

// provisioner is one run of Init.
type provisioner struct {
	InitConfig
	kept     protectionJSON // how both keys are kept
	roots    roots
	attested bool   // or tried, in this run
	ticket   string // of the attestation
	step     int
}

const steps = 6

// Init gives the machine its identity. It may be run again after any error and
// after a power cut: what is done is not done again. In production it refuses a
// key in a file, before the token is spent.
//
// With a TPM the steps are: keys in the chip, the platform by the token's pin, the
// chip's proof to the platform, the certificates, the bundle.
func Init(ctx context.Context, config InitConfig) error {
	p := &provisioner{InitConfig: config}
	if p.Report == nil {
		p.Report = io.Discard
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	if err := p.permit(); err != nil {
		return fmt.Errorf("provisioning: %w", err)
	}
	if !exists(p.stagedState(ready)) {
		if err := p.choose(); err != nil {
			return fmt.Errorf("provisioning: %w", err)
		}
		if err := p.make(ctx); err != nil {
			return fmt.Errorf("provisioning: %w", err)
		}
	}
	if err := p.publish(); err != nil {
		return fmt.Errorf("provisioning: %w", err)
	}
	return nil
}

// permit refuses what must not be begun.
func (p *provisioner) permit() error {
	switch p.Environment {
	case protocol.Production:
		if p.Protection == protocol.ProtectionFile {
			return ErrSoftwareKey
		}
	case protocol.Test:
	default:
		return errors.New("environment is neither production nor test")
	}
	if p.Replace || exists(p.stagedState(ready)) {
		return nil
	}
	if exists(filepath.Join(p.StateDir, deviceKey)) || exists(filepath.Join(p.UplinkDir, tlsKey)) {
		return ErrProvisioned
	}
	return nil
}

// choose decides how the keys are kept. A chip that is there and fails is never
// passed over for a file.
func (p *provisioner) choose() error {
	p.kept = protectionJSON{protocol.ProtectionTPM, p.Device}
	if p.kept.Device == "" {
		p.kept.Device = tpm.DefaultDevice
	}
	switch {
	case p.Protection == protocol.ProtectionFile, p.Protection == "" && p.Environment == protocol.Test:
		p.kept = protectionJSON{Protection: protocol.ProtectionFile}
		return nil
	case p.Protection != "" && p.Protection != ProtectionAuto && p.Protection != protocol.ProtectionTPM:
		return errors.New("protection is none of file, tpm and auto")
	}
	err := tpm.At(p.kept.Device).Probe()
	if !errors.Is(err, tpm.ErrNone) || p.Protection == protocol.ProtectionTPM {
		return err
	}
	if p.Environment == protocol.Production {
		return fmt.Errorf("%w: %w", ErrSoftwareKey, err)
	}
	p.kept = protectionJSON{Protection: protocol.ProtectionFile}
	return nil
}

// make does everything that needs the platform, in the staging folders.
func (p *provisioner) make(ctx context.Context) error {
	if err := p.stage(); err != nil {
		return err
	}
	device, carrier, err := p.keys()
	if err != nil {
		return err
	}
	if err := p.authority(ctx); err != nil {
		return err
	}
	both := []crypto.Signer{device, carrier}
	deviceID, err := p.certificate(ctx, "device certificate", p.stagedState(deviceCert), both, 0)
	if err != nil {
		return err
	}
	carrierID, err := p.certificate(ctx, "TLS certificate", p.stagedUplink(tlsCert), both, 1)
	if err != nil {
		return err
	}
	if deviceID != carrierID {
		return fmt.Errorf("%w: %s and %s", ErrTwoTerminals, deviceID, carrierID)
	}
	if err := p.bundle(ctx, carrier); err != nil {
		return err
	}
	return writeDurable(p.stagedState(ready), nil)
}

// stage makes the staging folders, and empties what another token left there: it
// may have been for another terminal. So it does with keys that were kept otherwise.
func (p *provisioner) stage() error {
	digest := protocol.SHA256([]byte(p.Token.String() + p.kept.Protection + p.kept.Device)).String()
	if left, err := readBounded(p.stagedState(begun)); err != nil || string(left) != digest {
		if err := errors.Join(os.RemoveAll(p.stagedState("")), os.RemoveAll(p.stagedUplink(""))); err != nil {
			return err
		}
	}
	for _, dir := range []string{p.StateDir, p.UplinkDir, p.stagedState(""), p.stagedUplink("")} {
		if err := makeDir(dir); err != nil {
			return err
		}
	}
	return writeDurable(p.stagedState(begun), []byte(digest))
}

func (p *provisioner) stagedState(name string) string {
	return filepath.Join(p.StateDir, staging, name)
}

func (p *provisioner) stagedUplink(name string) string {
	return filepath.Join(p.UplinkDir, staging, name)
}

func (p *provisioner) say(format string, args ...any) {
	p.step++
	fmt.Fprintf(p.Report, "%d/%d  %s\n", p.step, steps, fmt.Sprintf(format, args...))
}

// keys makes the two keys, or finds those of the run before.
func (p *provisioner) keys() (device, carrier crypto.Signer, err error) {
	if device, err = makeKey(p.stagedState(""), deviceKey, p.kept); err != nil {
		return nil, nil, err
	}
	if carrier, err = makeKey(p.stagedUplink(""), tlsKey, p.kept); err != nil {
		return nil, nil, err
	}
	if p.kept.Protection == protocol.ProtectionTPM {
		p.say("two private keys, in the TPM at %s only", p.kept.Device)
	} else {
		p.say("two private keys, on this machine only")
	}
	return device, carrier, nil
}

// authority gets the CA that the token's pin is about. It is asked for in every
// run: that shows that the platform answers, and that the clocks agree.
func (p *provisioner) authority(ctx context.Context) (err error) {
	p.roots, err = firstContact(p.Token, p.Now).trust(ctx, p.Token.Pin)
	if err != nil {
		return err
	}
	host, err := json.Marshal(platformJSON{p.Token.Host})
	if err != nil {
		return err
	}
	err = errors.Join(
		writeDurable(p.stagedUplink(rootsFile), p.roots.pem()),
		writeDurable(p.stagedState(rootsFile), p.roots.pem()),
		writeDurable(p.stagedUplink(platformFile), host),
	)
	p.say("%s is the platform that made the token", p.Token.Host)
	return err
}

// attest has the chip prove both keys, once a run, before the first certificate.
func (p *provisioner) attest(ctx context.Context, keys []crypto.Signer) error {
	if p.attested || p.kept.Protection != protocol.ProtectionTPM {
		return nil
	}
	ticket, words, err := rooted(p.Token.Host, p.roots, nil, p.Now).attest(ctx, byToken(p.Token), keys...)
	if err != nil {
		return err
	}
	if words != "" {
		fmt.Fprintf(p.Report, "     %s\n", words)
	}
	p.attested, p.ticket = true, ticket
	return nil
}

// certificate gets a certificate over one of the keys, unless the run before did,
// and returns the terminal's id in it. The second is the TLS one.
func (p *provisioner) certificate(ctx context.Context, what, path string, keys []crypto.Signer, which int) (string, error) {
	key, clientAuth := keys[which], which == 1
	cert, err := loadCertificate(path)
	if err != nil || !isFor(cert, key) || p.judge(cert, clientAuth) != nil {
		if err = p.attest(ctx, keys); err != nil {
			return "", err
		}
		if cert, err = rooted(p.Token.Host, p.roots, nil, p.Now).enroll(ctx, p.Token, key, clientAuth, p.ticket); err != nil {
			return "", err
		}
		if err = p.judge(cert, clientAuth); err != nil {
			return "", err
		}
		if err = writeDurable(path, certificatePEM(cert)); err != nil {
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

// judge holds a certificate of the platform's against what was asked for.
func (p *provisioner) judge(cert *x509.Certificate, clientAuth bool) error {
	terminal, err := protocol.TerminalOf(cert)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPlatform, err)
	}
	switch {
	case terminal.Environment != p.Environment:
		return fmt.Errorf("%w: %s", ErrEnvironment, terminal.Environment)
	case !kept(p.kept.Protection, terminal.Protection):
		return fmt.Errorf("%w: it takes a key of kind %q for %q", ErrPlatform, p.kept.Protection, terminal.Protection)
	case forTLS(cert) != clientAuth || (!clientAuth && len(cert.ExtKeyUsage) > 0):
		return fmt.Errorf("%w: a certificate for another use", ErrPlatform)
	case !p.roots.issued(cert):
		return fmt.Errorf("%w: a certificate of another CA", ErrPlatform)
	case p.Now().After(cert.NotAfter), p.Now().Before(cert.NotBefore):
		return fmt.Errorf("%w: a certificate not valid now", ErrClock)
	}
	return nil
}

// bundle gets the first bundle over mutual TLS.
func (p *provisioner) bundle(ctx context.Context, key crypto.Signer) error {
	cert, err := loadCertificate(p.stagedUplink(tlsCert))
	if err != nil {
		return err
	}
	own := shown(cert, key)
	jws, err := rooted(p.Token.Host, p.roots, &own, p.Now).bundle(ctx)
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
	if err := writeDurable(p.stagedState(bundleFile), jws); err != nil {
		return err
	}
	p.say("bundle %d of %s", b.Version, b.PlatformID)
	return nil
}

// publish moves the files to where the services look, the mark last: whatever
// cuts it off, the next run moves on.
func (p *provisioner) publish() error {
	for _, name := range []string{protectionFile, tlsKey, tlsCert, rootsFile, platformFile} {
		if err := move(p.stagedUplink(name), filepath.Join(p.UplinkDir, name)); err != nil {
			return err
		}
	}
	for _, name := range []string{protectionFile, deviceKey, deviceCert, rootsFile, bundleFile} {
		if err := move(p.stagedState(name), filepath.Join(p.StateDir, name)); err != nil {
			return err
		}
	}
	id, err := p.loaded()
	if err != nil {
		return err
	}
	if err := os.Remove(p.stagedState(ready)); err != nil {
		return err
	}
	err = errors.Join(os.RemoveAll(p.stagedState("")), os.RemoveAll(p.stagedUplink("")), syncDir(p.StateDir), syncDir(p.UplinkDir))
	p.step = steps - 1
	p.say("terminal %s is provisioned for %s", id.TerminalID, id.Environment)
	return err
}

// move passes over what the run before moved.
func move(from, to string) error {
	if !exists(from) {
		return nil
	}
	return rename(from, to)
}

// loaded reads everything as the services will.
func (p *provisioner) loaded() (*Identity, error) {
	id, err := LoadDevice(p.StateDir)
	if err != nil {
		return nil, err
	}
	if _, _, _, err := LoadTLS(p.UplinkDir); err != nil {
		return nil, err
	}
	bundle, _, err := LoadBundle(p.StateDir)
	if err != nil {
		return nil, err
	}
	return id, errors.Join(Refusals(id, bundle)...)
}
