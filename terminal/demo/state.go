package main

import (
	"slices"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// benchState is all that the workbench shows. It holds passwords: of invented
// people, so that whoever plays them can type them.
type benchState struct {
	Citizens   []benchCitizen  `json:"citizens"`
	Conditions []benchChoice   `json:"conditions"`
	Terminal   string          `json:"terminal"`
	Phone      string          `json:"phone"`
	Card       string          `json:"card"`
	Switches   map[string]bool `json:"switches"` // those that are on, by name
	Readers    []benchChoice   `json:"readers"`
	Reader     hal.State       `json:"reader"`
	Shown      bool            `json:"shown"` // the phone shows a QR code
	Lights     benchLights     `json:"lights"`
	Voice      string          `json:"voice"`    // what was said last
	Tampered   string          `json:"tampered"` // since when; "" is not
	Slips      int             `json:"slips"`
	Journal    []benchRecord   `json:"journal"`
}

// benchLights are the guide lights as they glow.
type benchLights struct {
	CardReader     hal.Glow `json:"card_reader"`
	ReceiptPrinter hal.Glow `json:"receipt_printer"`
	Scanner        hal.Glow `json:"scanner"`
}

type benchChoice struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

type benchCitizen struct {
	benchChoice
	Name         string `json:"name"`
	Password     string `json:"password"`
	Birth        string `json:"birth"`
	SecurityCode string `json:"security_code"`
	Expiry       string `json:"expiry"`
}

type benchRecord struct {
	ID         string `json:"id"`
	Delivery   string `json:"delivery"`
	HandOver   string `json:"hand_over"`
	Withdrawal string `json:"withdrawal"`
	Settled    bool   `json:"settled"`
	Bytes      int    `json:"bytes"`
}

func (w *workbench) state() benchState {
	w.mu.Lock()
	defer w.mu.Unlock()
	return benchState{
		Citizens: cast(), Conditions: conditions(), Readers: readerStates(),
		Terminal: w.house.page, Phone: w.phone.address, Card: w.inside,
		Switches: w.switches(), Reader: w.reader, Shown: w.phone.onScreen() != "",
		Lights: benchLights(w.house.lights.Lit()), Voice: lastWords(w.house.voice), Tampered: since(w.house.journal),
		Slips: len(w.house.printer.Slips()), Journal: records(w.house.journal),
	}
}

// switches are all that can be flipped, by the names that the page has for them.
func (w *workbench) switches() map[string]bool {
	return map[string]bool{
		"paper": w.faults.PaperOut, "cover": w.faults.CoverOpen, "cutter": w.faults.Jammed, "unsure": w.faults.Unconfirmed,
		"network": w.house.network.isCut(),
		"tamper":  w.cabinet.Tamper, "door": w.cabinet.Door == hal.DoorOpen,
		"operator": w.cabinet.Switch == hal.SwitchMaintenance, "sensors": w.cabinet.Device != hal.Online,
		"headset": w.cabinet.Headset == hal.HeadsetPresent,
	}
}

// lastWords are what was said last.
func lastWords(v *haltest.Voice) string {
	said := v.Said()
	if len(said) == 0 {
		return ""
	}
	return said[len(said)-1].Text
}

// since is since when the machine stands as opened by force.
func since(j *journal.Journal) string {
	at, err := j.Tampered()
	if err != nil || at.IsZero() {
		return ""
	}
	return at.Local().Format("15:04:05")
}

func cast() (all []benchCitizen) {
	for _, c := range haltest.Citizens() {
		all = append(all, benchCitizen{
			benchChoice: benchChoice{ID: c.ID, Label: c.Description}, Name: c.Name, Password: c.Password,
			Birth: c.Birth.Format("2006-01-02"), SecurityCode: c.SecurityCode, Expiry: c.CardExpiry.Format("2006"),
		})
	}
	return all
}

func conditions() (all []benchChoice) {
	for _, s := range haltest.Situations() {
		all = append(all, benchChoice{ID: s.ID, Label: s.Description})
	}
	return all
}

// records lists the journal, the youngest first.
func records(j *journal.Journal) []benchRecord {
	all := []benchRecord{}
	kept, err := j.Records()
	if err != nil {
		return all
	}
	slices.SortFunc(kept, func(a, b journal.Record) int { return b.Committed.Compare(a.Committed) })
	for _, r := range kept {
		all = append(all, benchRecord{
			ID: r.ID.String(), Delivery: string(r.Delivery), HandOver: string(r.HandOver),
			Withdrawal: string(r.Withdrawal), Settled: !r.Settled.IsZero(), Bytes: bytesKept(r),
		})
	}
	return all
}

// bytesKept is how much of a registration is still on the disk, sealed.
func bytesKept(r journal.Record) int {
	if r.Place == 0 {
		return 0
	}
	return r.BodySize
}
