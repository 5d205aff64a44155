package provisioning

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The device certificate is renewed over the wall between the two services:
// terminald has the key and no network, uplinkd the network and not the key. So
// terminald makes the request, uplinkd carries it, and terminald judges what comes
// back by the CAs that the bundle names, which the platform signed: a carrier that
// lies changes nothing, and a change of CA needs no hand.

// RenewalRequest is the request for the next device certificate (PKCS #10, DER)
// when two thirds of its life are over, or when the CA that issued it gives way to
// another; nil before.
func (i *Identity) RenewalRequest(now time.Time) ([]byte, error) {
	if cert := i.Current(); !Due(cert, now) && !givesWay(i.dir, cert) {
		return nil, nil
	}
	der, err := request(i.Signer, false)
	if err != nil {
		return nil, fmt.Errorf("requesting a device certificate: %w", err)
	}
	return der, nil
}

// TakeCertificate puts the next device certificate in force, at once and on disk.
func (i *Identity) TakeCertificate(der []byte, now time.Time) error {
	if err := i.take(der, now); err != nil {
		return fmt.Errorf("taking the device certificate: %w", err)
	}
	return nil
}

func (i *Identity) take(der []byte, now time.Time) error {
	next, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPlatform, err)
	}
	trust, err := terminalRoots(i.dir)
	if err != nil {
		return err
	}
	own := pair{"device certificate", filepath.Join(i.dir, deviceCert), i.Signer, i.Current(), false}
	if err := own.judge(next, trust, now); err != nil {
		return err
	}
	if err := replaceCertificate(own.path, next); err != nil {
		return err
	}
	i.renewed.Store(next)
	return nil
}

// CarryRenewal brings a request of terminald's to the platform, over the TLS
// identity of the uplink folder, and returns the certificate (DER).
func CarryRenewal(ctx context.Context, dir string, csr []byte) ([]byte, error) {
	der, err := carryRenewal(ctx, dir, csr)
	if err != nil {
		return nil, fmt.Errorf("carrying a renewal: %w", err)
	}
	return der, nil
}

func carryRenewal(ctx context.Context, dir string, csr []byte) ([]byte, error) {
	c, err := loadCarrier(dir)
	if err != nil {
		return nil, err
	}
	own := c.shown()
	client := rooted(c.host, c.roots, &own, time.Now)
	body, err := client.ask(ctx, http.MethodPost, protocol.PathESTReenroll, base64.StdEncoding.AppendEncode(nil, csr), func(r *http.Request) {
		r.Header.Set("Content-Type", "application/pkcs10")
		r.Header.Set("Content-Transfer-Encoding", "base64")
	})
	if err != nil {
		return nil, err
	}
	certs, err := certsOnly(body)
	if err != nil {
		return nil, err
	}
	return certs[0].Raw, nil
}
