//go:build e2e

package e2e_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// secrets are what no disk of the terminal may hold in clear.
type secrets map[string]string // what it is, by the secret itself

// notes remembers a code or key that was used.
func (s *street) notes(secret string) { s.used = append(s.used, secret) }

func (s *street) secrets() secrets {
	all := secrets{}
	for _, c := range haltest.Citizens() {
		all[c.Name], all[c.Address], all[c.Password], all[c.BirthDate] = "a name", "an address", "a password", "a birth date"
		all[strings.ReplaceAll(c.Name, "\u3000", " ")] = "a name"
		if certificate := haltest.NewCard(c, s.ca).Certificate(); certificate != nil {
			all[certificate.SerialNumber.String()] = "a serial number"
			all[string(certificate.SerialNumber.Bytes())] = "a serial number, as in a certificate"
		}
	}
	for _, secret := range s.used {
		all[secret] = "a code or a key"
	}
	return all
}

// terminalPaths are what the terminal's two services write: their folders, their
// logs, the file with the screen's address.
func (s *street) terminalPaths() []string {
	return []string{s.path("state"), s.path("uplink"), s.path("watashi-terminald.log"), s.path("watashi-uplinkd.log"), s.path("screen.url")}
}

func (s *street) searched() {
	all := s.secrets()
	for _, found := range s.search(all, s.terminalPaths()...) {
		s.t.Error(found)
	}
	planted := s.path("state", "planted")
	defer os.Remove(planted)
	for secret, what := range all {
		for _, form := range forms(secret) {
			if err := os.WriteFile(planted, append([]byte("before"), append(form, "after"...)...), 0o600); err != nil {
				s.t.Fatal(err)
			}
			if len(s.search(all, planted)) == 0 {
				s.t.Errorf("the search does not find %s that was planted", what)
			}
		}
	}
	if len(s.search(all, s.terminalPaths()...)) == 0 {
		s.t.Error("the search does not look into the folder where it was planted")
	}
}

// search names each secret that it finds below the paths, and where, without
// telling it.
func (s *street) search(all secrets, roots ...string) (found []string) {
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
