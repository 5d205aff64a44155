package haltest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"sync"
)

// The test keys, one PEM block each, named by its header. They are public and
// make tests fast; a key that is not among them is made when first asked for.
//
//go:embed testkeys.pem
var testKeysPEM []byte

// keyRing holds the keys of this process by name.
type keyRing struct {
	mu     sync.Mutex
	parsed map[string]*rsa.PrivateKey
}

var keys = sync.OnceValue(func() *keyRing {
	return &keyRing{parsed: make(map[string]*rsa.PrivateKey)}
})

// rsaKey is the RSA-2048 key of that name, the same throughout the process.
func rsaKey(name string) *rsa.PrivateKey {
	ring := keys()
	ring.mu.Lock()
	defer ring.mu.Unlock()
	if k, ok := ring.parsed[name]; ok {
		return k
	}
	k := embeddedKey(name)
	if k == nil {
		k = must(rsa.GenerateKey(rand.Reader, 2048))
	}
	ring.parsed[name] = k
	return k
}

func embeddedKey(name string) *rsa.PrivateKey {
	for block, rest := pem.Decode(testKeysPEM); block != nil; block, rest = pem.Decode(rest) {
		if block.Headers["Name"] == name {
			return must(x509.ParsePKCS1PrivateKey(block.Bytes))
		}
	}
	return nil
}

// p384Key stands for the next generation of cards (card algorithm ECDSA P-384).
var p384Key = sync.OnceValue(func() *ecdsa.PrivateKey {
	return must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
})

// must is for what cannot fail unless this package is broken.
func must[T any](v T, err error) T {
	if err != nil {
		panic("haltest: " + err.Error())
	}
	return v
}
