package ui

// View is everything the screen shows at one moment, in one language. It is
// drawn by what it holds, not by its screen name: absent parts take no room.
// A View may hold personal data; it prints as its page and screen name only.
type View struct {
	// Page numbers the screen. It changes when the citizen is shown something
	// new, and stays when only a detail changes (one more dot in an entry).
	// Commands carry it back, so that a touch meant for the screen before is
	// recognised and dropped.
	Page uint64 `json:"page"`
	// Screen names the screen for tests, styles and integrators, such as
	// "password" or "take-card": lower-case words joined by hyphens.
	Screen string `json:"screen"`
	// Language is the BCP 47 tag of all texts in this View.
	Language string `json:"language"`
	// Languages are offered for change, in this order. Empty: no change here.
	Languages []Language `json:"languages,omitempty"`
	// LanguageText names the way to all languages where they do not stand in one row.
	LanguageText string `json:"language_text,omitempty"`
	// Ease is how the screen looks and sounds. nil: nothing to choose.
	Ease *Ease `json:"ease,omitempty"`
	// Test marks a terminal whose registrations have no effect; TestText says
	// so in words, on every screen.
	Test     bool   `json:"test,omitempty"`
	TestText string `json:"test_text,omitempty"`
	// Progress tells how far the citizen has come.
	Progress *Progress `json:"progress,omitempty"`
	// Title is the one thing to do or to know. Never empty.
	Title string `json:"title"`
	// Text explains the title, a paragraph each.
	Text []string `json:"text,omitempty"`
	// Notice stands out: a warning, a fault with its way out.
	Notice *Notice `json:"notice,omitempty"`
	// Picture names an illustration of the page, one of Pictures.
	Picture string `json:"picture,omitempty"`
	// Entry asks for characters.
	Entry *Entry `json:"entry,omitempty"`
	// Fields are facts read from the card, to be looked at.
	Fields []Field `json:"fields,omitempty"`
	// Cover covers the Fields until it is held. nil: they are open.
	Cover *Cover `json:"cover,omitempty"`
	// Matches are the pictures to compare with the app's.
	Matches []Match `json:"matches,omitempty"`
	// Code is what the citizen takes home, when the screen must show it.
	Code *Code `json:"code,omitempty"`
	// Findings are what is or was wrong with the machine, for a technician.
	Findings []Finding `json:"findings,omitempty"`
	// Trials are what a technician can try, each with its button and how it went.
	Trials []Trial `json:"trials,omitempty"`
	// Seal is a signed text for the camera of a telephone.
	Seal *Seal `json:"seal,omitempty"`
	// Locked says that touches and keys are ignored, so that the glass can be wiped.
	// A View that is locked has no actions.
	Locked *Locked `json:"locked,omitempty"`
	// Actions are the buttons. At most one is primary; Enter presses it.
	Actions []Action `json:"actions,omitempty"`
	// Busy says that the terminal is at work and nothing need be done.
	Busy bool `json:"busy,omitempty"`
	// TimeLeft counts down to the end of the citizen's turn.
	TimeLeft *TimeLeft `json:"time_left,omitempty"`
	// Live is read aloud by a screen reader when the View comes up. Empty: the
	// title is read at a new page, nothing otherwise.
	Live string `json:"live,omitempty"`
	// Alert calls somebody back who left something behind: a short tone for each
	// number, once, counted from 1 on each page. 0: silence.
	Alert int `json:"alert,omitempty"`
}

// Language is one choice of the language switch.
type Language struct {
	Tag  string `json:"tag"`  // BCP 47, such as "ja" or "zh-Hans"
	Name string `json:"name"` // in its own language, such as "한국어"
}

// Ease offers the citizen ways to see, reach and hear. The terminal keeps what was
// chosen, for one visit; the page draws accordingly.
type Ease struct {
	Label   string       `json:"label"` // of the button that opens the choice
	Title   string       `json:"title"` // of the choice
	Back    string       `json:"back"`  // of the button that closes it
	On      string       `json:"on"`    // the word for an option that is chosen
	Off     string       `json:"off"`
	Options []EaseOption `json:"options"`
}

// EaseOption is one way that is on or off.
type EaseOption struct {
	ID    string `json:"id"` // one of the Ease constants; comes back in Command.Ease
	Label string `json:"label"`
	On    bool   `json:"on"`
}

// The ways that the page of this package knows. An option that a page does not
// know is offered all the same: it may be the terminal's own, as the voice is.
const (
	EaseContrast = "contrast" // black on white, strong lines
	EaseLarge    = "large"    // larger text
	EaseLow      = "low"      // everything to touch in the lower part of the glass
	EaseCover    = "cover"    // what names the citizen is covered until it is held
	EaseMixed    = "mixed"    // the keys of an entry stand in another order each time
	EaseVoice    = "voice"    // the terminal speaks
)

// What is asked of the voice while it is on. They come back in Command.Ease and are
// no options: keys of a handset send them.
const (
	EaseAgain   = "again"   // say the whole screen
	EaseDetails = "details" // say what is covered
	EaseLouder  = "louder"
	EaseSofter  = "softer"
)

// Progress is the strip of steps at the top.
type Progress struct {
	Step   int      `json:"step"`   // the step under way, counted from 1; steps before it are done; 0: none yet
	Labels []string `json:"labels"` // one short label a step
}

// NoticeKind is how grave a Notice is.
type NoticeKind string

