package platform

import (
	"crypto/x509"

	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
)

// FitCAs says whether the platform in a folder could pin these CAs of JPKI, and no
// others.
func FitCAs(dir string, cas []*x509.Certificate) error {
	f, err := keyring.ReadFounding(dir)
	if err == nil {
		_, err = jpki.Pin(f.Environment, jpki.Unchanging{Now: cas})
	}
	return err
}
