package platform_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// issued swaps the citizen's certificate for another.
func issued(w *world, options haltest.IssueOptions) func(*visit) {
	return func(v *visit) { v.cert, v.card = w.ca.Issue(midori(), options) }
}

func TestEachFlawIsRefusedWithItsReason(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) {
		c.Consents = []protocol.Consent{{TextID: "consent-1", Language: "ja", SHA256: protocol.SHA256([]byte("text"))}}
	})
	m := w.machine("atm-0001")
	tests := []struct {
		name   string
		want   string
		change func(*visit)
	}{
		{"expired certificate", protocol.ReasonCitizenExpired, issued(w, haltest.IssueOptions{Expired: true})},
		{"certificate not valid yet", "citizen-certificate-unfit", issued(w, haltest.IssueOptions{NotYetValid: true})},
		{"certificate for something else", "citizen-certificate-unfit", issued(w, haltest.IssueOptions{WrongKeyUsage: true})},
		{"certificate without policy", "citizen-certificate-unfit", issued(w, haltest.IssueOptions{NoPolicy: true})},
		{"certificate with another policy", "citizen-certificate-unfit", issued(w, haltest.IssueOptions{Policy: []int{1, 2, 392, 200149, 8, 5, 1, 3, 30}})},
		{"CA of the same name that nobody trusts", protocol.ReasonCitizenIssuer, issued(w, haltest.IssueOptions{Foreign: true})},
		{"CA that had run out when it was signed", protocol.ReasonCitizenIssuer, func(v *visit) {
			old := midori()
			old.Generation = 1
			v.cert, v.card = w.ca.Issue(old, haltest.IssueOptions{})
		}},
		{"another name than the certificate's", "attributes-mismatch", func(v *visit) { v.app.Attributes.Name = "偽名　太郎" }},
		{"another address", "attributes-mismatch", func(v *visit) { v.app.Attributes.Address += "０" }},
		{"another sex", "attributes-mismatch", func(v *visit) { v.app.Attributes.Sex = "1" }},
		{"another birth date", "attributes-mismatch", func(v *visit) { v.app.Attributes.BirthDate = "319800218" }},
		{"substitutes passed over", "attributes-mismatch", func(v *visit) { v.app.Attributes.NameSubstitutes = "1" }},
		{"another code than was signed for", protocol.ReasonCommitmentMismatch, func(v *visit) { v.app.CodeCommitment[0] ^= 1 }},
		{"another salt", protocol.ReasonCommitmentMismatch, func(v *visit) { v.content.Salt = bytes.Repeat([]byte{8}, 16) }},
		{"code of another profile", "code-profile-other", func(v *visit) { v.content.Code = protocol.NewCode(protocol.Continuation) }},
		{"photo that was not signed", "photo-mismatch", func(v *visit) { v.content.Photo = []byte("photo") }},
		{"signed photo that is missing", "photo-mismatch", func(v *visit) { v.app.PhotoSHA256, v.app.PhotoCheck = digestOf("photo"), protocol.PhotoChecked }},
		{"another photo", "photo-mismatch", func(v *visit) {
			v.app.PhotoSHA256, v.app.PhotoCheck, v.content.Photo = digestOf("photo"), protocol.PhotoChecked, []byte("other")
		}},
		{"unknown consent text", protocol.ReasonConsentUnknown, func(v *visit) { v.app.Consent.SHA256 = protocol.SHA256([]byte("other")) }},
		{"for another platform", protocol.ReasonPlatformOther, func(v *visit) { v.app.PlatformID = "platform-other" }},
		{"from the future", protocol.ReasonClock, func(v *visit) { v.app.Time = v.app.Time.Add(6 * time.Minute) }},
		{"application older than its signature", protocol.ReasonClock, func(v *visit) { v.app.Time = v.app.Time.Add(-16 * time.Minute) }},
		{"unknown key", protocol.ReasonKeyUnknown, func(v *visit) { v.app.RegistrationKey = protocol.NewRegistrationKey() }},
		{"unknown terminal", protocol.ReasonTerminalUnknown, func(v *visit) { v.device, v.issued = strange(t) }},
		{"signed by another key than the certificate's", protocol.ReasonEnvelopeInvalid, func(v *visit) { v.device = newECDSA() }},
		{"claims to come from another terminal", protocol.ReasonEnvelopeInvalid, func(v *visit) { v.app.TerminalID = "atm-0002" }},
		{"sealed to another platform", protocol.ReasonEnvelopeInvalid, func(v *visit) { v.to = protocol.NewPrivateKey().PublicKey() }},
		{"signed by another card than the certificate's", protocol.ReasonCitizenSignature, func(v *visit) {
			_, other := w.ca.Issue(haltest.Citizens()[3], haltest.IssueOptions{})
			v.card = impostor{v.card, other}
		}},
	}
	for _, test := range tests {
		id, _, envelope := m.visits(midori(), w.phone().registers().RegistrationKey, test.change)
		first := m.delivers(id, envelope)
		got := w.receipt(first, id, envelope)
		if got.Verdict != protocol.Refused || got.Reason != test.want {
			t.Errorf("%s: got %s %s, want refused %s", test.name, got.Verdict, got.Reason, test.want)
		}
		if again := m.delivers(id, envelope); !bytes.Equal(first.body, again.body) {
			t.Errorf("%s: the same body got another receipt", test.name)
		}
	}
}

