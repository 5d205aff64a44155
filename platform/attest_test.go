package platform_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-tpm/tpm2"
	"github.com/smallstep/pkcs7"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/attestation"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// staff is an EndorsementSource that an operator fills while the platform runs.
type staff struct{ trust attestation.Trust }

func (s *staff) Trust(context.Context) (attestation.Trust, error) { return s.trust, nil }

func (s *staff) allow(c *chip) { s.trust.Allowed = append(s.trust.Allowed, c.endorsement()) }

// applicant is a machine on its way in, or back: how it shows who it is, and its chip.
type applicant struct {
	w      *world
	client *http.Client
	token  *protocol.Token // nil is its certificate
	ticket string
}

func (a *applicant) posts(path, media string, body []byte) reply {
	a.w.t.Helper()
	request := ok(http.NewRequest("POST", a.w.url+path, bytes.NewReader(body)))(a.w.t)
	request.Header.Set("Content-Type", media)
	if a.token != nil {
		request.SetBasicAuth(protocol.TokenUser, a.token.Password())
	}
	if a.ticket != "" {
		request.Header.Set(protocol.HeaderAttestation, a.ticket)
	}
	return a.w.send(a.client, request)
}

func (a *applicant) introduces(e protocol.Endorsement) reply {
	return a.posts(protocol.PathAttestations, protocol.MediaJSON, ok(protocol.EncodeEndorsement(e))(a.w.t))
}

func (a *applicant) challenged(c *chip) protocol.Challenge {
	a.w.t.Helper()
	r := a.introduces(c.introduces(nil))
	expect(a.w.t, "introduction", r, http.StatusCreated, "")
	return ok(protocol.DecodeChallenge(r.body))(a.w.t)
}

func (a *applicant) answers(id string, p protocol.Proof) reply {
	return a.posts(protocol.PathAttestations+"/"+id, protocol.MediaJSON, ok(protocol.EncodeProof(p))(a.w.t))
}

// attests gets a ticket for keys of a chip.
func (a *applicant) attests(c *chip, keys ...*ecdsa.PrivateKey) {
	a.w.t.Helper()
	challenge := a.challenged(c)
	r := a.answers(challenge.ID, c.proves(challenge, keys...))
	expect(a.w.t, "proof", r, http.StatusOK, "")
	a.ticket = ok(protocol.DecodeTicket(r.body))(a.w.t).Ticket
}

func (a *applicant) enrolls(key crypto.Signer, forTLS bool, claim string) reply {
	return a.posts(protocol.PathESTEnroll, "application/pkcs10", claiming(a.w.t, key, forTLS, claim))
}

func (a *applicant) renews(key crypto.Signer, forTLS bool, claim string) reply {
	return a.posts(protocol.PathESTReenroll, "application/pkcs10", claiming(a.w.t, key, forTLS, claim))
}

// granted takes the certificate out of an answer and says where it says the key is.
func granted(t testing.TB, r reply) (*x509.Certificate, string) {
	t.Helper()
	expect(t, "certificate", r, http.StatusOK, "")
	cert := ok(pkcs7.Parse(ok(base64.StdEncoding.DecodeString(string(r.body)))(t)))(t).Certificates[0]
	return cert, ok(protocol.TerminalOf(cert))(t).Protection
}

func (w *world) applicant(id string) *applicant {
	token := ok(w.IssueToken(id))(w.t)
	return &applicant{w: w, client: w.apps, token: &token}
}

// holding is an applicant with its own certificate instead of a token.
func (w *world) holding(cert *x509.Certificate, key crypto.Signer) *applicant {
	return &applicant{w: w, client: w.client(tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key})}
}

// strict is a platform as in production, for test people.
func strict(s *staff) func(*platform.Config) {
	return func(c *platform.Config) { c.Endorsements, c.Protection = s, protocol.ProtectionAttested }
}

