package provisioning

import (
	"errors"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Why a machine must not serve people. Nothing falls back: each is repaired, or
// the terminal stays out of service.
var (
	// ErrSoftwareKey: in production the device key must be in a TPM.
	ErrSoftwareKey = errors.New("the device key is a file; a production terminal needs a key in hardware")
	// ErrProtectionClaim: the certificate says the key is better kept than it is.
	ErrProtectionClaim = errors.New("the certificate names another protection of the device key than it has")
	// ErrTestBundle: a production terminal with a bundle for tests.
	ErrTestBundle = errors.New("the bundle is for tests; this is a production terminal")
	// ErrTestCertificate: a terminal for tests with a production bundle.
	ErrTestCertificate = errors.New("the terminal certificate is for tests; the bundle is for production")
	// ErrNoIdentity: nobody has provisioned the machine.
	ErrNoIdentity = errors.New("the machine has no identity; it was not provisioned")
	// ErrNoBundle: no configuration is in force.
	ErrNoBundle = errors.New("no bundle is in force")
)

// Refusals lists every reason why a terminal with that identity and bundle must
// not take in a card; none means it may. The card's CAs and the devices are
// judged where they are used.
func Refusals(id *Identity, b *protocol.Bundle) (reasons []error) {
	if id == nil {
		reasons = append(reasons, ErrNoIdentity)
	}
	if b == nil {
		reasons = append(reasons, ErrNoBundle)
	}
	if len(reasons) > 0 {
		return reasons
	}
	if id.Environment != protocol.Test && b.Environment != protocol.Production {
		reasons = append(reasons, ErrTestBundle)
	}
	if id.Environment != protocol.Production && b.Environment != protocol.Test {
		reasons = append(reasons, ErrTestCertificate)
	}
	// Either one saying production is enough to demand its strength.
	people := id.Environment != protocol.Test || b.Environment != protocol.Test
	if people && id.Protection != protocol.ProtectionTPM {
		reasons = append(reasons, ErrSoftwareKey)
	}
	if claimed, err := protocol.TerminalOf(id.Current()); err != nil || !kept(id.Protection, claimed.Protection) {
		reasons = append(reasons, ErrProtectionClaim)
	}
	if fault := id.Fault(); fault != nil {
		reasons = append(reasons, fault)
	}
	return reasons
}

// kept reports whether a key is kept as its certificate says. That its TPM has
// proven it is the platform's word alone.
func kept(really, certified string) bool {
	return certified == really || (really == protocol.ProtectionTPM && certified == protocol.ProtectionAttested)
}
