package protocol_test

import (
	"crypto/x509"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/smallstep/pkcs7"
)

func TestApplicationIsSignedByTheCardOnce(t *testing.T) {
	c := &card{key: cast().citizen}
	cms, err := sampleApplication().Sign(c, cast().citizenCert)
	if err != nil {
		t.Fatal(err)
	}
	if c.signs != 1 {
		t.Errorf("the card signed %d times", c.signs)
	}
	got, cert, at, err := protocol.VerifyApplication(cms)
	if err != nil || !cert.Equal(cast().citizenCert) || time.Since(at).Abs() > time.Minute {
		t.Fatalf("at %v: %v", at, err)
	}
	if !reflect.DeepEqual(got, sampleApplication()) {
		t.Error("the application came back changed")
	}
}

func TestApplicationVerifiesWithTheLibraryThatDidNotReadIt(t *testing.T) {
	cms, _, _ := registration(t)
	p, err := pkcs7.Parse(cms)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Verify(); err != nil || !p.GetOnlySigner().Equal(cast().citizenCert) {
		t.Errorf("pkcs7: %v", err)
	}
}

func TestApplicationWithOneFlippedBitIsRefused(t *testing.T) {
	cms, _, _ := registration(t)
	for i := range cms {
		changed := slices.Clone(cms)
		changed[i] ^= 1 << (i % 8)
		a, cert, at, err := protocol.VerifyApplication(changed)
		if err == nil {
			t.Fatalf("bit %d of byte %d (%02X) may be flipped", i%8, i, cms[i])
		}
		if !reflect.DeepEqual(a, protocol.Application{}) || cert != nil || !at.IsZero() {
			t.Fatalf("byte %d: results besides an error", i)
		}
	}
}

func TestApplicationFollowedOrCutIsRefused(t *testing.T) {
	cms, _, _ := registration(t)
	for name, b := range map[string][]byte{
		"empty": {}, "trailing zero": append(slices.Clone(cms), 0), "last byte gone": cms[:len(cms)-1],
		"too large": make([]byte, protocol.MaxBody+1), "certificate only": cast().citizenCert.Raw,
	} {
		if _, _, _, err := protocol.VerifyApplication(b); err == nil {
			t.Errorf("%s accepted", name)
		}
	}
}

func TestApplicationIsNotSignedUnlessWhole(t *testing.T) {
	for name, change := range map[string]func(*protocol.Application){
		"version":             func(a *protocol.Application) { a.Version = 2 },
		"registration id":     func(a *protocol.Application) { a.RegistrationID = protocol.ID{} },
		"platform":            func(a *protocol.Application) { a.PlatformID = "" },
		"platform's shape":    func(a *protocol.Application) { a.PlatformID = "a/b" },
		"terminal":            func(a *protocol.Application) { a.TerminalID = "" },
		"key":                 func(a *protocol.Application) { a.RegistrationKey = protocol.RegistrationKey{} },
		"name":                func(a *protocol.Application) { a.Attributes.Name = "" },
		"name's encoding":     func(a *protocol.Application) { a.Attributes.Name = "\xff" },
		"address":             func(a *protocol.Application) { a.Attributes.Address = "" },
		"substitutes":         func(a *protocol.Application) { a.Attributes.NameSubstitutes = "2" },
		"sex":                 func(a *protocol.Application) { a.Attributes.Sex = "9" },
		"birth date":          func(a *protocol.Application) { a.Attributes.BirthDate = "20000229" },
		"consent":             func(a *protocol.Application) { a.Consent.SHA256 = protocol.Digest{} },
		"commitment":          func(a *protocol.Application) { a.CodeCommitment = protocol.Digest{} },
		"time":                func(a *protocol.Application) { a.Time = time.Time{} },
		"claim of revocation": func(a *protocol.Application) { a.Revocation = "good" },
		"photo unchecked":     func(a *protocol.Application) { a.PhotoCheck = "" },
		"another check":       func(a *protocol.Application) { a.PhotoCheck = "signature-valid" },
		"check of no photo":   func(a *protocol.Application) { a.PhotoSHA256 = nil },
	} {
		a, c := sampleApplication(), &card{key: cast().citizen}
		change(&a)
		if cms, err := a.Sign(c, cast().citizenCert); err == nil || cms != nil || c.signs != 0 {
			t.Errorf("%s: signed %d times, error %v", name, c.signs, err)
		} else if strings.Contains(err.Error(), "花子") || strings.Contains(err.Error(), "3141") {
			t.Errorf("%s: the error tells who", name)
		}
	}
}

func TestApplicationIsNotSignedWithAnotherCertificate(t *testing.T) {
	c := &card{key: cast().citizen}
	for _, cert := range []*x509.Certificate{cast().jpki, cast().deviceCert} {
		if _, err := sampleApplication().Sign(c, cert); err == nil || c.signs != 0 {
			t.Errorf("%s: signed %d times", cert.Subject.CommonName, c.signs)
		}
	}
}

func TestApplicationTellsTheTerminalWhenTheCardIsGone(t *testing.T) {
	gone := errors.New("card removed")
	_, err := sampleApplication().Sign(brokenCard{&card{key: cast().citizen}, gone}, cast().citizenCert)
	if !errors.Is(err, gone) {
		t.Errorf("error %v hides the cause", err)
	}
}

func TestOptionalPhotoMayBeAbsent(t *testing.T) {
	a := sampleApplication()
	a.PhotoSHA256, a.PhotoCheck = nil, ""
	cms, err := a.Sign(&card{key: cast().citizen}, cast().citizenCert)
	if err != nil {
		t.Fatal(err)
	}
	if got, _, _, err := protocol.VerifyApplication(cms); err != nil || got.PhotoSHA256 != nil {
		t.Errorf("photo %v, %v", got.PhotoSHA256, err)
	}
}
