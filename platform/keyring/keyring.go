// Package keyring is what a platform is, in a folder: its id, the keys that open what
// terminals seal and sign what they are told, its secret, and the CAs that vouch for
// terminals and for its own server. Nobody else reads those files or holds such a key
// longer than for one use, but for the receipt and bundle keys that Current lends.
//
// Several processes may work from one folder. Alone changes something; Look takes up
// what others changed, and so does whatever is asked about something unknown.
package keyring

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What a platform is, in files of its folder, each 0600:
//
//	platform.json     its id and environment, for good
//	terminal-ca.pem   certificate and key of the terminal CA; the one before it, while
//	                  it is trusted, in terminal-ca-*.pem, and then in retired-*.pem
//	encryption.pem    opens envelopes
//	receipt.pem       signs receipts and answers
//	bundle.pem        signs bundles; of these three see keychain.go
//	secret            keys the hashes of codes, persons, tokens and nonces

// Founding is what a platform is for good: it stands in every certificate it
// issues and every application made for it.
type Founding struct {
	PlatformID  string               `json:"platform_id"`
	Environment protocol.Environment `json:"environment"`
}

// Keyring holds every key of the platform, as the folder has them: another process may
// change what is in it.
type Keyring struct {
	Founding
	CA *Authorities

	encryption, receipt, bundle keychain
	secret                      []byte

	dir     string
	watch   *files.Watch
	rolling sync.Mutex // held by whoever changes keys or CAs
}

// chains are the keys that can be rolled over.
func (k *Keyring) chains() []*keychain { return []*keychain{&k.encryption, &k.receipt, &k.bundle} }

// chain is the one of those names that this package names; nil is none.
func (k *Keyring) chain(name string) *keychain {
	for _, c := range k.chains() {
		if c.name == name {
			return c
		}
	}
	return nil
}

// Init makes in dir whatever a new platform has not got yet, and leaves alone
// what is there, so it can be repeated. A folder of another platform is refused, and
// one that was whole and has lost something: a new key in the place of a lost one would
// open nothing that terminals hold.
func Init(dir string, f Founding) error {
	if err := f.check(); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making %s: %w", dir, err)
	}
	makers := []struct {
		name string
		make func() ([]byte, error)
	}{
		{"platform.json", func() ([]byte, error) { return json.MarshalIndent(f, "", "  ") }},
		{"terminal-ca.pem", func() ([]byte, error) { return newAuthorityPEM(f) }},
		{"encryption.pem", newKeyPEM}, {"receipt.pem", newKeyPEM}, {"bundle.pem", newKeyPEM},
		{"secret", newSecret},
	}
	_, whole := os.Lstat(filepath.Join(dir, last(makers).name))
	for _, m := range makers {
		if _, err := os.Lstat(filepath.Join(dir, m.name)); whole == nil && errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s was whole and has lost %s: bring that back from where it is kept safe", dir, m.name)
		}
		if err := writeOnce(filepath.Join(dir, m.name), m.make); err != nil {
			return err
		}
	}
	there, err := ReadFounding(dir)
	if err == nil && there != f {
		return fmt.Errorf("%s is platform %q (%s)", dir, there.PlatformID, there.Environment)
	}
	return err
}

func (f Founding) check() error {
	if f.Environment != protocol.Production && f.Environment != protocol.Test {
		return fmt.Errorf("environment %q is neither %s nor %s", f.Environment, protocol.Production, protocol.Test)
	}
	// The id stands beside terminal ids in what is signed, and obeys their rule.
	_, err := protocol.Terminal{ID: f.PlatformID, Environment: f.Environment, Protection: protocol.ProtectionFile}.URIs()
	if err != nil {
		return fmt.Errorf("platform id %q: %w", f.PlatformID, err)
	}
	return nil
}

func newKeyPEM() ([]byte, error) { return protocol.NewPrivateKey().PEM() }

