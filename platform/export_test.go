package platform

import (
	"crypto/ecdsa"
)

// Unseal finds the key that a body was sealed to, for tests that look into it.
func (p *Platform) Unseal(kid string) (*ecdsa.PrivateKey, error) {
	key, err := p.keys.Opens(kid)
	return key.ECDSA(), err
}
