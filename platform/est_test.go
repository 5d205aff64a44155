package platform_test

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"math/big"

	"github.com/smallstep/pkcs7"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/attestation"
	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestRequestAttributesNameCurveHashAndProtection(t *testing.T) {
	for least, want := range map[string]string{
		protocol.ProtectionFile: "file", protocol.ProtectionTPM: "tpm", protocol.ProtectionAttested: "tpm",
	} {
		w := newWorld(t, func(c *platform.Config) { c.Protection = least })
		r := w.do(w.apps, "GET", protocol.PathESTAttributes, "", nil)
		expect(t, "csrattrs", r, 200, "")
		if media := r.header.Get("Content-Type"); media != "application/csrattrs" || r.header.Get("Content-Transfer-Encoding") != "base64" {
			t.Errorf("as %s in %s", media, r.header.Get("Content-Transfer-Encoding"))
		}
		var all []asn1.RawValue // CsrAttrs ::= SEQUENCE OF CHOICE { oid, attribute } (RFC 7030, 4.5.2)
		rest := ok(asn1.Unmarshal(ok(base64.StdEncoding.DecodeString(string(r.body)))(t), &all))(t)
		var hash asn1.ObjectIdentifier
		var curve struct {
			Type   asn1.ObjectIdentifier
			Values []asn1.ObjectIdentifier `asn1:"set"`
		}
		var request struct {
			Type   asn1.ObjectIdentifier
			Values [][]pkix.Extension `asn1:"set"`
		}
		ok(asn1.Unmarshal(all[0].FullBytes, &curve))(t)
		ok(asn1.Unmarshal(all[1].FullBytes, &hash))(t)
		ok(asn1.Unmarshal(all[2].FullBytes, &request))(t)
		said := request.Values[0][0]
		if len(rest) > 0 || len(all) != 3 || curve.Values[0].String() != "1.2.840.10045.3.1.7" || hash.String() != "1.2.840.10045.4.3.2" ||
			said.Id.String() != "2.5.29.17" || !bytes.HasSuffix(said.Value, []byte("urn:watashi:protection:"+want)) {
			t.Errorf("%s: got %v %v %v", least, curve, hash, said)
		}
	}
}

func TestEncodingsOfEST(t *testing.T) {
	w := newWorld(t)
	a, key := w.applicant("atm-0001"), newECDSA()
	csr := claiming(t, key, false, "")
	der := ok(base64.StdEncoding.DecodeString(string(csr)))(t)
	var wrapped bytes.Buffer
	for line := range slices.Chunk(csr, 64) {
		wrapped.Write(append(line, "\r\n"...))
	}
	for name, test := range map[string]struct {
		media  string
		body   []byte
		status int
		code   string
	}{
		"one line":           {"application/pkcs10", csr, 200, ""},
		"with a parameter":   {"application/pkcs10; charset=us-ascii", csr, 200, ""},
		"wrapped lines":      {"application/pkcs10", wrapped.Bytes(), 200, ""},
		"bare DER":           {"application/pkcs10", der, 400, protocol.CodeMalformed},
		"PEM":                {"application/pkcs10", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}), 400, protocol.CodeMalformed},
		"as a form":          {"application/x-www-form-urlencoded", csr, 415, protocol.CodeMediaType},
		"no media type":      {"", csr, 415, protocol.CodeMediaType},
		"nothing":            {"application/pkcs10", nil, 400, protocol.CodeMalformed},
		"broken signature":   {"application/pkcs10", base64.StdEncoding.AppendEncode(nil, append(bytes.Clone(der[:len(der)-1]), der[len(der)-1]^1)), 400, protocol.CodeMalformed},
		"two claims":         {"application/pkcs10", twoClaims(t, key), 400, protocol.CodeMalformed},
		"another curve":      {"application/pkcs10", otherCurve(t), 400, protocol.CodeMalformed},
		"more than 16384":    {"application/pkcs10", bytes.Repeat([]byte("A"), 16385), 413, protocol.CodeTooLarge},
		"certificate inside": {"application/pkcs10", base64.StdEncoding.AppendEncode(nil, w.CACertificate().Raw), 400, protocol.CodeMalformed},
	} {
		w.clock.pass(10 * time.Second)
		r := a.posts(protocol.PathESTEnroll, test.media, test.body)
		expect(t, name, r, test.status, test.code)
		if r.status != 200 {
			continue
		}
		if media := r.header.Get("Content-Type"); media != "application/pkcs7-mime; smime-type=certs-only" {
			t.Errorf("%s: as %s", name, media)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(string(r.body), "\n"), "\n") {
			if len(line) > 64 {
				t.Errorf("%s: a line of %d characters", name, len(line))
			}
		}
	}
}

