package keyring_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

var founding = keyring.Founding{PlatformID: "platform-1", Environment: protocol.Test}

// founded is a new platform's keyring, and its folder.
func founded(t *testing.T) (*keyring.Keyring, string) {
	t.Helper()
	dir := t.TempDir()
	must(t, keyring.Init(dir, founding))
	return ok(keyring.Open(dir))(t), dir
}

func TestFoundingIsForGood(t *testing.T) {
	_, dir := founded(t)
	must(t, keyring.Init(dir, founding)) // again
	for _, other := range []keyring.Founding{
		{PlatformID: "platform-1", Environment: protocol.Production}, {PlatformID: "platform-2", Environment: protocol.Test},
		{PlatformID: "platform-1", Environment: "staging"}, {PlatformID: "Platform 1", Environment: protocol.Test},
	} {
		if keyring.Init(dir, other) == nil {
			t.Errorf("became %+v", other)
		}
	}
	if got, err := keyring.ReadFounding(dir); err != nil || got != founding {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, name := range []string{"terminal-ca.pem", "receipt.pem", "platform.json"} {
		must(t, os.Rename(filepath.Join(dir, name), filepath.Join(dir, "lost")))
		if keyring.Init(dir, founding) == nil {
			t.Errorf("%s was made anew in a folder that was whole", name)
		}
		must(t, os.Rename(filepath.Join(dir, "lost"), filepath.Join(dir, name)))
	}
}

func TestKeyIsAnnouncedUsedAndDestroyed(t *testing.T) {
	k, dir := founded(t)
	other := ok(keyring.Open(dir))(t) // another process
	now := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC)
	first := k.Current(keyring.EncryptionKey).Kid()
	next := ok(k.Announce(keyring.EncryptionKey, false))(t)
	if _, err := k.Announce(keyring.EncryptionKey, false); err == nil {
		t.Error("announced twice")
	}
	if got := ok(k.Announce(keyring.EncryptionKey, true))(t); got != next || !slices.Equal(k.Announced(), []string{keyring.EncryptionKey}) {
		t.Errorf("hastened: got another key, or %v", k.Announced())
	}
	if _, err := other.Opens(next); err != nil {
		t.Errorf("one of another process, a moment old: %v", err)
	}
	if got := ok(k.Use(keyring.EncryptionKey, now))(t); got != next || k.Current(keyring.EncryptionKey).Kid() != next {
		t.Error("another key is in use than was announced")
	}
	if _, err := k.Opens(first); err != nil {
		t.Errorf("what was sealed before: %v", err)
	}
	old := keyring.KeyState{Name: keyring.EncryptionKey, Kid: first, Role: keyring.KeyOld, Until: now.Add(time.Hour)}
	if got := k.States(time.Hour); len(got) != 4 || !slices.Contains(got, old) {
		t.Errorf("got %+v, want %+v among them", got, old)
	}
	if kids := ok(k.Expire(keyring.EncryptionKey, func(replaced time.Time) bool { return replaced.Equal(now) }))(t); !slices.Equal(kids, []string{first}) {
		t.Errorf("destroyed %v, want %s", kids, first)
	}
	if _, err := k.Opens(first); !errors.Is(err, protocol.ErrUnknownKey) {
		t.Errorf("a key that was destroyed: %v", err)
	}
	if _, err := k.Announce("master", false); err == nil {
		t.Error("a key of no name was announced")
	}
}

func TestCAVouchesUntilItIsRetired(t *testing.T) {
	k, _ := founded(t)
	key := ok(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	now := time.Now().UTC().Truncate(time.Second)
	issue := func(forTLS bool) *x509.Certificate {
		s := keyring.Subject{ID: "atm-1", ForTLS: forTLS, Protection: protocol.ProtectionFile, Key: key.Public(), Life: time.Hour}
		return ok(k.CA.IssueTerminal(s, now))(t)
	}
	device, carrier, pin := issue(false), issue(true), protocol.SHA256(k.CA.Issuing().RawSubjectPublicKeyInfo)
	if at := keyring.IssuedAt(device); !at.Equal(now) {
		t.Errorf("issued at %v, want %v", at, now)
	}
	vouches := func(when string, want bool) {
		t.Helper()
		for forTLS, cert := range map[bool]*x509.Certificate{false: device, true: carrier} {
			if id, err := k.CA.Terminal(cert, forTLS); (err == nil && id == "atm-1") != want {
				t.Errorf("%s, for TLS %v: got %q %v, want it %v", when, forTLS, id, err, want)
			}
			if _, err := k.CA.Terminal(cert, !forTLS); err == nil {
				t.Errorf("%s: a certificate for TLS %v serves for the other", when, forTLS)
			}
		}
		if k.CA.Trusts(pin) != want {
			t.Errorf("%s: the pin is trusted: %v", when, !want)
		}
	}
	vouches("alone", true)
	must(t, k.RollCA(now))
	vouches("beside another", true)
	if len(k.CA.Roots()) != 2 || len(k.CA.Certificates()) != 3 {
		t.Errorf("%d CAs and %d certificates, want 2, and a bridge between them", len(k.CA.Roots()), len(k.CA.Certificates()))
	}
	must(t, k.RetireCA(now))
	vouches("retired", false)
	if id, until, err := k.CA.Signer(device); err != nil || id != "atm-1" || !until.Equal(now) {
		t.Errorf("what it signed: got %q until %v, %v; want it good until %v", id, until, err, now)
	}
}

func TestPartsOfAHashAreToldApart(t *testing.T) {
	k, dir := founded(t)
	one := k.Hash("code", []byte("ab"), []byte("c"))
	if one.Equal(k.Hash("code", []byte("a"), []byte("bc"))) || one.Equal(k.Hash("codeab", []byte("c"))) {
		t.Error("two lists of parts read alike")
	}
	if !one.Equal(ok(keyring.Open(dir))(t).Hash("code", []byte("ab"), []byte("c"))) {
		t.Error("another process of the same platform hashes otherwise")
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ok[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}
