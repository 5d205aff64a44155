package platform

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash"
	"time"
)

// A nonce is 16 random bytes, the second at which it runs out, and a keyed hash
// of both. Handing one out therefore costs no write, and nobody can fill the
// disk with them; only a nonce that was used is remembered, until it runs out.

const (
	nonceLife   = 5 * time.Minute
	nonceRandom = 16
	nonceBody   = nonceRandom + 8
	nonceLength = nonceBody + 16
)

var errNonce = errors.New("nonce is not ours or has run out")

// nonces makes and knows them.
type nonces struct{ mac func() hash.Hash }

// make hands out a nonce.
func (n nonces) make(now time.Time) string {
	b := make([]byte, nonceRandom, nonceLength)
	rand.Read(b)
	b = binary.BigEndian.AppendUint64(b, uint64(now.Add(nonceLife).Unix()))
	return base64.RawURLEncoding.EncodeToString(append(b, n.tag(b)...))
}

// check reads a nonce that came back. Whether it was spent, the store knows.
func (n nonces) check(text string, now time.Time) (SpentNonce, error) {
	nonce, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(nonce) != nonceLength || !hmac.Equal(nonce[nonceBody:], n.tag(nonce[:nonceBody])) {
		return SpentNonce{}, errNonce
	}
	expires := time.Unix(int64(binary.BigEndian.Uint64(nonce[nonceRandom:nonceBody])), 0).UTC()
	if !now.Before(expires) {
		return SpentNonce{}, errNonce
	}
	return SpentNonce{Nonce: text, Expires: expires}, nil
}

func (n nonces) tag(body []byte) []byte {
	h := n.mac()
	h.Write([]byte("nonce"))
	h.Write(body)
	return h.Sum(nil)[:nonceLength-nonceBody]
}
