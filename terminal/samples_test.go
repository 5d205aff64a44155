package terminal

import (
	"slices"
	"strings"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"

	"time"
)

// A sample is one state or event, and what is special about it.
type sample[T any] struct {
	note  string
	value T
}

func (s sample[T]) name() string {
	if s.note == "" {
		return kind(s.value)
	}
	return kind(s.value) + " " + s.note
}

// theSession is the id of all samples that belong to one.
func theSession() protocol.ID { return protocol.ID{1} }

func someVisit(r Rules) Visit {
	return Visit{ID: theSession(), Manner: Manner{Language: "ja"}, Rules: r}
}

func someRules() Rules {
	return Rules{Photo: PhotoOff, Offline: true, Platform: "platform-test", Profile: protocol.Digits6, Accepted: 24 * time.Hour, Unsent: 7 * 24 * time.Hour}
}

func withPhoto(p PhotoRule) Rules {
	r := someRules()
	r.Photo = p
	return r
}

func onlineOnly() Rules {
	r := someRules()
	r.Offline = false
	return r
}

func somePerson() mynumber.Attributes {
	return mynumber.Attributes{
		Name:      mynumber.Text{Value: "見本　花子", Substituted: []bool{true, false, false, false, false}},
		Address:   mynumber.Text{Value: "東京都架空市１", Substituted: make([]bool, 7)},
		Sex:       mynumber.Female,
		BirthDate: mynumber.Date{Era: mynumber.Showa, Year: 1980, Month: 2, Day: 17},
	}
}

func someKey() protocol.RegistrationKey {
	k, err := protocol.ParseRegistrationKey([]byte("000000000098"))
	if err != nil {
		panic(err)
	}
	return k
}

func someDraft() Draft {
	return Draft{Applicant{Person: somePerson(), Photo: photo("jp2"), Check: protocol.PhotoChecked}, someKey()}
}

func someIssue() Issue {
	code, err := protocol.ParseCode(protocol.Digits6, []byte("124578"))
	if err != nil {
		panic(err)
	}
	return Issue{Code: code, At: time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)}
}

func someRows() []string { return slices.Repeat([]string{strings.Repeat("10", 12) + "1"}, 25) }

// someResults are one of each kind.
func someResults() Results {
	return Results{
		Slip: Result{Failed, catalogue.PrinterPaper}, Reader: Result{Other, catalogue.CardNotMyNumber},
		Scanner: Result{End: Missed}, Lights: Result{End: Passed},
	}
}

// someFacts are of a machine with which much is wrong.
func someFacts() Facts {
	at := someIssue().At
	return Facts{
		At: at, Conditions: []catalogue.Code{catalogue.SensorSwitch, catalogue.PrinterPaper, catalogue.Clock, catalogue.QueueOld, catalogue.Offline},
		Recent:  []Past{{catalogue.PrinterPaper, at}, {catalogue.ReaderService, at.Add(-time.Hour)}},
		Waiting: 12, Quarantined: 1, Oldest: 26 * time.Hour, DiskFree: 1 << 30,
		Terminal: "T-0001", Environment: protocol.Test, Protection: protocol.ProtectionFile, CertificateDays: 300, Bundle: 7,
		Cabinet: &hal.Auxiliaries{Device: hal.Online, Door: hal.DoorOpen, Switch: hal.SwitchMaintenance},
		Machine: Machine{Version: "1.0.0", Unknown: 2, Lost: 0, Cause: "no-contact", Scanner: hal.Online},
	}
}

func typedDigits(text string) digits {
	var d digits
	for _, c := range []byte(text) {
		d = d.add(c, 12)
	}
	return d
}

