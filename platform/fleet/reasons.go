package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Urgency says when somebody has to go.
type Urgency int

// The urgencies. None is that there is nothing.
const (
	Note Urgency = iota + 1 // worth knowing; nobody has to go for it
	Soon
	Now
)

// MarshalText writes the word.
func (u Urgency) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText reads it.
func (u *Urgency) UnmarshalText(text []byte) error {
	for _, known := range []Urgency{Note, Soon, Now} {
		if known.String() == string(text) {
			*u = known
			return nil
		}
	}
	return fmt.Errorf("no urgency: %q", text)
}

// String is the word.
func (u Urgency) String() string {
	switch u {
	case Note:
		return "note"
	case Soon:
		return "soon"
	case Now:
		return "now"
	}
	return "none"
}

// Reason is why somebody has to look at a terminal. Code is a fault code as the
// terminal shows it, or one of ours that begins with FLT-.
type Reason struct {
	Code    string  `json:"code"`
	Urgency Urgency `json:"urgency"`
	Value   string  `json:"value,omitempty"` // how much, such as "31 h"
	Ja      Words   `json:"ja"`
	En      Words   `json:"en"`
}

// Words say what is wrong and what mends it.
type Words struct {
	What   string `json:"what"`
	Remedy string `json:"remedy"`
}

// Codes of reasons that no terminal shows.
const (
	ReasonSuspended     = "FLT-SUSPENDED"
	ReasonCompromised   = "FLT-COMPROMISED"
	ReasonAuditBroken   = "FLT-AUDIT"
	ReasonSilent        = "FLT-SILENT"
	ReasonNew           = "FLT-NEW"
	ReasonLost          = "FLT-LOST"
	ReasonQuarantined   = "FLT-QUARANTINED"
	ReasonUnknown       = "FLT-UNKNOWN"
	ReasonPaperLow      = "FLT-PAPER-LOW"
	ReasonCertEnded     = "FLT-CERT-ENDED"
	ReasonCertEnds      = "FLT-CERT-ENDS"
	ReasonKeyUnprotect  = "FLT-KEY"
	ReasonVersionBehind = "FLT-VERSION"
	ReasonMaintenance   = "FLT-MAINTENANCE"
	ReasonQueueGrows    = "FLT-QUEUE"
	ReasonClockDrifts   = "FLT-CLOCK"
	ReasonUnreadable    = "FLT-HEARTBEAT"
	ReasonForgedPhotos  = "FLT-PHOTO"
)

// Conditions that somebody who is at the machine brings about.
const (
	conditionDoor   = "SNS-DOOR"
	conditionSwitch = "SNS-SWITCH"
)

// certificateSoon is when a certificate that nobody renewed is worth a look: renewal
// begins at two thirds of its life.
const certificateSoon = 30

// findings gathers reasons, each code once, at its greatest urgency.
type findings []Reason

func (f *findings) add(code string, u Urgency, value string) {
	for i, r := range *f {
		if r.Code == code {
			(*f)[i].Urgency = max(r.Urgency, u)
			(*f)[i].Value = cmp.Or(r.Value, value)
			return
		}
	}
	words := wordsOf(code)
	*f = append(*f, Reason{Code: code, Urgency: u, Value: value, Ja: words.ja, En: words.en})
}

// reasons is why somebody has to look at a terminal, the most urgent first.
func reasons(t platform.Terminal, m *Machine, f *Report, c platform.Config) []Reason {
	found := findings{}
	if m.State == StateRetired {
		return found
	}
	ofRecord(&found, t, m)
	if m.Heartbeat != nil {
		ofConditions(&found, *m.Heartbeat)
		ofDevices(&found, *m.Heartbeat)
		ofNumbers(&found, *m.Heartbeat, c.Limits)
		ofSoftware(&found, *m.Heartbeat, f, c.Protection)
	}
	slices.SortStableFunc(found, func(a, b Reason) int { return -cmp.Compare(a.Urgency, b.Urgency) })
	return found
}

// ofRecord is what the platform knows without asking the terminal.
func ofRecord(found *findings, t platform.Terminal, m *Machine) {
	switch m.State {
	case StateCompromised:
		found.add(ReasonCompromised, Now, "")
	case StateSuspended:
		found.add(ReasonSuspended, Now, cmp.Or(m.SuspendedFor, "by hand"))
	case StateSilent:
		found.add(ReasonSilent, Now, inWords(time.Duration(m.SilentSeconds)*time.Second))
	case StateNew:
		found.add(ReasonNew, Note, inWords(time.Duration(m.SilentSeconds)*time.Second))
	}
	if !t.Breach.IsZero() {
		found.add(ReasonAuditBroken, Now, t.BreachWas)
	}
	if m.Error != "" {
		found.add(ReasonUnreadable, Soon, "")
	}
	if days := m.CertificateDays; days != nil && *days < 0 {
		found.add(ReasonCertEnded, Now, fmt.Sprintf("%d d", -*days))
	} else if days != nil && *days < certificateSoon {
		found.add(ReasonCertEnds, Soon, fmt.Sprintf("%d d", *days))
	}
}

