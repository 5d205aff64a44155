package main

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// requestOf puts the request of a machine with that token onto a stick.
func requestOf(t *testing.T, stick, token string) (path string) {
	t.Helper()
	parsed, err := protocol.ParseToken(strings.TrimSpace(token))
	if err != nil {
		t.Fatal(err)
	}
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 2}})
	if err != nil {
		t.Fatal(err)
	}
	csr := func(extensions ...pkix.Extension) []byte {
		der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{ExtraExtensions: extensions}, protocol.NewPrivateKey().ECDSA())
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	file, err := protocol.SealEnrolRequest(protocol.EnrolRequest{
		Time: time.Now(), BundleFormat: protocol.NewestFormat,
		Device: csr(), TLS: csr(pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Value: usage}),
	}, parsed)
	if err != nil {
		t.Fatal(err)
	}
	r, err := protocol.ReadEnrolRequest(file)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(stick, r.File())
	write(t, path, file)
	return path
}

// enrolling runs the command, and reads the answer beside a request.
func enrolling(t *testing.T, config string, requests ...string) (out string, err error) {
	t.Helper()
	var said, log bytes.Buffer
	err = run(t.Context(), append([]string{"-config", config, "enrol"}, requests...), &said, &log)
	return said.String(), err
}

func answerTo(t *testing.T, request string) protocol.SignedAnswer {
	t.Helper()
	file, err := os.ReadFile(strings.Replace(request, "watashi-request-", "watashi-answer-", 1))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := protocol.ReadEnrolAnswer(file)
	if err != nil || answer.Signed() != nil {
		t.Fatal(err, answer.Signed())
	}
	return answer
}

func TestRequestsOnAStickAreAnsweredBesideThem(t *testing.T) {
	path, stick := founded(t), t.TempDir()
	one, two := requestOf(t, stick, do(t, "-config", path, "token", "atm-0001")), requestOf(t, stick, do(t, "-config", path, "token", "atm-0002"))
	said, err := enrolling(t, path, one, two)
	if err != nil || strings.Count(said, "holds all that the machine needs") != 2 {
		t.Fatalf("the service rests: %q, %v", said, err)
	}
	rested := answerTo(t, one)
	running(t, path)
	if _, err := enrolling(t, path, one); err != nil {
		t.Fatalf("the service runs: %v", err)
	}
	if during := answerTo(t, one); !bytes.Equal(during.Device, rested.Device) || len(rested.Device) == 0 {
		t.Error("the same request got another certificate")
	}
}

func TestRefusedRequestIsToldToOperatorAndMachine(t *testing.T) {
	path, stick := founded(t), t.TempDir()
	token := do(t, "-config", path, "token", "atm-0001")
	if _, err := enrolling(t, path, requestOf(t, stick, token)); err != nil {
		t.Fatal(err)
	}
	used := requestOf(t, stick, token) // with other keys
	if _, err := enrolling(t, path, used); err == nil || !strings.Contains(err.Error(), "the machine is told so") || !strings.Contains(err.Error(), protocol.CodeTokenUsed) {
		t.Errorf("used: %v", err)
	}
	if answer := answerTo(t, used); answer.Problem == nil || answer.Problem.Code != protocol.CodeTokenUsed {
		t.Errorf("the machine is told %+v", answer.EnrolAnswer)
	}
	whole, err := os.ReadFile(used)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.json")
	write(t, cut, whole[:len(whole)-9])
	for name, c := range map[string]struct{ file, want string }{
		"cut":        {cut, "it was cut"},
		"not there":  {filepath.Join(stick, "nothing.json"), "no such file"},
		"a stranger": {requestOf(t, t.TempDir(), do(t, "-config", founded(t), "token", "atm-0001")), "another platform"},
	} {
		if _, err := enrolling(t, path, c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(c.file), "watashi-answer-*")); name != "not there" && len(left) > 0 {
			t.Errorf("%s: got the answer %v", name, left)
		}
	}
	if _, err := enrolling(t, path); err == nil {
		t.Error("no file at all is taken")
	}
}