func twoClaims(t *testing.T, key *ecdsa.PrivateKey) []byte {
	template := &x509.CertificateRequest{}
	for _, word := range []string{"file", "tpm"} {
		template.URIs = append(template.URIs, ok(protocol.ProtectionURI(word))(t))
	}
	return base64.StdEncoding.AppendEncode(nil, ok(x509.CreateCertificateRequest(rand.Reader, template, key))(t))
}

func otherCurve(t *testing.T) []byte {
	key := ok(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))(t)
	return base64.StdEncoding.AppendEncode(nil, ok(x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key))(t))
}

func TestTokenIsForALifeAndAHost(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.Hosts = []string{"127.0.0.1", "kiosk.example:8443"} })
	token := ok(w.IssueTokenFor(background, platform.Grant{TerminalID: "atm-0001", Life: 24 * time.Hour, Host: "kiosk.example:9443"}))(t)
	if token.Host != "kiosk.example:9443" || len(token.Secret) < 8 {
		t.Errorf("got a token for %s with %d bytes of secret", token.Host, len(token.Secret))
	}
	a := &applicant{w: w, client: w.apps, token: &token}
	w.clock.pass(24*time.Hour - time.Minute)
	key := newECDSA()
	cert, _ := granted(t, a.enrolls(key, false, ""))
	if again, _ := granted(t, a.enrolls(key, false, "")); !again.Equal(cert) {
		t.Error("the same request got another certificate")
	}
	expect(t, "another key", a.enrolls(newECDSA(), false, ""), 401, protocol.CodeTokenUsed)
	w.clock.pass(time.Minute)
	expect(t, "over, also for the same key", a.enrolls(key, false, ""), 401, protocol.CodeTokenExpired)
	for name, g := range map[string]platform.Grant{
		"no id":          {},
		"half a minute":  {TerminalID: "a", Life: 30 * time.Second},
		"eight days":     {TerminalID: "a", Life: 8 * day},
		"a foreign host": {TerminalID: "a", Host: "elsewhere.example"},
	} {
		if _, err := w.IssueTokenFor(background, g); err == nil {
			t.Errorf("a token for %s", name)
		}
	}
}

func TestProductionTakesNoKeyInAFile(t *testing.T) {
	dir := t.TempDir()
	must(t, keyring.Init(dir, keyring.Founding{PlatformID: "platform-1", Environment: protocol.Production}))
	for least, refused := range map[string]bool{"": false, protocol.ProtectionTPM: false, protocol.ProtectionAttested: false, protocol.ProtectionFile: true, "gold": true} {
		err := platform.Config{Dir: dir, Protection: least}.Validate() // which lacks much else
		if got := strings.Contains(err.Error(), "protection of keys"); got != refused {
			t.Errorf("%q: got %v, want it refused for that: %t", least, err, refused)
		}
	}
	if least, err := (platform.Config{Dir: dir}).LeastProtection(); err != nil || least != protocol.ProtectionAttested {
		t.Errorf("by default: got %s %v, want tpm-attested", least, err)
	}
}

// The terminal CA.

// restart opens the platform again in its folder, at the same address for all.
func (w *world) restart() {
	w.t.Helper()
	must(w.t, w.Close())
	w.Platform = w.open()
	w.serve()
}

// believing is a client that knows one root only.
func (w *world) believing(root *x509.Certificate, own *held) *http.Client {
	c := w.client()
	if own != nil {
		c = own.client
	}
	config := c.Transport.(described).next.(*http.Transport).TLSClientConfig
	config.RootCAs = x509.NewCertPool()
	config.RootCAs.AddCert(root)
	return c
}

