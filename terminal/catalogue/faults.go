package catalogue

import "runtime"

// Code is a fault's stable name, for the help desk, the audit and the manual.
type Code string

// Severity says what a fault does.
type Severity string

// The severities.
const (
	Again  Severity = "again"  // the citizen tries once more; the session goes on
	Ended  Severity = "ended"  // the session ends, kindly
	Closed Severity = "closed" // the terminal takes no card in until it is mended
)

// Fault is one thing that can be wrong.
type Fault struct {
	Code     Code
	Severity Severity
}

// FaultText is a fault in one language. What the staff reads stands in the
// languages of technicians only.
type FaultText struct {
	Title    string   // in one line
	Happened string   // what happened
	Data     string   // what became of the citizen's data
	Steps    []string // what to do now, one by one
	Where    string   // where to go; may be empty
	Staff    string   // what it means to the staff, and what to mend
}

// The faults of the card.
const (
	CardRemoved     Code = "CARD-REMOVED"
	CardNotMyNumber Code = "CARD-NOT-MYNUMBER"
	CardOld         Code = "CARD-OLD"
	CardNoSigning   Code = "CARD-NO-SIGNING"
	CardBlocked     Code = "CARD-BLOCKED"
	CardExpired     Code = "CARD-EXPIRED"
	CardNotYet      Code = "CARD-NOT-YET"
	CardIssuer      Code = "CARD-ISSUER"
	CardKeyType     Code = "CARD-KEY-TYPE"
	CardCertificate Code = "CARD-CERTIFICATE"
	CardSignature   Code = "CARD-SIGNATURE"
	CardUnreadable  Code = "CARD-UNREADABLE"
	CardMute        Code = "CARD-MUTE"
	CardTwo         Code = "CARD-TWO"
	CardPhone       Code = "CARD-PHONE"
	CardUnknown     Code = "CARD-UNKNOWN"
	CardFaceOnly    Code = "CARD-FACE-ONLY"
	CardForgotten   Code = "CARD-LEFT"
)

// The faults of what is typed.
const (
	PINShape     Code = "PIN-SHAPE"
	PINWrong     Code = "PIN-WRONG"
	PINLast      Code = "PIN-LAST"
	PhotoShape   Code = "PHOTO-SHAPE"
	PhotoWrong   Code = "PHOTO-WRONG"
	PhotoBlocked Code = "PHOTO-BLOCKED"
	PhotoMissing Code = "PHOTO-MISSING"
	PhotoForged  Code = "PHOTO-FORGED"
	KeyCheck     Code = "KEY-CHECK"
	KeyScan      Code = "KEY-SCAN"
	KeyUnknown   Code = "KEY-UNKNOWN"
	KeyUsed      Code = "KEY-USED"
	KeyExpired   Code = "KEY-EXPIRED"
	KeyTooOften  Code = "KEY-TOO-OFTEN"
	KeyWhose     Code = "KEY-PICTURES"
)

// The ways a session ends early.
const (
	SessionTime      Code = "SES-TIME"
	SessionStopped   Code = "SES-STOPPED"
	SessionNotMe     Code = "SES-NOT-ME"
	SessionWithdrawn Code = "SES-WITHDRAWN"
	WithdrawalFailed Code = "SES-CANCEL-FAILED"
)

// The faults of the machine.
const (
	PrinterPaper       Code = "PRN-PAPER"
	PrinterCover       Code = "PRN-COVER"
	PrinterJam         Code = "PRN-JAM"
	PrinterCutter      Code = "PRN-CUTTER"
	PrinterHardware    Code = "PRN-HARDWARE"
	PrinterOffline     Code = "PRN-OFFLINE"
	PrinterUnconfirmed Code = "PRN-UNCONFIRMED"
	ReaderNone         Code = "RDR-NONE"
	ReaderService      Code = "RDR-SERVICE"
	ReaderBusy         Code = "RDR-BUSY"
	ReaderFault        Code = "RDR-FAULT"
	SensorTamper       Code = "SNS-TAMPER"
	SensorDoor         Code = "SNS-DOOR"
	SensorSwitch       Code = "SNS-SWITCH"
	SensorNone         Code = "SNS-NONE"
	ScreenNone         Code = "SCR-NONE"
	DiskFull           Code = "DISK-FULL"
	DiskFault          Code = "DISK-FAULT"
	QueueFull          Code = "QUEUE-FULL"
	QueueOld           Code = "QUEUE-OLD"
	JournalFull        Code = "JRN-FULL"
	Clock              Code = "CLOCK"
	HoursClosed        Code = "HOURS-CLOSED"
	Offline            Code = "NET-OFFLINE"
	OfflineNow         Code = "NET-LOST"
	TerminalFault      Code = "TRM-FAULT"
	TerminalStarting   Code = "TRM-STARTING"
	SetUpMissing       Code = "SET-UP"
	TerminalSuspended  Code = "TERM-SUSPENDED"
	ChipNone           Code = "TPM-NONE"
	ChipCleared        Code = "TPM-CLEARED"
	ChipLockout        Code = "TPM-LOCKOUT"
	ChipFault          Code = "TPM-FAULT"
)