// The kinds of notice.
const (
	Info    NoticeKind = "info"
	Warning NoticeKind = "warning"
	Error   NoticeKind = "error"
	Success NoticeKind = "success"
)

// Notice is a box that stands out.
type Notice struct {
	Kind  NoticeKind `json:"kind"`
	Title string     `json:"title"`
	Text  string     `json:"text,omitempty"`
	Code  string     `json:"code,omitempty"`  // a fault's stable code, for the help desk: "PRN-PAPER"
	Steps []string   `json:"steps,omitempty"` // numbered: what to do now
}

// EntryKind chooses the keys an Entry offers.
type EntryKind string

// The kinds of entry.
const (
	Password EntryKind = "password" // A–Z and 0–9
	Digits   EntryKind = "digits"   // 0–9
)

// Entry asks for characters, one key at a time. The page is told how many were
// typed, and which only where Masked is false.
type Entry struct {
	Kind     EntryKind     `json:"kind"`
	Label    string        `json:"label"`
	Hint     string        `json:"hint,omitempty"`
	Masked   bool          `json:"masked"`
	Typed    int           `json:"typed"`            // characters typed so far
	Shown    string        `json:"shown,omitempty"`  // those characters; empty where Masked
	Min      int           `json:"min"`              // fewest characters that make sense
	Max      int           `json:"max"`              // most that are taken
	Groups   []int         `json:"groups,omitempty"` // sizes of groups to show, such as 4 4 4; their sum is Max
	Keyboard KeyboardTexts `json:"keyboard"`
}

// KeyboardTexts label the keys that are not characters.
type KeyboardTexts struct {
	Backspace string `json:"backspace"`
	Clear     string `json:"clear"`
}

// Field is one fact with its label.
type Field struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Note  string `json:"note,omitempty"` // such as a substituted character
	// Language is the tag of the Value, if it is another than the View's: a name
	// stays in Japanese.
	Language string `json:"language,omitempty"`
}

// Cover is what stands before Fields that are covered.
type Cover struct {
	Text string `json:"text"` // why they are covered
	Show string `json:"show"` // of the button that shows them while it is held
}

// Match is one picture that the app shows as well.
type Match struct {
	Picture string `json:"picture"` // one of MatchPictures
	Word    string `json:"word"`    // what it shows, in the View's language
}

// Code is shown large, to be copied or photographed.
type Code struct {
	Label  string   `json:"label"`
	Groups []string `json:"groups"`       // characters as they are to be read, in groups
	QR     []string `json:"qr,omitempty"` // rows of modules, '1' dark and '0' light, without quiet zone
}

// Finding is one thing that is or was wrong with the machine.
type Finding struct {
	Kind  NoticeKind `json:"kind"`
	Code  string     `json:"code"` // a fault's stable code
	Title string     `json:"title"`
	Text  string     `json:"text,omitempty"` // what to mend
	At    string     `json:"at,omitempty"`   // when it came, if it may be over
}

// Trial is something to try, and how it went.
type Trial struct {
	// Action is the ID of one of the View's Actions; it is drawn here.
	Action string `json:"action"`
	Label  string `json:"label"`
	Result string `json:"result,omitempty"`
	// Kind is how it went; empty before it was tried.
	Kind NoticeKind `json:"kind,omitempty"`
	Busy bool       `json:"busy,omitempty"` // it is being tried
}

// Seal is shown as a QR code only: nobody copies it by hand.
type Seal struct {
	Label string   `json:"label"`
	QR    []string `json:"qr"` // as in Code
}

// Locked counts down to the end of a lock. The page counts by itself.
type Locked struct {
	Seconds int    `json:"seconds"`
	Text    string `json:"text"` // what the number counts
}

// Style is how an Action looks.
type Style string

// The styles of action.
const (
	Primary   Style = "primary"   // the way forward
	Secondary Style = "secondary" // another way
	Danger    Style = "danger"    // a way that costs something
)

// Action is a button.
type Action struct {
	ID      string `json:"id"` // comes back in Command.Action
	Label   string `json:"label"`
	Style   Style  `json:"style"`
	Enabled bool   `json:"enabled"` // a disabled button is shown but cannot be pressed
}

// TimeLeft is the countdown to the end of the turn. Give it only when it is to
// be seen; the page counts the seconds down by itself.
type TimeLeft struct {
	Seconds int    `json:"seconds"`
	Text    string `json:"text"` // what will happen then
	// MoreAction is the ID of one of the View's Actions, the one that gives
	// more time. It is drawn beside the countdown. Empty: no more time.
	MoreAction string `json:"more_action,omitempty"`
}

// Command is what the citizen did: exactly one of Action, Language, Ease and Key is
// set. A Key may be a character of a password: a Command prints redacted, and
// nobody keeps one.
type Command struct {
	Page     uint64 `json:"page"`               // the View's, as it was when touched
	Action   string `json:"action,omitempty"`   // the ID of an Action
	Language string `json:"language,omitempty"` // the tag of a Language
	Ease     string `json:"ease,omitempty"`     // the ID of an EaseOption, to be turned over
	Key      string `json:"key,omitempty"`      // one of A–Z, 0–9, KeyBackspace, KeyClear
}

// The keys that are not characters.
const (
	KeyBackspace = "backspace" // takes the last character away
	KeyClear     = "clear"     // takes all characters away
)