func TestProvenKeysGetCertificatesThatSaySo(t *testing.T) {
	for name, inRSA := range map[string]bool{"ECC": false, "RSA": true} {
		t.Run(name, func(t *testing.T) {
			s, c := &staff{}, newChip(t, inRSA)
			s.allow(c)
			w := newWorld(t, strict(s))
			a, device, carrier := w.applicant("atm-0001"), newECDSA(), newECDSA()
			a.attests(c, device, carrier)
			cert, where := granted(t, a.enrolls(device, false, protocol.ProtectionTPM))
			_, alsoWhere := granted(t, a.enrolls(carrier, true, protocol.ProtectionTPM))
			if where != protocol.ProtectionAttested || alsoWhere != protocol.ProtectionAttested {
				t.Errorf("got %s and %s, want tpm-attested", where, alsoWhere)
			}
			m := ok(w.Terminal(background, "atm-0001"))(t)
			if m.Chip != c.endorsement() || m.Vouched != attestation.ByList || m.Device.Protection != protocol.ProtectionAttested {
				t.Errorf("on record: %+v", m)
			}
			evidence := ok(w.Issuance(background, protocol.CertificateKid(cert)))(t)
			key, err := attestation.Judge(evidence.Proof.AttestationKey, evidence.Proof.Nonce, evidence.Proof.Statement)
			if err != nil || key != protocol.SHA256(cert.RawSubjectPublicKeyInfo) || evidence.Occasion != platform.ByToken {
				t.Errorf("the evidence does not prove the key later: %v", err)
			}
		})
	}
}

func TestWhatProtectsAKeyIsNotTakenOnTrust(t *testing.T) {
	for _, test := range []struct {
		least, claim, want string
	}{
		{protocol.ProtectionFile, "", protocol.ProtectionFile},
		{protocol.ProtectionFile, protocol.ProtectionFile, protocol.ProtectionFile},
		{protocol.ProtectionFile, protocol.ProtectionTPM, protocol.ProtectionTPM},
		{protocol.ProtectionTPM, protocol.ProtectionFile, ""},
		{protocol.ProtectionTPM, "", ""},
		{protocol.ProtectionTPM, protocol.ProtectionTPM, protocol.ProtectionTPM},
		{protocol.ProtectionAttested, protocol.ProtectionFile, ""},
		{protocol.ProtectionAttested, protocol.ProtectionTPM, ""},
	} {
		w := newWorld(t, func(c *platform.Config) { c.Protection = test.least })
		r := w.applicant("atm-0001").enrolls(newECDSA(), false, test.claim)
		if test.want == "" {
			expect(t, test.least+" wanted, "+test.claim+" claimed", r, 403, protocol.CodeProtection)
			continue
		}
		if _, got := granted(t, r); got != test.want {
			t.Errorf("%s wanted, %q claimed: got %s, want %s", test.least, test.claim, got, test.want)
		}
	}
}

// refusal is one line of a table: what is done, and the problem that it is.
type refusal struct {
	do   func(a *applicant, c *chip) reply
	code string
	say  string // stands in the words
}

