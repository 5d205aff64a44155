package platform

import (
	"context"
	"crypto/x509"
	"errors"
	"sync"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// certificates remembers those of terminals that the store was once seen to hold,
// parsed: what was issued is never taken back there, nor changed, and its name is
// the hash of all of it. Whether its terminal is in order stands elsewhere and is
// read each time.
type certificates struct {
	mu    sync.Mutex
	known map[string]knownCertificate // guarded by mu
}

type knownCertificate struct {
	role   Role
	parsed *x509.Certificate // shared: nobody writes to it
}

// maxCertificates bounds the memory, at some 5 KB each; beyond it, it is built up
// anew.
const maxCertificates = 1 << 14

func (c *certificates) get(kid string) (found knownCertificate, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, known = c.known[kid]
	return found, known
}

func (c *certificates) put(kid string, found knownCertificate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= maxCertificates {
		c.known = map[string]knownCertificate{}
	}
	c.known[kid] = found
}

// deviceCertificate finds the certificate of a terminal's device key among those
// that were issued.
func (p *Platform) deviceCertificate(ctx context.Context) func(kid string) (*x509.Certificate, error) {
	return func(kid string) (*x509.Certificate, error) {
		found, known := p.certificates.get(kid)
		if !known {
			var err error
			if found, err = p.issuedCertificate(ctx, kid); err != nil {
				return nil, err
			}
		}
		if found.role != DeviceRole {
			return nil, protocol.ErrUnknownKey
		}
		return found.parsed, nil
	}
}

// issuedCertificate asks the store, and remembers what it has.
func (p *Platform) issuedCertificate(ctx context.Context, kid string) (found knownCertificate, err error) {
	err = p.store.View(ctx, func(r Reading) error {
		kept, err := r.Certificate(kid)
		if errors.Is(err, ErrNotFound) {
			return protocol.ErrUnknownKey
		}
		if err != nil {
			return err
		}
		found.role = kept.Role
		found.parsed, err = x509.ParseCertificate(kept.DER)
		return err
	})
	if err == nil {
		p.certificates.put(kid, found)
	}
	return found, err
}
