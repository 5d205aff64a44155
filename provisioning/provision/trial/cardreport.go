package trial

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// CardReport is what card read tells. It holds nothing whole that is personal:
// what is masked here is masked before it is kept.
type CardReport struct {
	desk.Ending
	Reader      string             `json:"reader,omitempty"`
	Virtual     bool               `json:"virtual,omitempty"`
	ATR         string             `json:"atr,omitempty"`
	Card        string             `json:"card,omitempty"`
	TriesLeft   *int               `json:"tries_left,omitempty"`
	Verified    bool               `json:"verified"`
	TriesAfter  *int               `json:"tries_left_after,omitempty"`
	Certificate *certificateReport `json:"certificate,omitempty"`
	Trust       *trustReport       `json:"trust,omitempty"`
	Signature   string             `json:"signature,omitempty"`
	Photo       *photoReport       `json:"photo,omitempty"`
	Line        *lineReport        `json:"line,omitempty"`
}

// certificateReport is a signing certificate, masked. Its last day is the
// holder's birthday, so only the year is told.
type certificateReport struct {
	Serial     string           `json:"serial"`
	Issuer     string           `json:"issuer"`
	Issued     string           `json:"issued"`
	UntilYear  int              `json:"until_year"`
	Key        string           `json:"key"`
	Algorithm  string           `json:"algorithm"`
	Policies   []string         `json:"policies"`
	Bytes      int              `json:"bytes"`
	Attributes attributesReport `json:"attributes"`
}

type attributesReport struct {
	Name      maskedText `json:"name"`
	Address   maskedText `json:"address"`
	BirthYear int        `json:"birth_year,omitempty"`
	SexKnown  bool       `json:"sex_known"`
}

type maskedText struct {
	Masked      string `json:"masked"`
	Characters  int    `json:"characters"`
	Substituted int    `json:"substituted"`
}

type trustReport struct {
	Verdict     string      `json:"verdict"`
	Detail      string      `json:"detail,omitempty"`
	Anchors     string      `json:"anchors"`
	Generations int         `json:"generations"`
	Issuer      *generation `json:"issuer,omitempty"`
}

// generation is one certificate of the signing CA.
type generation struct {
	Serial     string `json:"serial"`
	From       string `json:"from"`
	Until      string `json:"until"`
	Production bool   `json:"production"`
}

type lineReport struct {
	Exchanges    int   `json:"exchanges"`
	Sent         int   `json:"bytes_to_card"`
	Received     int   `json:"bytes_from_card"`
	Milliseconds int64 `json:"milliseconds"`
}

// seen notes the reader in which the card is.
func (r *CardReport) seen(reader hal.Reader, readers []devices.ReaderInfo) {
	if named, ok := reader.(interface{ ReaderName() string }); ok {
		r.Reader = named.ReaderName()
	}
	for _, info := range readers {
		if info.Name == r.Reader || r.Reader == "" && len(readers) == 1 {
			r.Reader, r.Virtual = info.Name, info.Virtual
		}
	}
}

// kinds are what opening a card may say of it; the first that fits.
func kinds() []struct {
	cause error
	kind  string
} {
	return []struct {
		cause error
		kind  string
	}{
		{mynumber.ErrPINBlocked, "my-number"},
		{mynumber.ErrFaceCard, "face-authentication"},
		{mynumber.ErrNoSigningCertificate, "my-number-without-signing-certificate"},
		{mynumber.ErrPhone, "phone"},
		{mynumber.ErrOldCard, "resident-register"},
		{mynumber.ErrUnknownCard, "unknown-jpki"},
		{mynumber.ErrNotMyNumber, "other"},
		{hal.ErrCardMute, "mute"},
	}
}

// kind notes what the card is.
func (r *CardReport) kind(err error, quick bool) {
	switch {
	case err == nil && quick:
		r.Card = "jpki" // which kind was not asked
	case err == nil:
		r.Card = "my-number"
	}
	for _, k := range kinds() {
		if errors.Is(err, k.cause) {
			r.Card = k.kind
			break
		}
	}
	if errors.Is(err, mynumber.ErrPINBlocked) {
		r.tries(0)
	}
}

func (r *CardReport) tries(n int) { r.TriesLeft = &n }

func (r *CardReport) wrong(n int) { r.TriesAfter = &n }

func (r *CardReport) count(line *counted, took time.Duration) {
	r.Line = &lineReport{line.exchanges, line.sent, line.received, took.Milliseconds()}
}

