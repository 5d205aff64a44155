//go:build e2e

package torture_test

import (
	"crypto/tls"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/terminal/torture/netfault"
)

// patience is how long anything may take that must happen in the end.
const patience = 60 * time.Second

// world is a street whose programs may be killed at any moment, with a network
// between terminal and platform that may be spoilt.
type world struct {
	*street.Street
	network *netfault.Proxy

	good, expired tls.Certificate // of the network
	dooms         sync.WaitGroup  // kills of terminald that are to come
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{}
	w.Street = street.New(t, street.Plan{
		Platform: "platform-torture", Dir: inMemory(t), Patience: patience,
		Founded:     func(s *street.Street) { w.Street = s; w.certificates() },
		Provisioned: func(*street.Street) { w.layNetwork() },
	})
	return w
}
