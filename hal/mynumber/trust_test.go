package mynumber_test

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// published are the public CA certificates in testdata.
func published(t testing.TB) []*x509.Certificate {
	t.Helper()
	files, err := filepath.Glob("testdata/signca*.pem")
	if err != nil || len(files) == 0 {
		t.Fatalf("no certificates in testdata: %v", err)
	}
	var certs []*x509.Certificate
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(text)
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		certs = append(certs, cert)
	}
	return certs
}

func TestProductionTrustListsThePublishedCAs(t *testing.T) {
	list := mynumber.ProductionTrust()
	if len(list) != 3 {
		t.Fatalf("%d fingerprints, want 3", len(list))
	}
	for _, ca := range published(t) {
		found := false
		for _, f := range list {
			found = found || f == sha256.Sum256(ca.Raw)
		}
		if !found {
			t.Errorf("%v of %v is not in the list", ca.Subject, ca.NotBefore)
		}
		if err := ca.CheckSignatureFrom(ca); err != nil {
			t.Errorf("%v: %v", ca.NotBefore, err)
		}
	}
}

func TestCheckProductionRefusesEverythingElse(t *testing.T) {
	good := mynumber.Trust{Generations: published(t), Policies: oids(mynumber.SigningPolicy())}
	if err := good.CheckProduction(); err != nil {
		t.Errorf("published CAs: %v", err)
	}
	invented := theCA().Certificates()
	for name, trust := range map[string]mynumber.Trust{
		"nothing":        {},
		"no CA":          {Policies: good.Policies},
		"test CA":        {Generations: invented[:1], Policies: good.Policies},
		"one test CA":    {Generations: append(published(t), invented[0]), Policies: good.Policies},
		"test policy":    {Generations: good.Generations, Policies: oids(mynumber.TestSigningPolicy())},
		"a policy more":  {Generations: good.Generations, Policies: oids(mynumber.SigningPolicy(), mynumber.TestSigningPolicy())},
		"no policy":      {Generations: good.Generations},
		"both at once":   {Generations: invented[:1], Policies: oids(mynumber.TestSigningPolicy())},
		"not of signing": {Generations: theCA().AuthCertificates(), Policies: good.Policies},
	} {
		if err := trust.CheckProduction(); !errors.Is(err, mynumber.ErrNotProduction) {
			t.Errorf("%s: got %v, want %v", name, err, mynumber.ErrNotProduction)
		}
	}
}

func TestCheckProductionReportsAllFaults(t *testing.T) {
	err := mynumber.Trust{Generations: theCA().Certificates(), Policies: oids(mynumber.TestSigningPolicy())}.CheckProduction()
	if got, want := strings.Count(err.Error(), mynumber.ErrNotProduction.Error()), len(theCA().Certificates())+1; got != want {
		t.Errorf("%d faults, want %d: %v", got, want, err)
	}
}
