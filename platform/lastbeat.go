package platform

import (
	"context"
	"fmt"
	"sync"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// LastHeartbeat is what a terminal has last said of itself, verified; ok is false
// before it has said anything. The head of the audit chain in it is what an
// export of that terminal's trail is held against.
func (p *Platform) LastHeartbeat(ctx context.Context, t Terminal) (beat protocol.Heartbeat, ok bool, err error) {
	if len(t.Heartbeat) == 0 {
		return protocol.Heartbeat{}, false, nil
	}
	return p.beats.of(t, func() (protocol.Heartbeat, error) {
		beat, _, err := protocol.VerifyHeartbeat(t.Heartbeat, p.deviceCertificate(ctx))
		if err != nil {
			err = fmt.Errorf("reading the last heartbeat of %s: %w", t.ID, err)
		}
		return beat, err
	})
}

// beats remembers heartbeats that were verified once, so that a look at the whole
// fleet does not verify tens of thousands of signatures.
type beats struct {
	mu    sync.Mutex
	known map[string]knownBeat // guarded by mu
}

type knownBeat struct {
	body protocol.Digest
	said protocol.Heartbeat
}

func (b *beats) of(t Terminal, verify func() (protocol.Heartbeat, error)) (protocol.Heartbeat, bool, error) {
	body := protocol.SHA256(t.Heartbeat)
	b.mu.Lock()
	known := b.known[t.ID]
	b.mu.Unlock()
	if known.body.Equal(body) {
		return known.said, true, nil
	}
	said, err := verify()
	if err != nil {
		return protocol.Heartbeat{}, false, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		b.known = map[string]knownBeat{}
	}
	b.known[t.ID] = knownBeat{body, said}
	return said, true, nil
}