// impostor signs with one key and shows another.
type impostor struct {
	crypto.Signer
	other crypto.Signer
}

func (i impostor) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return i.other.Sign(r, digest, opts)
}

func digestOf(s string) *protocol.Digest { d := protocol.SHA256([]byte(s)); return &d }

// strange is a terminal of some other platform.
func strange(t *testing.T) (*ecdsaKey, *x509.Certificate) {
	other := newWorld(t).machine("atm-0001")
	return other.device.(*ecdsaKey), other.cert
}

func TestEveryGenerationOfTheCAIsChosenByItsKey(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	for _, citizen := range haltest.Citizens() {
		if citizen.Minor {
			continue // has no signing certificate
		}
		id, _, envelope := m.visits(citizen, w.phone().registers().RegistrationKey)
		if got := w.receipt(m.delivers(id, envelope), id, envelope); got.Verdict != protocol.Accepted {
			t.Errorf("%s: got %s %s, want accepted", citizen.ID, got.Verdict, got.Reason)
		}
	}
}

func TestOneFlippedBitIsRefusedAndTakesNoID(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	id, _, envelope := m.visits(midori(), w.phone().registers().RegistrationKey)
	for _, at := range []int{0, len(envelope) / 3, len(envelope) / 2, len(envelope) - 30, len(envelope) - 1} {
		broken := bytes.Clone(envelope)
		broken[at] ^= 1
		if got := w.receipt(m.delivers(id, broken), id, broken); got.Verdict != protocol.Refused || got.Reason != protocol.ReasonEnvelopeInvalid {
			t.Errorf("bit in byte %d: got %s %s, want refused envelope-invalid", at, got.Verdict, got.Reason)
		}
	}
	if got := w.receipt(m.delivers(id, envelope), id, envelope); got.Verdict != protocol.Accepted {
		t.Errorf("the whole one afterwards: got %s %s, want accepted", got.Verdict, got.Reason)
	}
}

func TestEnvelopeUnderAnotherIDIsRefused(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	_, _, envelope := m.visits(midori(), w.phone().registers().RegistrationKey)
	other := protocol.NewID()
	if got := w.receipt(m.delivers(other, envelope), other, envelope); got.Reason != protocol.ReasonEnvelopeInvalid {
		t.Errorf("got %s %s, want refused envelope-invalid", got.Verdict, got.Reason)
	}
}

func TestTerminalCarriesOnlyItsOwn(t *testing.T) {
	w := newWorld(t)
	m, other := w.machine("atm-0001"), w.machine("atm-0002")
	id, _, envelope := m.visits(midori(), w.phone().registers().RegistrationKey)
	if r := other.delivers(id, envelope); r.status != 403 || r.code(t) != "terminal-mismatch" {
		t.Errorf("carried by another: got %d %s, want 403 terminal-mismatch", r.status, r.body)
	}
	if r := w.do(w.apps, "PUT", "/v1/registrations/"+id.String(), protocol.MediaJOSE, envelope); r.status != 403 {
		t.Errorf("carried by nobody: got %d, want 403", r.status)
	}
	receipt := ok(w.Import(background, id, envelope))(t)
	if got := w.receipt(reply{status: 200, body: receipt}, id, envelope); got.Verdict != protocol.Accepted {
		t.Errorf("brought by hand: got %s %s, want accepted", got.Verdict, got.Reason)
	}
	if again := m.delivers(id, envelope); !bytes.Equal(again.body, receipt) {
		t.Error("by hand and by wire got different receipts")
	}
}