// What the platform may refuse.
const (
	RefusedKeyUnknown Code = "PLT-REFUSED-KEY-UNKNOWN"
	RefusedKeyUsed    Code = "PLT-REFUSED-KEY-USED"
	RefusedKeyExpired Code = "PLT-REFUSED-KEY-EXPIRED"
	RefusedRevoked    Code = "PLT-REFUSED-CARD-REVOKED"
	RefusedExpired    Code = "PLT-REFUSED-CARD-EXPIRED"
	RefusedUnfit      Code = "PLT-REFUSED-CARD-UNFIT"
	RefusedIssuer     Code = "PLT-REFUSED-CARD-ISSUER"
	RefusedSignature  Code = "PLT-REFUSED-SIGNATURE"
	RefusedAttributes Code = "PLT-REFUSED-ATTRIBUTES"
	RefusedPhoto      Code = "PLT-REFUSED-PHOTO"
	RefusedTerminal   Code = "PLT-REFUSED-TERMINAL"
	RefusedSetUp      Code = "PLT-REFUSED-SET-UP"
	RefusedClock      Code = "PLT-REFUSED-CLOCK"
	RefusedWithdrawn  Code = "PLT-REFUSED-WITHDRAWN"
	RefusedLate       Code = "PLT-REFUSED-LATE"
	RefusedOther      Code = "PLT-REFUSED-OTHER"
)

// What a production terminal refuses to work with.
const (
	ProductionKey         Code = "PROD-KEY"
	ProductionBundle      Code = "PROD-BUNDLE"
	ProductionCertificate Code = "PROD-CERTIFICATE"
	ProductionCA          Code = "PROD-CA"
	ProductionReader      Code = "PROD-READER"
	ProductionOther       Code = "PROD-REFUSED"
)

// faults is the whole table, in the order of the manual.
var faults = []Fault{
	{CardRemoved, Ended}, {CardNotMyNumber, Ended}, {CardOld, Ended}, {CardNoSigning, Ended}, {CardBlocked, Ended},
	{CardExpired, Ended}, {CardNotYet, Ended}, {CardIssuer, Ended}, {CardKeyType, Ended}, {CardCertificate, Ended},
	{CardSignature, Ended}, {CardUnreadable, Ended}, {CardMute, Ended}, {CardTwo, Ended}, {CardPhone, Ended},
	{CardUnknown, Ended}, {CardFaceOnly, Ended}, {CardForgotten, Closed},
	{PINShape, Again}, {PINWrong, Again}, {PINLast, Ended}, {PhotoShape, Again}, {PhotoWrong, Again}, {PhotoBlocked, Ended}, {PhotoMissing, Ended}, {PhotoForged, Ended},
	{KeyCheck, Again}, {KeyScan, Again}, {KeyUnknown, Again}, {KeyUsed, Again}, {KeyExpired, Again}, {KeyTooOften, Ended}, {KeyWhose, Ended},
	{SessionTime, Ended}, {SessionStopped, Ended}, {SessionNotMe, Ended}, {SessionWithdrawn, Ended}, {WithdrawalFailed, Ended},
	{PrinterPaper, Closed}, {PrinterCover, Closed}, {PrinterJam, Closed}, {PrinterCutter, Closed}, {PrinterHardware, Closed},
	{PrinterOffline, Closed}, {PrinterUnconfirmed, Again},
	{ReaderNone, Closed}, {ReaderService, Closed}, {ReaderBusy, Closed}, {ReaderFault, Closed},
	{SensorTamper, Closed}, {SensorDoor, Closed}, {SensorSwitch, Closed}, {SensorNone, Closed},
	{ScreenNone, Closed}, {DiskFull, Closed}, {DiskFault, Closed}, {QueueFull, Closed}, {QueueOld, Closed}, {JournalFull, Closed},
	{Clock, Closed}, {HoursClosed, Closed}, {Offline, Closed}, {OfflineNow, Ended}, {TerminalFault, Ended}, {TerminalStarting, Closed}, {SetUpMissing, Closed}, {TerminalSuspended, Closed},
	{ChipNone, Closed}, {ChipCleared, Closed}, {ChipLockout, Closed}, {ChipFault, Closed},
	{RefusedKeyUnknown, Ended}, {RefusedKeyUsed, Ended}, {RefusedKeyExpired, Ended}, {RefusedRevoked, Ended},
	{RefusedExpired, Ended}, {RefusedUnfit, Ended}, {RefusedIssuer, Ended}, {RefusedSignature, Ended}, {RefusedAttributes, Ended},
	{RefusedPhoto, Ended}, {RefusedTerminal, Ended}, {RefusedSetUp, Ended}, {RefusedClock, Ended}, {RefusedWithdrawn, Ended},
	{RefusedLate, Ended}, {RefusedOther, Ended},
	{ProductionKey, Closed}, {ProductionBundle, Closed}, {ProductionCertificate, Closed}, {ProductionCA, Closed},
	{ProductionReader, Closed}, {ProductionOther, Closed},
}

// Faults is the whole table, in the order of the manual.
func Faults() []Fault { return append([]Fault(nil), faults...) }

// Find gives the fault of a code.
func Find(code Code) (Fault, bool) {
	for _, f := range faults {
		if f.Code == code {
			return f, true
		}
	}
	return Fault{}, false
}

// Calm reports whether nothing is broken, and it passes without being mended.
func (c Code) Calm() bool {
	return c == HoursClosed || c == TerminalStarting || c == CardForgotten
}

// Picture names the illustration of a screen that shows nothing but this fault.
func (c Code) Picture() string {
	switch c {
	case HoursClosed:
		return "closed"
	case TerminalStarting:
		return "wait"
	case CardForgotten:
		return "take-card"
	}
	return "warning"
}

// Explain gives a fault in a language, its arguments filled in. Its Staff is for the
// operating system that this program was built for.
func Explain(lang string, code Code, args ...Arg) FaultText {
	t := in(lang)
	text := t.faults[code]
	filled := FaultText{
		Title: t.fill(text.Title, args), Happened: t.fill(text.Happened, args), Data: t.fill(text.Data, args),
		Where: t.fill(text.Where, args), Staff: t.fill(StaffOn(runtime.GOOS, lang, code), args),
	}
	for _, step := range text.Steps {
		filled.Steps = append(filled.Steps, t.fill(step, args))
	}
	return filled
}
