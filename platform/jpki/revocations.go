package jpki

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"time"
)

// folderPatience is how long the files of a folder of lists are taken for granted.
const folderPatience = time.Second

// NewRevocations answers from lists, and from the responder at an address; "" is none.
// cas are the CAs that count, asked for each time.
func NewRevocations(lists CRLSource, ocsp string, cas func() []*x509.Certificate, log *slog.Logger) *Revocations {
	r := &Revocations{source: lists, cas: cas, log: log, responder: newResponder(ocsp, cas)}
	if _, folder := lists.(CRLDirectory); folder {
		r.patience = folderPatience
	}
	return r
}

// Ask says whether a certificate is revoked, as well as anybody can: by the list
// at hand, and by the responder, which may know more. Whoever of the two says
// "revoked" is believed. Neither at hand is not an error: nothing is known then.
func (r *Revocations) Ask(ctx context.Context, cert *x509.Certificate, now time.Time) (Revocation, error) {
	known, err := r.listed(ctx, cert, now)
	if known.Revoked || r.responder == nil {
		return known, err
	}
	return r.answered(ctx, cert, now, known)
}

// LookUp is Ask for many certificates: the responder is troubled only about what
// no list speaks of.
func (r *Revocations) LookUp(ctx context.Context, cert *x509.Certificate, now time.Time) (Revocation, error) {
	known, err := r.listed(ctx, cert, now)
	if known.Known || r.responder == nil {
		return known, err
	}
	return r.answered(ctx, cert, now, known)
}

// listed is status, but lists that cannot be read are lists that are not there.
func (r *Revocations) listed(ctx context.Context, cert *x509.Certificate, now time.Time) (Revocation, error) {
	known, err := r.status(ctx, cert, now)
	if err != nil && ctx.Err() != nil {
		return Revocation{}, context.Cause(ctx)
	}
	if err != nil {
		r.log.Error("lists of revocations cannot be read", "cause", err.Error())
		return Revocation{}, nil
	}
	return known, nil
}

// answered is what the responder says, or else what the list did.
func (r *Revocations) answered(ctx context.Context, cert *x509.Certificate, now time.Time, listed Revocation) (Revocation, error) {
	said, err := r.responder.status(ctx, cert, now)
	switch {
	case err == nil:
		return said, nil
	case ctx.Err() != nil:
		return Revocation{}, context.Cause(ctx)
	case !errors.Is(err, errResponderRests):
		r.log.Error("the responder gave no answer", "cause", err.Error())
	}
	return listed, nil
}

// ListStanding is how fresh a list of revocations is. Its name says the
// generation of the CA and the distribution point.
type ListStanding struct {
	Name        string
	Revoked     int
	From, Until time.Time
}

// Standing says what lists are at hand, in no order.
func (r *Revocations) Standing(ctx context.Context) (all []ListStanding, err error) {
	lists, err := r.lists(ctx)
	for name, some := range lists {
		for _, l := range some {
			all = append(all, ListStanding{Name: name, Revoked: len(l.serials), From: l.list.ThisUpdate.UTC(), Until: l.list.NextUpdate.UTC()})
		}
	}
	return all, err
}
