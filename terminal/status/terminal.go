package status

import (
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Terminal is what a technician is told of the whole machine.
type Terminal struct {
	Version     string   `json:"version"`
	Fault       string   `json:"fault,omitempty"`   // why there is no terminal
	Missing     string   `json:"missing,omitempty"` // the same, in words
	TerminalID  string   `json:"terminal_id,omitempty"`
	Environment string   `json:"environment,omitempty"`
	Protection  string   `json:"protection,omitempty"`
	Refusals    []string `json:"refusals,omitempty"` // why it must not serve people
	// OutOfService is the fault for whose sake the screen says that no card is taken
	// in; empty while one is, or a citizen is served.
	OutOfService string `json:"out_of_service,omitempty"`
	// Maintenance is "on" while a technician has the screen, "cleaning" while it is
	// locked for them, and "off" else; empty while there is no terminal.
	Maintenance string  `json:"maintenance,omitempty"`
	Bundle      *Bundle `json:"bundle,omitempty"`
	// The devices; without scanner or sensors where the configuration names none.
	Reader  hal.State `json:"reader,omitempty"`
	Printer *Printer  `json:"printer,omitempty"`
	Scanner hal.State `json:"scanner,omitempty"`
	Sensors *Sensors  `json:"sensors,omitempty"`
	// TamperedSince is when the machine was opened by force, until somebody clears
	// it.
	TamperedSince time.Time `json:"tampered_since,omitzero"`

	Platform *Link    `json:"platform,omitempty"`
	Clock    *Clock   `json:"clock,omitempty"`
	Journal  *Journal `json:"journal,omitempty"`
}

// Bundle is the bundle in force.
type Bundle struct {
	Version int       `json:"version"`
	Issued  time.Time `json:"issued"`
	// Opens is when the site opens next, while it is closed.
	Opens time.Time `json:"opens,omitzero"`
	// Damaged says why it is not the newest that was taken: the one before it stands in.
	Damaged string `json:"damaged,omitempty"`
	// Refused is what came last and was not taken, until one is.
	Refused *BundleRefusal `json:"refused,omitempty"`
}

// BundleRefusal is why bundles are not taken: this one stays in force.
type BundleRefusal struct {
	Words string    `json:"words"`
	Last  time.Time `json:"last"`
	Count int       `json:"count"` // since one was taken
}

// Printer is what the printer says.
type Printer struct {
	Device    hal.State `json:"device"`
	Paper     hal.Paper `json:"paper"`
	CoverOpen bool      `json:"cover_open"`
	// CutterFault: the cutter stands still.
	CutterFault bool   `json:"cutter_fault,omitempty"`
	Error       string `json:"error,omitempty"`
}

// Sensors is what the sensors say now, in the words of XFS4IoT. Door and
// switch are empty where there are none.
type Sensors struct {
	Device hal.State          `json:"device"`
	Tamper bool               `json:"tamper"`
	Door   hal.Door           `json:"door,omitempty"`
	Switch hal.OperatorSwitch `json:"operator_switch,omitempty"`
	// Headset is the jack of the voice; empty where it has no switch.
	Headset hal.Headset `json:"headset,omitempty"`
}

// Link is the way to the platform.
type Link struct {
	Reachable bool      `json:"reachable"`
	Cause     string    `json:"cause,omitempty"`
	Words     string    `json:"words,omitempty"` // of the cause
	Contact   time.Time `json:"uplinkd_heard,omitzero"`
	Refused   []Refused `json:"refused,omitempty"`
}

// Refused is an item that was tried and has come to no receipt.
type Refused struct {
	ID        protocol.ID `json:"id"`
	Kind      string      `json:"kind"`
	Status    int         `json:"status"`
	Code      string      `json:"code,omitempty"`
	Permanent bool        `json:"permanent"`
	Times     int         `json:"times"`
}

// Clock is how the clock is judged.
type Clock struct {
	SkewSeconds int    `json:"skew_seconds"` // ahead of the platform's
	Words       string `json:"words"`
	Fault       string `json:"fault,omitempty"`
}

// Journal is how much waits.
type Journal struct {
	Unsent      int       `json:"unsent"`
	UnsentBytes uint64    `json:"unsent_bytes"`
	Oldest      time.Time `json:"oldest,omitzero"`
	Quarantined int       `json:"quarantined"` // set apart, as the platform keeps refusing them
	Unknown     int       `json:"unknown"`     // hand-overs whose outcome nobody knows
	DiskFree    uint64    `json:"disk_free"`
	Fault       string    `json:"fault,omitempty"`
	// The audit chain, and its head as the heartbeat signs it.
	AuditEntries uint64          `json:"audit_entries"`
	AuditHead    protocol.Digest `json:"audit_head,omitzero"`
	// Salvaged are the damaged journals that lie beside this one.
	Salvaged []Salvage `json:"salvaged,omitempty"`
}

// Lost is how many registrations damaged journals took with them.
func (j Journal) Lost() (n int) {
	for _, s := range j.Salvaged {
		n += s.Lost
	}
	return n
}

// Salvage is what came of one damaged journal.
type Salvage struct {
	At       time.Time     `json:"at,omitzero"`
	Aside    string        `json:"aside"`   // where the damaged file lies
	Carried  int           `json:"carried"` // registrations
	Lost     int           `json:"lost"`
	LostIDs  []protocol.ID `json:"lost_ids,omitempty"`           // as far as anybody can tell
	Doubtful []protocol.ID `json:"hand_overs_unknown,omitempty"` // whose code may be in a hand
	// Uncertain tells that there may have been more than is counted here.
	Uncertain bool   `json:"uncertain,omitempty"`
	Cause     string `json:"cause,omitempty"`
}
