//go:build e2e

package tpm_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"math/big"
	"sync"
	"testing"

	"github.com/google/go-tpm/tpm2"
	"github.com/google/go-tpm/tpm2/transport/linuxudstpm"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/tpm"
	"github.com/digital-watashi/kiosk/provisioning/tpm/swtpm"
)

// newKey makes a key in a chip and reads it back from its file.
func newKey(t testing.TB, device string) (*tpm.Key, []byte) {
	t.Helper()
	chip := tpm.At(device)
	file, err := chip.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := chip.Key(file)
	if err != nil {
		t.Fatal(err)
	}
	return key, file
}

func signs(t testing.TB, key *tpm.Key) error {
	t.Helper()
	digest := sha256.Sum256([]byte(t.Name()))
	signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err == nil && !ecdsa.VerifyASN1(key.Public().(*ecdsa.PublicKey), digest[:], signature) {
		t.Error("a signature that does not verify")
	}
	return err
}

// transient counts the slots that are taken.
func transient(t testing.TB, device string) int {
	t.Helper()
	line, err := linuxudstpm.Open(device)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	n := 0
	for _, first := range []uint32{0x80000000, 0x02000000, 0x03000000} { // objects, loaded sessions, saved ones
		got, err := tpm2.GetCapability{Capability: tpm2.TPMCapHandles, Property: first, PropertyCount: 64}.Execute(line)
		if err != nil {
			t.Fatal(err)
		}
		handles, err := got.CapabilityData.Data.Handles()
		if err != nil {
			t.Fatal(err)
		}
		n += len(handles.Handle)
	}
	return n
}

