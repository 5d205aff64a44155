package street

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// Secrets are what nobody may find in clear: each with what it is, by the secret
// itself.
type Secrets map[string]string

// Cast is what the cards of all invented people hold.
func (s *Street) Cast() Secrets {
	all := Secrets{}
	for _, c := range haltest.Citizens() {
		all[c.Name], all[c.Address], all[c.Password], all[c.BirthDate] = "a name", "an address", "a password", "a birth date"
		all[strings.ReplaceAll(c.Name, "\u3000", " ")] = "a name"
		all[c.VerificationCodeB()], all[string(c.Photo)] = "the number on a card's face", "a photo"
		if certificate := haltest.NewCard(c, s.CA).Certificate(); certificate != nil {
			all[certificate.SerialNumber.String()] = "a serial number"
			all[string(certificate.SerialNumber.Bytes())] = "a serial number, as in a certificate"
		}
	}
	delete(all, "") // who has no photo, say
	return all
}

// And are these secrets and others.
func (s Secrets) And(others Secrets) Secrets {
	all := maps.Clone(s)
	maps.Copy(all, others)
	return all
}

// In names the secrets that stand in a text, without telling them.
func (s Secrets) In(text []byte) (found []string) {
	for secret, what := range s {
		if stands(text, secret) {
			found = append(found, what)
		}
	}
	slices.Sort(found)
	return found
}

// Below names the secrets that stand in the files of some folders, and where.
func (s Secrets) Below(roots ...string) (found []string, err error) {
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			text, err := os.ReadFile(path)
			for _, what := range s.In(text) {
				found = append(found, what+" stands in "+path)
			}
			return err
		})
		if err != nil {
			return found, fmt.Errorf("searching %s: %w", root, err)
		}
	}
	return found, nil
}

func stands(text []byte, secret string) bool {
	if isCode(secret) {
		return standsAlone(text, secret)
	}
	return slices.ContainsFunc(forms(secret), func(form []byte) bool { return bytes.Contains(text, form) })
}

// isCode reports whether a secret is a code of a slip, which is so short that it
// stands in a long number by chance.
func isCode(secret string) bool {
	return len(secret) == 6 && strings.Trim(secret, "0123456789") == ""
}

// standsAlone looks for it where it is no part of a longer number or digest.
func standsAlone(text []byte, secret string) bool {
	among := func(digits string, at int) bool {
		return at >= 0 && at < len(text) && strings.IndexByte(digits, text[at]) >= 0
	}
	const digits = "0123456789abcdefABCDEF"
	for from := 0; ; {
		at := bytes.Index(text[from:], []byte(secret))
		if at < 0 {
			break
		}
		if from += at; !among(digits+".", from-1) && !among(digits, from+len(secret)) {
			return true
		}
		from++
	}
	return slices.ContainsFunc(forms(secret)[1:], func(form []byte) bool { return bytes.Contains(text, form) })
}

// forms are a text as UTF-8, as UTF-16 in both orders, and as JSON may escape it.
func forms(text string) [][]byte {
	little, big := []byte{}, []byte{}
	for _, unit := range utf16.Encode([]rune(text)) {
		little = append(little, byte(unit), byte(unit>>8))
		big = append(big, byte(unit>>8), byte(unit))
	}
	all := [][]byte{[]byte(text), little, big}
	if escaped := strings.Trim(strconv.QuoteToASCII(text), `"`); escaped != text {
		all = append(all, []byte(escaped))
	}
	return all
}
