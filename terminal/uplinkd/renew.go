package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/digital-watashi/kiosk/provisioning"
)

// renewalEvery is how often the certificate's age is looked at. With a third of
// its life left there is time for many tries.
const renewalEvery = time.Hour

// renew gets the next TLS certificate when two thirds of its life are over, until
// ctx ends. The next handshake shows it.
func renew(ctx context.Context, dir string, log *slog.Logger) {
	ticker := time.NewTicker(renewalEvery)
	defer ticker.Stop()
	for {
		renewed, err := provisioning.Renew(ctx, provisioning.RenewConfig{UplinkDir: dir})
		switch {
		case err != nil && ctx.Err() == nil:
			log.Error("TLS certificate not renewed", "error", err)
		case renewed:
			log.Info("TLS certificate renewed")
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
