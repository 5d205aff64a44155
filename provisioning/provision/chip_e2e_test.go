//go:build e2e

package main

import (
	"path/filepath"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/tpm/swtpm"
)

// A test platform takes a TPM's word for its key, and init says that nobody vouches
// for the chip.
func TestE2EMachineIsProvisionedWithItsTPM(t *testing.T) {
	b, chip := newBench(t), swtpm.New(t)
	b.want(b.run(b.token(), "init", "--environment", "test", "--tpm", chip.Socket), exitDone,
		"two private keys, in the TPM at "+chip.Socket+" only", "endorsement key is SHA-256", "its TPM not proven")
	b.want(b.run("", "status"), exitDone, "may serve", "in a tpm")
	id, err := provisioning.LoadDevice(filepath.Join(b.dir, "terminald"))
	b.check(err)
	if id.Protection != protocol.ProtectionTPM {
		t.Errorf("the key is in a %s", id.Protection)
	}
	b.want(b.run("", "renew", "--always"), exitDone, "device certificate until")
	chip.Off(t)
	b.want(b.run("", "renew", "--always"), exitChip, "no TPM 2.0 answers")
	b.want(b.run(b.token(), "init", "--environment", "test", "--tpm", chip.Socket, "--protection", "tpm", "--replace"), exitChip)
	chip.On(t)
	b.want(b.run(b.token(), "init", "--environment", "test", "--tpm", chip.Socket, "--replace"), exitDone)
}
