package haltest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
)

// An application is one AP of the card: an AID and elementary files.
type application struct {
	name  string
	aid   []byte
	files map[uint16]*file
	// What commands of secure messaging, and its key delivery, are answered with.
	swKeyDelivery uint16
	// The key of INTERNAL AUTHENTICATE by 80 2A 00 00; 0 if there is none.
	authKey uint16
}

type kind int

const (
	transparent kind = iota // read by READ BINARY
	reference               // a PIN or a code: VERIFY
	private                 // a key: 80 2A
	internal                // exists, and does nothing that is known
)

// A file is one elementary file. What it is decides what may be done with it.
type file struct {
	kind      kind
	data      []byte
	never     bool   // no reference opens it
	locks     []*pin // any one of them, once verified, opens it; none: free
	pin       *pin
	key       crypto.Signer
	forbidden string // why the terminal must not touch it
}

func (f *file) open() bool {
	if f.never {
		return false
	}
	for _, p := range f.locks {
		if p.verified {
			return true
		}
	}
	return len(f.locks) == 0
}

// A pin is a reference value with its counter. The counter outlives power, the
// verified state does not.
type pin struct {
	value    []byte
	left     int
	tries    int
	verified bool
}

func newPIN(value string, tries int) *pin {
	return &pin{value: []byte(value), left: tries, tries: tries}
}

// query is the empty VERIFY: it answers with the tries left, whether verified or
// blocked, and costs nothing.
func (p *pin) query() uint16 { return swWrong | uint16(p.left) }

// verify compares bytes. The try that uses up the counter still answers with the
// counter, later ones that the reference is blocked.
func (p *pin) verify(given []byte) uint16 {
	switch {
	case p.left == 0:
		return swBlocked
	case subtle.ConstantTimeCompare(given, p.value) == 1:
		p.left, p.verified = p.tries, true
		return swOK
	}
	p.left--
	p.verified = false
	return swWrong | uint16(p.left)
}

// change is CHANGE REFERENCE DATA, which wants the old value verified first.
func (p *pin) change(value []byte) uint16 {
	if !p.verified {
		return swNotVerified
	}
	p.value = append([]byte(nil), value...)
	return swOK
}

// compute is PERFORM SECURITY OPERATION, P1 the scheme.
func (f *file) compute(scheme byte, data []byte) ([]byte, uint16) {
	switch key := f.key.(type) {
	case *rsa.PrivateKey:
		return computeRSA(key, scheme, data)
	case *ecdsa.PrivateKey:
		return computeECDSA(key, scheme, data)
	}
	return nil, swConditions
}

func computeRSA(key *rsa.PrivateKey, scheme byte, data []byte) ([]byte, uint16) {
	if sw := rsaInput(scheme, len(data)); sw != swOK {
		return nil, sw
	}
	digest := sha256.Sum256(data)
	switch scheme {
	case 0: // as given
		return signed(rsa.SignPKCS1v15(rand.Reader, key, 0, data))
	case 1: // the card hashes; no DigestInfo
		return signed(rsa.SignPKCS1v15(rand.Reader, key, 0, digest[:]))
	case 2: // hashed already; the card adds the DigestInfo
		return signed(rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, data))
	case 3:
		return signed(rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:]))
	case 4:
		return signed(rsa.SignPSS(rand.Reader, key, crypto.SHA256, data, pss()))
	}
	return signed(rsa.SignPSS(rand.Reader, key, crypto.SHA256, digest[:], pss()))
}

// rsaInput judges scheme and length of what is to be signed.
func rsaInput(scheme byte, n int) uint16 {
	switch {
	case scheme > 5:
		return swP1P2
	case n == 0:
		return swLength
	case scheme == 0 && n > 245:
		return swConditions
	case (scheme == 2 || scheme == 4) && n != sha256.Size:
		return swConditions
	case n > 255:
		return swLength
	}
	return swOK
}

func pss() *rsa.PSSOptions { return &rsa.PSSOptions{SaltLength: sha256.Size} }

func signed(signature []byte, err error) ([]byte, uint16) {
	if err != nil {
		return nil, swConditions
	}
	return signature, swOK
}

// computeECDSA signs a SHA-384 digest into r and s of 48 bytes each, and takes
// nothing else: an RSA DigestInfo is refused.
func computeECDSA(key *ecdsa.PrivateKey, scheme byte, data []byte) ([]byte, uint16) {
	if scheme != 0 {
		return nil, swP1P2
	}
	if len(data) != 48 {
		return nil, swData
	}
	r, s, err := ecdsa.Sign(rand.Reader, key, data)
	if err != nil {
		return nil, swConditions
	}
	return append(r.FillBytes(make([]byte, 48)), s.FillBytes(make([]byte, 48))...), swOK
}
