package provisioning

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/tpm"
)

// ProtectionAuto chooses a TPM where there is one. In production nothing else will
// do, so there it is a TPM or an error.
const ProtectionAuto = "auto"

// What may be wrong with the chip that keeps the keys, for those who may not know
// the chip itself.
var (
	ErrChipNone       = tpm.ErrNone
	ErrChipPermission = tpm.ErrPermission
	ErrChipCleared    = tpm.ErrOtherChip
	ErrChipLockout    = tpm.ErrLockout
	ErrChipBusy       = tpm.ErrBusy
	ErrChipOwner      = tpm.ErrOwner
	ErrChipFault      = tpm.ErrChip
)

// IsChipFault reports whether an error is the TPM's.
func IsChipFault(err error) bool { return tpm.Is(err) }

// ErrProtectionChanged: the folder says another protection than its key has.
var ErrProtectionChanged = errors.New("the key is kept otherwise than it was made")

// protectionFile says in each of the two folders how its key is kept. A folder
// without it is from before there was a choice: its key is a file.
const protectionFile = "protection.json"

// protectionJSON is protection.json.
type protectionJSON struct {
	Protection string `json:"protection"`
	Device     string `json:"device,omitempty"` // of the TPM
}

func (p protectionJSON) write(dir string) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return writeDurable(filepath.Join(dir, protectionFile), text)
}

func loadProtection(dir string) (protectionJSON, error) {
	text, err := readBounded(filepath.Join(dir, protectionFile))
	if errors.Is(err, os.ErrNotExist) {
		return protectionJSON{Protection: protocol.ProtectionFile}, nil
	}
	if err != nil {
		return protectionJSON{}, err
	}
	var p protectionJSON
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&p); err != nil {
		return protectionJSON{}, fmt.Errorf("%s: %w", protectionFile, err)
	}
	if p.Protection != protocol.ProtectionFile && p.Protection != protocol.ProtectionTPM {
		return protectionJSON{}, fmt.Errorf("%s: neither file nor tpm", protectionFile)
	}
	return p, nil
}

// loadKey reads the key of a folder: the key itself, or what its chip needs to find
// it. A key that is kept otherwise than the folder says is refused: protection
// does not change in silence.
func loadKey(dir, name string) (crypto.Signer, error) {
	text, err := readSecret(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	defer clear(text)
	kept, err := loadProtection(dir)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if inChip := block != nil && block.Type == tpm.PEMType; inChip != (kept.Protection == protocol.ProtectionTPM) {
		return nil, fmt.Errorf("%s: %w", name, ErrProtectionChanged)
	}
	key, err := parseKey(text, kept)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return key, nil
}

func parseKey(text []byte, kept protectionJSON) (crypto.Signer, error) {
	if kept.Protection == protocol.ProtectionFile {
		return protocol.ParsePrivateKey(text)
	}
	key, err := tpm.At(kept.Device).Key(text)
	if err != nil {
		return nil, err
	}
	return &chipKey{Key: key}, nil
}

// makeKey makes the key of a folder as its protection says, unless the run before did.
func makeKey(dir, name string, kept protectionJSON) (crypto.Signer, error) {
	if key, err := loadKey(dir, name); !errors.Is(err, os.ErrNotExist) {
		return key, err
	}
	text, err := drawKey(kept)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	if err := errors.Join(kept.write(dir), writeDurable(filepath.Join(dir, name), text)); err != nil {
		return nil, err
	}
	return loadKey(dir, name)
}

func drawKey(kept protectionJSON) ([]byte, error) {
	if kept.Protection == protocol.ProtectionTPM {
		return tpm.At(kept.Device).NewKey()
	}
	return protocol.NewPrivateKey().PEM()
}

// protectionOf says where a key really is.
func protectionOf(key crypto.Signer) string {
	if _, inChip := key.(*chipKey); inChip {
		return protocol.ProtectionTPM
	}
	return protocol.ProtectionFile
}

// isFor reports whether a certificate is over a key.
func isFor(cert *x509.Certificate, key crypto.Signer) bool {
	public, ok := key.Public().(*ecdsa.PublicKey)
	return ok && public.Equal(cert.PublicKey)
}

// chipKey is a key in a TPM that remembers how it went the last time.
type chipKey struct {
	*tpm.Key

	mu    sync.Mutex
	fault error
}

// Sign signs as the chip does.
func (k *chipKey) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := k.Key.Sign(random, digest, opts)
	k.went(err)
	return signature, err
}

func (k *chipKey) check() error {
	err := k.Key.Check()
	k.went(err)
	return err
}

func (k *chipKey) went(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.fault = err
}

func (k *chipKey) last() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.fault
}

// Check asks the chip whether it would sign now; a key in a file always does.
func (i *Identity) Check() error { return CheckKey(i.Signer) }

// CheckKey asks the chip of a key of this package, as that of LoadTLS. A handshake
// that fails for it does not say so.
func CheckKey(key crypto.PrivateKey) error {
	if key, inChip := key.(*chipKey); inChip {
		return key.check()
	}
	return nil
}

// Fault is why Signer could not sign when it was last used or checked; nil if it
// could. Refusals knows it.
func (i *Identity) Fault() error {
	if key, inChip := i.Signer.(*chipKey); inChip {
		return key.last()
	}
	return nil
}

// chipInterval is how often Watch asks: a citizen should not be the first to learn
// that the chip is gone, and its return should need nobody.
const chipInterval = 5 * time.Second

// Watch keeps Fault up to date until ctx ends.
func (i *Identity) Watch(ctx context.Context) error {
	if i.Protection != protocol.ProtectionTPM {
		return nil
	}
	ticker := time.NewTicker(chipInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-ticker.C:
			i.Check() // Fault has it
		}
	}
}
