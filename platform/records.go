package platform

import (
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Moment is a time in UTC, to the second, as it is kept and signed.
type Moment = time.Time

// App is one installation of the smartphone app, known by its key.
type App struct {
	Thumbprint string             `json:"thumbprint"` // RFC 7638
	PublicKey  protocol.PublicKey `json:"public_key"`
	Since      Moment             `json:"since"`
	// WrongCodes counts the consecutive wrong codes of this app; a binding clears it.
	WrongCodes int `json:"wrong_codes"`
	// Ended is when another app, or another person, took the place of its binding;
	// zero while it is bound, and before. Contested is that nobody took it: a person
	// decided that the binding was somebody else's doing.
	Ended     Moment `json:"ended,omitzero"`
	Contested bool   `json:"contested,omitempty"`
}

// Key is a registration key and whose it is.
type Key struct {
	Key      protocol.RegistrationKey `json:"key"`
	App      string                   `json:"app"` // thumbprint
	Pictures protocol.MatchPictures   `json:"pictures"`
	Issued   Moment                   `json:"issued"`
	Expires  Moment                   `json:"expires"`
	Used     *Spending                `json:"used,omitempty"`
}

// Spending says when a key was used, and by which registration.
type Spending struct {
	Registration protocol.ID `json:"registration"`
	At           Moment      `json:"at"`
}

// Registration is where one registration stands.
type Registration struct {
	ID         protocol.ID              `json:"id"`
	Body       protocol.Digest          `json:"body"` // SHA-256 of the envelope
	Receipt    []byte                   `json:"receipt"`
	TerminalID string                   `json:"terminal_id"`
	Key        protocol.RegistrationKey `json:"key,omitzero"`

	// Verdict is how it stands now; the receipt says how it stood on arrival.
	Verdict protocol.Verdict `json:"verdict"`
	Reason  string           `json:"reason,omitempty"`

	Sealed   Moment `json:"sealed"`  // by the terminal's clock
	Arrived  Moment `json:"arrived"` // by ours
	Judged   Moment `json:"judged"`  // when the verdict became what it is
	Activate Moment `json:"activate_until,omitzero"`

	// CodeHand and CodeWhole are keyed hashes of the code's typed part and of all
	// of it. The code itself is kept nowhere.
	CodeHand  protocol.Digest `json:"code_hand,omitzero"`
	CodeWhole protocol.Digest `json:"code_whole,omitzero"`
	Tries     int             `json:"tries"` // wrong codes against this one

	Person    *Person `json:"person,omitempty"`
	Activated Moment  `json:"activated,omitzero"`
	Review    *Review `json:"review,omitempty"`
	Erased    Moment  `json:"erased,omitzero"`
	// Contest is the last time that somebody said it was not them.
	Contest *Contest `json:"contest,omitempty"`

	// Recheck is when its certificate is looked up again; zero is never: it was
	// refused, erased or superseded, or its code ran out.
	Recheck Moment `json:"recheck,omitzero"`
}

// Person is who a certificate says its holder is.
type Person struct {
	Attributes protocol.Attributes `json:"attributes"`
	Exactly    protocol.Digest     `json:"exactly"` // keyed hash of all four attributes
	Born       protocol.Digest     `json:"born"`    // keyed hash of the birth date
	Serial     string              `json:"serial"`  // of the certificate, decimal: the 発行番号
	IssuerKey  []byte              `json:"issuer_key"`
}

// Evidence proves later what was signed and what was checked.
type Evidence struct {
	// Registration is the terminal's JWS round the citizen's CMS round the application.
	Registration []byte `json:"registration"`
	// Certificate is the citizen's, DER; Terminal the thumbprint of the terminal's.
	Certificate []byte  `json:"certificate"`
	Issuer      string  `json:"issuer"`
	Terminal    string  `json:"terminal"`
	Signed      Moment  `json:"signed"` // CMS signing-time
	Checks      []Check `json:"checks"`
	Photo       []byte  `json:"photo,omitempty"`
}

// Check is one thing that was looked at, in the order of looking.
type Check struct {
	What   string `json:"what"`
	Passed bool   `json:"passed"`
	At     Moment `json:"at"`
	Detail string `json:"detail,omitempty"` // such as the number of the list of revocations
}

// Review is a question that a person has to answer: which account is this?
type Review struct {
	Asked    Moment       `json:"asked"`
	Account  *protocol.ID `json:"account,omitempty"` // the one that looks alike
	Decided  Moment       `json:"decided,omitzero"`
	Decision Decision     `json:"decision,omitempty"`
}

// Decision answers a Review.
type Decision string

// The answers to a review.
const (
	SamePerson  Decision = "same-person"  // bind to the account that looks alike
	OtherPerson Decision = "other-person" // open an account of its own

	decidedByContest Decision = "contested" // nobody's: a contest was upheld meanwhile
)

// Contest is somebody's word that a registration was not theirs, as whoever took the
// call wrote it down. What they said stands in the evidence.
type Contest struct {
	At Moment `json:"at"`
	By string `json:"by"` // who took the call
	// Account is the one that was suspended with it, if there was one.
	Account *protocol.ID `json:"account,omitempty"`
	// Ruling is how it ended; "" is that it stands.
	Ruling  Ruling `json:"ruling,omitempty"`
	Ruled   Moment `json:"ruled,omitzero"`
	RuledBy string `json:"ruled_by,omitempty"`
}

// Ruling ends a Contest.
type Ruling string

// The two ways that a contest ends.
const (
	Restored Ruling = "restored" // it was them after all: all is as before
	Upheld   Ruling = "upheld"   // it was not: the code and the binding are over for good
)

// Objection is a contest of what has not arrived: the terminal may have had no
// network. It is known by what the slip says.
type Objection struct {
	Reference protocol.Reference `json:"reference"`
	At        Moment             `json:"at"`
	By        string             `json:"by"`
	Reason    string             `json:"reason,omitempty"`
	Heeded    Moment             `json:"heeded,omitzero"`  // when its registration was there
	Dropped   Moment             `json:"dropped,omitzero"` // when it was taken back
	DroppedBy string             `json:"dropped_by,omitempty"`
	Why       string             `json:"why,omitempty"` // it was taken back
}

// Waits reports whether it has met no registration yet, and was not taken back.
func (o Objection) Waits() bool { return o.stands() && o.Heeded.IsZero() }

// Withdrawal is the tombstone of a registration.
type Withdrawal struct {
	ID         protocol.ID      `json:"id"`
	Body       protocol.Digest  `json:"body"`
	Receipt    []byte           `json:"receipt"`
	TerminalID string           `json:"terminal_id"`
	Verdict    protocol.Verdict `json:"verdict"`
	Arrived    Moment           `json:"arrived"`
}

// Account is one proven person and the app that stands for them.
type Account struct {
	ID      protocol.ID `json:"id"`
	Person  Person      `json:"person"`
	Binding Binding     `json:"binding"`
	Earlier []Binding   `json:"earlier,omitempty"` // newest first
	Revoked Moment      `json:"revoked,omitzero"`  // when the certificate was found revoked: suspended since
	// Contested is when the registration that it stands on, ContestedOf, was
	// contested: suspended since, until a person has decided.
	Contested   Moment      `json:"contested,omitzero"`
	ContestedOf protocol.ID `json:"contested_of,omitzero"`
}

// Binding ties an account to an app.
type Binding struct {
	App          string      `json:"app"` // thumbprint
	Registration protocol.ID `json:"registration"`
	From         Moment      `json:"from"`
	Until        Moment      `json:"until,omitzero"`
}

// Terminal is one machine.
type Terminal struct {
	ID          string   `json:"id"`
	Admitted    Moment   `json:"admitted"`
	Suspended   Moment   `json:"suspended,omitzero"`
	Compromised bool     `json:"compromised"` // whatever it ever signed is in doubt
	Seen        Moment   `json:"seen,omitzero"`
	Heartbeat   []byte   `json:"heartbeat,omitempty"` // the last one, as signed: proof of its audit chain so far
	Notes       []Remark `json:"notes,omitempty"`

	// SuspendedFor is why the platform suspended it by itself; "" is that somebody
	// did. Reinstated is when it was last let serve again, Pauses what lies before.
	SuspendedFor string  `json:"suspended_for,omitempty"`
	Reinstated   Moment  `json:"reinstated,omitzero"`
	Pauses       []Pause `json:"pauses,omitempty"`
	// Breach is when its audit chain was found set back or changed, and BreachWas
	// which, until somebody has looked at it and reinstates it.
	Breach    Moment `json:"breach,omitzero"`
	BreachWas string `json:"breach_was,omitempty"`
	// Retired is when the present machine was retired; Successor is who takes its
	// place. Former are the machines that had the id before, the oldest first.
	Retired   Moment   `json:"retired,omitzero"`
	Former    []Tenure `json:"former,omitempty"`
	Successor string   `json:"successor,omitempty"`

	// Since is when the present machine came under that id.
	Since Moment `json:"since,omitzero"`
	// Device and TLS are the newest certificates of its two keys.
	Device Holding `json:"device,omitzero"`
	TLS    Holding `json:"tls,omitzero"`
	// Chip names the TPM that proved to hold its keys, by the SHA-256 of its
	// endorsement key; zero is none. Vouched says who vouches for it.
	Chip    protocol.Digest `json:"chip,omitzero"`
	Vouched string          `json:"vouched,omitempty"`
	// Attestation is the proof for its next renewal.
	Attestation *Attestation `json:"attestation,omitempty"`
}

// Tenure is the time of one machine under an id.
type Tenure struct {
	Kids  []string `json:"kids"` // of its newest certificates: another machine of the same second is told apart by them
	From  Moment   `json:"from,omitzero"`
	Ended Moment   `json:"ended,omitzero"` // what it sealed from then on is worth nothing; zero until the next is heard
}

// Remark is a line in the history of a terminal, from a fixed vocabulary.
type Remark struct {
	At   Moment `json:"at"`
	What string `json:"what"`
}

// Role is what a terminal's certificate is for.
type Role string

// The two keys of a terminal.
const (
	DeviceRole Role = "device" // signs registrations
	TLSRole    Role = "tls"    // carries them
)

// Certificate is one that the terminal CA issued.
type Certificate struct {
	Kid        string `json:"kid"` // SHA-256 thumbprint, base64url
	TerminalID string `json:"terminal_id"`
	Role       Role   `json:"role"`
	DER        []byte `json:"der"`
	// Why it was issued, and what was known of the key.
	Issued     Moment         `json:"issued,omitzero"`
	Occasion   Occasion       `json:"occasion,omitempty"`
	Protection string         `json:"protection,omitempty"`
	Proof      *IssuanceProof `json:"proof,omitempty"` // of ProtectionAttested by a ticket
}

// Token lets one machine in, once.
type Token struct {
	Secret     protocol.Digest `json:"secret"` // keyed hash
	TerminalID string          `json:"terminal_id"`
	Issued     Moment          `json:"issued"`
	Expires    Moment          `json:"expires"`
	// Host and Pin are those that the technician's machine was told.
	Host string          `json:"host,omitempty"`
	Pin  protocol.Digest `json:"pin,omitzero"`
	// Device and TLS are the thumbprints of what it was spent on.
	Device string `json:"device,omitempty"`
	TLS    string `json:"tls,omitempty"`
	// Attestation is the proof that goes with it.
	Attestation *Attestation `json:"attestation,omitempty"`
}

// Event is something that the systems round the platform have to be told. It
// names nobody: account, app and registration are ids.
type Event struct {
	ID           protocol.ID  `json:"id"`
	Number       uint64       `json:"number"` // later events have larger ones; there may be gaps
	Kind         EventKind    `json:"kind"`
	At           Moment       `json:"at"`
	Account      protocol.ID  `json:"account"`
	App          string       `json:"app,omitempty"` // thumbprint of the app that it is about
	Registration *protocol.ID `json:"registration,omitempty"`
	Reason       string       `json:"reason,omitempty"`

	Tries     int    `json:"tries"`               // how often it was told in vain
	NotBefore Moment `json:"not_before,omitzero"` // of the next try
	Told      Moment `json:"told,omitzero"`       // when somebody confirmed it
}

// EventKind is what happened.
type EventKind string

// What happens to accounts.
const (
	EventBound   EventKind = "account.bound"   // an app stands for the account from now on
	EventUnbound EventKind = "account.unbound" // an app does not any more: tell that phone
	// EventSuspended: its certificate was revoked, or somebody said that it was not
	// them, as the reason says: nobody signs in.
	EventSuspended EventKind = "account.suspended"
	// EventReinstated: the certificate was only held, or it was them after all.
	EventReinstated EventKind = "account.reinstated"
	EventReview     EventKind = "account.review" // a person has to decide whose account it is
)

// Claim is what one of several platforms takes upon itself: from now on until then.
type Claim struct {
	Owner      string
	Now, Until Moment
}

// SpentNonce cannot be used again; after Expires it could not be anyway.
type SpentNonce struct {
	Nonce   string `json:"nonce"`
	Expires Moment `json:"expires"`
}

// StoredBundle is a signed bundle and what tells whether it still says the truth.
type StoredBundle struct {
	Version int             `json:"version"`
	Content protocol.Digest `json:"content"` // of all but version and time
	JWS     []byte          `json:"jws"`     // in the newest format
	First   []byte          `json:"first"`   // the same in the first one
}
