package haltest

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"time"
)

// Citizen is an invented person and what the municipality put on their card.
// It prints as its ID alone.
type Citizen struct {
	ID          string // short and stable, for menus and commands
	Description string // what this person is there to show

	Name         string // 氏名; U+3000 stands between family and given name
	NameFlags    string // one '0' or '1' per character of Name; 1 is a stand-in
	Sex          string // as in the certificate: "1" 男, "2" 女, "3" 不明
	BirthDate    string // as in the certificate: era digit, then YYYYMMDD
	Birth        time.Time
	Address      string // 住所
	AddressFlags string // one '0' or '1' per character of Address
	Prefecture   string // as the certificate's subject spells it: "Tokyo-to"
	City         string

	ForeignResident bool // the card's face prints Western years
	Minor           bool // under 15: no signing certificate was issued

	CardExpiry   time.Time // 10th birthday after issue; 5th under 18
	SecurityCode string    // 4 digits under the photo
	Password     string    // of the signing key: 6 to 16 of A-Z and 0-9
	PIN          string    // 4 digits; opens the authentication key and the text AP
	Generation   int       // which generation of the CA signed: 1, 2 or 3
	Photo        []byte    // JPEG 2000
}

// VerificationCodeB is 照合番号B: the birth date as the card prints it, the
// year of expiry, the security code.
func (c Citizen) VerificationCodeB() string {
	return fmt.Sprintf("%02d%s%d%s", c.printedYear(), c.Birth.Format("0102"), c.CardExpiry.Year(), c.SecurityCode)
}

// printedYear is the year of birth within its era, or in its century for a
// foreign resident.
func (c Citizen) printedYear() int {
	first := map[byte]int{'1': 1868, '2': 1912, '3': 1926, '4': 1989, '5': 2019}
	if start, ok := first[c.BirthDate[0]]; ok && !c.ForeignResident {
		return c.Birth.Year() - start + 1
	}
	return c.Birth.Year() % 100
}

// MyNumber is the number of twelve digits that no terminal may ever see. Its
// check digit is wrong, so it is nobody's.
func (c Citizen) MyNumber() string {
	sum := sha256.Sum256([]byte(c.ID))
	digits := make([]byte, 11, 12)
	for i := range digits {
		digits[i] = '0' + sum[i]%10
	}
	wrong := (myNumberCheck(digits) + 1) % 10
	return string(append(digits, '0'+wrong))
}

// myNumberCheck is the check digit of eleven digits, by 総務省令第八十五号.
func myNumberCheck(digits []byte) byte {
	sum := 0
	for n := 1; n <= 11; n++ {
		weight := n + 1
		if n > 6 {
			weight = n - 5
		}
		sum += int(digits[11-n]-'0') * weight
	}
	if rest := sum % 11; rest > 1 {
		return byte(11 - rest)
	}
	return 0
}

// String is the ID: the rest is personal, though invented.
func (c Citizen) String() string { return c.ID }

// Format prints the ID, whatever the verb.
func (c Citizen) Format(f fmt.State, _ rune) { fmt.Fprint(f, c.ID) }

// LogValue is the ID.
func (c Citizen) LogValue() slog.Value { return slog.StringValue(c.ID) }

// FindCitizen is the one of the cast with that ID.
func FindCitizen(id string) (Citizen, bool) {
	for _, c := range Citizens() {
		if c.ID == id {
			return c, true
		}
	}
	return Citizen{}, false
}
