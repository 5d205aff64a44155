package provisioning

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	// ErrStepOrder: one step alone was asked for, and one before it is not done.
	ErrStepOrder = errors.New("a step before it is not done")
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
	Device     string         // of the TPM; nothing for tpm.DefaultDevice
	Replace    bool           // also where there is an identity, which then is lost
	Offline    string         // folder of a stick that travels instead of a network; nothing is the network
	Only       string         // one of Steps, to do that one alone; nothing for all
	Report     func(Progress) // is told of each step; nil for none
	Now        func() time.Time
}

// Progress is what Report is told when a step begins, and again when it is done.
type Progress struct {
	Step  string
	Done  bool
	Words []string // what came of it
}

// Files are made in a folder of this name inside each of the two, and moved from
// there when all of them are good: an identity is never half of one and half of
// another, and a run that was cut off is taken up where it stopped.
const (
	staging = ".provisioning"
	ready   = "complete" // in the state folder's: only moving is left to do
	begun   = "token"    // likewise: digest of the token that the rest was got with
	ticket  = "ticket"   // likewise: of the attestation
)

// provisioner is one run of Init.
type provisioner struct {
	InitConfig
	kept  protectionJSON // how both keys are kept
	roots roots          // once the platform has shown itself in this run
	words []string       // of the step at work

	answer *protocol.EnrolAnswer // with a stick: all that the platform gave
}

// Init gives the machine its identity, in the order of Steps. It may be run again
// after any error and after a power cut: what is done is not done again. In
// production it refuses a key in a file, before the token is spent.
func Init(ctx context.Context, config InitConfig) error {
	p := &provisioner{InitConfig: config}
	if p.Report == nil {
		p.Report = func(Progress) {}
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	if err := p.run(ctx); err != nil {
		return fmt.Errorf("provisioning: %w", err)
	}
	return nil
}

func (p *provisioner) run(ctx context.Context) error {
	if err := p.permit(); err != nil {
		return err
	}
	if exists(p.stagedState(ready)) { // a run that was cut off had all of it
		return p.step(StepBundle, p.publish)
	}
	if err := p.choose(); err != nil {
		return err
	}
	return p.make(ctx)
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
	if p.Only != "" && !slices.Contains(Steps(), p.Only) {
		return fmt.Errorf("there is no step %q", p.Only)
	}
	if p.Replace || exists(p.stagedState(ready)) {
		return nil
	}
	if p.provisioned() {
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

// publish moves the files to where the services look, the mark last: whatever
// cuts it off, the next run moves on.
func (p *provisioner) publish() error {
	for _, name := range []string{protectionFile, tlsKey, tlsCert, rootsFile, platformFile} {
		if err := move(p.stagedUplink(name), filepath.Join(p.UplinkDir, name)); err != nil {
			return err
		}
	}
	for _, name := range []string{pendingFile, protectionFile, deviceKey, deviceCert, rootsFile, bundleFile} {
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