// sampleStates is every state, and each of its faces that behaves otherwise.
func sampleStates() []sample[State] {
	v, p, i, d := someVisit(someRules()), somePerson(), someIssue(), someDraft()
	optional, required := someVisit(withPhoto(PhotoOptional)), someVisit(withPhoto(PhotoRequired))
	forced := v
	forced.Tampered = true
	wished := v
	wished.Wish = protocol.ID{4}
	behind := v
	behind.Lying = true
	none := Visit{Manner: Manner{Language: "ja"}}
	early := Visit{Manner: Manner{Language: "ja"}, Early: theSession()}
	return []sample[State]{
		{"", Starting{none}},
		{"paper", OutOfService{none, []catalogue.Code{catalogue.PrinterPaper}, 0}},
		{"disk", OutOfService{none, []catalogue.Code{catalogue.DiskFault}, roundsOfWelcome - 1}},
		{"with a card that waits", Starting{early}},
		{"with a card that waits", OutOfService{early, []catalogue.Code{catalogue.PrinterPaper}, 0}},
		{"", Welcome{Visit: none}},
		{"quiet", Welcome{Visit: none, Notice: catalogue.CardRemoved, Rounds: roundsOfWelcome - 1}},
		{"", Maintenance{Visit: v}},
		{"without a journal", Maintenance{Visit: v, Unsettled: true}},
		{"with a card that waits", Maintenance{Visit: Visit{ID: protocol.ID{5}, Manner: Manner{Language: "ja"}, Early: theSession()}}},
		{"leafed", Maintenance{Visit: v, Sheet: SheetParts}},
		{"tests", Maintenance{Visit: v, Sheet: SheetTrials, Results: someResults()}},
		{"prints", Maintenance{Visit: v, Sheet: SheetTrials, Trying: TrySlip}},
		{"waits for a card", Maintenance{Visit: v, Sheet: SheetTrials, Trying: TryReader}},
		{"has a card", Maintenance{Visit: v, Sheet: SheetTrials, Trying: TryReader, Card: protocol.ID{3}}},
		{"waits for a code", Maintenance{Visit: v, Sheet: SheetTrials, Trying: TryScanner}},
		{"glows", Maintenance{Visit: v, Sheet: SheetTrials, Trying: TryLights}},
		{"sealed", Maintenance{Visit: v, Sheet: SheetSealed, Sealed: Sealed{Rows: someRows(), At: someIssue().At}}},
		{"not sealed", Maintenance{Visit: v, Sheet: SheetSealed, Sealed: Sealed{Failed: true}}},
		{"", Cleaning{Visit: v}},
		{"", Inspecting{v}},
		{"", ReadingCard{v}},
		{"", AskingLastTry{v}},
		{"short", AskingPassword{Visit: v, Tries: 5, Typed: shortestPassword - 1}},
		{"typed", AskingPassword{Visit: v, Tries: 5, Typed: shortestPassword}},
		{"awaited by a technician", AskingPassword{Visit: wished, Tries: 5, Typed: shortestPassword}},
		{"", VerifyingPassword{v, 5}},
		{"at 2", VerifyingPassword{v, 2}},
		{"", ReadingHolder{v}},
		{"", ShowingAttributes{v, p}},
		{"photo", ShowingAttributes{optional, p}},
		{"optional", CheckingPhoto{optional, p}},
		{"required", CheckingPhoto{required, p}},
		{"optional", AskingLastPhotoTry{optional, p}},
		{"required", AskingLastPhotoTry{required, p}},
		{"optional", AskingFormat{optional, p, 10, ""}},
		{"required", AskingFormat{required, p, 10, catalogue.PhotoWrong}},
		{"short", AskingExpiry{required, p, 10, true, typedDigits("203")}},
		{"typed", AskingExpiry{required, p, 10, true, typedDigits("2035")}},
		{"short", AskingSecurityCode{required, p, 10, false, typedDigits("2035"), typedDigits("228")}},
		{"typed", AskingSecurityCode{required, p, 10, false, typedDigits("2035"), typedDigits("2285")}},
		{"optional", ReadingPhoto{optional, p, 10}},
		{"required", ReadingPhoto{required, p, 10}},
		{"short", EnteringKey{Visit: v, Applicant: Applicant{Person: p}, Typed: typedDigits("00000000009")}},
		{"good", EnteringKey{Visit: v, Applicant: Applicant{Person: p}, Typed: typedDigits("000000000098")}},
		{"typo", EnteringKey{Visit: v, Applicant: Applicant{Person: p}, Typed: typedDigits("000000000089")}},
		{"fifth typo", EnteringKey{v, Applicant{Person: p}, typedDigits("000000000089"), mostWrongKeys - 1, catalogue.KeyCheck, protocol.RegistrationKey{}}},
		{"used", EnteringKey{v, Applicant{Person: p}, digits{}, 1, catalogue.KeyUsed, someKey()}},
		{"scanned too often", EnteringKey{Visit: Visit{ID: theSession(), Manner: Manner{Language: "ja"}, Rules: someRules(), Scans: mostWrongScans}, Applicant: Applicant{Person: p}, Fault: catalogue.KeyScan}},
		{"", CheckingKey{v, d, 0}},
		{"fifth", CheckingKey{v, d, mostWrongKeys - 1}},
		{"online only", CheckingKey{someVisit(onlineOnly()), d, 0}},
		{"pictures", Confirming{v, d, [2]protocol.Picture{"sun", "fish"}}},
		{"offline", Confirming{Visit: v, Draft: d}},
		{"", Signing{v}},
		{"short", AskingAgain{v, d, 5, shortestPassword - 1, ""}},
		{"typed", AskingAgain{v, d, 5, shortestPassword, ""}},
		{"", VerifyingAgain{v, d, 5}},
		{"", Committing{v}},
		{"tampered", Committing{forced}},
		{"", Delivering{v, i}},
		{"", Beginning{v, i, Active}},
		{"", Printing{v, i, Active}},
		{"", ShowingCode{v, i, Unreached, false}},
		{"printed", ShowingCode{v, i, Active, true}},
		{"", Recording{v, i, Active, true}},
		{"slip", TakingCard{v, i, Active, true}},
		{"with a card that waits", TakingCard{Visit{ID: protocol.ID{5}, Manner: Manner{Language: "ja"}, Early: theSession()}, i, Active, true}},
		{"no slip", TakingCard{v, i, Received, false}},
		{"tampered", TakingCard{forced, i, Active, true}},
		{"card lies there", TakingCard{behind, i, Active, true}},
		{"cancelled", Withdrawing{v, catalogue.SessionWithdrawn}},
		{"disk", Withdrawing{v, catalogue.DiskFault}},
		{"", Stopped{v, catalogue.SessionTime}},
		{"tampered", Stopped{forced, catalogue.SensorTamper}},
		{"awaited by a technician", Stopped{wished, catalogue.SessionTime}},
		{"card lies there", Stopped{behind, catalogue.SessionTime}},
		{"", CallingBack{behind, "", 1}},
		{"for long", CallingBack{behind, catalogue.SessionTime, mostCalls}},
		{"without a journal", CallingBack{behind, catalogue.DiskFault, mostCalls}},
		{"tampered", CallingBack{lying(Stopped{Visit: forced}, true).visit(), catalogue.SensorTamper, mostCalls}},
		{"awaited by a technician", CallingBack{lying(Stopped{Visit: wished}, true).visit(), "", mostCalls}},
	}
}

