package platform

import (
	"context"
	"crypto/x509"
	"errors"
	"time"
)

// folderPatience is how long the files of a folder of lists are taken for granted.
const folderPatience = time.Second

func newRevocations(c Config, cas func() []*x509.Certificate) *revocations {
	r := &revocations{source: c.CRLs, cas: cas, log: c.Log, responder: newResponder(c.OCSP, cas)}
	if _, folder := c.CRLs.(CRLDirectory); folder {
		r.patience = folderPatience
	}
	return r
}

// ask says whether a certificate is revoked, as well as anybody can: by the list
// at hand, and by the responder, which may know more. Whoever of the two says
// "revoked" is believed. Neither at hand is not an error: nothing is known then.
func (r *revocations) ask(ctx context.Context, cert *x509.Certificate, now time.Time) (revocation, error) {
	known, err := r.listed(ctx, cert, now)
	if known.revoked || r.responder == nil {
		return known, err
	}
	return r.answered(ctx, cert, now, known)
}

// lookUp is ask for many certificates: the responder is troubled only about what
// no list speaks of.
func (r *revocations) lookUp(ctx context.Context, cert *x509.Certificate, now time.Time) (revocation, error) {
	known, err := r.listed(ctx, cert, now)
	if known.known || r.responder == nil {
		return known, err
	}
	return r.answered(ctx, cert, now, known)
}

// listed is status, but lists that cannot be read are lists that are not there.
func (r *revocations) listed(ctx context.Context, cert *x509.Certificate, now time.Time) (revocation, error) {
	known, err := r.status(ctx, cert, now)
	if err != nil && ctx.Err() != nil {
		return revocation{}, context.Cause(ctx)
	}
	if err != nil {
		r.log.Error("lists of revocations cannot be read", "cause", err.Error())
		return revocation{}, nil
	}
	return known, nil
}

// answered is what the responder says, or else what the list did.
func (r *revocations) answered(ctx context.Context, cert *x509.Certificate, now time.Time, listed revocation) (revocation, error) {
	said, err := r.responder.status(ctx, cert, now)
	switch {
	case err == nil:
		return said, nil
	case ctx.Err() != nil:
		return revocation{}, context.Cause(ctx)
	case !errors.Is(err, errResponderRests):
		r.log.Error("the responder gave no answer", "cause", err.Error())
	}
	return listed, nil
}
