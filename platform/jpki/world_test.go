package jpki_test

import (
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// certified are the attributes that a citizen's certificate holds.
func certified(c haltest.Citizen) protocol.Attributes {
	return protocol.Attributes{
		Name: protocol.Personal(c.Name), Address: protocol.Personal(c.Address), Sex: c.Sex, BirthDate: protocol.Personal(c.BirthDate),
		NameSubstitutes: protocol.Personal(c.NameFlags), AddressSubstitutes: protocol.Personal(c.AddressFlags),
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ok[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}
