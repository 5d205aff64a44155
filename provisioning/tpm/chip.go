package tpm

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-tpm/tpm2"
	"github.com/google/go-tpm/tpm2/transport"
)

// How long a caller waits. Real chips sign in 20 to 150 ms, one command at a time;
// making a primary RSA key, as the endorsement key may be, takes some of them
// half a minute.
const (
	signing = 10 * time.Second
	making  = 2 * time.Minute
)

// A Chip is a TPM 2.0. It may be used by several goroutines; they wait for each
// other, but none longer than its patience, even if the chip hangs.
type Chip struct {
	device string
	turn   chan struct{} // holds one value while somebody uses the chip
}

// At is the chip of that device; whether there is one, Probe tells.
func At(device string) *Chip {
	return &Chip{device: device, turn: make(chan struct{}, 1)}
}

// Device is the name the chip is known by.
func (c *Chip) Device() string { return c.device }

// Probe asks whether a TPM 2.0 answers.
func (c *Chip) Probe() error {
	return c.use("asking the TPM", signing, func(s *session) error {
		_, err := tpm2.GetCapability{
			Capability: tpm2.TPMCapTPMProperties, Property: uint32(tpm2.TPMPTFamilyIndicator), PropertyCount: 1,
		}.Execute(s)
		return err
	})
}

// use gives work the chip when it is its turn. Who loses patience leaves; what
// work has begun it ends on its own, and the turn with it.
func (c *Chip) use(what string, patience time.Duration, work func(*session) error) error {
	until := time.Now().Add(patience)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case c.turn <- struct{}{}:
	case <-timer.C:
		return fmt.Errorf("%s: %w", what, ErrBusy)
	}
	done := make(chan error, 1)
	go func() {
		defer func() { <-c.turn }()
		done <- c.attempts(until, work)
	}()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		return nil
	case <-timer.C:
		return fmt.Errorf("%s: %w", what, ErrBusy)
	}
}

// firstPause between two attempts; it doubles.
const firstPause = 5 * time.Millisecond

// attempts repeats work while the chip is busy, as with another process's keys:
// slots are shared where no resource manager swaps them.
func (c *Chip) attempts(until time.Time, work func(*session) error) error {
	for pause := firstPause; ; pause *= 2 {
		err := c.attempt(until, work)
		if !errors.Is(err, ErrBusy) || time.Now().Add(pause).After(until) {
			return err
		}
		time.Sleep(pause)
	}
}

func (c *Chip) attempt(until time.Time, work func(*session) error) error {
	line, err := dial(c.device, until)
	if err != nil {
		return sorted(err)
	}
	defer line.Close()
	s := &session{TPM: line}
	err = work(s)
	return sorted(errors.Join(err, s.flushAll()))
}

// A session is the time between opening the chip and closing it again.
type session struct {
	transport.TPM
	loaded []tpm2.TPMHandle // to be flushed
}

func (s *session) flushAll() (err error) {
	for len(s.loaded) > 0 {
		err = errors.Join(err, s.flush(s.loaded[len(s.loaded)-1]))
	}
	return err
}

// flush frees a slot that was taken here; a key that stays in the chip has none.
func (s *session) flush(handle tpm2.TPMHandle) error {
	i := slices.Index(s.loaded, handle)
	if i < 0 {
		return nil
	}
	s.loaded = slices.Delete(s.loaded, i, i+1)
	_, err := tpm2.FlushContext{FlushHandle: handle}.Execute(s)
	return err
}

// A loaded object has a slot of the chip.
type loaded struct {
	handle tpm2.TPMHandle
	name   tpm2.TPM2BName
	public tpm2.TPMTPublic
}

// use names the object in a command, with its empty password.
func (o loaded) use() tpm2.AuthHandle {
	return tpm2.AuthHandle{Handle: o.handle, Name: o.name, Auth: tpm2.PasswordAuth(nil)}
}

// primary makes a primary key anew: always the same one, of the hierarchy's seed
// and the template.
func (s *session) primary(hierarchy tpm2.TPMHandle, template tpm2.TPMTPublic) (loaded, error) {
	made, err := tpm2.CreatePrimary{PrimaryHandle: hierarchy, InPublic: tpm2.New2B(template)}.Execute(s)
	if err != nil {
		return loaded{}, err
	}
	s.loaded = append(s.loaded, made.ObjectHandle)
	public, err := made.OutPublic.Contents()
	if err != nil {
		return loaded{}, err
	}
	return loaded{made.ObjectHandle, made.Name, *public}, nil
}

// storage is the storage root key: the parent of all keys here.
func (s *session) storage() (loaded, error) {
	return s.primary(tpm2.TPMRHOwner, storageTemplate())
}