func TestOldAndNewTerminalCAAreTrustedAtOnce(t *testing.T) {
	w := newWorld(t)
	before := w.CACertificate()
	waiting := ok(w.IssueToken("atm-0003"))(t) // pins the old one
	old := w.inField("atm-0001", nil)
	must(t, ok(keyring.Open(w.dir))(t).RollCA(time.Now()))
	w.restart()
	after := w.CACertificate()
	if after.Equal(before) {
		t.Fatal("the same CA after rolling over")
	}
	if ok(keyring.Open(w.dir))(t).RollCA(time.Now()) == nil {
		t.Error("rolled over twice")
	}

	all := cacerts(t, w)
	if len(all) != 3 || !all[0].Equal(after) || !all[1].Equal(before) || !bytes.Equal(all[2].RawSubjectPublicKeyInfo, before.RawSubjectPublicKeyInfo) {
		t.Errorf("cacerts: got %d, want the new one, the old one, and the old one's key by the new one", len(all))
	}
	old.applicant = w.holding(old.tls, old.carrier)
	expect(t, "old certificate, old root", w.do(w.believing(before, old), "GET", protocol.PathBundle, "", nil), 200, "")
	if left := ok(w.OnOldCA(background))(t); len(left) != 1 || left[0] != "atm-0001" {
		t.Errorf("left on the old CA: %v", left)
	}
	token := ok(w.IssueToken("atm-0002"))(t)
	if token.Pin != protocol.SHA256(after.RawSubjectPublicKeyInfo) {
		t.Error("a new token does not pin the new CA")
	}
	w.believing(after, nil) // what the pin of a new token makes a machine believe
	fresh := w.inField("atm-0002", nil)
	expect(t, "new certificate, new root", w.do(w.believing(after, fresh), "GET", protocol.PathBundle, "", nil), 200, "")
	must(t, fresh.tls.CheckSignatureFrom(after))
	cert, _ := granted(t, (&applicant{w: w, client: w.believing(before, nil), token: &waiting}).enrolls(newECDSA(), false, ""))
	must(t, cert.CheckSignatureFrom(after))

	renewed, _ := granted(t, old.renews(old.carrier, true, "tpm"))
	granted(t, old.renews(old.device, false, "tpm"))
	must(t, renewed.CheckSignatureFrom(after))
	if left := ok(w.OnOldCA(background))(t); len(left) != 0 {
		t.Errorf("left on the old CA: %v, want none", left)
	}

	must(t, ok(keyring.Open(w.dir))(t).RetireCA(time.Now()))
	w.restart()
	if n := len(cacerts(t, w)); n != 1 {
		t.Errorf("%d CAs after retiring one, want 1", n)
	}
	expect(t, "the old certificate", w.do(w.holding(old.tls, old.carrier).client, "GET", protocol.PathBundle, "", nil), 403, protocol.CodeNotAuthorised)
	expect(t, "the new one", w.do(w.holding(renewed, old.carrier).client, "GET", protocol.PathBundle, "", nil), 200, "")
	expect(t, "a token that pins the old one", (&applicant{w: w, client: w.apps, token: &waiting}).enrolls(newECDSA(), true, ""), 401, protocol.CodeTokenExpired)
	if ok(keyring.Open(w.dir))(t).RetireCA(time.Now()) == nil {
		t.Error("retired the only CA")
	}
}

func cacerts(t *testing.T, w *world) []*x509.Certificate {
	t.Helper()
	r := w.do(w.apps, "GET", protocol.PathESTCAs, "", nil)
	expect(t, "cacerts", r, 200, "")
	return ok(pkcs7.Parse(ok(base64.StdEncoding.DecodeString(string(r.body)))(t)))(t).Certificates
}

// Who vouches for chips.

// maker is a maker of chips, with an intermediate CA.
type maker struct {
	root, issuing *x509.Certificate
	key           *ecdsa.PrivateKey
}

func newMaker(t testing.TB) maker {
	rootKey, key := newECDSA(), newECDSA()
	ca := func(name string) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-day), NotAfter: time.Now().Add(1000 * day),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		}
	}
	made := func(template, parent *x509.Certificate, public any, by *ecdsa.PrivateKey) *x509.Certificate {
		return ok(x509.ParseCertificate(ok(x509.CreateCertificate(rand.Reader, template, parent, public, by))(t)))(t)
	}
	root := made(ca("maker"), ca("maker"), rootKey.Public(), rootKey)
	return maker{root, made(ca("issuing"), root, key.Public(), rootKey), key}
}

