package provisioning

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// RenewConfig says whose certificates to renew, and when.
type RenewConfig struct {
	StateDir  string // of terminald; nothing for the TLS certificate alone
	UplinkDir string // of uplinkd
	Always    bool   // also before its time
	Report    io.Writer
	Now       func() time.Time
}

// Renew gets the next certificates over the same keys, each when two thirds of its
// life are over or its CA gives way to another, and also after its end for as long as
// the platform allows. The
// TLS certificate speaks for both; the device key signs its own request. What is
// in force stays until the next one has been read back.
//
// With it come the CAs that the platform uses now: after a change of CA no terminal
// must be visited.
func Renew(ctx context.Context, config RenewConfig) (renewed bool, err error) {
	if config.Report == nil {
		config.Report = io.Discard
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	renewed, err = (&renewal{RenewConfig: config}).run(ctx)
	if err != nil {
		return renewed, fmt.Errorf("renewing: %w", err)
	}
	return renewed, nil
}

// Due reports whether a certificate has lived two thirds of its life.
func Due(cert *x509.Certificate, now time.Time) bool {
	return !now.Before(RenewAt(cert))
}

// RenewAt is when a certificate is due.
func RenewAt(cert *x509.Certificate) time.Time {
	return cert.NotBefore.Add(cert.NotAfter.Sub(cert.NotBefore) / 3 * 2)
}

// renewal is one run of Renew.
type renewal struct {
	RenewConfig
	carrier carrier
	next    roots
	client  *platformClient // shows the TLS certificate, and trusts next
}

// a pair is a certificate with its key and its place.
type pair struct {
	what, path string
	key        crypto.Signer
	cert       *x509.Certificate
	clientAuth bool
}

func (r *renewal) run(ctx context.Context) (renewed bool, err error) {
	if r.carrier, err = loadCarrier(r.UplinkDir); errors.Is(err, os.ErrNotExist) {
		return false, fmt.Errorf("%w: %w", ErrNoIdentity, err)
	} else if err != nil {
		return false, err
	}
	all, err := r.pairs()
	if err != nil {
		return false, err
	}
	if err := r.ask(ctx); err != nil {
		if !slices.ContainsFunc(all, r.isDue) {
			return false, nil // nothing hangs on it
		}
		return false, err
	}
	for _, p := range all {
		if !r.isDue(p) {
			continue
		}
		if err := r.renew(ctx, p); err != nil {
			return renewed, fmt.Errorf("%s: %w", p.what, err)
		}
		renewed = true
	}
	return renewed, r.keepRoots()
}

// keepRoots leaves the CAs with both services, where they are others.
func (r *renewal) keepRoots() (err error) {
	for _, dir := range []string{r.UplinkDir, r.StateDir} {
		if dir == "" {
			continue
		}
		path := filepath.Join(dir, rootsFile)
		if there, missing := loadRoots(path); missing != nil || !r.next.equal(there) {
			err = errors.Join(err, writeDurable(path, r.next.pem()))
		}
	}
	return err
}

// pairs are the certificates to look after.
func (r *renewal) pairs() ([]pair, error) {
	all := []pair{{"TLS certificate", filepath.Join(r.UplinkDir, tlsCert), r.carrier.key, r.carrier.cert, true}}
	if r.StateDir != "" {
		id, err := LoadDevice(r.StateDir)
		if err != nil {
			return nil, err
		}
		all = append(all, pair{"device certificate", filepath.Join(r.StateDir, deviceCert), id.Signer, id.Certificate, false})
	}
	return all, nil
}

// isDue reports whether a certificate's time has come: by its age, or, once the
// platform was asked, as another CA issues now than issued it.
func (r *renewal) isDue(p pair) bool {
	return r.Always || Due(p.cert, r.Now()) || (len(r.next) > 0 && !r.next[:1].issued(p.cert))
}

// ask learns which CAs the platform uses now, from the platform that we know.
func (r *renewal) ask(ctx context.Context) error {
	own := r.carrier.shown()
	certs, err := rooted(r.carrier.host, r.carrier.roots, &own, r.Now).authorities(ctx)
	if err != nil {
		return err
	}
	if r.next = selfSigned(certs); len(r.next) == 0 {
		return fmt.Errorf("%w: no CA", ErrPlatform)
	}
	r.client = rooted(r.carrier.host, r.next, &own, r.Now)
	return nil
}

func (r *renewal) renew(ctx context.Context, p pair) error {
	cert, err := r.client.reenroll(ctx, p.key, p.clientAuth)
	if err != nil {
		return err
	}
	if err := p.judge(cert, r.next, r.Now()); err != nil {
		return err
	}
	if err := replaceCertificate(p.path, cert); err != nil {
		return err
	}
	fmt.Fprintf(r.Report, "%s until %s\n", p.what, cert.NotAfter.Format(time.DateOnly))
	return nil
}

// judge holds the next certificate against the one in force: it must say the same
// of the same terminal and key, and for no shorter time.
func (p pair) judge(next *x509.Certificate, trust roots, now time.Time) error {
	was, err := protocol.TerminalOf(p.cert)
	if err != nil {
		return err
	}
	is, err := protocol.TerminalOf(next)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPlatform, err)
	}
	switch {
	case is.ID != was.ID || is.Environment != was.Environment || !kept(protectionOf(p.key), is.Protection):
		return fmt.Errorf("%w: a certificate for %s, %s, %s", ErrPlatform, is.ID, is.Environment, is.Protection)
	case forTLS(next) != p.clientAuth || (!p.clientAuth && len(next.ExtKeyUsage) > 0):
		return fmt.Errorf("%w: a certificate for another use", ErrPlatform)
	case !isFor(next, p.key):
		return fmt.Errorf("%w: a certificate for another key", ErrPlatform)
	case !trust.issued(next):
		return fmt.Errorf("%w: a certificate of another CA", ErrPlatform)
	case next.NotAfter.Before(p.cert.NotAfter):
		return fmt.Errorf("%w: a certificate that ends earlier", ErrPlatform)
	case now.After(next.NotAfter), now.Before(next.NotBefore):
		return fmt.Errorf("%w: a certificate not valid now", ErrClock)
	}
	return nil
}

// replaceCertificate puts a certificate in the place of another once it has been
// read back from the disk.
func replaceCertificate(path string, cert *x509.Certificate) error {
	next := path + ".next"
	if err := writeDurable(next, certificatePEM(cert)); err != nil {
		return err
	}
	read, err := loadCertificate(next)
	if err != nil {
		return err
	}
	if !bytes.Equal(read.Raw, cert.Raw) {
		return errors.New("the disk does not give back what was written")
	}
	return rename(next, path)
}