func newSecret() ([]byte, error) {
	b := make([]byte, 32)
	rand.Read(b)
	return []byte(hex.EncodeToString(b) + "\n"), nil
}

// Open reads what Init made.
func Open(dir string) (k *Keyring, err error) {
	k = &Keyring{dir: dir}
	if k.Founding, err = ReadFounding(dir); err != nil {
		return nil, err
	}
	k.encryption.name, k.receipt.name, k.bundle.name = EncryptionKey, ReceiptKey, BundleKey
	for _, c := range k.chains() {
		c.dir = dir
	}
	k.CA = &Authorities{environment: k.Environment, dir: dir, look: func() error { return k.watch.Look() }}
	k.watch, err = files.NewWatch(dir, func() (string, error) { return files.Edition(dir, ".pem") }, k.read)
	if err != nil {
		return nil, err
	}
	k.secret, err = readSecret(filepath.Join(dir, "secret"))
	return k, err
}

// read takes in every key and CA of the folder, or on an error none.
func (k *Keyring) read() error {
	ca, err := readGenerations(k.dir)
	if err != nil {
		return err
	}
	var sets []*keySet
	for _, c := range k.chains() {
		set, err := c.load()
		if err != nil {
			return err
		}
		sets = append(sets, set)
	}
	k.CA.now.Store(ca)
	for i, c := range k.chains() {
		c.now.Store(sets[i])
	}
	return nil
}

// ReadFounding reads what the platform of a folder is.
func ReadFounding(dir string) (f Founding, err error) {
	raw, err := os.ReadFile(filepath.Join(dir, "platform.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return f, fmt.Errorf("%s holds no platform: init makes one: %w", dir, err)
	}
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return f, fmt.Errorf("reading platform.json: %w", err)
	}
	return f, f.check()
}

func readSecret(path string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil || len(secret) != 32 {
		return nil, fmt.Errorf("reading %s: not 32 bytes in hexadecimal", path)
	}
	return secret, nil
}

// Look takes in what another process has changed.
func (k *Keyring) Look() error { return k.watch.Look() }

// Generation changes with what was taken in.
func (k *Keyring) Generation() int { return k.watch.Generation() }

// Alone does something to keys or CAs, or what must not meet with that: no other does
// meanwhile, in this process or another, and what they did is known.
func (k *Keyring) Alone(ctx context.Context, do func() error) error {
	k.rolling.Lock()
	defer k.rolling.Unlock()
	release, err := files.Alone(ctx, k.dir)
	if err != nil {
		return err
	}
	defer release()
	if err := k.Look(); err != nil {
		return err
	}
	return do()
}

// Opens finds the key that an envelope was sealed to. One that is not known may have
// been made by another process a moment ago.
func (k *Keyring) Opens(kid string) (protocol.PrivateKey, error) {
	key, err := k.encryption.find(kid)
	if !errors.Is(err, protocol.ErrUnknownKey) {
		return key, err
	}
	if err := k.watch.Look(); err != nil {
		return protocol.PrivateKey{}, err
	}
	return k.encryption.find(kid)
}

// MAC is HMAC-SHA256 under the platform's secret.
func (k *Keyring) MAC() hash.Hash { return hmac.New(sha256.New, k.secret) }

// Hash is MAC over a purpose and parts, each with its length, so that no two lists of
// parts read alike.
func (k *Keyring) Hash(purpose string, parts ...[]byte) protocol.Digest {
	h := k.MAC()
	for _, part := range append([][]byte{[]byte(purpose)}, parts...) {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write(part)
	}
	return protocol.Digest(h.Sum(nil))
}

// writeOnce makes a file that is not there yet. It appears whole or not at all.
func writeOnce(path string, content func() ([]byte, error)) error {
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	b, err := content()
	if err != nil {
		return fmt.Errorf("making %s: %w", filepath.Base(path), err)
	}
	return files.Replace(path, b)
}
