package mynumber

import "fmt"

// numberBLen is birth YYMMDD, expiry YYYY and four digits of security code.
const numberBLen = 14

// NumberB makes 照合番号B from what is printed on the card: the birth date with the
// year of its era, or the last two digits of the Western year where the card
// prints that (western); the Western year in which the card expires; and the
// security code under the photo. The caller owns the result, and FacePhoto
// overwrites it. The error is ErrNumberBShape.
func NumberB(birth Date, western bool, expiryYear int, securityCode []byte) ([]byte, error) {
	year, ok := birth.EraYear()
	if western {
		year, ok = birth.Year%100, true
	}
	switch {
	case !ok || year > 99 || !birth.valid() || birth.Day == 0:
		return nil, fmt.Errorf("%w: birth date", ErrNumberBShape)
	case expiryYear < 2000 || expiryYear > 2099:
		return nil, fmt.Errorf("%w: expiry year", ErrNumberBShape)
	case !allDigits(securityCode, 4):
		return nil, fmt.Errorf("%w: security code", ErrNumberBShape)
	}
	number := make([]byte, 0, numberBLen)
	for _, n := range []int{year, birth.Month, birth.Day, expiryYear / 100, expiryYear % 100} {
		number = append(number, '0'+byte(n/10), '0'+byte(n%10)) // fmt would keep a copy in its buffers
	}
	return append(number, securityCode...), nil
}

// isNumberB refuses in particular the 12 digits of 照合番号A, which are the My
// Number.
func isNumberB(number []byte) bool { return allDigits(number, numberBLen) }
