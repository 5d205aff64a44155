package platform

import (
	"context"
	"fmt"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// LastHeartbeat is what a terminal has last said of itself, verified anew; ok is
// false before it has said anything. The head of the audit chain in it is what an
// export of that terminal's trail is held against.
func (p *Platform) LastHeartbeat(ctx context.Context, t Terminal) (beat protocol.Heartbeat, ok bool, err error) {
	if len(t.Heartbeat) == 0 {
		return protocol.Heartbeat{}, false, nil
	}
	beat, _, err = protocol.VerifyHeartbeat(t.Heartbeat, p.deviceCertificate(ctx))
	if err != nil {
		return protocol.Heartbeat{}, false, fmt.Errorf("reading the last heartbeat of %s: %w", t.ID, err)
	}
	return beat, true, nil
}
