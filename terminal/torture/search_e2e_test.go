//go:build e2e

package torture_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// secrets are what the disk of the terminal may not hold, with what each is. Bare
// codes are too short to search for: six digits stand in any number.
func (s *street) secrets(visits []*visit) map[string]string {
	all := map[string]string{}
	for _, c := range haltest.Citizens() {
		all[c.Name], all[c.Address], all[c.Password], all[c.BirthDate] = "a name", "an address", "a password", "a birth date"
		all[strings.ReplaceAll(c.Name, "\u3000", " ")] = "a name"
		if certificate := haltest.NewCard(c, s.ca).Certificate(); certificate != nil {
			all[certificate.SerialNumber.String()] = "a serial number"
			all[string(certificate.SerialNumber.Bytes())] = "a serial number, as in a certificate"
		}
	}
	for _, v := range visits {
		all[string(v.phone.digits())] = "a registration key"
		for _, code := range v.codes {
			all["watashi:code:"+string(code)], all[`"`+string(code)+`"`] = "a code", "a code"
		}
	}
	return all
}

// search looks through all that the terminal's two services wrote, after it made
// sure that it would find what it looks for.
func (s *street) search(visits []*visit) (found []string) {
	s.t.Helper()
	all := s.secrets(visits)
	planted := filepath.Join(s.t.TempDir(), "planted")
	for secret, what := range all {
		if err := os.WriteFile(planted, []byte("before"+secret+"after"), 0o600); err != nil {
			s.t.Fatal(err)
		}
		if len(s.look(map[string]string{secret: what}, planted)) == 0 {
			s.t.Errorf("the search does not find %s that was planted", what)
		}
	}
	return s.look(all, s.path("state"), s.path("uplink"), s.path("watashi-terminald.log"), s.path("watashi-uplinkd.log"), s.path("screen.url"))
}

// look names what it finds, and where, without telling it.
func (s *street) look(all map[string]string, roots ...string) (found []string) {
	s.t.Helper()
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			content, err := os.ReadFile(path)
			for secret, what := range all {
				for _, form := range forms(secret) {
					if bytes.Contains(content, form) {
						found = append(found, what+" stands in "+path)
						break
					}
				}
			}
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	return found
}

// forms are a text as UTF-8 and as UTF-16 in both orders.
func forms(text string) [][]byte {
	little, big := []byte{}, []byte{}
	for _, unit := range utf16.Encode([]rune(text)) {
		little = append(little, byte(unit), byte(unit>>8))
		big = append(big, byte(unit>>8), byte(unit))
	}
	return [][]byte{[]byte(text), little, big}
}