// ofConditions is why it takes no card in. Somebody who is at the machine sees that
// its door is open.
func ofConditions(found *findings, beat protocol.Heartbeat) {
	if beat.Maintenance {
		found.add(ReasonMaintenance, Note, "")
	}
	for _, code := range beat.Conditions {
		switch {
		case code == protocol.ConditionSuspended: // the record says so, or it will hear otherwise in a minute
		case beat.Maintenance && (code == conditionDoor || code == conditionSwitch), code == "TRM-STARTING", code == "NET-OFFLINE", code == "HOURS-CLOSED":
			found.add(code, Note, "")
		default:
			found.add(code, Now, "")
		}
	}
}

// ofDevices reads states in the words of XFS4IoT.
func ofDevices(found *findings, beat protocol.Heartbeat) {
	switch beat.Paper {
	case "out":
		found.add("PRN-PAPER", Now, "")
	case "jammed":
		found.add("PRN-JAM", Now, "")
	case "low":
		found.add(ReasonPaperLow, Soon, "")
	}
	reader := map[string]string{"noDevice": "RDR-NONE", "powerOff": "RDR-NONE", "offline": "RDR-SERVICE", "hardwareError": "RDR-FAULT"}
	if code := reader[beat.ReaderState]; code != "" {
		found.add(code, Now, "")
	}
	printer := map[string]string{"noDevice": "PRN-OFFLINE", "powerOff": "PRN-OFFLINE", "offline": "PRN-OFFLINE", "hardwareError": "PRN-HARDWARE"}
	if code := printer[beat.PrinterState]; code != "" && !found.some("PRN-") {
		found.add(code, Now, "")
	}
}

// some reports whether there is an urgent reason with that beginning already, which
// says more than that the device is not online.
func (f findings) some(prefix string) bool {
	return slices.ContainsFunc(f, func(r Reason) bool { return strings.HasPrefix(r.Code, prefix) })
}

// ofNumbers is what waits, what was lost and how the clock goes.
func ofNumbers(found *findings, beat protocol.Heartbeat, limits protocol.Limits) {
	if beat.Lost > 0 {
		found.add(ReasonLost, Now, strconv.Itoa(beat.Lost))
	}
	if beat.Quarantined > 0 {
		found.add(ReasonQuarantined, Soon, strconv.Itoa(beat.Quarantined))
	}
	if beat.Unknown > 0 {
		found.add(ReasonUnknown, Note, strconv.Itoa(beat.Unknown))
	}
	if beat.ForgedPhotos > 0 { // nothing at the machine mends that
		found.add(ReasonForgedPhotos, Note, strconv.Itoa(beat.ForgedPhotos))
	}
	most, age := time.Duration(limits.MaxUnsentHours)*time.Hour, time.Duration(beat.OldestUnsentSeconds)*time.Second
	if age > most {
		found.add("QUEUE-OLD", Now, inWords(age))
	} else if age > most/2 {
		found.add(ReasonQueueGrows, Soon, inWords(age))
	}
	skew := max(beat.ClockSkewSeconds, -beat.ClockSkewSeconds)
	if skew > limits.MaxSkewSeconds {
		found.add("CLOCK", Now, fmt.Sprintf("%+d s", beat.ClockSkewSeconds))
	} else if skew > limits.MaxSkewSeconds/2 {
		found.add(ReasonClockDrifts, Soon, fmt.Sprintf("%+d s", beat.ClockSkewSeconds))
	}
}

// ofSoftware is where its key is, and whether its programs are those of the others.
func ofSoftware(found *findings, beat protocol.Heartbeat, f *Report, least string) {
	switch {
	case beat.Protection == protocol.ProtectionFile && least != protocol.ProtectionFile && f.Environment == protocol.Production:
		found.add("PROD-KEY", Now, beat.Protection)
	case beat.Protection == protocol.ProtectionFile:
		found.add(ReasonKeyUnprotect, Note, beat.Protection)
	}
	var behind []string
	for program, version := range beat.Versions {
		if older(version, f.Newest[program]) {
			behind = append(behind, fmt.Sprintf("%s %s < %s", program, version, f.Newest[program]))
		}
	}
	if len(behind) > 0 {
		slices.Sort(behind)
		found.add(ReasonVersionBehind, Note, strings.Join(behind, ", "))
	}
}

// inWords is a duration as people say it: in hours from one on, in days from three.
func inWords(d time.Duration) string {
	switch {
	case d >= 72*time.Hour:
		return fmt.Sprintf("%d d", int(d.Hours())/24)
	case d >= time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d min", int(d.Minutes()))
}

// older reports whether one version is older than another, as far as both are rows
// of numbers.
func older(a, b string) bool {
	x, y := parseVersion(a), parseVersion(b)
	return x != nil && y != nil && slices.Compare(x, y) < 0
}

// parseVersion reads v1.2.3, with or without the v; nil for anything else. What
// follows a - or + does not count.
func parseVersion(s string) (numbers []int) {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "v"), "+")
	s, _, _ = strings.Cut(s, "-")
	for part := range strings.SplitSeq(s, ".") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil || len(numbers) == 4 {
			return nil
		}
		numbers = append(numbers, int(n))
	}
	for len(numbers) < 4 {
		numbers = append(numbers, 0)
	}
	return numbers
}