// certificate notes the certificate, masked.
func (r *CardReport) certificate(h *mynumber.Holder) {
	cert, a := h.Certificate, h.Attributes
	c := &certificateReport{
		Serial: shortened(cert), Issuer: cert.Issuer.String(), Issued: cert.NotBefore.Format(time.DateOnly),
		UntilYear: cert.NotAfter.Year(), Key: keyKind(cert), Algorithm: cert.SignatureAlgorithm.String(),
		Policies: []string{}, Bytes: len(cert.Raw),
		Attributes: attributesReport{
			Name: masked(a.Name), Address: masked(a.Address), BirthYear: a.BirthDate.Year,
			SexKnown: a.Sex == mynumber.Male || a.Sex == mynumber.Female,
		},
	}
	for _, policy := range cert.PolicyIdentifiers {
		c.Policies = append(c.Policies, policy.String())
	}
	r.Certificate = c
}

// shortened is the end of the serial number, enough to tell two cards apart on a
// bench and too little to look a person up by.
func shortened(cert *x509.Certificate) string {
	serial := fmt.Sprintf("%X", cert.SerialNumber)
	return "…" + serial[max(0, len(serial)-3):]
}

func keyKind(cert *x509.Certificate) string {
	if key, ok := cert.PublicKey.(*rsa.PublicKey); ok {
		return fmt.Sprintf("RSA-%d", key.N.BitLen())
	}
	return cert.PublicKeyAlgorithm.String()
}

// maskMost is how long a mask grows; an address has up to 200 characters.
const maskMost = 8

// masked is the first character, and how many there are.
func masked(t mynumber.Text) maskedText {
	runes := []rune(t.Value)
	m := maskedText{Characters: len(runes), Substituted: strings.Count(t.Flags(), "1")}
	if len(runes) > 0 {
		m.Masked = string(runes[0]) + strings.Repeat("＊", min(len(runes)-1, maskMost))
	}
	return m
}

// verdicts are what may be wrong with a certificate. The error itself may tell the
// last day of its validity, which is a birthday: it is not repeated.
func verdicts() []struct {
	cause        error
	word, detail string
	is           error
} {
	return []struct {
		cause        error
		word, detail string
		is           error
	}{
		{nil, "trusted", "", nil},
		{mynumber.ErrUnknownIssuer, "unknown-issuer", "none of the trusted CAs signed it", ErrUntrusted},
		{mynumber.ErrExpired, "expired", "its last day, or its CA's, is over", ErrDates},
		{mynumber.ErrNotYetValid, "not-yet-valid", "its first day, or its CA's, is to come", ErrDates},
		{mynumber.ErrNotSigningCertificate, "not-a-signing-certificate", "its key usage or its policy is not that of signing certificates", ErrUntrusted},
		{mynumber.ErrUnsupportedKey, "unsupported-key", "its key is of a kind that this program does not know", ErrUntrusted},
	}
}

// judge notes the verdict on the certificate, and who issued it.
func (r *CardReport) judge(a anchors, cert *x509.Certificate, verdict error) {
	t := &trustReport{Verdict: "refused", Anchors: a.source, Generations: len(a.Generations)}
	for _, v := range verdicts() {
		if errors.Is(verdict, v.cause) {
			t.Verdict, t.Detail = v.word, v.detail
			break
		}
	}
	if t.Verdict == "unknown-issuer" {
		if hint := a.missingGeneration(cert); hint != "" {
			t.Detail += "; " + hint
		}
	}
	if ca := a.issuer(cert); ca != nil {
		t.Issuer = &generation{
			Serial: fmt.Sprintf("%X", ca.SerialNumber), Production: isProduction(ca),
			From: ca.NotBefore.Format(time.DateOnly), Until: ca.NotAfter.Format(time.DateOnly),
		}
	}
	r.Trust = t
}

// inWords is a verdict as an error that tells nothing personal.
func inWords(verdict error) error {
	if verdict == nil {
		return nil
	}
	for _, v := range verdicts() {
		if v.cause != nil && errors.Is(verdict, v.cause) {
			return fmt.Errorf("%w: %s", v.is, v.detail)
		}
	}
	return ErrUntrusted
}

// signed notes what became of the one signature.
func (r *CardReport) signed(err error) {
	switch {
	case err == nil:
		r.Signature = "valid"
	case errors.Is(err, ErrBadSignature), errors.Is(err, mynumber.ErrBadSignature):
		r.Signature = "invalid"
	default:
		r.Signature = "none"
	}
}

