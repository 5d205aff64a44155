//go:build unix

package tpm_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-tpm/tpm2"

	"github.com/digital-watashi/kiosk/provisioning/tpm"
)

// sampleFile is a key's file as a software TPM made it.
const sampleFile = `-----BEGIN TSS2 PRIVATE KEY-----
MIHyBgZngQUKAQOgAwEB/wIEQAAAAQRaAFgAIwALAAQEcgAAABAAGAALAAMAEAAg
NBcgbOCVNwkFQf2jm/30I2xofzdxPul5Rr9KUO5c6HEAINFFE4J2Bn1t7etaw1aU
sfqao7EDjlONjZnWJ5phKHuhBIGAAH4AII5ytlWbGOYsJysZ1Tb2g0wMQOrTkeNV
Bj9Y2Vxa/zyuABD/Gx3gd3dBHXHuECvRtsXZLCAQq6NGjRcbLb1ub8Kg3OhUe38L
/zFWMKDUUWGA2fITkdGERq8s/Pb0hq8L18aQJzEaWbetMERvDKZTu0wNtsHS33RS
uaJ4JAc=
-----END TSS2 PRIVATE KEY-----
`

func TestKeyIsReadWithoutItsChip(t *testing.T) {
	key, err := tpm.At("/nowhere/tpm").Key([]byte(sampleFile))
	if err != nil {
		t.Fatal(err)
	}
	digest := make([]byte, 32)
	for _, err := range []error{key.Check(), second(key.Sign(rand.Reader, digest, crypto.SHA256)), key.Chip().Probe(), second(key.Chip().NewKey())} {
		if !errors.Is(err, tpm.ErrNone) || !tpm.Is(err) {
			t.Errorf("error %v", err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestOnlySHA256DigestsAreSigned(t *testing.T) {
	key, err := tpm.At("/nowhere/tpm").Key([]byte(sampleFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []struct {
		digest []byte
		opts   crypto.SignerOpts
	}{{make([]byte, 31), crypto.SHA256}, {make([]byte, 48), crypto.SHA384}, {make([]byte, 32), nil}, {make([]byte, 32), crypto.Hash(0)}} {
		if _, err := key.Sign(rand.Reader, bad.digest, bad.opts); err == nil || tpm.Is(err) {
			t.Errorf("%d bytes, %v: %v", len(bad.digest), bad.opts, err)
		}
	}
}

// keyFile is the file's content, changed by tests.
type keyFile struct {
	Type            asn1.ObjectIdentifier
	EmptyAuth       bool `asn1:"optional,explicit,tag:0"`
	Parent          int64
	Public, Private []byte
}

func TestFilesThatAreNoKeyOfOursAreRefused(t *testing.T) {
	area := func(change func(*tpm2.TPMTPublic)) func(*keyFile) {
		return func(f *keyFile) {
			public, err := tpm2.Unmarshal[tpm2.TPM2BPublic](f.Public)
			if err != nil {
				t.Fatal(err)
			}
			contents, err := public.Contents()
			if err != nil {
				t.Fatal(err)
			}
			change(contents)
			f.Public = tpm2.Marshal(tpm2.New2B(*contents))
		}
	}
	for name, change := range map[string]func(*keyFile){
		"another type":        func(f *keyFile) { f.Type = asn1.ObjectIdentifier{2, 23, 133, 10, 1, 4} },
		"another parent":      func(f *keyFile) { f.Parent = 0x81000001 },
		"a password":          func(f *keyFile) { f.EmptyAuth = false },
		"no public half":      func(f *keyFile) { f.Public = nil },
		"cut public half":     func(f *keyFile) { f.Public = f.Public[:40] },
		"longer public half":  func(f *keyFile) { f.Public = append(f.Public, 0) },
		"cut private half":    func(f *keyFile) { f.Private = f.Private[:9] },
		"longer private half": func(f *keyFile) { f.Private = append(f.Private, 0) },
		"huge":                func(f *keyFile) { f.Private = make([]byte, 4096) },
		"can be moved":        area(func(p *tpm2.TPMTPublic) { p.ObjectAttributes.FixedTPM = false }),
		"made outside":        area(func(p *tpm2.TPMTPublic) { p.ObjectAttributes.SensitiveDataOrigin = false }),
		"may be locked out":   area(func(p *tpm2.TPMTPublic) { p.ObjectAttributes.NoDA = false }),
		"restricted":          area(func(p *tpm2.TPMTPublic) { p.ObjectAttributes.Restricted = true }),
		"under a policy":      area(func(p *tpm2.TPMTPublic) { p.AuthPolicy.Buffer = make([]byte, 32) }),
		"off the curve": area(func(p *tpm2.TPMTPublic) {
			p.Unique = tpm2.NewTPMUPublicID(tpm2.TPMAlgECC, &tpm2.TPMSECCPoint{X: tpm2.TPM2BECCParameter{Buffer: []byte{1}}, Y: tpm2.TPM2BECCParameter{Buffer: []byte{1}}})
		}),
		"a storage key": func(f *keyFile) { f.Public = tpm2.Marshal(tpm2.New2B(tpm2.ECCSRKTemplate)) },
		"an RSA key":    func(f *keyFile) { f.Public = tpm2.Marshal(tpm2.New2B(tpm2.RSASRKTemplate)) },
	} {
		block, _ := pem.Decode([]byte(sampleFile))
		var f keyFile
		if _, err := asn1.Unmarshal(block.Bytes, &f); err != nil {
			t.Fatal(err)
		}
		change(&f)
		der, err := asn1.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		text := pem.EncodeToMemory(&pem.Block{Type: tpm.PEMType, Bytes: der})
		if key, err := tpm.At("").Key(text); key != nil || !errors.Is(err, tpm.ErrBlob) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{
		"nothing": "", "no PEM": "key", "two": sampleFile + sampleFile, "more": sampleFile + "x",
		"headers":    strings.Replace(sampleFile, "-----\n", "-----\nA: b\n\n", 1),
		"a file key": strings.ReplaceAll(sampleFile, "TSS2 ", ""),
	} {
		if _, err := tpm.At("").Key([]byte(text)); !errors.Is(err, tpm.ErrBlob) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzKey(f *testing.F) {
	f.Add([]byte(sampleFile))
	f.Add([]byte(strings.Replace(sampleFile, "M", "N", 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := tpm.At("").Key(text)
		if (key == nil) != errors.Is(err, tpm.ErrBlob) {
			t.Errorf("key %v, error %v", key, err)
		}
	})
}

// answering is a chip that answers every command with one code, and counts.
func answering(t *testing.T, code tpm2.TPMRC) (device string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "tpm") // short, for the socket's path
	if err != nil {
		t.Fatal(err)
	}
	device = filepath.Join(dir, "s")
	listener, err := net.Listen("unix", device)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close(); os.RemoveAll(dir) })
	go func() {
		for {
			line, err := listener.Accept()
			if err != nil {
				return
			}
			line.Read(make([]byte, 4096))
			answer := binary.BigEndian.AppendUint16(nil, uint16(tpm2.TPMSTNoSessions))
			answer = binary.BigEndian.AppendUint32(answer, 10)
			line.Write(binary.BigEndian.AppendUint32(answer, uint32(code)))
			line.Close()
		}
	}()
	return device
}

func TestWhatTheChipAnswersIsSortedOnce(t *testing.T) {
	for code, want := range map[tpm2.TPMRC]error{
		tpm2.TPMRCLockout: tpm.ErrLockout, tpm2.TPMRCFailure: tpm.ErrChip, tpm2.TPMRCIntegrity + 0x140: tpm.ErrOtherChip,
		tpm2.TPMRCBadAuth + 0x100: tpm.ErrOwner, tpm2.TPMRCAuthFail + 0x800 + 0x100: tpm.ErrOwner, tpm2.TPMRCHierarchy: tpm.ErrOwner,
		tpm2.TPMRCInitialize: tpm.ErrChip, tpm2.TPMRCCommandCode: tpm.ErrChip,
	} {
		key, err := tpm.At(answering(t, code)).Key([]byte(sampleFile))
		if err != nil {
			t.Fatal(err)
		}
		if err := key.Check(); !errors.Is(err, want) || !errors.Is(err, code) {
			t.Errorf("%#x: %v, want %v", uint32(code), err, want)
		}
	}
}

func TestWhatIsNoChipIsTold(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, device := range map[string]string{"nothing": filepath.Join(dir, "nothing"), "a file": plain, "a folder": dir, "a device, but no chip": os.DevNull} {
		if err := tpm.At(device).Probe(); !tpm.Is(err) || errors.Is(err, tpm.ErrBusy) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !bytes.Contains([]byte(tpm.At(plain).Probe().Error()), []byte("neither a device nor a socket")) {
		t.Error("a file is not told from nothing")
	}
}