func TestE2EKeySurvivesARestartOfTheChip(t *testing.T) {
	chip := swtpm.New(t)
	key, file := newKey(t, chip.Socket)
	for range 2 {
		if err := signs(t, key); err != nil {
			t.Fatal(err)
		}
	}
	chip.Off(t)
	if err := signs(t, key); !errors.Is(err, tpm.ErrNone) {
		t.Errorf("without a chip: %v", err)
	}
	chip.On(t)
	if err := signs(t, key); err != nil {
		t.Errorf("after the restart: %v", err)
	}
	again, err := tpm.At(chip.Socket).Key(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(again.Check(), signs(t, again)); err != nil {
		t.Errorf("read anew: %v", err)
	}
}

func TestE2EKeyOfAnotherChipIsRefusedWithWords(t *testing.T) {
	mine, other := swtpm.New(t), swtpm.New(t)
	_, file := newKey(t, other.Socket)
	key, err := tpm.At(mine.Socket).Key(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := key.Check(); !errors.Is(err, tpm.ErrOtherChip) {
		t.Errorf("check: %v", err)
	}
	if err := signs(t, key); !errors.Is(err, tpm.ErrOtherChip) {
		t.Errorf("sign: %v", err)
	}
	if n := transient(t, mine.Socket); n != 0 {
		t.Errorf("%d handles left", n)
	}
}

func TestE2EKeyOfAClearedChipIsRefusedWithWords(t *testing.T) {
	chip := swtpm.New(t)
	key, _ := newKey(t, chip.Socket)
	if err := signs(t, key); err != nil {
		t.Fatal(err)
	}
	line, err := linuxudstpm.Open(chip.Socket)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (tpm2.Clear{AuthHandle: tpm2.TPMRHLockout}).Execute(line); err != nil {
		t.Fatal(err)
	}
	if err := signs(t, key); !errors.Is(err, tpm.ErrOtherChip) {
		t.Errorf("error %v", err)
	}
}

// Lock-out after wrong passwords stopped whole fleets whose keys were subject to it.
func TestE2EALockedOutChipStillSigns(t *testing.T) {
	chip := swtpm.New(t)
	key, _ := newKey(t, chip.Socket)
	lockOut(t, chip.Socket)
	if err := errors.Join(key.Check(), signs(t, key)); err != nil {
		t.Error(err)
	}
	if _, err := tpm.At(chip.Socket).NewKey(); err != nil {
		t.Errorf("a new key: %v", err)
	}
}

// lockOut guesses the password of some object until the chip has enough.
func lockOut(t testing.TB, device string) {
	t.Helper()
	line, err := linuxudstpm.Open(device)
	if err != nil {
		t.Fatal(err)
	}
	template := tpm2.ECCSRKTemplate
	template.ObjectAttributes.NoDA = false
	made, err := tpm2.CreatePrimary{
		PrimaryHandle: tpm2.TPMRHOwner, InPublic: tpm2.New2B(template),
		InSensitive: tpm2.TPM2BSensitiveCreate{Sensitive: &tpm2.TPMSSensitiveCreate{UserAuth: tpm2.TPM2BAuth{Buffer: []byte("right")}}},
	}.Execute(line)
	if err != nil {
		t.Fatal(err)
	}
	defer tpm2.FlushContext{FlushHandle: made.ObjectHandle}.Execute(line)
	for range 64 {
		_, err = tpm2.Create{
			ParentHandle: tpm2.AuthHandle{Handle: made.ObjectHandle, Name: made.Name, Auth: tpm2.PasswordAuth([]byte("wrong"))},
			InPublic:     tpm2.New2B(tpm2.ECCSRKTemplate),
		}.Execute(line)
		if errors.Is(err, tpm2.TPMRCLockout) {
			return
		}
	}
	t.Fatalf("the chip does not lock out: %v", err)
}

func TestE2EManySignaturesLeakNoHandle(t *testing.T) {
	chip := swtpm.New(t)
	key, file := newKey(t, chip.Socket)
	elsewhere, err := tpm.At(chip.Socket).Key(file) // as another process would
	if err != nil {
		t.Fatal(err)
	}
	var working sync.WaitGroup
	for i := range 8 {
		working.Go(func() {
			for range 25 {
				if err := signs(t, []*tpm.Key{key, elsewhere}[i/7]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	working.Wait()
	if n := transient(t, chip.Socket); n != 0 {
		t.Errorf("%d handles left", n)
	}
}

func TestE2EChipGoneInTheMiddleIsToldAndTakenUpAgain(t *testing.T) {
	chip := swtpm.New(t)
	key, _ := newKey(t, chip.Socket)
	var working sync.WaitGroup
	failed := make(chan error, 1)
	working.Go(func() {
		for {
			if err := signs(t, key); err != nil {
				failed <- err
				return
			}
		}
	})
	chip.Off(t)
	if err := <-failed; !errors.Is(err, tpm.ErrNone) {
		t.Errorf("error %v", err)
	}
	working.Wait()
	chip.On(t)
	if err := signs(t, key); err != nil {
		t.Error(err)
	}
}

// challenged plays the platform: a challenge that only that chip can answer.
func challenged(t testing.TB, e protocol.Endorsement, secret []byte) protocol.Challenge {
	t.Helper()
	ek, err := tpm2.Unmarshal[tpm2.TPMTPublic](e.EKPublic)
	if err != nil {
		t.Fatal(err)
	}
	ak, err := tpm2.Unmarshal[tpm2.TPMTPublic](e.AKPublic)
	if err != nil {
		t.Fatal(err)
	}
	name, err := tpm2.ObjectName(ak)
	if err != nil {
		t.Fatal(err)
	}
	to, err := tpm2.ImportEncapsulationKey(ek)
	if err != nil {
		t.Fatal(err)
	}
	credential, sealed, err := tpm2.CreateCredential(rand.Reader, to, name.Buffer, secret)
	if err != nil {
		t.Fatal(err)
	}
	return protocol.Challenge{Credential: credential, Secret: sealed, Nonce: []byte("a nonce of 32 bytes, said by him")}
}

func TestE2EChipProvesThatKeysLiveInIt(t *testing.T) {
	for name, made := range map[string]func(testing.TB) *swtpm.Chip{"by nobody": swtpm.New, "by a maker with RSA": swtpm.Certified} {
		t.Run(name, func(t *testing.T) {
			chip := made(t)
			one, _ := newKey(t, chip.Socket)
			two, _ := newKey(t, chip.Socket)
			e, err := one.Chip().Endorsement()
			if err != nil {
				t.Fatal(err)
			}
			if (name == "by nobody") != (e.EKCertificate == nil) {
				t.Errorf("certificate of %d bytes", len(e.EKCertificate))
			}
			if id, err := tpm.EndorsementID(e); err != nil || len(id) != 64 {
				t.Errorf("id %q, %v", id, err)
			}
			secret := []byte("a secret of 32 bytes, told to it")
			challenge := challenged(t, e, secret)
			proof, err := one.Chip().Prove(challenge, one, two)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(proof.Secret, secret) {
				t.Error("another secret")
			}
			for i, key := range []*tpm.Key{one, two} {
				certified(t, e, challenge, proof.Keys[i], key)
			}
			if n := transient(t, chip.Socket); n != 0 {
				t.Errorf("%d handles left", n)
			}
		})
	}
}

// certified judges what the chip said of a key.
func certified(t testing.TB, e protocol.Endorsement, challenge protocol.Challenge, said protocol.CertifiedKey, key *tpm.Key) {
	t.Helper()
	ak, err := tpm2.Unmarshal[tpm2.TPMTPublic](e.AKPublic)
	if err != nil {
		t.Fatal(err)
	}
	public, err := tpm2.Pub(*ak)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := tpm2.Unmarshal[tpm2.TPMTSignature](said.Signature)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := signature.Signature.ECDSA()
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(said.Attest)
	if !ecdsa.Verify(public.(*ecdsa.PublicKey), digest[:], new(big.Int).SetBytes(pair.SignatureR.Buffer), new(big.Int).SetBytes(pair.SignatureS.Buffer)) {
		t.Error("the attestation key did not sign it")
	}
	area, err := tpm2.Unmarshal[tpm2.TPMTPublic](said.Public)
	if err != nil {
		t.Fatal(err)
	}
	if it, err := tpm2.Pub(*area); err != nil || !key.Public().(*ecdsa.PublicKey).Equal(it) {
		t.Errorf("of another key: %v", err)
	}
	attest, err := tpm2.Unmarshal[tpm2.TPMSAttest](said.Attest)
	if err != nil {
		t.Fatal(err)
	}
	info, err := attest.Attested.Certify()
	if err != nil {
		t.Fatal(err)
	}
	name, err := tpm2.ObjectName(area)
	if err != nil || !bytes.Equal(name.Buffer, info.Name.Buffer) || !bytes.Equal(attest.ExtraData.Buffer, challenge.Nonce) {
		t.Errorf("of another name or nonce: %v", err)
	}
}

func TestE2EChallengeForAnotherChipIsRefusedWithWords(t *testing.T) {
	mine, other := swtpm.New(t), swtpm.New(t)
	key, _ := newKey(t, mine.Socket)
	e, err := tpm.At(other.Socket).Endorsement()
	if err != nil {
		t.Fatal(err)
	}
	challenge := challenged(t, e, make([]byte, 32))
	if _, err := key.Chip().Prove(challenge, key); !errors.Is(err, tpm.ErrChallenge) {
		t.Errorf("error %v", err)
	}
	damaged := challenge
	damaged.Credential = bytes.Repeat([]byte{1}, len(damaged.Credential))
	if _, err := tpm.At(other.Socket).Prove(damaged); !errors.Is(err, tpm.ErrChallenge) {
		t.Errorf("damaged: %v", err)
	}
	if n := transient(t, mine.Socket) + transient(t, other.Socket); n != 0 {
		t.Errorf("%d handles left", n)
	}
}
