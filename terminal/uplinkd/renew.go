package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// renewalEvery is how often the certificate's age is looked at. With a third of
// its life left there is time for many tries.
const renewalEvery = time.Hour

// renewalFirst leaves terminald time to come up.
const renewalFirst = time.Minute

// renew gets the next certificates when two thirds of their lives are over, or when
// another CA issues them now, until ctx ends: the TLS one, which the next handshake
// shows, and the device one, whose request terminald makes and whose certificate
// terminald judges. A new bundle may tell of such a change. When the platform's roots
// are others than those of the route, it is over.
func renew(ctx context.Context, c Config, r route, over context.CancelCauseFunc, log *slog.Logger) {
	for wait := renewalFirst; ; wait = renewalEvery {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		case <-r.news:
		}
		renewed, err := provisioning.Renew(ctx, provisioning.RenewConfig{UplinkDir: c.UplinkDir})
		tell(ctx, log, "TLS certificate", renewed, err)
		renewed, err = uplink.Renewal(ctx, c.Socket, func(ctx context.Context, csr []byte) ([]byte, error) {
			return provisioning.CarryRenewal(ctx, c.UplinkDir, csr)
		})
		tell(ctx, log, "device certificate", renewed, err)
		if _, roots, _, err := provisioning.LoadTLS(c.UplinkDir); err == nil && !roots.Equal(r.config.RootCAs) {
			over(errOtherRoots)
			return
		}
	}
}

func tell(ctx context.Context, log *slog.Logger, what string, renewed bool, err error) {
	switch {
	case err != nil && ctx.Err() == nil:
		log.Warn("not renewed", "what", what, "error", err)
	case renewed:
		log.Info("renewed", "what", what)
	}
}
