package provisioning_test

import (
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
)

func provisioned(t *testing.T) (*central, *machine) {
	t.Helper()
	c := newCentral(t)
	m := newMachine(t, c)
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	return c, m
}

func TestKeyThatOthersMayReadIsRefused(t *testing.T) {
	_, m := provisioned(t)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o601, 0o644} {
		device, carrier := filepath.Join(m.StateDir, "device.key"), filepath.Join(m.UplinkDir, "tls.key")
		if err := errors.Join(os.Chmod(device, mode), os.Chmod(carrier, mode)); err != nil {
			t.Fatal(err)
		}
		if id, err := provisioning.LoadDevice(m.StateDir); id != nil || !errors.Is(err, provisioning.ErrReadableByOthers) {
			t.Errorf("device key of mode %o: %v", mode, err)
		}
		if _, _, _, err := provisioning.LoadTLS(m.UplinkDir); !errors.Is(err, provisioning.ErrReadableByOthers) {
			t.Errorf("TLS key of mode %o: %v", mode, err)
		}
	}
}

func TestIdentityOfTwoHalvesIsRefused(t *testing.T) {
	_, m := provisioned(t)
	_, other := provisioned(t)
	copyFile(t, filepath.Join(other.StateDir, "device.crt"), filepath.Join(m.StateDir, "device.crt"))
	copyFile(t, filepath.Join(other.UplinkDir, "tls.crt"), filepath.Join(m.UplinkDir, "tls.crt"))
	if _, err := provisioning.LoadDevice(m.StateDir); !errors.Is(err, provisioning.ErrKeyMismatch) {
		t.Errorf("device: %v", err)
	}
	if _, _, _, err := provisioning.LoadTLS(m.UplinkDir); !errors.Is(err, provisioning.ErrKeyMismatch) {
		t.Errorf("TLS: %v", err)
	}
}

func TestCertificateOfTheOtherUseIsRefused(t *testing.T) {
	_, m := provisioned(t)
	swapped := t.TempDir()
	for from, to := range map[string]string{"tls.key": "device.key", "tls.crt": "device.crt"} {
		copyFile(t, filepath.Join(m.UplinkDir, from), filepath.Join(swapped, to))
	}
	for from, to := range map[string]string{"device.key": "tls.key", "device.crt": "tls.crt"} {
		copyFile(t, filepath.Join(m.StateDir, from), filepath.Join(swapped, to))
	}
	if _, err := provisioning.LoadDevice(swapped); err == nil {
		t.Error("the TLS certificate passes for the device's")
	}
	if _, _, _, err := provisioning.LoadTLS(swapped); err == nil {
		t.Error("the device certificate passes for TLS")
	}
}

