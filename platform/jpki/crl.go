package jpki

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Lists of revocations (CRLs). All generations of the JPKI CA share one name, so
// a list belongs to a CA by its authority key identifier and its signature, never
// by its issuer's name. JPKI cuts its lists by municipality (RFC 5280, 5.2.5): a
// list that names a distribution point speaks only for certificates that name
// the same one.

// CRLSource gives the lists at hand, in any order, each DER. It answers from
// memory or disk.
type CRLSource interface {
	Lists(ctx context.Context) ([][]byte, error)
	// Edition is a word that changes when the lists do, cheaper than they are. It is
	// asked for every certificate.
	Edition(ctx context.Context) (string, error)
}

// CRLMemory is a CRLSource that holds what it is given. It may be shared.
type CRLMemory struct {
	mu    sync.Mutex
	lists [][]byte // guarded by mu
	count int      // guarded by mu: how often they were set
}

// Set replaces the lists.
func (m *CRLMemory) Set(lists ...[]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lists = slices.Clone(lists)
	m.count++
}

// Edition counts the calls of Set.
func (m *CRLMemory) Edition(context.Context) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strconv.Itoa(m.count), nil
}

// Lists gives what Set was given last.
func (m *CRLMemory) Lists(context.Context) ([][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.lists), nil
}

// Revocation is what lists and responder say of one certificate.
type Revocation struct {
	Known   bool      // somebody who speaks for it did, and lately
	Revoked bool      // it stands there
	Held    bool      // for the time being only: the card is lost, and may be found
	At      time.Time // since when
	By      string    // which list, or that it was the responder; with its time
}

// Revocations answers from parsed lists. Parsing is kept: a list of JPKI has
// hundreds of thousands of lines.
type Revocations struct {
	source    CRLSource
	responder *responder // nil is none
	cas       func() []*x509.Certificate
	log       *slog.Logger
	patience  time.Duration // how long an edition is taken for granted, since looking costs

	mu      sync.Mutex
	looked  time.Time                    // guarded by mu: when the edition was asked for
	edition string                       // guarded by mu: of the source, when it was read
	parsed  map[[32]byte]*revocationList // guarded by mu; nil for what is no list of ours
	scopes  map[string][]*revocationList // guarded by mu: what is parsed, by what it speaks for; never changed, only replaced
	by      []*x509.Certificate          // guarded by mu: the CAs whose lists these are
	news    int                          // guarded by mu: counts the lists that were new
}

// Newest counts the lists that were new: it changes whenever one came that was not
// there before.
func (r *Revocations) Newest(ctx context.Context) (int, error) {
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
	serials map[string]entry
}

// entry is one line of a list.
type entry struct {
	at   time.Time
	held bool
}

// ahead is how far the clocks of those who sign lists and answers may be ahead of ours.
const ahead = 10 * time.Minute

// certificateHold is the reason of a revocation that may end (RFC 5280, 5.3.1).
const certificateHold = 6

// status looks a certificate up in the lists of the CA that issued it.
func (r *Revocations) status(ctx context.Context, cert *x509.Certificate, now time.Time) (Revocation, error) {
	lists, err := r.lists(ctx)
	if err != nil {
		return Revocation{}, err
	}
	var newest *revocationList
	for _, l := range speaking(lists, cert) {
		if l.list.ThisUpdate.After(now.Add(ahead)) || !now.Before(l.list.NextUpdate) {
			continue
		}
		if newest == nil || l.list.ThisUpdate.After(newest.list.ThisUpdate) {
			newest = l
		}
	}
	if newest == nil {
		return Revocation{}, nil
	}
	found, revoked := newest.serials[string(cert.SerialNumber.Bytes())]
	return Revocation{Known: true, Revoked: revoked, Held: found.held, At: found.at, By: newest.name()}, nil
}

func (l *revocationList) name() string {
	return fmt.Sprintf("list %v of %s", l.list.Number, l.list.ThisUpdate.UTC().Format(time.RFC3339))
}

// speaking are the lists that cover the certificate.
func speaking(lists map[string][]*revocationList, cert *x509.Certificate) []*revocationList {
	if len(cert.AuthorityKeyId) == 0 {
		return nil
	}
	all := slices.Clone(lists[scopeKey(cert.AuthorityKeyId, nil)])
	for _, point := range distributionPoints(cert) {
		all = append(all, lists[scopeKey(cert.AuthorityKeyId, point)]...)
	}
	return all
}

// scopeKey names what a list speaks for: a generation of the CA, and perhaps one
// distribution point.
func scopeKey(authority, point []byte) string { return fmt.Sprintf("%x %x", authority, point) }

// lists reads the source when it changed, and parses what is new in it. What is
// no list, or not signed by one of our CAs, is passed over: it can neither condemn
// nor clear.
func (r *Revocations) lists(ctx context.Context) (map[string][]*revocationList, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.parsed != nil && time.Since(r.looked) < r.patience {
		return r.scopes, nil
	}
	cas := r.cas()
	edition, err := r.source.Edition(ctx)
	if err != nil {
		return nil, fmt.Errorf("looking for lists of revocations: %w", err)
	}
	r.looked = time.Now()
	if slices.Equal(r.by, cas) && r.parsed != nil && r.edition == edition {
		return r.scopes, nil
	}
	if !slices.Equal(r.by, cas) { // what was nobody's list may be one now
		r.parsed, r.by = nil, cas
	}
	raw, err := r.source.Lists(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading lists of revocations: %w", err)
	}
	r.takeIn(raw)
	r.edition = edition
	return r.scopes, nil
}

// takeIn parses what is new; r.mu is held.
func (r *Revocations) takeIn(raw [][]byte) {
	scopes := map[string][]*revocationList{}
	seen := make(map[[32]byte]*revocationList, len(raw))
	for _, der := range raw {
		sum := sha256.Sum256(der)
		l, known := r.parsed[sum]
		if !known {
			l = r.parse(der)
			r.news++
		}
		seen[sum] = l
		if l != nil {
			key := scopeKey(l.list.AuthorityKeyId, l.point)
			scopes[key] = append(scopes[key], l)
		}
	}
	r.parsed, r.scopes = seen, scopes
}

func (r *Revocations) parse(der []byte) *revocationList {
	list, err := x509.ParseRevocationList(der)
	if err != nil || list.NextUpdate.IsZero() {
		return nil
	}
	if !signedBy(list, r.by) {
		return nil
	}
	point, err := scope(list)
	if err != nil {
		return nil
	}
	l := &revocationList{list: list, point: point, serials: make(map[string]entry, len(list.RevokedCertificateEntries))}
	for _, e := range list.RevokedCertificateEntries {
		l.serials[string(e.SerialNumber.Bytes())] = entry{e.RevocationTime, e.ReasonCode == certificateHold}
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
		case extension.Id.Equal(extensionID(28)):
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
		if !extension.Id.Equal(extensionID(31)) {
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
