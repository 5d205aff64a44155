package platform_test

import (
	"crypto/x509"
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/jpki/jpkitest"
)

// ownAuthority is a CA of citizens whose key is at hand, for what the usual one of
// the tests cannot say: a certificate on hold, the answers of a responder.
type ownAuthority struct{ *jpkitest.Authority }

func newAuthority(t testing.TB) ownAuthority { return ownAuthority{jpkitest.New(t)} }

func (a ownAuthority) into(c *platform.Config) { c.JPKI = []*x509.Certificate{a.Cert} }

// issues puts this authority in the place of the one that issued a citizen's
// certificate.
func (a ownAuthority) issues(v *visit) { v.cert = a.Reissue(v.cert) }
