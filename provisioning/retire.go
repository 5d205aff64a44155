package provisioning

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// RetireConfig says which machine ends its service, and what it leaves behind.
type RetireConfig struct {
	StateDir  string // of terminald, which must not run
	UplinkDir string // of uplinkd
	Unsent    int    // envelopes that the platform has not taken
	Forced    bool   // although there are some, or nobody could count them
	Successor string // the terminal that takes the place; may be the same id
	Offline   bool   // do not tell the platform: somebody does by hand
	Now       func() time.Time
}

// Retired is what came of it.
type Retired struct {
	TerminalID string `json:"terminal"`
	Told       bool   `json:"platform_told"`
}

// retiringFile is a mark in the state folder: the end was begun, and what is done of
// it. Without it a machine that lost its device key on the way could not be ended.
const retiringFile = "retiring.json"

// Retire ends a machine's service: it tells the platform, from when on its
// certificates are worth nothing, then destroys both keys and takes away all else of
// the identity. It may be run again after any error and after a power cut. The
// journal stays, with what is sealed in it.
func Retire(ctx context.Context, config RetireConfig) (Retired, error) {
	if config.Now == nil {
		config.Now = time.Now
	}
	done, err := config.tell(ctx)
	if err == nil {
		err = config.destroy()
	}
	if err != nil {
		return done, fmt.Errorf("retiring: %w", err)
	}
	return done, nil
}

// Retiring reports how far an end has come that was cut off; nil for none.
func Retiring(stateDir string) (*Retired, error) {
	text, err := readBounded(filepath.Join(stateDir, retiringFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r := new(Retired)
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(r); err != nil {
		return nil, fmt.Errorf("%s: %w", retiringFile, err)
	}
	return r, nil
}

// tell says it to the platform, before the key that could is gone.
func (c RetireConfig) tell(ctx context.Context) (Retired, error) {
	if before, err := Retiring(c.StateDir); err != nil || before != nil {
		if err != nil {
			return Retired{}, err
		}
		return *before, nil
	}
	id, err := LoadDevice(c.StateDir)
	if err != nil {
		return Retired{}, err
	}
	r := Retired{TerminalID: id.TerminalID}
	if !c.Offline {
		if err := c.say(ctx, id); err != nil {
			return r, err
		}
		r.Told = true
	}
	text, err := json.Marshal(r)
	if err != nil {
		return r, err
	}
	return r, writeDurable(filepath.Join(c.StateDir, retiringFile), text)
}

func (c RetireConfig) say(ctx context.Context, id *Identity) error {
	if err := id.Check(); err != nil {
		return err
	}
	word := protocol.Retirement{
		TerminalID: id.TerminalID, Time: c.Now().UTC().Truncate(time.Second), Unsent: c.Unsent, Forced: c.Forced, Successor: c.Successor,
	}
	jws, err := protocol.SignRetirement(word, id.Signer, id.Current())
	if err != nil {
		return err
	}
	return tellRetirement(ctx, c.UplinkDir, jws, c.Now)
}

// destroy takes away keys first, the mark last.
func (c RetireConfig) destroy() error {
	for _, key := range []string{
		filepath.Join(c.StateDir, deviceKey), filepath.Join(c.UplinkDir, tlsKey),
		filepath.Join(c.StateDir, staging, deviceKey), filepath.Join(c.UplinkDir, staging, tlsKey),
	} {
		if err := shred(key); err != nil {
			return err
		}
	}
	for _, path := range c.rest() {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	if err := errors.Join(syncDir(c.StateDir), syncDir(c.UplinkDir)); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(c.StateDir, retiringFile)); err != nil {
		return err
	}
	return syncDir(c.StateDir)
}

// rest is what goes besides the keys.
func (c RetireConfig) rest() (paths []string) {
	for _, name := range []string{staging, deviceCert, deviceCert + ".next", bundleFile, lastBundle, rootsFile, protectionFile, pendingFile} {
		paths = append(paths, filepath.Join(c.StateDir, name))
	}
	for _, name := range []string{staging, tlsCert, tlsCert + ".next", rootsFile, platformFile, protectionFile} {
		paths = append(paths, filepath.Join(c.UplinkDir, name))
	}
	return paths
}

// shred overwrites a file before it takes it away: a disk may keep what was only
// removed. For a key in a TPM that is the blob without which the chip has no key.
func shred(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		noise := make([]byte, min(info.Size(), maxFile))
		rand.Read(noise)
		_, err = f.WriteAt(noise, 0)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("overwriting %s: %w", filepath.Base(path), err)
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
