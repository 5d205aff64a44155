package terminal_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// pressed is a journal whose file is as full as it may be.
type pressed struct{ terminal.Journal }

func (p pressed) Pressure() (journal.Pressure, error) {
	is, err := p.Journal.Pressure()
	is.File = is.MostFile
	return is, err
}

// Each bound closes the terminal by its own fault, and opens it again only when it
// is clearly left: the figures are those of the package's table.
func TestTooMuchOfSomethingClosesTheTerminalUntilItIsClearlyLess(t *testing.T) {
	const mib = 1 << 20
	disk := func(p *journal.Pressure, n int) { p.DiskFree = uint64(n) * mib }
	count := func(p *journal.Pressure, n int) { p.Unsent = n }
	held := func(p *journal.Pressure, n int) { p.Unsent, p.Quarantined = 40, n-40 }
	file := func(p *journal.Pressure, n int) { p.File = uint64(n) * mib }
	bytes := func(p *journal.Pressure, n int) { p.Bytes = uint64(n) * mib }
	age := func(p *journal.Pressure, minutes int) { p.Oldest = epoch().Add(-time.Duration(minutes) * time.Minute) }
	own := func(p *journal.Pressure, n int) { p.Unsent, p.MostUnsent = n, 50 }
	for name, test := range map[string]struct {
		set                       func(*journal.Pressure, int)
		open, closed, still, over int // the last open, the first closed, the last that remains, the first open again
		want                      catalogue.Code
	}{
		"disk free":               {disk, 64, 63, 95, 96, catalogue.DiskFull},
		"count":                   {count, 99, 100, 91, 90, catalogue.QueueFull},
		"count with what is held": {held, 99, 100, 91, 90, catalogue.QueueFull},
		"count of the journal":    {own, 49, 50, 46, 45, catalogue.QueueFull},
		"age of the oldest":       {age, 72 * 60, 72*60 + 1, 64*60 + 49, 64*60 + 48, catalogue.QueueOld},
		"size of the file":        {file, 719, 720, 640, 639, catalogue.JournalFull},
		"bytes unsent":            {bytes, 449, 450, 400, 399, catalogue.JournalFull},
	} {
		for _, way := range []struct {
			at     []int
			closed bool
		}{
			{[]int{test.open}, false}, {[]int{test.closed}, true}, {[]int{test.closed, test.still}, true},
			{[]int{test.closed, test.still, test.open}, true}, {[]int{test.closed, test.over}, false},
			{[]int{test.closed, test.over, test.still}, false}, {[]int{test.closed, test.over, test.closed}, true},
		} {
			want := map[bool]string{true: "[" + string(test.want) + "]", false: "[]"}[way.closed]
			if got := found(test.set, way.at); got != want {
				t.Errorf("%s at %v: found %s, want %s", name, way.at, got, want)
			}
		}
	}
}

// found is what a terminal finds when it has looked at each of the measures.
func found(set func(*journal.Pressure, int), at []int) string {
	look := terminal.Pressing(protocol.Limits{MaxUnsent: 100, MaxUnsentHours: 72})
	var faults []catalogue.Code
	for _, n := range at {
		p := journal.Pressure{DiskFree: 1 << 30, MostUnsent: 10_000, MostBytes: 500 << 20, MostFile: 800 << 20}
		set(&p, n)
		faults = look(p, epoch())
	}
	return fmt.Sprint(faults)
}
