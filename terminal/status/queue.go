package status

import (
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Queue is what waits for the platform, for the technician: ids, facts and causes,
// nothing of any citizen.
type Queue struct {
	Terminal    string `json:"terminal"`
	Reachable   bool   `json:"platform_reachable"`
	Cause       string `json:"platform_cause,omitempty"`
	Words       string `json:"platform_words,omitempty"`
	Waiting     int    `json:"waiting"`
	Quarantined int    `json:"quarantined"`
	LeftOff     int    `json:"left_off"` // items that are not listed, as there are too many
	Items       []Item `json:"items"`    // as they will be sent, then those in quarantine
	// Salvaged are the damaged journals that lie beside this one.
	Salvaged []Salvage `json:"salvaged,omitempty"`
}

// Item is one of them.
type Item struct {
	ID         protocol.ID `json:"id"`
	Kind       string      `json:"kind"`
	State      string      `json:"state"` // Waiting, Quarantined, Answered or Lost
	Queued     time.Time   `json:"queued"`
	AgeSeconds int         `json:"age_seconds"`
	Size       int         `json:"size"`
	Tries      int         `json:"tries"`            // that failed, since the start
	Status     int         `json:"status,omitempty"` // with which the platform answered the last one
	Cause      string      `json:"cause,omitempty"`  // why it waits, in one word
	Words      string      `json:"words,omitempty"`  // the same in a sentence
	// QuarantinedSince is when it was set apart, for the reason.
	QuarantinedSince time.Time `json:"quarantined_since,omitzero"`
	Reason           string    `json:"reason,omitempty"`
	Facts            *Facts    `json:"facts,omitempty"` // of one item that was asked for
}

// Facts are what the journal knows of the registration behind an item.
type Facts struct {
	Committed  time.Time `json:"committed"`
	Delivery   string    `json:"delivery"`
	Refusal    string    `json:"refusal,omitempty"`
	HandOver   string    `json:"hand_over"`
	Withdrawal string    `json:"withdrawal"`
	Answer     string    `json:"answer,omitempty"`
	Settled    time.Time `json:"settled,omitzero"`
}

// The states of an item.
const (
	Waiting     = "waiting"
	Quarantined = "quarantined"
	Answered    = "answered"
	Lost        = "lost" // a damaged journal took the body with it, and no answer had come
)