// sampleEvents is every event, and each of its faces that may matter.
func sampleEvents() []sample[Event] {
	o := of{theSession()}
	all := []sample[Event]{
		{"", DigitTyped{Digit: '7'}}, {"", Erased{}}, {"", Cleared{}}, {"", PasswordTyped{Count: 3}},
		{"en", LanguageChosen{Tag: "en"}}, {"large", EaseChosen{ID: "large"}}, {"", TimeShort{}}, {"", TimeUp{}},
		{"", DevicesChanged{}}, {"in", HeadsetMoved{In: true}}, {"out", HeadsetMoved{}}, {"", Tampered{}}, {"", TamperKept{}}, {"key", Scanned{Key: someKey(), Good: true}}, {"no key", Scanned{}}, {"test code", Scanned{Test: true}},
		{"on", MaintenanceWanted{ID: protocol.ID{4}, On: true}}, {"off", MaintenanceWanted{ID: protocol.ID{4}}},
		{"", Noted{o}}, {"", Surveyed{o, someFacts()}}, {"slip", Tried{o, TrySlip, Result{End: Passed}}},
		{"", CardExamined{o, protocol.ID{3}, Result{Other, catalogue.CardPhone}}}, {"", StatusSealed{o, Sealed{Rows: someRows()}}},
		{"", CardInserted{ID: protocol.ID{2}, Rules: someRules(), Stays: true}}, {"by a motor", CardInserted{ID: protocol.ID{2}, Rules: someRules()}}, {"", CardRemoved{o}}, {"", CardReleased{o, false}}, {"and lies there", CardReleased{o, true}}, {"", CardTaken{o}},
		{"removed", CardFailed{o, catalogue.CardRemoved}}, {"blocked", CardFailed{o, catalogue.CardBlocked}},
		{"no photo", CardFailed{o, catalogue.PhotoMissing}}, {"photo blocked", CardFailed{o, catalogue.PhotoBlocked}},
		{"0", CardRead{o, 0}}, {"1", CardRead{o, 1}}, {"5", CardRead{o, 5}},
		{"", PasswordAccepted{o}}, {"", PasswordMisshapen{o}},
		{"?", PasswordWrong{o, -1}}, {"0", PasswordWrong{o, 0}}, {"1", PasswordWrong{o, 1}}, {"4", PasswordWrong{o, 4}},
		{"1", PasswordNeeded{o, someDraft(), 1}}, {"5", PasswordNeeded{o, someDraft(), 5}},
		{"", HolderRead{o, somePerson()}},
		{"0", PhotoTries{o, 0}}, {"1", PhotoTries{o, 1}}, {"10", PhotoTries{o, 10}},
		{"", PhotoRead{o, photo("jp2"), protocol.PhotoChecked}}, {"", PhotoMisshapen{o}},
		{"?", PhotoWrong{o, -1}}, {"0", PhotoWrong{o, 0}}, {"1", PhotoWrong{o, 1}}, {"9", PhotoWrong{o, 9}},
		{"", Signed{o, signature{}}},
		{"", Recovered{}}, {"", RecoverFailed{}}, {"well", Inspected{}}, {"paper", Inspected{of{}, []catalogue.Code{catalogue.PrinterPaper}}},
		{"well", Inspected{of: o}}, {"paper", Inspected{o, []catalogue.Code{catalogue.PrinterPaper}}},
		{"open", KeyAnswered{o, protocol.KeyOpen, [2]protocol.Picture{"sun", "fish"}}},
		{"used", KeyAnswered{of: o, Verdict: protocol.KeyUsed}}, {"expired", KeyAnswered{of: o, Verdict: protocol.KeyExpired}},
		{"unknown", KeyAnswered{of: o, Verdict: protocol.KeyUnknown}}, {"", KeyUnanswered{o}},
		{"", Committed{o, someIssue()}}, {"disk", CommitFailed{o, catalogue.DiskFault}},
		{"active", Delivered{o, Active}}, {"not-reached", Delivered{o, Unreached}}, {"revoked", Refused{o, catalogue.RefusedRevoked}},
		{"", HandOverBegun{o}}, {"", SlipPrinted{o}}, {"", PrintDoubtful{o}}, {"", HandOverEnded{o}}, {"", Withdrawn{o}}, {"", StoreFailed{o}},
	}
	for _, action := range allActions() {
		all = append(all, sample[Event]{action, Pressed{Action: action}})
	}
	return all
}

func allActions() []string {
	return []string{
		ActionNext, ActionYes, ActionNo, ActionStop, ActionSkip, ActionEra, ActionWestern, ActionSign, ActionOther,
		ActionMissing, ActionFinish, ActionMore, ActionBack, ActionPast, ActionParts, ActionTrials, ActionSeal, ActionClean,
		ActionTrySlip, ActionTryReader, ActionTryScanner, ActionTryLights,
	}
}