func TestKeyKeptOtherwiseThanItWasMadeIsRefused(t *testing.T) {
	_, m := provisioned(t)
	for text, want := range map[string]error{
		`{"protection":"tpm","device":"/dev/tpmrm0"}`: provisioning.ErrProtectionChanged,
		`{"protection":"drawer"}`:                     nil,
		`{"protection":"file","more":1}`:              nil,
	} {
		for _, dir := range []string{m.StateDir, m.UplinkDir} {
			if err := os.WriteFile(filepath.Join(dir, "protection.json"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := provisioning.LoadDevice(m.StateDir); err == nil || (want != nil && !errors.Is(err, want)) {
			t.Errorf("%s: device: %v", text, err)
		}
		if _, _, _, err := provisioning.LoadTLS(m.UplinkDir); err == nil || (want != nil && !errors.Is(err, want)) {
			t.Errorf("%s: TLS: %v", text, err)
		}
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	for _, name := range []string{"terminald/device.key", "terminald/device.crt", "terminald/bundle.jws", "uplinkd/tls.key", "uplinkd/tls.crt", "uplinkd/roots.pem", "uplinkd/platform.json"} {
		_, m := provisioned(t)
		path := filepath.Join(filepath.Dir(m.StateDir), name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for what, b := range map[string][]byte{"empty": {}, "cut": whole[:len(whole)/2], "huge": slices.Concat(whole, make([]byte, 1<<20))} {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			_, deviceErr := provisioning.LoadDevice(m.StateDir)
			_, _, bundleErr := provisioning.LoadBundle(m.StateDir)
			_, _, _, tlsErr := provisioning.LoadTLS(m.UplinkDir)
			if errors.Join(deviceErr, bundleErr, tlsErr) == nil {
				t.Errorf("%s %s: loaded", what, name)
			}
		}
	}
}

func TestRefusalsNameEachReason(t *testing.T) {
	c, m := provisioned(t)
	good := m.whole(t)
	identity := func(env protocol.Environment, really, claimed string) *provisioning.Identity {
		id := *good
		uris, err := protocol.Terminal{ID: "T-0001", Environment: env, Protection: claimed}.URIs()
		if err != nil {
			t.Fatal(err)
		}
		id.Environment, id.Protection, id.Certificate = env, really, &x509.Certificate{URIs: uris}
		return &id
	}
	bundle := func(env protocol.Environment) *protocol.Bundle {
		b := c.bundle
		b.Environment = env
		return &b
	}
	for _, test := range []struct {
		name   string
		id     *provisioning.Identity
		bundle *protocol.Bundle
		want   []error
	}{
		{"test with a file", identity("test", "file", "file"), bundle("test"), nil},
		{"production with a TPM", identity("production", "tpm", "tpm"), bundle("production"), nil},
		{"production with a proven TPM", identity("production", "tpm", "tpm-attested"), bundle("production"), nil},
		{"production with a file called proven", identity("production", "file", "tpm-attested"), bundle("production"), []error{provisioning.ErrSoftwareKey, provisioning.ErrProtectionClaim}},
		{"production with a file", identity("production", "file", "file"), bundle("production"), []error{provisioning.ErrSoftwareKey}},
		{"production with a file called TPM", identity("production", "file", "tpm"), bundle("production"), []error{provisioning.ErrSoftwareKey, provisioning.ErrProtectionClaim}},
		{"production with a bundle for tests", identity("production", "tpm", "tpm"), bundle("test"), []error{provisioning.ErrTestBundle}},
		{"test with a production bundle", identity("test", "tpm", "tpm"), bundle("production"), []error{provisioning.ErrTestCertificate}},
		{"test with a file and a production bundle", identity("test", "file", "file"), bundle("production"), []error{provisioning.ErrTestCertificate, provisioning.ErrSoftwareKey}},
		{"nothing", nil, nil, []error{provisioning.ErrNoIdentity, provisioning.ErrNoBundle}},
		{"no bundle", good, nil, []error{provisioning.ErrNoBundle}},
	} {
		if got := provisioning.Refusals(test.id, test.bundle); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestBundleInForceIsReplacedByANewerOneOnly(t *testing.T) {
	c, m := provisioned(t)
	sign := func(change func(*protocol.Bundle), key protocol.PrivateKey) []byte {
		b := c.bundle
		change(&b)
		return must(protocol.SignBundle(b, key))
	}
	stranger, next := protocol.NewPrivateKey(), protocol.NewPrivateKey()
	for _, test := range []struct {
		name string
		jws  []byte
		want error
	}{
		{"older", sign(func(b *protocol.Bundle) { b.Version = 2 }, c.key), provisioning.ErrRollBack},
		{"another of the same version", sign(func(b *protocol.Bundle) { b.Offline = protocol.OfflineRefuse }, c.key), provisioning.ErrRollBack},
		{"by a stranger", sign(func(b *protocol.Bundle) { b.Version, b.BundleKeys = 9, []protocol.PublicKey{stranger.PublicKey()} }, stranger), protocol.ErrUnknownKey},
		{"without its own key", sign(func(b *protocol.Bundle) { b.Version, b.BundleKeys = 9, []protocol.PublicKey{next.PublicKey()} }, c.key), protocol.ErrUnknownKey},
		{"of another platform", sign(func(b *protocol.Bundle) { b.Version, b.PlatformID = 9, "other" }, c.key), provisioning.ErrOtherPlatform},
		{"of the other environment", sign(func(b *protocol.Bundle) { b.Version, b.Environment = 9, protocol.Production }, c.key), provisioning.ErrOtherPlatform},
	} {
		if err := provisioning.SaveBundle(m.StateDir, test.jws); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
	if b, jws, err := provisioning.LoadBundle(m.StateDir); err != nil || b.Version != 3 {
		t.Fatalf("in force: %v", err)
	} else if err := provisioning.SaveBundle(m.StateDir, jws); err != nil {
		t.Errorf("the same again: %v", err)
	}
	both := []protocol.PublicKey{next.PublicKey(), c.key.PublicKey()}
	for _, jws := range [][]byte{
		sign(func(b *protocol.Bundle) { b.Version, b.BundleKeys = 4, both }, c.key),
		sign(func(b *protocol.Bundle) { b.Version, b.BundleKeys = 5, both[:1] }, next),
	} {
		if err := provisioning.SaveBundle(m.StateDir, jws); err != nil {
			t.Fatal(err)
		}
	}
	if b, _, err := provisioning.LoadBundle(m.StateDir); err != nil || b.Version != 5 {
		t.Errorf("after the key changed: %v", err)
	}
	m.whole(t)
}

func TestLastGoodBundleStandsInForADamagedOne(t *testing.T) {
	c, m := provisioned(t)
	path := filepath.Join(m.StateDir, "bundle.jws")
	if err := os.WriteFile(path, []byte("torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := provisioning.LoadBundle(m.StateDir); err == nil {
		t.Fatal("the first one damaged, and there is one all the same")
	}
	save := func(version int) {
		t.Helper()
		b := c.bundle
		b.Version = version
		if err := provisioning.SaveBundle(m.StateDir, must(protocol.SignBundle(b, c.key))); err != nil {
			t.Fatal(err)
		}
	}
	c, m = provisioned(t)
	path = filepath.Join(m.StateDir, "bundle.jws")
	save(4)
	if err := provisioning.DamagedBundle(m.StateDir); err != nil {
		t.Errorf("whole: %v", err)
	}
	for _, damage := range []func() error{
		func() error { return os.WriteFile(path, []byte("torn"), 0o600) },
		func() error { return os.Truncate(path, 0) },
		func() error { return os.Remove(path) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		if b, _, err := provisioning.LoadBundle(m.StateDir); err != nil || b.Version != 3 {
			t.Errorf("damaged: %v, want the one before", err)
		}
		if err := provisioning.DamagedBundle(m.StateDir); err == nil {
			t.Error("nobody is told of the damage")
		}
		save(4)
		if b, _, err := provisioning.LoadBundle(m.StateDir); err != nil || b.Version != 4 || provisioning.DamagedBundle(m.StateDir) != nil {
			t.Errorf("mended: %v, want the newest again", err)
		}
	}
}

func TestSameVersionIsTakenOnceMoreInANewerFormat(t *testing.T) {
	c, m := provisioned(t)
	b := c.bundle
	b.Format, b.TerminalCAs = protocol.NewestFormat, [][]byte{c.ca.Raw}
	if err := provisioning.SaveBundle(m.StateDir, must(protocol.SignBundle(b, c.key))); err != nil {
		t.Fatal(err)
	}
	first := must(protocol.SignBundle(b.In(protocol.FormatFirst), c.key))
	if err := provisioning.SaveBundle(m.StateDir, first); !errors.Is(err, provisioning.ErrRollBack) {
		t.Errorf("back to the first format: %v", err)
	}
}

func TestSaveBundleNeedsOneInForce(t *testing.T) {
	c, _ := provisioned(t)
	if err := provisioning.SaveBundle(t.TempDir(), must(protocol.SignBundle(c.bundle, c.key))); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}
