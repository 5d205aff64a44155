package main

import (
	"slices"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// benchState is all that the workbench shows. It holds passwords: of invented
// people, so that whoever plays them can type them.
type benchState struct {
	Citizens   []benchCitizen `json:"citizens"`
	Conditions []benchChoice  `json:"conditions"`
	Terminal   string         `json:"terminal"`
	Phone      string         `json:"phone"`
	Card       string         `json:"card"`
	PaperOut   bool           `json:"paper_out"`
	CoverOpen  bool           `json:"cover_open"`
	Unsure     bool           `json:"unsure"`
	NetworkCut bool           `json:"network_cut"`
	Slips      int            `json:"slips"`
	Journal    []benchRecord  `json:"journal"`
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
		Citizens: cast(), Conditions: conditions(),
		Terminal: w.house.page, Phone: w.phone, Card: w.inside,
		PaperOut: w.faults.PaperOut, CoverOpen: w.faults.CoverOpen, Unsure: w.faults.Unconfirmed,
		NetworkCut: w.house.network.isCut(), Slips: len(w.house.printer.Slips()), Journal: records(w.house.journal),
	}
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
