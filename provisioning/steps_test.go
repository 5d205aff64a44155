package provisioning_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
)

// Who takes a machine anew must not take it back to an older bundle of the same
// platform, nor to one by other keys; what is in force stays.
func TestInitAnewTakesNoOlderBundle(t *testing.T) {
	c := newCentral(t)
	c.bundle.Version = 7
	m := newMachine(t, c)
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	before := m.whole(t)
	m.Replace = true
	c.bundle.Version = 6
	if err := m.init(t); !errors.Is(err, provisioning.ErrRollBack) {
		t.Errorf("an older one: %v", err)
	}
	key, was := c.key, c.bundle
	c.key = protocol.NewPrivateKey()
	c.bundle.Version, c.bundle.BundleKeys = 8, []protocol.PublicKey{c.key.PublicKey()}
	if err := m.init(t); !errors.Is(err, protocol.ErrUnknownKey) {
		t.Errorf("one by another key: %v", err)
	}
	if !slices.Equal(m.whole(t).Certificate.Raw, before.Certificate.Raw) {
		t.Error("the identity in force was touched")
	}
	c.key, c.bundle = key, was
	c.bundle.Version = 7
	if err := m.init(t); err != nil {
		t.Errorf("the same one: %v", err)
	}
}

func TestReadinessIsPendingUntilSomebodySawIt(t *testing.T) {
	m := newMachine(t, newCentral(t))
	if provisioning.Pending(m.StateDir, nil) || provisioning.Provisioned(m.StateDir, m.UplinkDir) {
		t.Error("a clean machine has something")
	}
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	other := m.Token
	other.Secret = []byte("the secret of another token")
	if !provisioning.Pending(m.StateDir, nil) || !provisioning.Pending(m.StateDir, &m.Token) || provisioning.Pending(m.StateDir, &other) {
		t.Error("not pending for its token alone")
	}
	for range 2 {
		if err := provisioning.SetReady(m.StateDir); err != nil {
			t.Error(err)
		}
	}
	if provisioning.Pending(m.StateDir, nil) || !provisioning.Provisioned(m.StateDir, m.UplinkDir) {
		t.Error("seen ready, and pending still")
	}
}
