package mynumber

import (
	"fmt"
	"io"
	"log/slog"
)

// Attributes are the four attributes of a signing certificate. They and their
// parts print [redacted] through fmt, log/slog and encoding/json; whoever may see
// them reads the fields.
type Attributes struct {
	personal
	Name, Address Text
	Sex           Sex
	BirthDate     Date
}

// Text is a name or an address.
type Text struct {
	personal
	Value string
	// Substituted tells for each character of Value whether it stands in for one
	// that the certificate cannot hold. A clerk has to be shown which.
	Substituted []bool
}

// Flags is Substituted as the certificate writes it: a 0 or 1 for each character.
func (t Text) Flags() string {
	b := make([]byte, len(t.Substituted))
	for i, s := range t.Substituted {
		b[i] = '0'
		if s {
			b[i] = '1'
		}
	}
	return string(b)
}

// Sex is the code of the certificate.
type Sex byte

// The codes of 1.2.392.200149.8.5.5.3.
const (
	Male       Sex = '1'
	Female     Sex = '2'
	SexUnknown Sex = '3'
)

// Code is the sex as the certificate writes it: 1, 2 or 3.
func (s Sex) Code() string { return string(rune(s)) }

// Era is the code of the Japanese era.
type Era byte

// The codes of 1.2.392.200149.8.5.5.4, first character.
const (
	EraUnknown Era = '0'
	Meiji      Era = '1'
	Taisho     Era = '2'
	Showa      Era = '3'
	Heisei     Era = '4'
	Reiwa      Era = '5'
)

// firstYear is the Gregorian year that an era calls its first.
func (e Era) firstYear() (int, bool) {
	y, ok := map[Era]int{Meiji: 1868, Taisho: 1912, Showa: 1926, Heisei: 1989, Reiwa: 2019}[e]
	return y, ok
}

// Date is a date of birth: the Gregorian date, and the era that the register has
// beside it. What the register does not know is 0: the day, the month and the
// day, or all three.
type Date struct {
	personal
	Era              Era
	Year, Month, Day int
}

// Code is the date as the certificate writes it: the era and YYYYMMDD.
func (d Date) Code() string {
	return fmt.Sprintf("%c%04d%02d%02d", rune(d.Era), d.Year, d.Month, d.Day)
}

// EraYear is the year within its era; false where the register has no era.
func (d Date) EraYear() (int, bool) {
	first, ok := d.Era.firstYear()
	return d.Year - first + 1, ok && d.Year >= first
}

const redacted = "[redacted]"

// personal makes the type that embeds it keep its value to itself.
type personal struct{}

// Format prints [redacted] for every verb.
func (personal) Format(f fmt.State, _ rune) { writeRedacted(f) }

// String is [redacted].
func (personal) String() string { return redacted }

// LogValue is [redacted].
func (personal) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText is [redacted], also for encoding/json.
func (personal) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Format prints [redacted] for every verb.
func (Sex) Format(f fmt.State, _ rune) { writeRedacted(f) }

// String is [redacted].
func (Sex) String() string { return redacted }

// LogValue is [redacted].
func (Sex) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText is [redacted], also for encoding/json.
func (Sex) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Format prints [redacted] for every verb.
func (Era) Format(f fmt.State, _ rune) { writeRedacted(f) }

// String is [redacted].
func (Era) String() string { return redacted }

// LogValue is [redacted].
func (Era) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText is [redacted], also for encoding/json.
func (Era) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// writeRedacted has nowhere to report an error to: fmt swallows it.
func writeRedacted(w io.Writer) { _, _ = io.WriteString(w, redacted) }
