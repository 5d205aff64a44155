package desk_test

import (
	"testing"

	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// The configuration is read or refused; what is read may be opened.
func FuzzMachine(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"printer":{"kind":"tcp","address":"127.0.0.1:9100"},"status_socket":"/run/x","ui":{}}`))
	f.Add([]byte(`{"printer":{"kind":"laser"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := desk.Machine{Config: devices.Defaults()}
		if err := m.Parse(raw); err == nil && m.Validate() != nil {
			t.Errorf("%s is taken as %+v", raw, m)
		}
	})
}
