package provisioning

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Errors of SaveBundle.
var (
	// ErrRollBack: an older bundle than the one in force, or another of the same version.
	ErrRollBack = errors.New("bundle is not newer than the one in force")
	// ErrOtherPlatform: a bundle of another platform or environment.
	ErrOtherPlatform = errors.New("bundle is of another platform or environment")
)

// lastBundle is the bundle before the one in force.
const lastBundle = "bundle.last"

// LoadBundle reads the bundle in force from the state folder, with the JWS that
// it came as. Where it is damaged that is the one before it: DamagedBundle tells.
func LoadBundle(dir string) (*protocol.Bundle, []byte, error) {
	bundle, jws, err := readBundle(filepath.Join(dir, bundleFile))
	if err != nil {
		if last, before, worse := readBundle(filepath.Join(dir, lastBundle)); worse == nil {
			return last, before, nil
		}
		return nil, nil, fmt.Errorf("loading bundle: %w", err)
	}
	return bundle, jws, nil
}

// DamagedBundle says why the bundle in force is not the newest that was taken; nil is
// that it is. The next one that is taken puts it right.
func DamagedBundle(dir string) error {
	if _, _, err := readBundle(filepath.Join(dir, bundleFile)); err != nil {
		return fmt.Errorf("the bundle is damaged, and the one before it in force: %w", err)
	}
	return nil
}

func readBundle(path string) (*protocol.Bundle, []byte, error) {
	jws, err := readBounded(path)
	if err != nil {
		return nil, nil, err
	}
	bundle, err := protocol.DecodeFirstBundle(jws)
	if err != nil {
		return nil, nil, err
	}
	return &bundle, jws, nil
}

// SaveBundle puts a newer bundle in force. It must be signed by a bundle key of
// the one in force, and list that key itself, so that it can be verified again
// at the next start: a platform retires a key with the bundle after next. The
// same bundle again is nothing new and no error. The one before is kept.
//
// One caller at a time. There must be a bundle in force: the first is Init's.
func SaveBundle(dir string, jws []byte) error {
	current, old, err := LoadBundle(dir)
	if err != nil {
		return err
	}
	if bytes.Equal(old, jws) {
		return nil
	}
	if err := follows(current, jws); err != nil {
		return fmt.Errorf("saving bundle: %w", err)
	}
	for _, file := range []struct {
		name string
		jws  []byte
	}{{lastBundle, old}, {bundleFile, jws}} {
		if err := writeDurable(filepath.Join(dir, file.name), file.jws); err != nil {
			return fmt.Errorf("saving bundle: %w", err)
		}
	}
	return nil
}

// givesWay reports whether another CA issues now than the one that issued a
// certificate; a bundle that names none does not say.
func givesWay(dir string, cert *x509.Certificate) bool {
	bundle, _, err := LoadBundle(dir)
	if err != nil || len(bundle.TerminalCAs) == 0 {
		return false
	}
	issuing, err := x509.ParseCertificate(bundle.TerminalCAs[0])
	return err == nil && cert.CheckSignatureFrom(issuing) != nil
}

// terminalRoots are the CAs that certificates of terminals lead to: as the bundle in
// force says, or as they were when the machine was set up.
func terminalRoots(dir string) (roots, error) {
	bundle, _, err := LoadBundle(dir)
	if err != nil || len(bundle.TerminalCAs) == 0 {
		return loadRoots(filepath.Join(dir, rootsFile))
	}
	var found roots
	for _, der := range bundle.TerminalCAs {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("reading a terminal CA of the bundle: %w", err)
		}
		found = append(found, cert)
	}
	return found, nil
}

// follows judges a bundle as successor of the one in force.
func follows(current *protocol.Bundle, jws []byte) error {
	next, err := protocol.VerifyBundle(jws, current.BundleKeys)
	if err != nil {
		return err
	}
	if _, err := protocol.DecodeFirstBundle(jws); err != nil {
		return err
	}
	if next.PlatformID != current.PlatformID || next.Environment != current.Environment {
		return ErrOtherPlatform
	}
	if !next.Follows(current) {
		return fmt.Errorf("%w: version %d after %d", ErrRollBack, next.Version, current.Version)
	}
	return nil
}
