package protocol

import (
	"crypto"
	"crypto/x509"
	"fmt"
)

func registrationKind() jwsKind { return jwsKind{"watashi-registration+jws", "cms"} }

// SignRegistration has the terminal vouch for a CMS that Application.Sign made.
// The JWS names the device certificate by kid.
func SignRegistration(cms []byte, device crypto.Signer, cert *x509.Certificate) ([]byte, error) {
	jws, err := sign(registrationKind(), cms, device, CertificateKid(cert))
	if err != nil {
		return nil, fmt.Errorf("signing registration: %w", err)
	}
	return jws, nil
}

// VerifyRegistration verifies a terminal's signature and returns the CMS that it
// vouches for and the certificate it vouched with. certByKid finds a device
// certificate among those the caller issued; whether it was valid and whose it
// is, the caller judges.
func VerifyRegistration(jws []byte, certByKid func(kid string) (*x509.Certificate, error)) (cms []byte, cert *x509.Certificate, err error) {
	cms, err = verify(registrationKind(), jws, byCertificate(certByKid, &cert))
	if err != nil {
		return nil, nil, fmt.Errorf("verifying registration: %w", err)
	}
	return cms, cert, nil
}
