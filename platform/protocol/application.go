package protocol

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Version of the application's format, and of the bundle's.
const Version = 1

// NotChecked is the only thing a terminal may say about revocation: J-LIS answers
// the platform, not the terminal.
const NotChecked = "not-checked-by-terminal"

// PhotoChecked is the only thing a terminal may say about a photo that it sends:
// the card's signature covers the photo, and the chip holds the key that belongs
// to it. Who made that signature nobody can tell: the issuer's key is published
// nowhere.
const PhotoChecked = "signature-valid-issuer-not-anchored"

// ErrPhotoUnchecked: a photo without the word of a check, or the other way round.
var ErrPhotoUnchecked = errors.New("application: photo and its check do not belong together")

// Attributes are the four attributes of the citizen, as the signing certificate
// has them and the screen showed them (reference: JPKI subjectAltName).
type Attributes struct {
	Name               Personal `json:"name"`
	Address            Personal `json:"address"`
	NameSubstitutes    Personal `json:"name_substitutes"`    // one 0 or 1 for each character; 1 is a stand-in
	AddressSubstitutes Personal `json:"address_substitutes"` // likewise
	Sex                string   `json:"sex"`                 // 1 male, 2 female, 3 unknown
	BirthDate          Personal `json:"birth_date"`          // era digit, then YYYYMMDD
}

// Consent says which text the citizen agreed to.
type Consent struct {
	TextID   string `json:"text_id"`
	Language string `json:"language"`
	SHA256   Digest `json:"sha256"` // of the text, UTF-8
}

// Application is the 申請情報: what the card signs, and the whole of it was shown.
type Application struct {
	Version         int             `json:"version"`
	RegistrationID  ID              `json:"registration_id"`
	PlatformID      string          `json:"platform_id"`
	TerminalID      string          `json:"terminal_id"`
	RegistrationKey RegistrationKey `json:"registration_key"`
	Attributes      Attributes      `json:"attributes"`
	Consent         Consent         `json:"consent"`
	PhotoSHA256     *Digest         `json:"photo_sha256,omitempty"`
	PhotoCheck      string          `json:"photo_check,omitempty"` // PhotoChecked, with a photo
	CodeCommitment  Digest          `json:"code_commitment"`
	Time            time.Time       `json:"time"`
	Revocation      string          `json:"revocation"` // NotChecked
}

// Sign has the citizen's card sign a, with exactly one call of its Signer, and
// returns the CMS SignedData in DER with the certificate in it. It does not look
// behind the signature: verify the result before sealing it.
func (a Application) Sign(citizen crypto.Signer, cert *x509.Certificate) ([]byte, error) {
	a.Time = a.Time.UTC()
	content, err := encodeJSON(&a)
	if err != nil {
		return nil, fmt.Errorf("signing application: %w", err)
	}
	defer clear(content)
	cms, err := signCMS(content, citizen, cert)
	if err != nil {
		return nil, fmt.Errorf("signing application: %w", err)
	}
	return cms, nil
}

// VerifyApplication takes CMS SignedData apart and verifies the citizen's
// signature. A photo that was not checked is ErrPhotoUnchecked. Whether the
// certificate chains to a JPKI CA, was valid at
// signingTime and is not revoked is the caller's to judge, and so is whether
// signingTime is believable.
func VerifyApplication(cms []byte) (a Application, cert *x509.Certificate, signingTime time.Time, err error) {
	signed, err := verifyCMS(cms)
	if err != nil {
		return Application{}, nil, time.Time{}, fmt.Errorf("verifying application: %w", err)
	}
	if err := decodeJSON(signed.content, &a); err != nil {
		return Application{}, nil, time.Time{}, fmt.Errorf("verifying application: %w", err)
	}
	return a, signed.certificate, signed.time, nil
}

// LogValue keeps a log to what names nobody.
func (a Application) LogValue() slog.Value {
	return slog.GroupValue(slog.String("registration_id", a.RegistrationID.String()), slog.String("terminal_id", a.TerminalID))
}

// LogValue hides all of them.
func (Attributes) LogValue() slog.Value { return slog.StringValue(redacted) }

