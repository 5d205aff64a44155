package haltest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"slices"
	"strings"
	"sync"
)

// What the files of several applications have in common.

// The tries that a reference starts with. The 10 of 照合番号 stand on weak pages
// only.
const (
	passwordTries = 5
	pinTries      = 3
	numberTries   = 10
)

// withOffsets puts DF21 in front of the objects: where each begins, counted from
// the first byte of the file, two bytes each.
func withOffsets(tag uint32, objects ...[]byte) []byte {
	list := make([]byte, 2*len(objects))
	at := len(tlv(tag, tlv(0xDF21, list), join(objects...))) - len(join(objects...))
	for i, object := range objects {
		list[2*i], list[2*i+1] = byte(at>>8), byte(at)
		at += len(object)
	}
	return tlv(tag, tlv(0xDF21, list), join(objects...))
}

// publicKey is the card's own form: 90 exponent, 91 modulus.
func publicKey(key *rsa.PublicKey) []byte {
	return join(tlv(0x90, []byte{1, 0, 1}), tlv(0x91, key.N.FillBytes(make([]byte, 256))))
}

// cardVerifiable is EF 0004: 7F21 { 5F4E body, 5F37 signature }, 568 bytes.
func cardVerifiable(issuer, subject, keyName string) []byte {
	body := join(keyIdentifier(issuer), keyIdentifier(subject), publicKey(&rsaKey(keyName).PublicKey))
	return tlv(0x7F21, tlv(0x5F4E, body), tlv(0x5F37, signPKCS1("cv-issuer", body)))
}

// keyIdentifier is 16 bytes: seven digits, 08 05, three digits, four of padding.
func keyIdentifier(digits string) []byte {
	return join([]byte(digits), []byte{0x08, 0x05}, []byte("001"), make([]byte, 4))
}

// signedAlready holds what was signed in this process: PKCS #1 v1.5 gives the same
// signature again, and tests make the same card many times.
var signedAlready = sync.OnceValue(func() *sync.Map { return new(sync.Map) })

// signPKCS1 signs the SHA-256 DigestInfo of data.
func signPKCS1(keyName string, data []byte) []byte {
	digest := sha256.Sum256(data)
	asked := keyName + string(digest[:])
	if signature, ok := signedAlready().Load(asked); ok {
		return slices.Clone(signature.([]byte))
	}
	signature := must(rsa.SignPKCS1v15(rand.Reader, rsaKey(keyName), crypto.SHA256, digest[:]))
	signedAlready().Store(asked, slices.Clone(signature))
	return signature
}

// filled is what a file holds that is longer than its content.
func filled(der []byte) []byte { return append(slices.Clone(der), filler(256-len(der)%256)...) }

func filler(n int) []byte { return []byte(strings.Repeat("\xFF", n)) }
