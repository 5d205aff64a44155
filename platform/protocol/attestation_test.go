package protocol_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"net/url"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

func sampleEndorsement() protocol.Endorsement {
	return protocol.Endorsement{EKPublic: []byte("ek"), EKCertificate: []byte("certificate"), AKPublic: []byte("ak")}
}

func sampleChallenge() protocol.Challenge {
	return protocol.Challenge{
		ID: sampleID().String(), Credential: []byte("credential"), Secret: []byte("secret"), Nonce: bytes.Repeat([]byte{1}, 32), Expires: moment(),
	}
}

func sampleProof() protocol.Proof {
	return protocol.Proof{
		Secret: bytes.Repeat([]byte{2}, 32),
		Keys:   []protocol.CertifiedKey{{Public: []byte("public"), Attest: []byte("attest"), Signature: []byte("signature")}},
	}
}

func sampleTicket() protocol.Ticket { return protocol.Ticket{Ticket: "dGlja2V0", Expires: moment()} }

func TestAttestationBodiesAreBounded(t *testing.T) {
	endorsement := func(change func(*protocol.Endorsement)) error {
		e := sampleEndorsement()
		change(&e)
		_, err := protocol.EncodeEndorsement(e)
		return err
	}
	proof := func(change func(*protocol.Proof)) error {
		p := sampleProof()
		change(&p)
		_, err := protocol.EncodeProof(p)
		return err
	}
	key := sampleProof().Keys[0]
	for name, c := range map[string]struct {
		err  error
		good bool
	}{
		"no EK":             {endorsement(func(e *protocol.Endorsement) { e.EKPublic = nil }), false},
		"no AK":             {endorsement(func(e *protocol.Endorsement) { e.AKPublic = nil }), false},
		"no certificate":    {endorsement(func(e *protocol.Endorsement) { e.EKCertificate = nil }), true},
		"EK of 4096":        {endorsement(func(e *protocol.Endorsement) { e.EKPublic = make([]byte, 4096) }), true},
		"EK of 4097":        {endorsement(func(e *protocol.Endorsement) { e.EKPublic = make([]byte, 4097) }), false},
		"certificate 16384": {endorsement(func(e *protocol.Endorsement) { e.EKCertificate = make([]byte, 16384) }), true},
		"certificate 16385": {endorsement(func(e *protocol.Endorsement) { e.EKCertificate = make([]byte, 16385) }), false},
		"no keys":           {proof(func(p *protocol.Proof) { p.Keys = nil }), false},
		"4 keys":            {proof(func(p *protocol.Proof) { p.Keys = []protocol.CertifiedKey{key, key, key, key} }), true},
		"5 keys":            {proof(func(p *protocol.Proof) { p.Keys = []protocol.CertifiedKey{key, key, key, key, key} }), false},
		"secret of 15":      {proof(func(p *protocol.Proof) { p.Secret = make([]byte, 15) }), false},
		"secret of 16":      {proof(func(p *protocol.Proof) { p.Secret = make([]byte, 16) }), true},
		"secret of 64":      {proof(func(p *protocol.Proof) { p.Secret = make([]byte, 64) }), true},
		"secret of 65":      {proof(func(p *protocol.Proof) { p.Secret = make([]byte, 65) }), false},
		"key without word":  {proof(func(p *protocol.Proof) { p.Keys = []protocol.CertifiedKey{{Public: key.Public, Attest: key.Attest}} }), false},
	} {
		if (c.err == nil) != c.good {
			t.Errorf("%s: got %v, want it taken: %t", name, c.err, c.good)
		}
	}
	body := must(protocol.EncodeEndorsement(sampleEndorsement()))
	if _, err := protocol.DecodeEndorsement(append(body, bytes.Repeat([]byte(" "), protocol.MaxAttestation)...)); err == nil {
		t.Error("a body above 64 KiB is taken")
	}
}

func TestProtectionIsClaimedByOneURI(t *testing.T) {
	key := protocol.NewPrivateKey().ECDSA()
	claims := func(uris ...string) (string, error) {
		template := &x509.CertificateRequest{DNSNames: []string{"believe.me"}}
		for _, u := range uris {
			template.URIs = append(template.URIs, must(url.Parse(u)))
		}
		csr := must(x509.ParseCertificateRequest(must(x509.CreateCertificateRequest(rand.Reader, template, key))))
		return protocol.ProtectionClaimed(csr)
	}
	for uris, want := range map[string]string{
		"": "file", "urn:watashi:protection:file": "file", "urn:watashi:protection:tpm": "tpm",
		"urn:watashi:terminal:atm-1 urn:watashi:protection:tpm":  "tpm",
		"urn:watashi:protection:tpm-attested":                    "", // the platform's word
		"urn:watashi:protection:":                                "",
		"urn:watashi:protection:TPM":                             "",
		"urn:watashi:protection:tpm urn:watashi:protection:tpm":  "",
		"urn:watashi:protection:file urn:watashi:protection:tpm": "",
	} {
		if got, err := claims(strings.Fields(uris)...); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q %v, want %q", uris, got, err, want)
		}
	}
	for _, word := range []string{"", "tpm-attested", "TPM"} {
		if u, err := protocol.ProtectionURI(word); err == nil {
			t.Errorf("%q can be claimed: %v", word, u)
		}
	}
}

// FuzzProtectionClaimed reads any certification request.
func FuzzProtectionClaimed(f *testing.F) {
	key := protocol.NewPrivateKey().ECDSA()
	for _, word := range []string{"file", "tpm"} {
		uri := must(protocol.ProtectionURI(word))
		f.Add(must(x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{URIs: []*url.URL{uri}}, key)))
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		csr, err := x509.ParseCertificateRequest(der)
		if err != nil {
			return
		}
		word, err := protocol.ProtectionClaimed(csr)
		if err != nil && word != "" {
			t.Errorf("an error and %q", word)
		}
		if err == nil {
			must(protocol.ProtectionURI(word))
		}
	})
}

// FuzzAttestationBodies reads any body of the four.
func FuzzAttestationBodies(f *testing.F) {
	for _, body := range [][]byte{
		must(protocol.EncodeEndorsement(sampleEndorsement())), must(protocol.EncodeChallenge(sampleChallenge())),
		must(protocol.EncodeProof(sampleProof())), must(protocol.EncodeTicket(sampleTicket())), []byte(`{"ticket":null}`),
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		comesBack(t, body, protocol.DecodeEndorsement, protocol.EncodeEndorsement)
		comesBack(t, body, protocol.DecodeChallenge, protocol.EncodeChallenge)
		comesBack(t, body, protocol.DecodeProof, protocol.EncodeProof)
		comesBack(t, body, protocol.DecodeTicket, protocol.EncodeTicket)
	})
}

// comesBack demands that what was read can be written and reads alike.
func comesBack[T any](t *testing.T, body []byte, decode func([]byte) (T, error), encode func(T) ([]byte, error)) {
	t.Helper()
	v, err := decode(body)
	if err != nil {
		return
	}
	text, err := encode(v)
	if err != nil {
		t.Fatalf("what was read cannot be written: %v", err)
	}
	if again := must(encode(must(decode(text)))); !bytes.Equal(again, text) {
		t.Errorf("written as %s, then as %s", text, again)
	}
}
