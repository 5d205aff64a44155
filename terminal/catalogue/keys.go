package catalogue

// Everywhere.
const (
	TestBanner Key = "test.banner"
	Stop       Key = "action.stop"
	Next       Key = "action.next"
	Finish     Key = "action.finish"
	More       Key = "action.more"
	TimeLeft   Key = "time.left"
	Backspace  Key = "key.backspace"
	Clear      Key = "key.clear"
	WhereToGo  Key = "fault.where"
)

// The steps at the top.
const (
	StepCard     Key = "step.card"
	StepPassword Key = "step.password"
	StepCheck    Key = "step.check"
	StepKey      Key = "step.key"
	StepSend     Key = "step.send"
	StepCode     Key = "step.code"
)

// Welcome.
const (
	WelcomeTitle        Key = "welcome.title"
	WelcomeText         Key = "welcome.text"
	WelcomeNeed         Key = "welcome.need"
	WelcomeNeedCard     Key = "welcome.need.card"
	WelcomeNeedPassword Key = "welcome.need.password"
	WelcomeNeedKey      Key = "welcome.need.key"
	OutOfServiceAsk     Key = "closed.ask"
)

// Reading.
const (
	CardReadingTitle      Key = "card-reading.title"
	CardReadingText       Key = "card-reading.text"
	KeepCard              Key = "keep-card"
	PasswordCheckingTitle Key = "password-checking.title"
	ReadingTitle          Key = "reading.title"
)

// Password.
const (
	PasswordTitle Key = "password.title"
	PasswordText  Key = "password.text"
	PasswordTries Key = "password.tries"
	PasswordAgain Key = "password.again"
	PasswordLabel Key = "password.label"
	PasswordHint  Key = "password.hint"
	LastTryTitle  Key = "last-try.title"
	LastTryLocks  Key = "last-try.locks"
	LastTryText   Key = "last-try.text"
	LastTryStop   Key = "last-try.stop"
	LastTryYes    Key = "last-try.yes"
)

// Attributes.
const (
	AttributesTitle Key = "attributes.title"
	AttributesText  Key = "attributes.text"
	NameLabel       Key = "attributes.name"
	AddressLabel    Key = "attributes.address"
	BirthDateLabel  Key = "attributes.birth"
	DateUnknown     Key = "attributes.birth.unknown"
	SexLabel        Key = "attributes.sex"
	SexMale         Key = "attributes.sex.male"
	SexFemale       Key = "attributes.sex.female"
	SexUnknown      Key = "attributes.sex.unknown"
	Substituted     Key = "attributes.substituted"
	ThisIsMe        Key = "attributes.yes"
	NotMe           Key = "attributes.no"
)

// Photo.
const (
	PhotoTitle        Key = "photo.title"
	PhotoText         Key = "photo.text"
	PhotoOptional     Key = "photo.optional"
	PhotoTries        Key = "photo.tries"
	PhotoEra          Key = "photo.era"
	PhotoWestern      Key = "photo.western"
	PhotoSkip         Key = "photo.skip"
	PhotoExpiryTitle  Key = "photo.expiry.title"
	PhotoExpiryText   Key = "photo.expiry.text"
	PhotoExpiryLabel  Key = "photo.expiry.label"
	PhotoCodeTitle    Key = "photo.code.title"
	PhotoCodeText     Key = "photo.code.text"
	PhotoCodeLabel    Key = "photo.code.label"
	PhotoLastText     Key = "photo.last"
	PhotoReadingTitle Key = "photo.reading.title"
	PhotoUnread       Key = "photo.unread"
)

// Registration key.
const (
	KeyTitle         Key = "key.title"
	KeyText          Key = "key.text"
	KeyWarning       Key = "key.warning"
	KeyScanTitle     Key = "key.scan.title"
	KeyScanText      Key = "key.scan.text"
	KeyScanWarning   Key = "key.scan.warning"
	KeyLabel         Key = "key.label"
	KeyHint          Key = "key.hint"
	KeyCheckingTitle Key = "key-checking.title"
)

// Confirmation.
const (
	ConfirmTitle        Key = "confirm.title"
	ConfirmConsent      Key = "confirm.consent"
	ConfirmConsentPhoto Key = "confirm.consent.photo"
	ConfirmRevocation   Key = "confirm.revocation"
	ConfirmMatch        Key = "confirm.match"
	ConfirmNoMatch      Key = "confirm.no-match"
	ConfirmYes          Key = "confirm.yes"
	ConfirmYesMatch     Key = "confirm.yes-match"
	ConfirmOther        Key = "confirm.other"
)

// Signing and sending.
const (
	SigningTitle     Key = "signing.title"
	SavingTitle      Key = "saving.title"
	CardDone         Key = "card.done"
	DeliveringTitle  Key = "delivering.title"
	DeliveringStop   Key = "delivering.stop"
	WithdrawingTitle Key = "withdrawing.title"
)

// Hand-over.
const (
	PrintingTitle     Key = "printing.title"
	CodeTitle         Key = "code.title"
	CodeText          Key = "code.text"
	CodeUntil         Key = "code.until"
	CodeAsk           Key = "code.ask"
	CodeLabel         Key = "code.label"
	CodeYes           Key = "code.yes"
	CodeNo            Key = "code.no"
	RecordingTitle    Key = "recording.title"
	TakeCardTitle     Key = "take-card.title"
	TakeCardOnlyTitle Key = "take-card.only.title"
	TakeCardText      Key = "take-card.text"
	TakeCardMissing   Key = "take-card.missing"
	ActiveText        Key = "outcome.active"
	ReceivedText      Key = "outcome.received"
)

// The slip.
const (
	SlipBanner       Key = "slip.banner"
	SlipTitle        Key = "slip.title"
	SlipCode         Key = "slip.code"
	SlipQR           Key = "slip.qr"
	SlipActive       Key = "slip.active"
	SlipPending      Key = "slip.pending"
	SlipUntil        Key = "slip.until"
	SlipUntilValue   Key = "slip.until.value"
	SlipNext         Key = "slip.next"
	SlipNextOpen     Key = "slip.next.open"
	SlipNextType     Key = "slip.next.type"
	SlipNextName     Key = "slip.next.name"
	SlipNextWait     Key = "slip.next.wait"
	SlipSecret       Key = "slip.secret"
	SlipRare         Key = "slip.rare"
	SlipNotice       Key = "slip.notice"
	SlipNoticeText   Key = "slip.notice.text"
	SlipNoticePhoto  Key = "slip.notice.photo"
	SlipLost         Key = "slip.lost"
	SlipNotYou       Key = "slip.not-you"
	SlipStopCard     Key = "slip.stop-card"
	SlipContact      Key = "slip.contact"
	SlipContactValue Key = "slip.contact.value"
	SlipAt           Key = "slip.at"
	SlipAtValue      Key = "slip.at.value"
	SlipTerminal     Key = "slip.terminal"
	SlipReference    Key = "slip.reference"
	SlipRevocation   Key = "slip.revocation"
)
