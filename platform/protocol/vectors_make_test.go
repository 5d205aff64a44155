package protocol_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"io/fs"
	"math/big"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

var update = flag.Bool("update", false, "write testdata/vectors anew; keys are kept if they are there")

// TestMain renews the vectors before anything reads them.
func TestMain(m *testing.M) {
	flag.Parse()
	if *update {
		if _, err := os.Stat(vectorPath("keys")); errors.Is(err, fs.ErrNotExist) {
			writeVector("keys", newVectorKeys())
		}
	}
	os.Exit(m.Run())
}

func TestVectorsAreRenewedOnRequest(t *testing.T) {
	if !*update {
		return
	}
	synctest.Test(t, func(t *testing.T) { // the signing time of a CMS is the clock's
		time.Sleep(time.Until(moment()))
		for name, v := range makeVectors(t) {
			writeVector(name, v)
		}
	})
}

func writeVector(name string, v any) {
	b := &bytes.Buffer{}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	if err := os.WriteFile(vectorPath(name), b.Bytes(), 0o644); err != nil {
		panic(err)
	}
}

func makeVectors(t *testing.T) map[string]any {
	p := cast()
	cms, jws, envelope := registration(t)
	app := sampleApplication()
	text := must(json.Marshal(app))
	receipt, withdrawal := sampleReceipt(), protocol.Withdrawal{ID: sampleID(), TerminalID: "T-0001", Time: moment()}
	receipt.BodySHA256 = protocol.SHA256(envelope)
	query, answer := sampleQuery(), sampleAnswer()
	sealedQuery := must(protocol.SealKeyQuery(query, p.device, p.deviceCert, p.encryption.PublicKey()))
	answer.QuerySHA256 = protocol.SHA256(sealedQuery)
	return map[string]any{
		"application":  map[string]any{"Clause": "RFC 5652; EN 319 122-1 (CAdES-BES); RFC 5035, 4", "Application": json.RawMessage(text), "Salt": protocol.Bytes(sampleSalt()), "Code": "124578", "CMS": cms, "SigningTime": moment()},
		"registration": signedVector{"RFC 7515; RFC 7518, 3.4", p.device.PublicKey(), nil, string(jws)},
		"envelope":     sealedVector{"RFC 7516; RFC 7518, 4.6 and 5.3", must(p.privateJWK()), string(envelope), protocol.SHA256(envelope).String()},
		"receipt":      signedVector{"RFC 7515", p.receipt.PublicKey(), must(json.Marshal(receipt)), string(must(protocol.SignReceipt(receipt, p.receipt)))},
		"withdrawal":   signedVector{"RFC 7515", p.device.PublicKey(), must(json.Marshal(withdrawal)), string(must(protocol.SignWithdrawal(withdrawal, p.device, p.deviceCert)))},
		"key-query":    sealedVector{"RFC 7516 around RFC 7515", must(p.privateJWK()), string(sealedQuery), protocol.SHA256(sealedQuery).String()},
		"key-answer":   signedVector{"RFC 7515", p.receipt.PublicKey(), must(json.Marshal(answer)), string(must(protocol.SignKeyAnswer(answer, p.receipt)))},
		"bundle":       signedVector{"RFC 7515", p.bundle.PublicKey(), must(json.Marshal(sampleBundle())), string(must(protocol.SignBundle(sampleBundle(), p.bundle)))},
		"heartbeat":    signedVector{"RFC 7515", p.device.PublicKey(), must(json.Marshal(sampleHeartbeat())), string(must(protocol.SignHeartbeat(sampleHeartbeat(), p.device, p.deviceCert)))},
		"retirement":   signedVector{"RFC 7515", p.device.PublicKey(), must(json.Marshal(sampleRetirement())), string(must(protocol.SignRetirement(sampleRetirement(), p.device, p.deviceCert)))},
		"order":        signedVector{"RFC 7515", p.receipt.PublicKey(), must(json.Marshal(sampleOrder())), string(must(protocol.SignOrder(sampleOrder(), p.receipt)))},
		"key-request":  signedVector{"RFC 7515; RFC 7800", p.app.PublicKey(), nil, string(must(protocol.SignKeyRequest(protocol.KeyRequest{Nonce: "n-1", Time: moment()}, p.app)))},
		"activation":   signedVector{"RFC 7515", p.app.PublicKey(), nil, string(must(protocol.SignActivation(protocol.ActivationRequest{Nonce: "n-2", Key: sampleKey(), Code: sampleCode()}, p.app)))},
		"token":        map[string]any{"Clause": "RFC 7469, 2.4 (pin); RFC 4648, 5", "Token": json.RawMessage(must(json.Marshal(sampleToken()))), "Text": sampleToken().String()},
	}
}