// Print tells it to people.
func (r *CardReport) Print(s *console.Sheet) {
	s.Fact("reader", r.Reader+virtually(r.Virtual))
	s.Fact("card", r.cardLine())
	s.Fact("signing PIN", r.pinLine())
	r.printCertificate(s)
	r.printTrust(s)
	s.Fact("signature", r.signatureLine(s))
	if r.Photo != nil {
		r.Photo.Print(s)
	}
	if l := r.Line; l != nil {
		s.Fact("line", fmt.Sprintf("%s, %d bytes to the card, %d from it, %d ms", console.Plural(l.Exchanges, "exchange"), l.Sent, l.Received, l.Milliseconds))
	}
}

func virtually(virtual bool) string {
	if virtual {
		return " (virtual)"
	}
	return ""
}

func (r *CardReport) cardLine() string {
	text := map[string]string{
		"my-number": "My Number card", "jpki": "a card with the JPKI application (its kind was not asked)",
		"face-authentication":                   "My Number card for face authentication, without PINs",
		"my-number-without-signing-certificate": "My Number card without a signing certificate",
		"phone":                                 "a phone with its holder's certificates, not the card", "resident-register": "resident register card (before 2016)",
		"unknown-jpki": "a JPKI card of an unknown kind", "other": "another card", "mute": "a card that does not answer",
	}[r.Card]
	if r.ATR == "" {
		return text
	}
	if text == "" {
		return "ATR " + r.ATR
	}
	return text + ", ATR " + r.ATR
}

func (r *CardReport) pinLine() string {
	switch {
	case r.TriesLeft == nil:
		return ""
	case r.TriesAfter != nil:
		return fmt.Sprintf("wrong; %s left, %d before", tries(*r.TriesAfter), *r.TriesLeft)
	case r.Verified:
		return fmt.Sprintf("right; %s left before", tries(*r.TriesLeft))
	case *r.TriesLeft == 0:
		return "blocked"
	}
	return fmt.Sprintf("%s left; not tried", tries(*r.TriesLeft))
}

func (r *CardReport) printCertificate(s *console.Sheet) {
	c := r.Certificate
	if c == nil {
		return
	}
	s.Fact("certificate", fmt.Sprintf("serial %s, %s signed with %s, %d bytes", c.Serial, c.Key, c.Algorithm, c.Bytes))
	s.Under("issuer", c.Issuer)
	s.Under("validity", fmt.Sprintf("%s to %d (the last day is the holder's birthday)", c.Issued, c.UntilYear))
	s.Under("policy", strings.Join(c.Policies, ", "))
	s.Under("name", c.Attributes.Name.line())
	s.Under("address", c.Attributes.Address.line())
	if c.Attributes.BirthYear > 0 {
		s.Under("born", fmt.Sprint(c.Attributes.BirthYear))
	}
}

func (m maskedText) line() string {
	text := fmt.Sprintf("%s (%s", m.Masked, console.Plural(m.Characters, "character"))
	if m.Substituted > 0 {
		text += fmt.Sprintf(", %d of them stand in for others", m.Substituted)
	}
	return text + ")"
}

func (r *CardReport) printTrust(s *console.Sheet) {
	t := r.Trust
	if t == nil {
		return
	}
	if t.Verdict == "trusted" {
		s.Fact("trust", s.In(console.Green, "trusted")+"; revocation was not checked")
	} else {
		s.Fact("trust", s.In(console.Red, strings.ReplaceAll(t.Verdict, "-", " "))+": "+t.Detail)
	}
	if g := t.Issuer; g != nil {
		kind := "not a production CA"
		if g.Production {
			kind = "production CA"
		}
		s.Under("CA", fmt.Sprintf("serial %s, %s to %s, %s", g.Serial, g.From, g.Until, kind))
	}
	s.Under("anchors", fmt.Sprintf("%s, %s", console.Plural(t.Generations, "CA"), t.Anchors))
}

func (r *CardReport) signatureLine(s *console.Sheet) string {
	return map[string]string{
		"valid":   s.In(console.Green, "valid") + " over a fresh challenge, verified with the certificate",
		"invalid": s.In(console.Red, "invalid") + ": it does not verify with the certificate",
		"none":    s.In(console.Red, "none") + ": the card did not sign",
	}[r.Signature]
}
