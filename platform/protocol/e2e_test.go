//go:build e2e

package protocol_test

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The wire read and written by others: OpenSSL for the citizen's signature, the
// npm package jose for everything else.

func TestE2EOpenSSLAcceptsTheCitizensSignatureAsCAdES(t *testing.T) {
	cms, _, _ := registration(t)
	dir := t.TempDir()
	write(t, dir, "signed.der", cms)
	write(t, dir, "ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cast().jpki.Raw}))
	out := run(t, dir, nil, "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "signed.der",
		"-CAfile", "ca.pem", "-purpose", "any", "-out", "content.json")
	if !strings.Contains(out.stderr, "CAdES Verification successful") && !strings.Contains(out.stderr, "erification successful") {
		t.Errorf("openssl said %q", out.stderr)
	}
	content, err := os.ReadFile(filepath.Join(dir, "content.json"))
	if err != nil {
		t.Fatal(err)
	}
	if want, _ := json.Marshal(sampleApplication()); !bytes.Equal(content, want) {
		t.Errorf("openssl read %s", content)
	}
}

func TestE2EOpenSSLSeesOneSignerWithFourAttributes(t *testing.T) {
	cms, _, _ := registration(t)
	dir := t.TempDir()
	write(t, dir, "signed.der", cms)
	out := run(t, dir, nil, "openssl", "cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", "signed.der").stdout
	for text, want := range map[string]int{
		"object: contentType": 1, "object: messageDigest": 1, "object: signingTime": 1, "object: id-smime-aa-signingCertificateV2": 1,
		"algorithm: sha256WithRSAEncryption": 3, // the certificate names it twice
		"parameter: NULL":                    1,
	} {
		if got := strings.Count(out, text); got < want {
			t.Errorf("%q %d times, want %d:\n%s", text, got, want, out)
		}
	}
}

func TestE2EOpenSSLSignatureIsAccepted(t *testing.T) {
	dir := t.TempDir()
	content := must(json.Marshal(sampleApplication()))
	write(t, dir, "content.json", content)
	write(t, dir, "key.pem", pemOf(pkcs8(cast().citizen)))
	write(t, dir, "cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cast().citizenCert.Raw}))
	run(t, dir, nil, "openssl", "cms", "-sign", "-cades", "-binary", "-nodetach", "-nosmimecap", "-md", "sha256", "-outform", "DER",
		"-in", "content.json", "-inkey", "key.pem", "-signer", "cert.pem", "-out", "signed.der")
	cms, err := os.ReadFile(filepath.Join(dir, "signed.der"))
	if err != nil {
		t.Fatal(err)
	}
	a, _, at, err := protocol.VerifyApplication(cms)
	if err != nil || a.RegistrationID != sampleID() || time.Since(at) > time.Hour {
		t.Errorf("%v at %v", err, at)
	}
}

func TestE2ESecondImplementationOpensOurEnvelope(t *testing.T) {
	cms, jws, envelope := registration(t)
	in := map[string]any{"privateJWK": must(cast().privateJWK()), "deviceJWK": cast().device.PublicKey(), "jwe": string(envelope)}
	var got struct {
		EnvelopeHeader, RegistrationHeader map[string]any
		Code, Salt, Photo                  string
		CMS                                []byte
	}
	decode(t, node(t, "open.mjs", in), &got)
	if !bytes.Equal(got.CMS, cms) || got.Code != "124578" || got.Salt != "MDEyMzQ1Njc4OWFiY2RlZg" || got.Photo != "YSBmYWNl" {
		t.Errorf("jose read %+v; registration %s", got, jws)
	}
	if len(got.EnvelopeHeader) != 6 || len(got.RegistrationHeader) != 4 {
		t.Errorf("headers %v and %v", got.EnvelopeHeader, got.RegistrationHeader)
	}
}

func TestE2EWeOpenTheEnvelopeOfASecondImplementation(t *testing.T) {
	p := cast()
	cms, _, _ := registration(t)
	device := map[string]any{}
	decode(t, string(must(p.device.PublicKey().MarshalJSON())), &device)
	device["d"] = protocol.Bytes(must(p.device.ECDSA().Bytes()))
	envelope := node(t, "seal.mjs", map[string]any{
		"devicePrivateJWK": device, "deviceKid": protocol.CertificateKid(p.deviceCert),
		"platformJWK": p.encryption.PublicKey(), "platformKid": p.encryption.Kid(),
		"cms": cms, "code": "124578", "salt": protocol.Bytes(sampleSalt()),
	})
	content, err := protocol.Open([]byte(envelope), p.byKid)
	if err != nil || !content.Code.Matches(sampleCode()) {
		t.Fatalf("opening: %v", err)
	}
	got, _, err := protocol.VerifyRegistration(content.Registration, p.certByKid)
	if err != nil || !bytes.Equal(got, cms) {
		t.Errorf("verifying: %v", err)
	}
}

func TestE2ELockFileNamesNoRegistry(t *testing.T) {
	lock, err := os.ReadFile(filepath.Join("testdata", "jose", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(lock, []byte("resolved")) || !bytes.Contains(lock, []byte("sha512-")) {
		t.Error("package-lock.json names a registry, or no digest")
	}
}

// installed is npm ci, once.
var installed = sync.OnceValue(func() error {
	c := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	c.Dir = filepath.Join("testdata", "jose")
	if out, err := c.CombinedOutput(); err != nil {
		os.Stderr.Write(out)
		return err
	}
	return nil
})

func node(t *testing.T, script string, in any) string {
	t.Helper()
	if err := installed(); err != nil {
		t.Fatalf("npm ci: %v", err)
	}
	return run(t, filepath.Join("testdata", "jose"), must(json.Marshal(in)), "node", script).stdout
}

type output struct{ stdout, stderr string }

func run(t *testing.T, dir string, in []byte, name string, args ...string) output {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir, c.Stdin, c.Stdout, c.Stderr = dir, bytes.NewReader(in), &stdout, &stderr
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, stderr.String())
	}
	return output{stdout.String(), stderr.String()}
}

func write(t *testing.T, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func decode(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}