func TestEachRefusalOfAChipSaysWhatToDo(t *testing.T) {
	s, key := &staff{}, newECDSA()
	w := newWorld(t, strict(s))
	introduced := func(change func(*chip)) func(*applicant, *chip) reply {
		return func(a *applicant, c *chip) reply {
			change(c)
			return a.introduces(c.introduces(nil))
		}
	}
	proven := func(change func(*protocol.Proof, *chip, protocol.Challenge)) func(*applicant, *chip) reply {
		return func(a *applicant, c *chip) reply {
			challenge := a.challenged(c)
			proof := c.proves(challenge, key)
			change(&proof, c, challenge)
			return a.answers(challenge.ID, proof)
		}
	}
	lying := func(lie func(*tpm2.TPMSAttest)) func(*applicant, *chip) reply {
		return proven(func(p *protocol.Proof, c *chip, ch protocol.Challenge) {
			p.Keys[0] = c.certifies(signingArea(key.Public()), ch.Nonce, lie)
		})
	}
	shaped := func(change func(*tpm2.TPMTPublic)) func(*applicant, *chip) reply {
		return proven(func(p *protocol.Proof, c *chip, ch protocol.Challenge) {
			area := signingArea(key.Public())
			change(&area)
			p.Keys[0] = c.certifies(area, ch.Nonce, nil)
		})
	}
	for name, test := range map[string]refusal{
		"no structure": {introduced(func(c *chip) {
			c.akPublic = tpm2.TPMTPublic{Type: tpm2.TPMAlgECC, NameAlg: 0x7777, Unique: c.akPublic.Unique, Parameters: c.akPublic.Parameters}
		}), "", "attestation key"},
		"EK signs":          {introduced(func(c *chip) { c.ekPublic.ObjectAttributes.SignEncrypt = true }), protocol.CodeAttestation, "sign"},
		"EK unrestricted":   {introduced(func(c *chip) { c.ekPublic.ObjectAttributes.Restricted = false }), protocol.CodeAttestation, "restricted"},
		"EK movable":        {introduced(func(c *chip) { c.ekPublic.ObjectAttributes.FixedTPM = false }), protocol.CodeAttestation, "fixedTPM"},
		"AK unrestricted":   {introduced(func(c *chip) { c.akPublic.ObjectAttributes.Restricted = false }), protocol.CodeAttestation, "restricted"},
		"AK movable":        {introduced(func(c *chip) { c.akPublic.ObjectAttributes.FixedTPM = false }), protocol.CodeAttestation, "fixedTPM"},
		"AK brought along":  {introduced(func(c *chip) { c.akPublic.ObjectAttributes.SensitiveDataOrigin = false }), protocol.CodeAttestation, "sensitiveDataOrigin"},
		"AK does not sign":  {introduced(func(c *chip) { c.akPublic.ObjectAttributes.SignEncrypt = false }), protocol.CodeAttestation, "sign"},
		"AK decrypts":       {introduced(func(c *chip) { c.akPublic.ObjectAttributes.Decrypt = true }), protocol.CodeAttestation, "decrypt"},
		"AK named by SHA-1": {introduced(func(c *chip) { c.akPublic.NameAlg = tpm2.TPMAlgSHA1 }), protocol.CodeAttestation, "SHA-256"},
		"another EK":        {introduced(func(c *chip) { *c = *newChip(c.t, false) }), protocol.CodeEndorsement, "ek allow"},
		//lint:ignore SA1019 nothing else makes a point off its curve
		"AK off its curve":   {introduced(func(c *chip) { p := newECDSA().PublicKey; p.X = p.Y; c.akPublic.Unique = unique(&p) }), protocol.CodeAttestation, "P-256"},
		"EK of RSA 1024":     {introduced(func(c *chip) { c.ekPublic = endorsementArea(&ok(rsaKey(1024))(c.t).PublicKey) }), protocol.CodeAttestation, "2048"},
		"AK in another chip": {proven(func(p *protocol.Proof, _ *chip, _ protocol.Challenge) { p.Secret = bytes.Repeat([]byte{1}, 32) }), protocol.CodeAttestation, "one chip"},
		"no magic":           {lying(func(a *tpm2.TPMSAttest) { a.Magic = 1 }), "", ""},
		"a quote":            {lying(quoteInstead), protocol.CodeAttestation, "TPM2_Certify"},
		"another nonce":      {lying(func(a *tpm2.TPMSAttest) { a.ExtraData.Buffer = make([]byte, 32) }), protocol.CodeAttestation, "nonce"},
		"no nonce":           {lying(func(a *tpm2.TPMSAttest) { a.ExtraData.Buffer = nil }), protocol.CodeAttestation, "nonce"},
		"about another key": {lying(func(a *tpm2.TPMSAttest) {
			area := signingArea(newECDSA().Public())
			name := *ok(tpm2.ObjectName(&area))(t)
			a.Attested = tpm2.NewTPMUAttest(tpm2.TPMSTAttestCertify, &tpm2.TPMSCertifyInfo{Name: name, QualifiedName: name})
		}), protocol.CodeAttestation, "another key"},
		"signed by another": {proven(func(p *protocol.Proof, c *chip, ch protocol.Challenge) {
			p.Keys[0] = newChip(c.t, false).certifies(signingArea(key.Public()), ch.Nonce, nil)
		}), protocol.CodeAttestation, "signature"},
		"signature of another kind": {proven(func(p *protocol.Proof, c *chip, ch protocol.Challenge) {
			p.Keys[0].Signature = tpm2.Marshal(tpm2.TPMTSignature{SigAlg: tpm2.TPMAlgRSASSA, Signature: tpm2.NewTPMUSignature(tpm2.TPMAlgRSASSA, &tpm2.TPMSSignatureRSA{Hash: tpm2.TPMAlgSHA256})})
		}), protocol.CodeAttestation, "signature"},
		"statement changed": {proven(func(p *protocol.Proof, _ *chip, _ protocol.Challenge) {
			p.Keys[0].Attest[len(p.Keys[0].Attest)-1] ^= 1
		}), protocol.CodeAttestation, "signature"},
		"key movable":       {shaped(func(a *tpm2.TPMTPublic) { a.ObjectAttributes.FixedTPM = false }), protocol.CodeAttestation, "fixedTPM"},
		"key under another": {shaped(func(a *tpm2.TPMTPublic) { a.ObjectAttributes.FixedParent = false }), protocol.CodeAttestation, "fixedParent"},
		"key brought along": {shaped(func(a *tpm2.TPMTPublic) { a.ObjectAttributes.SensitiveDataOrigin = false }), protocol.CodeAttestation, "sensitiveDataOrigin"},
		"key decrypts":      {shaped(func(a *tpm2.TPMTPublic) { a.ObjectAttributes.Decrypt = true }), protocol.CodeAttestation, "decrypt"},
		"key restricted":    {shaped(func(a *tpm2.TPMTPublic) { a.ObjectAttributes.Restricted = true }), protocol.CodeAttestation, "restricted"},
		"key on P-384": {shaped(func(a *tpm2.TPMTPublic) {
			*a = signingArea(ok(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))(t).Public())
		}), protocol.CodeAttestation, "P-256"},
		"key in no structure": {proven(func(p *protocol.Proof, _ *chip, _ protocol.Challenge) { p.Keys[0].Public = []byte("?") }), protocol.CodeMalformed, "Part 2"},
		"more behind the key": {proven(func(p *protocol.Proof, _ *chip, _ protocol.Challenge) { p.Keys[0].Public = append(p.Keys[0].Public, 0) }), protocol.CodeMalformed, "Part 2"},
		"no signature":        {proven(func(p *protocol.Proof, _ *chip, _ protocol.Challenge) { p.Keys[0].Signature = []byte{0} }), protocol.CodeMalformed, "Part 2"},
	} {
		t.Run(name, func(t *testing.T) {
			w.clock.pass(time.Minute) // not to be asked to slow down
			c := newChip(t, false)
			s.allow(c)
			r := test.do(w.applicant("atm-0001"), c)
			if test.code == "" && (r.status == 400 || r.status == 403) {
				return // either reason is as good
			}
			expect(t, name, r, map[bool]int{true: 400, false: 403}[test.code == protocol.CodeMalformed], test.code)
			if !strings.Contains(string(r.body), test.say) {
				t.Errorf("%s does not speak of %q", r.body, test.say)
			}
		})
	}
}