func (a *Application) check() error {
	switch {
	case a.Version != Version:
		return errors.New("application: unknown version")
	case a.RegistrationID.IsZero():
		return errors.New("application: no registration id")
	case a.RegistrationKey.IsZero():
		return errors.New("application: no registration key")
	case a.CodeCommitment.IsZero():
		return errors.New("application: no code commitment")
	case a.PhotoSHA256 != nil && a.PhotoSHA256.IsZero():
		return errors.New("application: empty photo digest")
	case a.PhotoCheck != a.photoWord():
		return ErrPhotoUnchecked
	case a.Revocation != NotChecked:
		return errors.New("application: claims to know about revocation")
	}
	return errors.Join(
		checkName("application: platform id", a.PlatformID),
		checkName("application: terminal id", a.TerminalID),
		a.Attributes.check(),
		a.Consent.check(),
		wireTime("application", a.Time),
	)
}

func (a *Application) member(name, raw []byte) (err error) {
	switch string(name) {
	case "version":
		a.Version, err = strconv.Atoi(string(raw))
	case "registration_id":
		return intoText(&a.RegistrationID, raw)
	case "platform_id":
		return intoString(&a.PlatformID, raw)
	case "terminal_id":
		return intoString(&a.TerminalID, raw)
	case "registration_key":
		return intoText(&a.RegistrationKey, raw)
	case "attributes":
		return eachMember(raw, a.Attributes.member)
	case "consent":
		return eachMember(raw, a.Consent.member)
	case "photo_sha256":
		a.PhotoSHA256 = new(Digest)
		return intoText(a.PhotoSHA256, raw)
	case "photo_check":
		return intoString(&a.PhotoCheck, raw)
	case "code_commitment":
		return intoText(&a.CodeCommitment, raw)
	case "time":
		return a.Time.UnmarshalJSON(raw)
	case "revocation":
		return intoString(&a.Revocation, raw)
	default:
		return errMember
	}
	return err
}

// photoWord is what must be said about the photo.
func (a *Application) photoWord() string {
	if a.PhotoSHA256 == nil {
		return ""
	}
	return PhotoChecked
}

func (a *Attributes) check() error {
	switch {
	case !isText(a.Name), !isText(a.Address):
		return errors.New("attributes: name or address missing or out of shape")
	case !isFlags(a.NameSubstitutes), !isFlags(a.AddressSubstitutes):
		return errors.New("attributes: substitute flags out of shape")
	case a.Sex != "1" && a.Sex != "2" && a.Sex != "3":
		return errors.New("attributes: sex out of shape")
	case len(a.BirthDate) != 9 || strings.Trim(string(a.BirthDate), decimal) != "":
		return errors.New("attributes: birth date out of shape")
	}
	return nil
}

func (a *Attributes) member(name, raw []byte) error {
	switch string(name) {
	case "name":
		return intoString(&a.Name, raw)
	case "address":
		return intoString(&a.Address, raw)
	case "name_substitutes":
		return intoString(&a.NameSubstitutes, raw)
	case "address_substitutes":
		return intoString(&a.AddressSubstitutes, raw)
	case "sex":
		return intoString(&a.Sex, raw)
	case "birth_date":
		return intoString(&a.BirthDate, raw)
	}
	return errMember
}

// isText bounds a name or address: the card's file could not hold more.
func isText(p Personal) bool {
	return len(p) > 0 && len(p) <= 2048 && utf8.ValidString(string(p))
}

func isFlags(p Personal) bool {
	return len(p) <= 2048 && strings.Trim(string(p), "01") == ""
}

func (c *Consent) check() error {
	if c.SHA256.IsZero() {
		return errors.New("consent: no digest of the text")
	}
	return errors.Join(checkName("consent: text id", c.TextID), checkName("consent: language", c.Language))
}

func (c *Consent) member(name, raw []byte) error {
	switch string(name) {
	case "text_id":
		return intoString(&c.TextID, raw)
	case "language":
		return intoString(&c.Language, raw)
	case "sha256":
		return intoText(&c.SHA256, raw)
	}
	return errMember
}
