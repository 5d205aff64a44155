package haltest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"
)

// IssueOptions says how a signing certificate differs from the profile. The zero
// value is a good one. The same citizen and options give the same certificate.
type IssueOptions struct {
	Renewal       int                   // counts renewals: another serial, another key
	Expired       bool                  // ran out at the end of last year
	NotYetValid   bool                  // begins the year after next
	WrongKeyUsage bool                  // digitalSignature without nonRepudiation
	Foreign       bool                  // signed by a CA of the same name that nobody trusts
	NoPolicy      bool                  // no certificatePolicies at all
	P384          bool                  // an ECDSA P-384 key, as the next card is said to have
	Policy        asn1.ObjectIdentifier // nil is TestPolicy
	IssuedAt      time.Time             // zero: within the life of the citizen's generation
}

// Issue makes the signing certificate of a citizen, and its key.
func (ca *CA) Issue(citizen Citizen, opts IssueOptions) (*x509.Certificate, crypto.Signer) {
	p := citizen.completed()
	issuer := ca.issuer(p, opts)
	key := signingKey(p, opts)
	from, to := ca.validity(p, opts)
	template := &x509.Certificate{
		SerialNumber: ca.serial(p, opts), NotBefore: from, NotAfter: to,
		RawSubject: subject(p, from), SignatureAlgorithm: x509.SHA256WithRSA,
		ExtraExtensions: citizenExtensions(p, opts, issuer.cert.SubjectKeyId, spkiID(key.Public())),
	}
	der := must(x509.CreateCertificate(rand.Reader, template, issuer.cert, key.Public(), issuer.key))
	return must(x509.ParseCertificate(der)), key
}

func (ca *CA) serial(p Citizen, opts IssueOptions) *big.Int {
	return serialOf(fmt.Sprint(p.ID, opts, ca.year))
}

// issueAuth makes the certificate for user authentication: it says nothing of its
// holder.
func (ca *CA) issueAuth(p Citizen) (*x509.Certificate, *rsa.PrivateKey) {
	issuer, key := ca.auth[p.Generation-1], rsaKey("auth")
	from, to := ca.validity(p, IssueOptions{})
	template := &x509.Certificate{
		SerialNumber: serialOf("auth" + p.ID), NotBefore: from, NotAfter: to,
		RawSubject:         rdnSequence(rdn{c, "JP"}, rdn{cn, fmt.Sprintf("%09X13221003A", serialOf("cn"+p.ID))}),
		SignatureAlgorithm: x509.SHA256WithRSA,
		ExtraExtensions: []pkix.Extension{
			keyUsage(7, 0x80), policies(authPolicy()),
			extension(18, false, tlv(0x30, directoryName(japaneseName()))),
			citizenDistributionPoint(p), ocsp(),
			authorityKeyID(issuer.cert.SubjectKeyId), subjectKeyID(spkiID(key.Public())),
		},
	}
	der := must(x509.CreateCertificate(rand.Reader, template, issuer.cert, key.Public(), issuer.key))
	return must(x509.ParseCertificate(der)), key
}

func (ca *CA) issuer(p Citizen, opts IssueOptions) authority {
	if opts.Foreign {
		return ca.foreign
	}
	return ca.signing[p.Generation-1]
}

func signingKey(p Citizen, opts IssueOptions) crypto.Signer {
	if opts.P384 {
		return p384Key()
	}
	if opts.Renewal > 0 {
		return rsaKey(fmt.Sprintf("sign-%s-%d", p.ID, opts.Renewal))
	}
	return rsaKey("sign-" + p.ID)
}

// validity lasts until the holder's fifth birthday after issue.
func (ca *CA) validity(p Citizen, opts IssueOptions) (from, to time.Time) {
	switch {
	case opts.Expired:
		return midnightJST(ca.year-2, 4, 1), endOfDayJST(ca.year-1, 12, 31)
	case opts.NotYetValid:
		return midnightJST(ca.year+2, 1, 1), endOfDayJST(ca.year+4, 12, 31)
	}
	from = opts.IssuedAt.UTC().Truncate(time.Second)
	if opts.IssuedAt.IsZero() {
		from = ca.usualIssue(p.Generation)
	}
	return from, fifthBirthday(p.Birth, from)
}

// usualIssue lies within the life of its generation, in office hours.
func (ca *CA) usualIssue(generation int) time.Time {
	day := [...]time.Time{
		midnightJST(ca.year-8, 6, 1), midnightJST(ca.year-3, 6, 1), midnightJST(ca.year-1, 11, 4),
	}
	return day[generation-1].Add(10*time.Hour + 23*time.Minute + 45*time.Second)
}

func fifthBirthday(birth, issued time.Time) time.Time {
	year := issued.Year()
	if !endOfDayJST(year, int(birth.Month()), birth.Day()).After(issued) {
		year++
	}
	return endOfDayJST(year+4, int(birth.Month()), birth.Day())
}

// subject is no name: place of issue, and time, sequence and window of the request.
func subject(p Citizen, requested time.Time) []byte {
	request := requested.In(jst()).Format("20060102150405") +
		fmt.Sprintf("%05d", serialOf("sequence"+p.ID).Int64()%100000) + "13221003A"
	return rdnSequence(rdn{c, "JP"}, rdn{l, p.Prefecture}, rdn{l, p.City}, rdn{cn, request})
}

// citizenExtensions are in the order of the profile, the subject key identifier last.
func citizenExtensions(p Citizen, opts IssueOptions, issuer, self []byte) []pkix.Extension {
	usage := keyUsage(6, 0xC0)
	if opts.WrongKeyUsage {
		usage = keyUsage(7, 0x80)
	}
	out := []pkix.Extension{usage, otherNames(p)}
	if !opts.NoPolicy {
		out = append(out, policies(signingPolicy(opts)))
	}
	return append(out, extension(18, false, tlv(0x30, directoryName(japaneseName()))),
		citizenDistributionPoint(p), ocsp(), authorityKeyID(issuer), subjectKeyID(self))
}

func signingPolicy(opts IssueOptions) asn1.ObjectIdentifier {
	if opts.Policy == nil {
		return TestPolicy()
	}
	return opts.Policy
}

// spkiID is RFC 5280, 4.2.1.2, method 1, for any kind of key.
func spkiID(key crypto.PublicKey) []byte {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	must(asn1.Unmarshal(must(x509.MarshalPKIXPublicKey(key)), &info))
	sum := sha1.Sum(info.Key.Bytes)
	return sum[:]
}