func quoteInstead(a *tpm2.TPMSAttest) {
	a.Type = tpm2.TPMSTAttestQuote
	a.Attested = tpm2.NewTPMUAttest(tpm2.TPMSTAttestQuote, &tpm2.TPMSQuoteInfo{})
}

func TestTicketServesItsAskerItsKeysAndItsHour(t *testing.T) {
	s, c := &staff{}, newChip(t, false)
	s.allow(c)
	w := newWorld(t, strict(s))
	key := newECDSA()
	a, other := w.applicant("atm-0001"), w.applicant("atm-0002")
	a.attests(c, key)

	expect(t, "another key", a.enrolls(newECDSA(), false, "tpm"), 403, protocol.CodeTicket)
	other.ticket = a.ticket
	expect(t, "another's ticket", other.enrolls(key, false, "tpm"), 403, protocol.CodeTicket)
	other.ticket = "AAAA"
	expect(t, "no ticket of ours", other.enrolls(key, false, "tpm"), 403, protocol.CodeTicket)

	w.clock.pass(59 * time.Minute)
	late := w.applicant("atm-0003")
	late.attests(c, newECDSA())
	w.clock.pass(time.Hour) // the token has run out as well
	r := late.enrolls(newECDSA(), false, "tpm")
	expect(t, "token over", r, 401, protocol.CodeTokenExpired)
}