// privateJWK is the platform's encryption key for other implementations.
func (p people) privateJWK() (json.RawMessage, error) {
	public := map[string]any{}
	if err := json.Unmarshal(must(p.encryption.PublicKey().MarshalJSON()), &public); err != nil {
		return nil, err
	}
	d, err := p.encryption.ECDSA().Bytes()
	if err != nil {
		return nil, err
	}
	public["d"], public["kid"] = protocol.Bytes(d), p.encryption.Kid()
	return json.Marshal(public)
}

func newVectorKeys() vectorKeys {
	ca, citizen := must(rsa.GenerateKey(rand.Reader, 2048)), must(rsa.GenerateKey(rand.Reader, 2048))
	device, authority := protocol.NewPrivateKey(), protocol.NewPrivateKey()
	root := mustCert(issue(certificate("", "JPKI-TEST invented CA", 1), nil, ca, ca))
	leaf := certificate("", "20261024103000000010000000001", 2)
	leaf.PolicyIdentifiers, leaf.Policies = nil, []x509.OID{must(x509.ParseOID("1.2.392.200149.8.5.1.0.20"))}
	leaf.ExtraExtensions = []pkix.Extension{attributesExtension()}
	leaf.KeyUsage |= x509.KeyUsageContentCommitment
	est := mustCert(issue(certificate("", "terminal CA for tests", 3), nil, authority.ECDSA(), authority.ECDSA()))
	terminal := certificate("T-0001", "T-0001", 4)
	return vectorKeys{
		Clause:  "PKCS #8 (RFC 5958) and X.509 (RFC 5280), DER in base64. For tests only: these keys are public.",
		Citizen: pkcs8(citizen), CitizenCertificate: issue(leaf, root, citizen, ca), JPKI: root.Raw,
		Device: pkcs8(device.ECDSA()), DeviceCertificate: issue(terminal, est, device.ECDSA(), authority.ECDSA()),
		Encryption: pkcs8(protocol.NewPrivateKey().ECDSA()), Receipt: pkcs8(protocol.NewPrivateKey().ECDSA()),
		Bundle: pkcs8(protocol.NewPrivateKey().ECDSA()), App: pkcs8(protocol.NewPrivateKey().ECDSA()),
	}
}

func certificate(terminal, name string, serial int64) *x509.Certificate {
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{Country: []string{"JP"}, CommonName: name},
		NotBefore: moment().AddDate(-1, 0, 0), NotAfter: moment().AddDate(20, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}
	if terminal != "" {
		c.URIs = must(protocol.Terminal{ID: terminal, Environment: protocol.Test, Protection: protocol.ProtectionFile}.URIs())
	}
	return c
}

func issue(c, parent *x509.Certificate, key, signer any) []byte {
	if parent == nil {
		c.IsCA, c.KeyUsage, parent = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign, c
	}
	return must(x509.CreateCertificate(rand.Reader, c, parent, publicOf(key), signer))
}

func publicOf(key any) any {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k.Public()
	case *ecdsa.PrivateKey:
		return k.Public()
	}
	panic("neither RSA nor ECDSA")
}

// attributesExtension is a subjectAltName with the four attributes as the cards
// have them: six otherNames 1.2.392.200149.8.5.5.n in the order 1, 4, 3, 5, 2, 6.
func attributesExtension() pkix.Extension {
	type otherName struct {
		Type  asn1.ObjectIdentifier
		Value string `asn1:"explicit,tag:0,utf8"`
	}
	a := sampleApplication().Attributes
	var names []asn1.RawValue
	for _, v := range []struct {
		n    int
		text string
	}{{1, a.Name.Reveal()}, {4, a.BirthDate.Reveal()}, {3, a.Sex}, {5, a.Address.Reveal()}, {2, a.NameSubstitutes.Reveal()}, {6, a.AddressSubstitutes.Reveal()}} {
		der := must(asn1.MarshalWithParams(otherName{asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, v.n}, v.text}, "tag:0"))
		names = append(names, asn1.RawValue{FullBytes: der})
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: must(asn1.Marshal(names))}
}

func pkcs8(key any) []byte { return must(x509.MarshalPKCS8PrivateKey(key)) }

func pemOf(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}
