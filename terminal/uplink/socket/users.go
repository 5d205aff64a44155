package socket

import (
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

// Users are those who may call, as the system numbers them: user ids, and
// security identifiers on Windows.
type Users []string

// Find finds users by name or number.
func Find(names []string) (Users, error) {
	var users Users
	for _, name := range names {
		user, err := find(name)
		if err != nil || name == "" {
			return nil, fmt.Errorf("no user is called %q", name)
		}
		users = append(users, user)
	}
	return users, nil
}

// ServiceSID is the security identifier that Windows gives the service of this
// name: five words of the SHA-1 of the name in capitals. It is known before the
// service is installed.
func ServiceSID(name string) string {
	var wide []byte
	for _, unit := range utf16.Encode([]rune(strings.ToUpper(name))) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
	}
	sum := sha1.Sum(wide)
	sid := "S-1-5-80"
	for word := sum[:]; len(word) > 0; word = word[4:] {
		sid += fmt.Sprintf("-%d", binary.LittleEndian.Uint32(word))
	}
	return sid
}
