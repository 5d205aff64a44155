package platform

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Lists of revocations (CRLs). All generations of the JPKI CA share one name, so
// a list belongs to a CA by its authority key identifier and its signature, never
// by its issuer's name. JPKI cuts its lists by municipality (RFC 5280, 5.2.5): a
// list that names a distribution point speaks only for certificates that name
// the same one.

// CRLSource gives the lists at hand, in any order, each DER. It is asked often
// and answers from memory or disk.
type CRLSource interface {
	Lists(ctx context.Context) ([][]byte, error)
}

// CRLMemory is a CRLSource that holds what it is given. It may be shared.
type CRLMemory struct {
	mu    sync.Mutex
	lists [][]byte // guarded by mu
}

// Set replaces the lists.
func (m *CRLMemory) Set(lists ...[]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lists = slices.Clone(lists)
}

// Lists gives what Set was given last.
func (m *CRLMemory) Lists(context.Context) ([][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.lists), nil
}

// revocation is what the lists say of one certificate.
type revocation struct {
	known   bool      // a list that speaks for it is at hand and fresh
	revoked bool      // it stands there
	at      time.Time // since when
	list    string    // which list: its number and time
}

// revocations answers from parsed lists. Parsing is kept: a list of JPKI has
// hundreds of thousands of lines.
type revocations struct {
	source CRLSource
	cas    []*x509.Certificate

	mu     sync.Mutex
	parsed map[[32]byte]*revocationList // guarded by mu; nil for what is no list of ours
	news   int                          // guarded by mu: counts the lists that were new
}

// edition changes whenever a list came that was not there before.
func (r *revocations) edition(ctx context.Context) (int, error) {
	if _, err := r.lists(ctx); err != nil {
		return 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.news, nil
}

// revocationList is one list whose signature was verified.
type revocationList struct {
	list    *x509.RevocationList
	point   []byte // the distribution point it speaks for, DER; nil is all
	serials map[string]time.Time
}

// status looks a certificate up in the lists of the CA that issued it.
func (r *revocations) status(ctx context.Context, cert *x509.Certificate, now time.Time) (revocation, error) {
	lists, err := r.lists(ctx)
	if err != nil {
		return revocation{}, err
	}
	var newest *revocationList
	for _, l := range lists {
		if !l.speaksFor(cert) || l.list.ThisUpdate.After(now.Add(backdate)) || !now.Before(l.list.NextUpdate) {
			continue
		}
		if newest == nil || l.list.ThisUpdate.After(newest.list.ThisUpdate) {
			newest = l
		}
	}
	if newest == nil {
		return revocation{}, nil
	}
	at, revoked := newest.serials[string(cert.SerialNumber.Bytes())]
	return revocation{known: true, revoked: revoked, at: at, list: newest.name()}, nil
}

func (l *revocationList) name() string {
	return fmt.Sprintf("%v of %s", l.list.Number, l.list.ThisUpdate.UTC().Format(time.RFC3339))
}

// speaksFor reports whether the list covers the certificate.
func (l *revocationList) speaksFor(cert *x509.Certificate) bool {
	if !sameIdentifier(l.list.AuthorityKeyId, cert.AuthorityKeyId) {
		return false
	}
	return l.point == nil || slices.ContainsFunc(distributionPoints(cert), func(p []byte) bool { return bytes.Equal(p, l.point) })
}

// lists reads the source and parses what is new in it. What is no list, or not
// signed by one of our CAs, is passed over: it can neither condemn nor clear.
func (r *revocations) lists(ctx context.Context) (all []*revocationList, err error) {
	raw, err := r.source.Lists(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading lists of revocations: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := make(map[[32]byte]*revocationList, len(raw))
	for _, der := range raw {
		sum := digestOf(der)
		l, known := r.parsed[sum]
		if !known {
			l = r.parse(der)
			r.news++
		}
		seen[sum] = l
		if l != nil {
			all = append(all, l)
		}
	}
	r.parsed = seen
	return all, nil
}

func (r *revocations) parse(der []byte) *revocationList {
	list, err := x509.ParseRevocationList(der)
	if err != nil || list.NextUpdate.IsZero() {
		return nil
	}
	if !signedBy(list, r.cas) {
		return nil
	}
	point, err := scope(list)
	if err != nil {
		return nil
	}
	l := &revocationList{list: list, point: point, serials: make(map[string]time.Time, len(list.RevokedCertificateEntries))}
	for _, entry := range list.RevokedCertificateEntries {
		l.serials[string(entry.SerialNumber.Bytes())] = entry.RevocationTime
	}
	return l
}

// signedBy reports whether one of our CAs signed the list.
func signedBy(list *x509.RevocationList, cas []*x509.Certificate) bool {
	return slices.ContainsFunc(cas, func(ca *x509.Certificate) bool {
		return sameIdentifier(list.AuthorityKeyId, ca.SubjectKeyId) && list.CheckSignatureFrom(ca) == nil
	})
}

// issuingPoint is IssuingDistributionPoint (RFC 5280, 5.2.5).
type issuingPoint struct {
	Point         asn1.RawValue `asn1:"optional,tag:0"`
	OnlyUsers     bool          `asn1:"optional,tag:1"`
	OnlyCAs       bool          `asn1:"optional,tag:2"`
	SomeReasons   asn1.RawValue `asn1:"optional,tag:3"`
	Indirect      bool          `asn1:"optional,tag:4"`
	OnlyAttribute bool          `asn1:"optional,tag:5"`
}

var errScope = errors.New("a list that speaks for less than it seems")

// scope reads what a list covers. Partial reasons, indirect lists, deltas and
// critical extensions we do not know make it useless to us.
func scope(list *x509.RevocationList) (point []byte, err error) {
	for _, extension := range list.Extensions {
		switch {
		case extension.Id.Equal(extensionOID(28)):
			if point, err = issuingPointName(extension.Value); err != nil {
				return nil, err
			}
		case extension.Critical:
			return nil, errScope
		}
	}
	return point, nil
}

func issuingPointName(der []byte) ([]byte, error) {
	var idp issuingPoint
	rest, err := asn1.Unmarshal(der, &idp)
	if err != nil || len(rest) > 0 {
		return nil, errScope
	}
	if idp.OnlyCAs || idp.Indirect || idp.OnlyAttribute || len(idp.SomeReasons.FullBytes) > 0 {
		return nil, errScope
	}
	if len(idp.Point.FullBytes) == 0 {
		return nil, nil
	}
	return idp.Point.Bytes, nil // the fullName inside [0]
}

// distributionPoints reads the names in a certificate's cRLDistributionPoints, DER.
func distributionPoints(cert *x509.Certificate) (names [][]byte) {
	for _, extension := range cert.Extensions {
		if !extension.Id.Equal(extensionOID(31)) {
			continue
		}
		var points []struct {
			Point   asn1.RawValue `asn1:"optional,tag:0"`
			Reasons asn1.RawValue `asn1:"optional,tag:1"`
			Issuer  asn1.RawValue `asn1:"optional,tag:2"`
		}
		if _, err := asn1.Unmarshal(extension.Value, &points); err != nil {
			return nil
		}
		for _, p := range points {
			if len(p.Point.Bytes) > 0 {
				names = append(names, p.Point.Bytes)
			}
		}
	}
	return names
}
