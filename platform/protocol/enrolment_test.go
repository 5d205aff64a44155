package protocol_test

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// carriedToken has a secret that can be named by a part of itself.
func carriedToken() protocol.Token {
	t := sampleToken()
	t.Secret = []byte("twelve bytes and twenty that stay")
	return t
}

func sampleEnrolRequest() protocol.EnrolRequest {
	endorsement := sampleEndorsement()
	return protocol.EnrolRequest{Time: moment(), BundleFormat: 2, Device: []byte("device"), TLS: []byte("tls"), Endorsement: &endorsement}
}

func secondEnrolRequest() protocol.EnrolRequest {
	r, proof := sampleEnrolRequest(), sampleProof()
	r.Endorsement, r.Proof, r.Challenge = nil, &proof, sampleID().String()
	return r
}

// sampleEnrolAnswers are the three kinds, all that is needed first.
func sampleEnrolAnswers() []protocol.EnrolAnswer {
	bare := protocol.EnrolAnswer{Token: must(carriedToken().Name()), Request: protocol.SHA256([]byte("request")), Time: moment()}
	granted, challenged, refused := bare, bare, bare
	granted.CAs, granted.Device, granted.TLS, granted.Bundle = []protocol.Base64{[]byte("ca")}, []byte("device"), []byte("tls"), "jws"
	challenge, problem := sampleChallenge(), protocol.NewProblem(401, protocol.CodeTokenUsed, "")
	challenged.Challenge, refused.Problem = &challenge, &problem
	return []protocol.EnrolAnswer{granted, challenged, refused}
}

func sealed(r protocol.EnrolRequest) []byte {
	return must(protocol.SealEnrolRequest(r, carriedToken()))
}

// answered is an answer by a key with a certificate of its own.
func answered(a protocol.EnrolAnswer) []byte {
	key := protocol.NewPrivateKey().ECDSA()
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der := must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))
	return must(protocol.SignEnrolAnswer(a, key, [][]byte{der}))
}

// enrolAnswers are their contents.
func enrolAnswers() (all [][]byte) {
	for _, a := range sampleEnrolAnswers() {
		all = append(all, firstLine(answered(a)))
	}
	return all
}

func firstLine(file []byte) []byte { return file[:bytes.IndexByte(file, '\n')] }

func TestCarriedRequestIsThatOfWhoKnowsTheSecret(t *testing.T) {
	token := carriedToken()
	for _, r := range []protocol.EnrolRequest{sampleEnrolRequest(), secondEnrolRequest()} {
		file := sealed(r)
		read := must(protocol.ReadEnrolRequest(file))
		if !read.SealedWith(token.Secret) || read.SealedWith(token.Secret[1:]) || read.SealedWith(nil) {
			t.Error("the seal is not that of the secret")
		}
		if !read.Pin.Equal(token.Pin) || string(read.Token) != "twelve bytes" || !read.Digest.Equal(protocol.SHA256(firstLine(file))) {
			t.Errorf("read as %+v", read.EnrolRequest)
		}
		changed := must(protocol.ReadEnrolRequest(bytes.Replace(file, []byte(`"bundle_format":2`), []byte(`"bundle_format":1`), 1)))
		if changed.SealedWith(token.Secret) {
			t.Error("a changed request has the seal of the other")
		}
		if bytes.Contains(file, []byte(token.Password())) || bytes.Contains(file, token.Secret[protocol.TokenNameLength:]) {
			t.Error("the request holds the secret")
		}
	}
	if new(protocol.SealedRequest).SealedWith(token.Secret) {
		t.Error("no request at all has a seal")
	}
}

func TestSecretThatANameWouldGiveAwayIsNotNamed(t *testing.T) {
	token := carriedToken()
	token.Secret = token.Secret[:protocol.TokenNameLength+15]
	if _, err := protocol.SealEnrolRequest(sampleEnrolRequest(), token); !errors.Is(err, protocol.ErrTokenShort) {
		t.Errorf("error %v", err)
	}
}

