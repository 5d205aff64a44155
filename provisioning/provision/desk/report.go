package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
)

// Verdict is how a command ended: an exit code with what it means, and what to do then.
type Verdict struct {
	Code    int
	Name    string // for programs
	Meaning string
	Remedy  string
	Unknown bool // nothing in particular is known of the error
}

// errPrinting: nobody takes the answer.
var errPrinting = errors.New("printing the answer")

// A Report is what a command has to say in the end.
type Report interface {
	// Conclude notes how it ended.
	Conclude(e Verdict, err error)
	// Print is the report for people.
	Print(s *console.Sheet)
}

// Conclude notes it.
func (r *Ending) Conclude(e Verdict, err error) {
	r.Result = e.Name
	if err != nil {
		r.Error, r.Remedy = OneLine(err), e.Remedy
	}
}

// Print prints nothing: End complains of an error by itself.
func (r *Ending) Print(*console.Sheet) {}

// OneLine is an error that may be several, in one line.
func OneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// End prints a report, and how it ended.
func (d *Desk) End(r Report, err error) int {
	e := d.Verdict(err)
	r.Conclude(e, err)
	if d.JSON {
		if json.NewEncoder(d.Out).Encode(r) != nil {
			return d.Verdict(errPrinting).Code
		}
		return e.Code
	}
	s := console.NewSheet(d.Out, d.Paint, d.Environ)
	r.Print(s)
	if s.Err() != nil {
		return d.Verdict(errPrinting).Code
	}
	if told, ok := r.(interface{ Told() bool }); err != nil && !(ok && told.Told()) {
		d.Complain(e, err)
	}
	return e.Code
}

// Complain tells a person what went wrong, and what to do.
func (d *Desk) Complain(e Verdict, err error) {
	why, _ := strings.CutPrefix(OneLine(err), e.Meaning)
	if why != "" && !strings.HasPrefix(why, ":") && !strings.HasPrefix(why, " ") {
		why = ": " + why
	}
	fmt.Fprintf(d.Says, "\n%s%s\n%s\n", console.PaintFor(d.Says, d.Environ).In(console.Red, e.Meaning), why, e.Remedy)
}

// Ending is what --json prints of how a command ended.
type Ending struct {
	Result string `json:"result"` // the name of an exit
	Error  string `json:"error,omitempty"`
	Remedy string `json:"remedy,omitempty"`
}
