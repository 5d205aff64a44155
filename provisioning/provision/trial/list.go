package trial

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// ListReport is what list tells.
type ListReport struct {
	desk.Ending
	Configuration string         `json:"configuration"` // empty: the defaults
	Readers       []readerReport `json:"readers"`
	Configured    configured     `json:"configured"`
	Found         []foundReport  `json:"found"`
}

type readerReport struct {
	Name    string `json:"name"`
	Virtual bool   `json:"virtual"`
	Present bool   `json:"card_present"`
	ATR     string `json:"atr,omitempty"`
	InUse   bool   `json:"in_use"`
	Mute    bool   `json:"mute"`
	Chosen  bool   `json:"chosen"` // the configuration means it
}

// configured is each device as one line of text; empty where there is none.
type configured struct {
	Reader  string `json:"reader"`
	Printer string `json:"printer"`
	Scanner string `json:"scanner"`
	Sensors string `json:"sensors"`
	Lights  string `json:"lights"`
	Voice   string `json:"voice"`
}

type foundReport struct {
	Path string `json:"path"`
	Kind string `json:"kind"`
}

// listDevices gathers what can be named without opening anything; a machine without a
// card service, which is the error, has printers as well.
func List(ctx context.Context, d *desk.Desk) (*ListReport, error) {
	m := d.Machine
	r := &ListReport{
		Configuration: m.File, Readers: []readerReport{}, Found: []foundReport{},
		Configured: configured{
			Reader: m.Reader, Printer: printerText(m.Printer), Scanner: scannerText(m.Scanner),
			Sensors: sensorsText(m.Sensors), Lights: lightsText(m.Lights), Voice: voiceText(m.Voice),
		},
	}
	readers, err := d.ListReaders(ctx)
	for _, info := range readers {
		r.Readers = append(r.Readers, readerReport{
			Name: info.Name, Virtual: info.Virtual, Present: info.Present, ATR: fmt.Sprintf("%X", info.ATR),
			InUse: info.Busy, Mute: info.Mute, Chosen: meant(info, m.Reader),
		})
	}
	for _, c := range system.This().Devices {
		for _, path := range d.Find(c.Path) {
			r.Found = append(r.Found, foundReport{path, c.Kind})
		}
	}
	return r, err
}

// meant reports whether a part of a name, which may be empty, means a reader.
func meant(r devices.ReaderInfo, part string) bool { return strings.Contains(r.Name, part) }

func printerText(p devices.Printer) string {
	switch p.Kind {
	case "tcp":
		return "tcp " + p.Address
	case "serial":
		return fmt.Sprintf("serial %s at %d baud", p.Path, p.Baud)
	}
	return p.Kind + " " + p.Path
}

func scannerText(s devices.Scanner) string {
	switch s.Kind {
	case "":
		return ""
	case "serial":
		return fmt.Sprintf("serial %s at %d baud", s.Path, s.Baud)
	}
	return s.Kind + " " + s.Path
}

func sensorsText(s devices.Sensors) string {
	return linesText(s.Chip, []wire{{"tamper", s.Tamper}, {"door", s.Door}, {"operator", s.Operator}, {"headset", s.Headset}})
}

func lightsText(l devices.Lights) string {
	return linesText(l.Chip, []wire{{"card reader", l.CardReader}, {"receipt printer", l.ReceiptPrinter}, {"scanner", l.Scanner}})
}

// wire is a line of a chip, and what hangs on it.
type wire struct {
	name string
	line *devices.Line
}

func linesText(chip string, wires []wire) string {
	var parts []string
	for _, w := range wires {
		if w.line == nil {
			continue
		}
		text := fmt.Sprintf("%s line %d", w.name, w.line.Offset)
		if w.line.ActiveLow {
			text += " active low"
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return ""
	}
	return chip + ": " + strings.Join(parts, ", ")
}

// Print tells it to people.
func (r *ListReport) Print(s *console.Sheet) {
	s.Fact("configuration", cmp.Or(r.Configuration, "none; these are the defaults"))
	s.Fact("reader", cmp.Or(r.Configured.Reader, "any"))
	s.Fact("printer", r.Configured.Printer)
	s.Fact("scanner", cmp.Or(r.Configured.Scanner, "none"))
	s.Fact("sensors", cmp.Or(r.Configured.Sensors, "none"))
	s.Fact("lights", cmp.Or(r.Configured.Lights, "none"))
	s.Fact("voice", cmp.Or(r.Configured.Voice, "none"))
	s.Line("")
	if len(r.Readers) == 0 {
		s.Fact("card readers", s.In(console.Yellow, "none"))
	}
	for i, reader := range r.Readers {
		s.Fact(console.First(i, "card readers"), reader.line(s))
	}
	for i, f := range r.Found {
		s.Fact(console.First(i, "plugged in"), f.Path+s.In(console.Faint, "  "+f.Kind))
	}
}

func (r readerReport) line(s *console.Sheet) string {
	text := r.Name + virtually(r.Virtual)
	switch {
	case r.Mute:
		text += "  " + s.In(console.Yellow, "a card that does not answer")
	case r.Present && r.InUse:
		text += "  " + s.In(console.Yellow, "card in use by a program")
	case r.Present:
		text += "  " + s.In(console.Green, "card in") + ", ATR " + r.ATR
	default:
		text += "  no card"
	}
	if !r.Chosen {
		text += s.In(console.Faint, "  (the configuration means another)")
	}
	return text
}
