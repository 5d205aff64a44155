package haltest

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// Generations is how many CA certificates there are, all under one name.
const Generations = 3

// CA is an invented authority in the shape of JPKI: three generations under one
// distinguished name, each for signing and for user authentication, each
// self-signed. The first has run out, the third signs now, as with the real ones
// in 2026.
//
// Everything it makes follows from the year it stands in and from the embedded
// keys, so two processes in the same year have the same authority.
type CA struct {
	year    int
	signing [Generations]authority
	auth    [Generations]authority
	foreign authority // bears the same name; nobody trusts it
}

type authority struct {
	cert *x509.Certificate
	key  *rsa.PrivateKey
}

// NewCA is the authority as it stands this year.
func NewCA() *CA { return NewCAAt(time.Now()) }

// NewCAAt is the authority as it stands in that year.
func NewCAAt(now time.Time) *CA {
	ca := &CA{year: now.UTC().Year()}
	for i := range Generations {
		ca.signing[i] = newAuthority(signingOU, fmt.Sprintf("ca-sign-%d", i+1), ca.span(i))
		ca.auth[i] = newAuthority(authOU, fmt.Sprintf("ca-auth-%d", i+1), ca.span(i))
	}
	ca.foreign = newAuthority(signingOU, "ca-foreign", ca.span(Generations-1))
	return ca
}

// Certificates is the signing CA in its generations, oldest first.
func (ca *CA) Certificates() []*x509.Certificate { return certificates(ca.signing) }

// AuthCertificates is the CA for user authentication in its generations.
func (ca *CA) AuthCertificates() []*x509.Certificate { return certificates(ca.auth) }

// Foreign is a CA certificate under the same name that is none of ours.
func (ca *CA) Foreign() *x509.Certificate { return ca.foreign.cert }

// CardFaceIssuer is the key that signs the card-verifiable certificates of the
// two card-face applications.
func (ca *CA) CardFaceIssuer() *rsa.PublicKey { return &rsaKey("cv-issuer").PublicKey }

// CRL lists revoked serials under the given generation, fresh at now. All
// generations share their name, so a list belongs to one by its key identifier.
func (ca *CA) CRL(generation int, revoked []*big.Int, now time.Time) ([]byte, error) {
	if generation < 1 || generation > Generations {
		return nil, fmt.Errorf("making a CRL: there is no generation %d", generation)
	}
	a := ca.signing[generation-1]
	list := &x509.RevocationList{
		Number: big.NewInt(now.Unix()), ThisUpdate: now, NextUpdate: now.Add(48 * time.Hour),
	}
	for _, serial := range revoked {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: serial, RevocationTime: now.Add(-time.Hour)})
	}
	return x509.CreateRevocationList(rand.Reader, list, a.cert, a.key)
}

// PEM writes certificates one after another.
func PEM(certs ...*x509.Certificate) []byte {
	var out bytes.Buffer
	for _, c := range certs {
		_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}) // a Buffer takes everything
	}
	return out.Bytes()
}

// span is the life of one generation. Relative to the year it matches the real
// ones of 2026: 2015–2025, 2019–2029, 2023–2033.
func (ca *CA) span(i int) [2]time.Time {
	switch i {
	case 0:
		return [2]time.Time{midnightJST(ca.year-11, 10, 20), endOfDayJST(ca.year-1, 10, 19)}
	case 1:
		return [2]time.Time{midnightJST(ca.year-7, 9, 14), endOfDayJST(ca.year+3, 9, 14)}
	}
	return [2]time.Time{midnightJST(ca.year-3, 7, 16), endOfDayJST(ca.year+7, 7, 15)}
}

func newAuthority(ou, keyName string, span [2]time.Time) authority {
	key := rsaKey(keyName)
	name := caName(ou)
	template := &x509.Certificate{
		SerialNumber: serialOf(keyName), NotBefore: span[0], NotAfter: span[1],
		RawSubject: name, SubjectKeyId: keyID(&key.PublicKey), SignatureAlgorithm: x509.SHA256WithRSA,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, BasicConstraintsValid: true, IsCA: true,
		ExtraExtensions: caExtensions(name),
	}
	der := must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	return authority{cert: must(x509.ParseCertificate(der)), key: key}
}

func certificates(generations [Generations]authority) []*x509.Certificate {
	var out []*x509.Certificate
	for _, a := range generations {
		out = append(out, a.cert)
	}
	return out
}

// keyID is RFC 5280, 4.2.1.2, method 1.
func keyID(key *rsa.PublicKey) []byte {
	sum := sha1.Sum(x509.MarshalPKCS1PublicKey(key))
	return sum[:]
}

// midnightJST and endOfDayJST give the limits of a day in Japan, in UTC.
func midnightJST(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, jst()).UTC()
}

func endOfDayJST(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 23, 59, 59, 0, jst()).UTC()
}

func jst() *time.Location { return time.FixedZone("JST", 9*60*60) }
