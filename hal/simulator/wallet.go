package main

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// A wallet holds the cards that were chosen so far, so that a card remembers the
// tries it lost when it comes back.
type wallet struct {
	ca        *haltest.CA
	password  string
	cards     map[string]*haltest.Card
	citizen   string
	situation string
	card      *haltest.Card
}

func newWallet(ca *haltest.CA, s settings) *wallet {
	return &wallet{ca: ca, password: s.password, cards: make(map[string]*haltest.Card)}
}

// choose takes the card of that citizen in that situation.
func (w *wallet) choose(citizen, situation string) error {
	card, err := w.find(citizen, situation)
	if err == nil {
		w.citizen, w.situation, w.card = citizen, situation, card
	}
	return err
}

// find is that card, made when it is wanted first.
func (w *wallet) find(citizen, situation string) (*haltest.Card, error) {
	who, ok := haltest.FindCitizen(citizen)
	if !ok {
		return nil, fmt.Errorf("choosing a card: there is no citizen %q", citizen)
	}
	what, ok := haltest.FindSituation(situation)
	if !ok {
		return nil, fmt.Errorf("choosing a card: there is no situation %q", situation)
	}
	if w.password != "" {
		who.Password = w.password
	}
	key := citizen + " " + situation
	if w.cards[key] == nil {
		w.cards[key] = haltest.NewCard(who, w.ca, what.Options...)
	}
	return w.cards[key], nil
}

// exportCA writes what a terminal or a platform needs to trust, and to distrust,
// the simulator's cards: each generation of the signing CA, all of them in one
// file, and a CRL for each that lists the certificates of the situation "revoked".
func exportCA(dir string, ca *haltest.CA) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("exporting the CA: %w", err)
	}
	files := map[string][]byte{"signca.pem": haltest.PEM(ca.Certificates()...), "authca.pem": haltest.PEM(ca.AuthCertificates()...)}
	for i, cert := range ca.Certificates() {
		crl, err := ca.CRL(i+1, revoked(ca, i+1), time.Now())
		if err != nil {
			return fmt.Errorf("exporting the CA: %w", err)
		}
		files[fmt.Sprintf("signca%02d.pem", i+1)] = haltest.PEM(cert)
		files[fmt.Sprintf("signca%02d.crl", i+1)] = crl
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return fmt.Errorf("exporting the CA: %w", err)
		}
	}
	return nil
}

// exportCitizen writes what a card keeps to itself, for programs that register
// without one: TEST-citizen.crt and TEST-citizen.key, in PEM. The key is as public
// as all that the simulator holds.
func exportCitizen(dir string, w *wallet, s settings) error {
	card, err := w.find(s.citizen, s.situation)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(card.Key())
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err == nil {
		key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
		name := filepath.Join(dir, "TEST-"+s.citizen)
		err = errors.Join(os.WriteFile(name+".crt", haltest.PEM(card.Certificate()), 0o644), os.WriteFile(name+".key", key, 0o600))
	}
	if err != nil {
		return fmt.Errorf("exporting a citizen: %w", err)
	}
	return nil
}

// revoked is the serials of one generation that are revoked.
func revoked(ca *haltest.CA, generation int) []*big.Int {
	var serials []*big.Int
	for _, citizen := range haltest.Citizens() {
		for _, situation := range haltest.Situations() {
			if !situation.Revoked || citizen.Generation != generation {
				continue
			}
			if serial := haltest.SerialOfCard(citizen, ca, situation.Options...); serial != nil {
				serials = append(serials, serial)
			}
		}
	}
	return serials
}