// certifies makes a certificate of an EK as makers do: its names in a critical
// subjectAltName (EK Credential Profile, 3.2.9), its use beside those of TLS.
func (m maker) certifies(t testing.TB, key any, change func(*x509.Certificate)) []byte {
	t.Helper()
	name := ok(asn1.Marshal(pkix.Name{CommonName: "id:53575450"}.ToRDNSequence()))(t)
	san := ok(asn1.Marshal([]asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 4, IsCompound: true, Bytes: name}}))(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-day), NotAfter: time.Now().Add(1000 * day), KeyUsage: x509.KeyUsageKeyAgreement,
		UnknownExtKeyUsage: []asn1.ObjectIdentifier{{2, 23, 133, 8, 1}},
		ExtraExtensions:    []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Critical: true, Value: san}},
	}
	if change != nil {
		change(template)
	}
	return ok(x509.CreateCertificate(rand.Reader, template, m.issuing, key, m.key))(t)
}

func TestMakerVouchesForItsChips(t *testing.T) {
	m, other, c := newMaker(t), newMaker(t), newChip(t, false)
	s := &staff{attestation.Trust{CAs: []*x509.Certificate{m.root, m.issuing}}}
	w := newWorld(t, strict(s))
	good := m.certifies(t, c.ek.Public(), nil)
	for name, test := range map[string]struct {
		certificate []byte
		status      int
		code        string
	}{
		"its own":          {good, 201, ""},
		"padded as in NV":  {append(bytes.Clone(good), make([]byte, 700)...), 201, ""},
		"padded with ones": {append(bytes.Clone(good), bytes.Repeat([]byte{0xff}, 700)...), 201, ""},
		"without usages":   {m.certifies(t, c.ek.Public(), func(c *x509.Certificate) { c.UnknownExtKeyUsage = nil }), 201, ""},
		"none":             {nil, 403, protocol.CodeEndorsement},
		"another maker's":  {other.certifies(t, c.ek.Public(), nil), 403, protocol.CodeEndorsement},
		"of another key":   {m.certifies(t, newECDSA().Public(), nil), 403, protocol.CodeAttestation},
		"run out":          {m.certifies(t, c.ek.Public(), func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Hour) }), 403, protocol.CodeEndorsement},
		"for TLS": {m.certifies(t, c.ek.Public(), func(c *x509.Certificate) {
			c.UnknownExtKeyUsage, c.ExtKeyUsage = nil, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}), 403, protocol.CodeEndorsement},
		"of a CA": {m.certifies(t, c.ek.Public(), func(c *x509.Certificate) { c.IsCA, c.BasicConstraintsValid = true, true }), 403, protocol.CodeEndorsement},
		"with another critical": {m.certifies(t, c.ek.Public(), func(c *x509.Certificate) {
			c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}})
		}), 403, protocol.CodeEndorsement},
		"no certificate": {[]byte("certificate"), 400, protocol.CodeMalformed},
		"two":            {append(bytes.Clone(good), good...), 400, protocol.CodeMalformed},
	} {
		w.clock.pass(time.Minute)
		a := w.applicant("atm-0001")
		expect(t, name, a.introduces(c.introduces(test.certificate)), test.status, test.code)
	}
}

func TestFolderOfEndorsements(t *testing.T) {
	folder := attestation.EndorsementDirectory(filepath.Join(t.TempDir(), "endorsements"))
	if trust := ok(folder.Trust(background))(t); len(trust.CAs)+len(trust.Allowed) != 0 {
		t.Error("a folder that is not there trusts somebody")
	}
	must(t, os.Mkdir(string(folder), 0o700))
	m, c := newMaker(t), newChip(t, false)
	must(t, files.CADirectory(folder).Add(m.root))
	must(t, folder.Allow(c.endorsement(), "atm-0001,\nsecond shelf"))
	must(t, folder.Allow(c.endorsement(), "again"))
	must(t, folder.Allow(protocol.SHA256(nil), ""))
	trust := ok(folder.Trust(background))(t)
	if len(trust.CAs) != 1 || len(trust.Allowed) != 2 || trust.Allowed[0] != c.endorsement() {
		t.Errorf("got %d CAs and %d keys, want 1 and 2", len(trust.CAs), len(trust.Allowed))
	}
	must(t, os.WriteFile(filepath.Join(string(folder), "allowed.txt"), []byte("nonsense\n"), 0o600))
	if _, err := folder.Trust(background); err == nil {
		t.Error("nonsense on the list passes")
	}
	for _, text := range []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55",
		"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
	} {
		if key, err := attestation.ParseEndorsement(text); err != nil || key != protocol.SHA256(nil) {
			t.Errorf("%s: got %v %v", text, key, err)
		}
	}
}
