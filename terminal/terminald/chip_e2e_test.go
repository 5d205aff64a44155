//go:build e2e && linux

package main

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/tpm"
	"github.com/digital-watashi/kiosk/provisioning/tpm/swtpm"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// inChip provisions a production machine whose device key is in a TPM.
func (m *machine) inChip(chip *swtpm.Chip) {
	m.t.Helper()
	m.provision(protocol.Production)
	file, err := tpm.At(chip.Socket).NewKey()
	m.must(err)
	key, err := tpm.At(chip.Socket).Key(file)
	m.must(err)
	uris, err := protocol.Terminal{ID: "t-0001", Environment: protocol.Production, Protection: protocol.ProtectionTPM}.URIs()
	m.must(err)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), URIs: uris, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature,
	}, m.cert, key.Public(), m.keys.device)
	m.must(err)
	kept, err := json.Marshal(map[string]string{"protection": "tpm", "device": chip.Socket})
	m.must(err)
	m.write("protection.json", kept)
	m.write("device.key", file)
	m.write("device.crt", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// speaksOf reports whether a refusal is about the TPM.
func speaksOf(s status.Terminal, words string) bool {
	return strings.Contains(strings.Join(s.Refusals, "\n"), words)
}

func TestE2EProductionMachineWithKeyInATPMMayServe(t *testing.T) {
	m := newMachine(t)
	m.inChip(swtpm.New(t))
	m.start()
	s := m.until("the terminal", func(s status.Terminal) bool { return s.TerminalID != "" })
	if len(s.Refusals) != 0 || s.Protection != protocol.ProtectionTPM {
		t.Errorf("status is %+v", s)
	}
}

// The chip is gone at the start, comes, goes and comes again: nobody has to help.
func TestE2EMachineOutlivesItsTPM(t *testing.T) {
	m, chip := newMachine(t), swtpm.New(t)
	m.inChip(chip)
	chip.Off(t)
	m.start()
	m.until("the alarm", func(s status.Terminal) bool { return s.OutOfService == "TPM-NONE" && speaksOf(s, "no TPM 2.0 answers") })
	chip.On(t)
	m.until("service after the chip came", func(s status.Terminal) bool { return len(s.Refusals) == 0 && s.OutOfService != "TPM-NONE" })
	chip.Off(t)
	m.until("the alarm in service", func(s status.Terminal) bool { return s.OutOfService == "TPM-NONE" })
	chip.On(t)
	m.until("service again", func(s status.Terminal) bool { return len(s.Refusals) == 0 && s.OutOfService != "TPM-NONE" })
}

func TestE2EMachineWithTheKeyOfAnotherTPMSaysSo(t *testing.T) {
	m, chip, other := newMachine(t), swtpm.New(t), swtpm.New(t)
	m.inChip(other)
	kept, err := json.Marshal(map[string]string{"protection": "tpm", "device": chip.Socket})
	m.must(err)
	m.write("protection.json", kept)
	m.start()
	m.until("the alarm", func(s status.Terminal) bool { return s.OutOfService == "TPM-CLEARED" && speaksOf(s, "another TPM") })
}