func TestNamesOnAStickTellMachineAndTrip(t *testing.T) {
	first, second := must(protocol.ReadEnrolRequest(sealed(sampleEnrolRequest()))), must(protocol.ReadEnrolRequest(sealed(secondEnrolRequest())))
	if first.File() != "watashi-request-7477656c-1.json" || second.File() != "watashi-request-7477656c-2.json" || second.AnswerFile() != "watashi-answer-7477656c-2.json" {
		t.Errorf("%s, %s, %s", first.File(), second.File(), second.AnswerFile())
	}
}

func TestCarriedAnswerIsThatOfItsSigner(t *testing.T) {
	for _, a := range sampleEnrolAnswers() {
		file := answered(a)
		read := must(protocol.ReadEnrolAnswer(file))
		if err := read.Signed(); err != nil || len(read.Chain) != 1 {
			t.Errorf("%v, %d certificates", err, len(read.Chain))
		}
		changed := must(protocol.ReadEnrolAnswer(bytes.Replace(file, []byte(`2026-`), []byte(`2027-`), 1)))
		if err := changed.Signed(); !errors.Is(err, protocol.ErrEnrolSeal) {
			t.Errorf("changed: %v", err)
		}
	}
	if err := new(protocol.SignedAnswer).Signed(); !errors.Is(err, protocol.ErrEnrolSeal) {
		t.Errorf("no answer at all: %v", err)
	}
}

func TestCarriedEnrolmentIsWholeOrNone(t *testing.T) {
	request, answer := sealed(sampleEnrolRequest()), answered(sampleEnrolAnswers()[0])
	for n := range request {
		if _, err := protocol.ReadEnrolRequest(request[:n]); !errors.Is(err, protocol.ErrCarried) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
	for n := range answer {
		if _, err := protocol.ReadEnrolAnswer(answer[:n]); !errors.Is(err, protocol.ErrCarried) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
	for name, file := range map[string][]byte{
		"one for the other": answer, "more behind": append(bytes.Clone(request), "{}\n"...), "too large": bytes.Repeat([]byte("x"), 400<<10),
		"of another format": bytes.Replace(request, []byte("request/1"), []byte("request/2"), 1),
	} {
		if _, err := protocol.ReadEnrolRequest(file); !errors.Is(err, protocol.ErrCarried) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// asFile is what a schema is about as a file, with a seal that is one by its shape.
func asFile(content []byte, like []byte) []byte {
	return append(append(bytes.Clone(content), '\n'), like[len(firstLine(like))+1:]...)
}

func parseEnrolRequest(content []byte) error {
	_, err := protocol.ReadEnrolRequest(asFile(content, sealed(sampleEnrolRequest())))
	return err
}

func parseEnrolAnswer(content []byte) error {
	_, err := protocol.ReadEnrolAnswer(asFile(content, answered(sampleEnrolAnswers()[0])))
	return err
}

func FuzzEnrolRequest(f *testing.F) {
	f.Add(sealed(sampleEnrolRequest()))
	f.Add(sealed(secondEnrolRequest()))
	f.Add([]byte("{}\n{}\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := protocol.ReadEnrolRequest(file)
		if err != nil {
			if !errors.Is(err, protocol.ErrCarried) {
				t.Errorf("refused without saying that it is not whole: %v", err)
			}
			return
		}
		token := carriedToken()
		if r.SealedWith(token.Secret) && !bytes.Equal(file, sealed(sampleEnrolRequest())) && !bytes.Equal(file, sealed(secondEnrolRequest())) {
			t.Errorf("a seal was forged: %s", file)
		}
		if strings.ContainsAny(r.File(), "/\\") {
			t.Errorf("a name that is a path: %s", r.File())
		}
	})
}

func FuzzEnrolAnswer(f *testing.F) {
	for _, a := range sampleEnrolAnswers() {
		f.Add(answered(a))
	}
	f.Add([]byte("{}\n{}\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := protocol.ReadEnrolAnswer(file)
		if err != nil {
			if !errors.Is(err, protocol.ErrCarried) {
				t.Errorf("refused without saying that it is not whole: %v", err)
			}
			return
		}
		said := 0
		for _, is := range []bool{a.Problem != nil, a.Challenge != nil, a.Bundle != ""} {
			if is {
				said++
			}
		}
		if said != 1 {
			t.Errorf("it says %d things: %s", said, file)
		}
		_ = a.Signed() // whatever it is, it does not panic
	})
}