func TestSuspendedTerminalDeliversOnlyWhatItSealedBefore(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	before, _, early := m.visits(midori(), w.phone().registers().RegistrationKey)
	w.clock.pass(time.Minute)
	must(t, w.Suspend(background, m.id, false))
	w.clock.pass(time.Minute)
	after, _, late := m.visits(midori(), w.phone().registers().RegistrationKey)

	if got := w.receipt(m.delivers(before, early), before, early); got.Verdict != protocol.Accepted {
		t.Errorf("sealed before: got %s %s, want accepted", got.Verdict, got.Reason)
	}
	if got := w.receipt(m.delivers(after, late), after, late); got.Reason != protocol.ReasonTerminalRevoked {
		t.Errorf("sealed after: got %s %s, want refused terminal-revoked", got.Verdict, got.Reason)
	}
	if r := m.asks(protocol.NewRegistrationKey()); r.status != 403 {
		t.Errorf("asking about a key: got %d, want 403", r.status)
	}
	must(t, w.Reinstate(background, m.id))
	if r := m.asks(protocol.NewRegistrationKey()); r.status != 200 {
		t.Errorf("asking after reinstatement: got %d %s, want 200", r.status, r.body)
	}
}

func TestCompromisedTerminalIsBelievedNothing(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	id, _, envelope := m.visits(midori(), w.phone().registers().RegistrationKey)
	w.clock.pass(time.Minute)
	must(t, w.Suspend(background, m.id, true))
	if r := m.delivers(id, envelope); r.status != 403 || r.code(t) != "terminal-suspended" {
		t.Errorf("over its own wire: got %d %s, want 403 terminal-suspended", r.status, r.body)
	}
	receipt := ok(w.Import(background, id, envelope))(t)
	if got := w.receipt(reply{status: 200, body: receipt}, id, envelope); got.Reason != protocol.ReasonTerminalRevoked {
		t.Errorf("by hand: got %s %s, want refused terminal-revoked", got.Verdict, got.Reason)
	}
	if err := w.Reinstate(background, m.id); err == nil {
		t.Error("a compromised terminal was reinstated")
	}
}

func TestRequiredPhotoIsKeptUntilItsTimeIsOver(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.Photo = protocol.PhotoRequired; c.PhotoDays = 3 })
	m := w.machine("atm-0001")
	bare, _, without := m.visits(midori(), w.phone().registers().RegistrationKey)
	if got := w.receipt(m.delivers(bare, without), bare, without); got.Reason != protocol.ReasonPhotoMissing {
		t.Errorf("without photo: got %s %s, want refused photo-missing", got.Verdict, got.Reason)
	}
	id, _, with := m.visits(midori(), w.phone().registers().RegistrationKey, func(v *visit) {
		v.app.PhotoSHA256, v.app.PhotoCheck, v.content.Photo = digestOf("photo"), protocol.PhotoChecked, []byte("photo")
	})
	if got := w.receipt(m.delivers(id, with), id, with); got.Verdict != protocol.Accepted {
		t.Fatalf("with photo: got %s %s, want accepted", got.Verdict, got.Reason)
	}
	w.clock.pass(71 * time.Hour)
	must(t, w.Sweep(background))
	e := ok(w.Evidence(background, id))(t)
	if string(e.Photo) != "photo" {
		t.Error("the photo was dropped early")
	}
	if !bytes.Contains(applicationIn(t, e), []byte(protocol.PhotoChecked)) {
		t.Error("the evidence does not say what was found out about the photo")
	}
	w.clock.pass(2 * time.Hour)
	must(t, w.Sweep(background))
	if e := ok(w.Evidence(background, id))(t); e.Photo != nil || len(e.Registration) == 0 {
		t.Error("after its time the photo is still there, or more than it went")
	}
}

// No terminal of ours signs such a thing, and none of our clients sends it: it
// comes by hand.
func TestPhotoThatNobodyCheckedIsRefused(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	for name, words := range map[string]string{
		"no word of a check": `"photo_check":"` + protocol.PhotoChecked + `",`,
		"another word":       "-not-anchored",
	} {
		id, _, envelope := m.visits(midori(), w.phone().registers().RegistrationKey, func(v *visit) {
			v.app.PhotoSHA256, v.app.PhotoCheck, v.content.Photo = digestOf("photo"), protocol.PhotoChecked, []byte("photo")
			v.reword = func(application []byte) []byte { return bytes.ReplaceAll(application, []byte(words), nil) }
		})
		receipt := ok(w.Import(background, id, envelope))(t)
		if got := w.receipt(reply{status: 200, body: receipt}, id, envelope); got.Reason != protocol.ReasonPhotoUnchecked {
			t.Errorf("%s: got %s %s, want refused photo-unchecked", name, got.Verdict, got.Reason)
		}
	}
}

// applicationIn is what the citizen signed, as the evidence keeps it.
func applicationIn(t *testing.T, e platform.Evidence) []byte {
	t.Helper()
	cms := ok(base64.RawURLEncoding.DecodeString(strings.Split(string(e.Registration), ".")[1]))(t)
	return ok(pkcs7.Parse(cms))(t).Content
}
