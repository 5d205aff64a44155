//go:build e2e && linux

package e2e_test

import (
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/residue"
)

// A catch is what terminald held in the midst of a visit: what it works with must be
// found, or the search is blind to it.
type catch struct {
	what string
	held residue.Copy
	of   *guest
	want []residue.Kind
}

// caught keeps a copy, at the first visit only: it is large.
func (g *guest) caught(what string, want ...residue.Kind) {
	g.T.Helper()
	if g.number > 0 {
		return
	}
	held, err := residue.Process(g.Terminald.PID()).Copy()
	if err != nil {
		g.T.Fatal(err)
	}
	g.catches = append(g.catches, catch{what, held, g, want})
}

// caughtConfirming looks when all is known but the code.
func (g *guest) caughtConfirming() {
	g.T.Helper()
	g.caught("terminald when somebody confirms", residue.Key, residue.Attribute, residue.Birth, residue.Photo, residue.Certificate)
}

// caughtPrinting goes on to the slip, and looks when a part of it is out.
func (g *guest) caughtPrinting() {
	g.T.Helper()
	g.Printer.Break(haltest.PrinterFaults{RowTime: time.Millisecond})
	g.glass.touch("action", "sign")
	g.until("the slip comes out", func() bool { return g.Printer.Uncut() > 100 })
	g.caught("terminald when a slip is printed", residue.Code, residue.Slip)
	g.Printer.Break(haltest.PrinterFaults{})
	g.printed()
}

// meanwhile tells what was caught.
func (l *laboratory) meanwhile() {
	l.T.Helper()
	for _, c := range l.catches {
		found := residue.NewTally(c.what)
		found.SearchCopy(append(c.of.who.secrets(), l.drawn()...), c.held)
		for _, kind := range c.want {
			if found.Copies(kind) == 0 {
				l.T.Errorf("%s: no %s is found in it, which it works with", c.what, kind)
			}
		}
		l.report = append(l.report, fmt.Sprintf("%s: %s", c.what, found.Whole()))
	}
}