func TestTicketRunsOutBeforeALongToken(t *testing.T) {
	s, c := &staff{}, newChip(t, false)
	s.allow(c)
	w := newWorld(t, strict(s))
	token := ok(w.IssueTokenFor(background, platform.Grant{TerminalID: "atm-0001", Life: 24 * time.Hour}))(t)
	a, key := &applicant{w: w, client: w.apps, token: &token}, newECDSA()
	a.attests(c, key)
	w.clock.pass(time.Hour)
	expect(t, "an hour later", a.enrolls(key, false, "tpm"), 403, protocol.CodeTicket)
	a.attests(c, key)
	granted(t, a.enrolls(key, false, "tpm"))
}

func TestChallengeServesOnceAndItsAskerOnly(t *testing.T) {
	s, c := &staff{}, newChip(t, false)
	s.allow(c)
	w := newWorld(t, strict(s))
	a, other, key := w.applicant("atm-0001"), w.applicant("atm-0002"), newECDSA()

	first := a.challenged(c)
	second := a.challenged(c)
	expect(t, "replaced", a.answers(first.ID, c.proves(first, key)), 403, protocol.CodeChallenge)
	expect(t, "by another", other.answers(second.ID, c.proves(second, key)), 403, protocol.CodeChallenge)
	proof := c.proves(second, key)
	expect(t, "by nobody", (&applicant{w: w, client: w.apps}).answers(second.ID, proof), 401, protocol.CodeTokenUnknown)
	expect(t, "answered", a.answers(second.ID, proof), 200, "")
	expect(t, "the same again, its answer was lost", a.answers(second.ID, proof), 200, "")
	expect(t, "answered otherwise", a.answers(second.ID, c.proves(second, newECDSA())), 403, protocol.CodeChallenge)
	expect(t, "no id", a.answers("x", proof), 404, protocol.CodeNotFound)

	third := a.challenged(c)
	w.clock.pass(10 * time.Minute)
	expect(t, "run out", a.answers(third.ID, c.proves(third, key)), 403, protocol.CodeChallenge)
	expect(t, "not JSON of ours", a.posts(protocol.PathAttestations, protocol.MediaJSON, []byte(`{"ek_public":"AA==","more":1}`)), 400, protocol.CodeMalformed)
	w.clock.pass(time.Hour)
	expect(t, "token over", a.introduces(c.introduces(nil)), 401, protocol.CodeTokenExpired)
}

func TestNobodyLearnsWhichChipsAreKnown(t *testing.T) {
	s, c := &staff{}, newChip(t, false)
	s.allow(c)
	w := newWorld(t, strict(s))
	unknown := ok(w.IssueToken("atm-0001"))(t)
	unknown.Secret = bytes.Repeat([]byte{1}, 32)
	for name, chip := range map[string]*chip{"known": c, "unknown": newChip(t, false)} {
		a := &applicant{w: w, client: w.apps, token: &unknown}
		expect(t, name+", with a token of nobody's", a.introduces(chip.introduces(nil)), 401, protocol.CodeTokenUnknown)
		a.token = nil
		expect(t, name+", with nothing", a.introduces(chip.introduces(nil)), 401, protocol.CodeTokenUnknown)
	}
}

// TestSecretIsForThePair shows what the challenge is for: one chip answers for no
// other's attestation key.
func TestSecretIsForThePair(t *testing.T) {
	s, hard, soft := &staff{}, newChip(t, false), newChip(t, false)
	s.allow(hard)
	w := newWorld(t, strict(s))
	a, key := w.applicant("atm-0001"), newECDSA()
	mixed := *hard
	mixed.ak, mixed.akPublic = soft.ak, soft.akPublic // an attestation key in a file
	challenge := a.challenged(&mixed)
	proof := mixed.proves(challenge, key)
	proof.Secret = hard.activates(challenge) // the true chip does not know that key
	expect(t, "mixed", a.answers(challenge.ID, proof), 403, protocol.CodeAttestation)
}

// claiming is a request that says where its key is; "" says nothing.
func claiming(t testing.TB, key crypto.Signer, forTLS bool, claim string) []byte {
	t.Helper()
	template := &x509.CertificateRequest{}
	if forTLS {
		template.ExtraExtensions = clientAuth(t)
	}
	if claim != "" {
		template.URIs = append(template.URIs, ok(protocol.ProtectionURI(claim))(t))
	}
	return base64.StdEncoding.AppendEncode(nil, ok(x509.CreateCertificateRequest(rand.Reader, template, key))(t))
}
