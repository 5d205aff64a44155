package provisioning

import (
	"bytes"
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

// LoadBundle reads the bundle in force from the state folder, with the JWS that
// it came as.
func LoadBundle(dir string) (*protocol.Bundle, []byte, error) {
	jws, err := readBounded(filepath.Join(dir, bundleFile))
	if err != nil {
		return nil, nil, fmt.Errorf("loading bundle: %w", err)
	}
	bundle, err := protocol.DecodeFirstBundle(jws)
	if err != nil {
		return nil, nil, fmt.Errorf("loading bundle: %w", err)
	}
	return &bundle, jws, nil
}

// SaveBundle puts a newer bundle in force. It must be signed by a bundle key of
// the one in force, and list that key itself, so that it can be verified again
// at the next start: a platform retires a key with the bundle after next. The
// same bundle again is nothing new and no error.
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
	if err := writeDurable(filepath.Join(dir, bundleFile), jws); err != nil {
		return fmt.Errorf("saving bundle: %w", err)
	}
	return nil
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
	if next.Version <= current.Version {
		return fmt.Errorf("%w: version %d after %d", ErrRollBack, next.Version, current.Version)
	}
	return nil
}
