package platform

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
)

// OnOldCA names the terminals of whose certificates one in force is still the old
// terminal CA's. Compromised and retired ones do not count.
func (p *Platform) OnOldCA(ctx context.Context) (ids []string, err error) {
	if len(p.keys.CA.Roots()) == 1 {
		return nil, nil
	}
	err = p.store.View(ctx, func(r Reading) error {
		ids = nil
		all, err := r.Terminals()
		for _, t := range all {
			old, bad := p.onOldCA(r, t)
			if err = errors.Join(err, bad); old && !t.Compromised && t.Retired.IsZero() {
				ids = append(ids, t.ID)
			}
		}
		return err
	})
	return ids, err
}

func (p *Platform) onOldCA(r Reading, t Terminal) (bool, error) {
	for _, h := range []Holding{t.Device, t.TLS} {
		if h.Kid == "" || p.now().After(h.Expires) {
			continue
		}
		known, err := r.Certificate(h.Kid)
		if err != nil {
			return false, err
		}
		cert, err := x509.ParseCertificate(known.DER)
		if err != nil {
			return false, err
		}
		if !bytes.Equal(cert.RawIssuer, p.keys.CA.Issuing().RawSubject) {
			return true, nil
		}
	}
	return false, nil
}
