package terminal

import (
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// Pressing gives what a terminal finds at each look at its journal's pressure.
func Pressing(most protocol.Limits) func(journal.Pressure, time.Time) []catalogue.Code {
	var l latches
	return func(p journal.Pressure, now time.Time) (found []catalogue.Code) {
		for _, c := range l.look(p, most, now) {
			found = append(found, c.fault)
		}
		return found
	}
}
