package catalogue

import "time"

// The books of a technician.
const (
	Parts  Book = "part"   // of the machine, as the code of a fault begins
	Sensed Book = "sensed" // what sensors say
)

// What a technician reads on the screen.
const (
	ServiceTitle       Key = "service.title"
	ServiceLooking     Key = "service.looking"
	ServiceWell        Key = "service.well"
	ServiceMore        Key = "service.more"
	ServiceNoCard      Key = "service.no-card"
	ServiceFinish      Key = "service.finish"
	ServiceBack        Key = "service.back"
	ServiceTrials      Key = "service.trials"
	ServicePast        Key = "service.past"
	ServiceParts       Key = "service.parts"
	ServiceSeal        Key = "service.seal"
	ServiceClean       Key = "service.clean"
	ServiceLink        Key = "service.link"
	ServiceReachable   Key = "service.link.up"
	ServiceUnreachable Key = "service.link.down"
	ServiceWaiting     Key = "service.waiting"
	ServiceOldest      Key = "service.oldest"
	ServiceQuarantined Key = "service.quarantined"
	ServiceUnknown     Key = "service.unknown"
	ServiceLost        Key = "service.lost"
	ServiceNone        Key = "service.none"
	ServiceCount       Key = "service.count"
	ServiceNumber      Key = "service.number"
	ServiceMinutes     Key = "service.minutes"
	ServiceHours       Key = "service.hours"
	ServiceDays        Key = "service.days"
	ServiceMebibytes   Key = "service.mebibytes"
	ServicePastTitle   Key = "service.past.title"
	ServicePastText    Key = "service.past.text"
	ServicePastNone    Key = "service.past.none"
	ServicePartsTitle  Key = "service.parts.title"
	ServiceTerminal    Key = "service.terminal"
	ServiceEnvironment Key = "service.environment"
	ServiceVersion     Key = "service.version"
	ServiceBundle      Key = "service.bundle"
	ServiceCertificate Key = "service.certificate"
	ServiceProtection  Key = "service.protection"
	ServiceDisk        Key = "service.disk"
	ServiceCause       Key = "service.cause"
	ServiceSealTitle   Key = "service.seal.title"
	ServiceSealText    Key = "service.seal.text"
	ServiceSealAgain   Key = "service.seal.again"
	ServiceSealFailed  Key = "service.seal.failed"
	ServiceTrialsTitle Key = "service.trials.title"
	ServiceSensors     Key = "service.sensors"
	ServiceDoor        Key = "service.door"
	ServiceKey         Key = "service.key"
	ServiceTamper      Key = "service.tamper"
	ServiceWhole       Key = "service.whole"
	ServiceForced      Key = "service.forced"
)

// What can be tried.
const (
	TrySlipLabel     Key = "try.slip"
	TrySlipVerb      Key = "try.slip.verb"
	TrySlipAsk       Key = "try.slip.ask"
	TrySlipPassed    Key = "try.slip.passed"
	TryReaderLabel   Key = "try.reader"
	TryReaderVerb    Key = "try.reader.verb"
	TryReaderAsk     Key = "try.reader.ask"
	TryReaderPassed  Key = "try.reader.passed"
	TryReaderOther   Key = "try.reader.other"
	TryReaderMissed  Key = "try.reader.missed"
	TryScannerLabel  Key = "try.scanner"
	TryScannerVerb   Key = "try.scanner.verb"
	TryScannerAsk    Key = "try.scanner.ask"
	TryScannerPassed Key = "try.scanner.passed"
	TryScannerOther  Key = "try.scanner.other"
	TryScannerMissed Key = "try.scanner.missed"
	TryLightsLabel   Key = "try.lights"
	TryLightsVerb    Key = "try.lights.verb"
	TryLightsAsk     Key = "try.lights.ask"
	TryLightsPassed  Key = "try.lights.passed"
	TryLightsFailed  Key = "try.lights.failed"
	TestSlipTitle    Key = "test-slip.title"
	TestSlipAt       Key = "test-slip.at"
	TestSlipQR       Key = "test-slip.qr"
	TestSlipText     Key = "test-slip.text"
	CleaningTitle    Key = "cleaning.title"
	CleaningText     Key = "cleaning.text"
	CleaningLeft     Key = "cleaning.left"
)

// Stamp is a moment in the time of Japan, as it stands in lists.
func Stamp(at time.Time) string { return at.In(japan).Format("2006-01-02 15:04") }

// Count fills {count}.
func Count(n int) Arg { return number("count", n) }

// CodeList fills {codes}: faults by their codes.
func CodeList(text string) Arg { return word("codes", text) }

// Card fills {card}: which kind of card it is.
func Card(kind string) Arg { return word("card", kind) }
