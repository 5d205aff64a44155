//go:build e2e

package platform_test

import (
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/attestation"
	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/tpm"
	"github.com/digital-watashi/kiosk/provisioning/tpm/swtpm"
)

// TestE2ESoftwareTPMIsBelieved lets machines in whose chips are another's
// implementation of TPM 2.0, one known by its maker and one by the list, and
// renews over a key in the chip after the certificate's end.
func TestE2ESoftwareTPMIsBelieved(t *testing.T) {
	for name, certified := range map[string]bool{attestation.ByMaker: true, attestation.ByList: false} {
		t.Run(name, func(t *testing.T) {
			folder, device := attestation.EndorsementDirectory(t.TempDir()), newSoftware(t, certified)
			chip := tpm.At(device.Socket)
			said := ok(chip.Endorsement())(t)
			w := newWorld(t, short, func(c *platform.Config) { c.Endorsements, c.Protection = folder, protocol.ProtectionAttested })
			a := w.applicant("atm-0001")
			expect(t, "nobody knows the chip", a.introduces(said), 403, protocol.CodeEndorsement)
			admit(t, folder, device, said)

			signing, carrier := inChip(t, chip), inChip(t, chip)
			proveIn(a, chip, signing, carrier)
			_, where := granted(t, a.enrolls(signing, false, "tpm"))
			cert, alsoWhere := granted(t, a.enrolls(carrier, true, "tpm"))
			if where != protocol.ProtectionAttested || alsoWhere != protocol.ProtectionAttested {
				t.Errorf("got %s and %s, want tpm-attested", where, alsoWhere)
			}
			back := w.holding(cert, carrier)
			expect(t, "bundle over a key in the chip", w.do(back.client, "GET", protocol.PathBundle, "", nil), 200, "")
			w.clock.pass(12 * day)
			expect(t, "bundle after its end", w.do(back.client, "GET", protocol.PathBundle, "", nil), 403, protocol.CodeCertExpired)
			next := inChip(t, chip)
			proveIn(back, chip, next)
			granted(t, back.renews(next, true, "tpm"))
		})
	}
}

func newSoftware(t *testing.T, certified bool) *swtpm.Chip {
	if certified {
		return swtpm.Certified(t)
	}
	return swtpm.New(t)
}

// admit does what the operator does about a chip.
func admit(t *testing.T, folder attestation.EndorsementDirectory, device *swtpm.Chip, said protocol.Endorsement) {
	t.Helper()
	if device.Makers == nil {
		must(t, folder.Allow(ok(attestation.ParseEndorsement(ok(tpm.EndorsementID(said))(t)))(t), "bench"))
		return
	}
	for _, ca := range ok(files.ParseCertificates(device.Makers))(t) {
		must(t, files.CADirectory(folder).Add(ca))
	}
}

func inChip(t *testing.T, chip *tpm.Chip) *tpm.Key {
	t.Helper()
	return ok(chip.Key(ok(chip.NewKey())(t)))(t)
}

func proveIn(a *applicant, chip *tpm.Chip, keys ...*tpm.Key) {
	t := a.w.t
	t.Helper()
	r := a.introduces(ok(chip.Endorsement())(t))
	expect(t, "introduction", r, 201, "")
	challenge := ok(protocol.DecodeChallenge(r.body))(t)
	r = a.answers(challenge.ID, ok(chip.Prove(challenge, keys...))(t))
	expect(t, "proof", r, 200, "")
	a.ticket = ok(protocol.DecodeTicket(r.body))(t).Ticket
}
