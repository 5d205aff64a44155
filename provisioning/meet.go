package provisioning

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Meeting is what came of speaking to the platform with the TLS identity.
type Meeting struct {
	Host          string
	Skew          time.Duration // how far this machine's clock is ahead; the platform tells seconds
	Took          time.Duration
	BundleVersion int // that the platform has now
}

// Meet asks the platform for its bundle, as uplinkd does, and keeps nothing: that
// shows name service, route, both certificates and the clock. What is known of the
// meeting is returned beside an error as well.
func Meet(ctx context.Context, uplinkDir string, now func() time.Time) (m Meeting, err error) {
	c, err := loadCarrier(uplinkDir)
	if err != nil {
		return m, fmt.Errorf("meeting the platform: %w", err)
	}
	own := c.shown()
	client := rooted(c.host, c.roots, &own, now)
	begin := now()
	jws, err := client.bundle(ctx)
	m = Meeting{Host: c.host, Skew: client.skew, Took: now().Sub(begin)}
	if err != nil {
		return m, fmt.Errorf("meeting the platform: %w", err)
	}
	b, err := protocol.DecodeFirstBundle(jws)
	if err != nil {
		return m, fmt.Errorf("meeting the platform: %w: %w", ErrPlatform, err)
	}
	m.BundleVersion = b.Version
	return m, nil
}

// tellRetirement brings a machine's last word to the platform.
func tellRetirement(ctx context.Context, uplinkDir string, jws []byte, now func() time.Time) error {
	c, err := loadCarrier(uplinkDir)
	if err != nil {
		return err
	}
	own := c.shown()
	_, err = rooted(c.host, c.roots, &own, now).ask(ctx, http.MethodPost, protocol.PathRetirements, jws, func(r *http.Request) {
		r.Header.Set("Content-Type", protocol.MediaJOSE)
	})
	return err
}
