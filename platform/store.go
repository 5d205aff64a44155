package platform

import (
	"context"
	"errors"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Errors of a Store that callers look for.
var (
	// ErrNotFound: nothing is kept under that name.
	ErrNotFound = errors.New("not found")
	// ErrExists: the name is taken; nothing was changed.
	ErrExists = errors.New("exists already")
)

// Store keeps what the platform knows. Its transactions are serializable: a
// Update sees and changes the whole as if it were alone, and is durable when
// Update returns nil. The functions given to it do nothing but read, decide and
// write; a Store may run one again when another transaction got in its way.
//
// Records are values: what a Store returns is the caller's own. Whoever writes
// another Store runs storetest against it.
type Store interface {
	// View reads one consistent state.
	View(ctx context.Context, read func(Reading) error) error
	// Update changes it; an error of change undoes everything and is returned.
	Update(ctx context.Context, change func(Writing) error) error
	// Close ends the use of the store.
	Close() error
}

// Reading asks what is known. A single record that is not there is ErrNotFound;
// a list that has nothing is empty.
type Reading interface {
	// App is known from its first registration key on, by its key's thumbprint.
	App(thumbprint string) (App, error)
	// Key is a registration key that was issued, whatever became of it.
	Key(key protocol.RegistrationKey) (Key, error)

	// Registration is known by the id that its terminal gave it.
	Registration(id protocol.ID) (Registration, error)
	// RegistrationsOf lists what arrived for a key, in no order.
	RegistrationsOf(key protocol.RegistrationKey) ([]Registration, error)
	// RegistrationsUnder lists those whose ids begin so, in the order of their ids.
	RegistrationsUnder(r protocol.Reference) ([]Registration, error)
	// Objection is what was said of a registration before it arrived.
	Objection(r protocol.Reference) (Objection, error)
	// Objections lists those that wait, in the order of their references.
	Objections() ([]Objection, error)
	// Waiting lists the registrations whose revocation could not be checked yet.
	Waiting() ([]protocol.ID, error)
	// InReview lists those that a person has to decide.
	InReview() ([]protocol.ID, error)
	// Disputed lists those whose contest a person has to rule on.
	Disputed() ([]protocol.ID, error)
	// Evidence is what proves a registration later.
	Evidence(id protocol.ID) (Evidence, error)
	// PhotosBefore lists the registrations that arrived before then and still have
	// their photo.
	PhotosBefore(then Moment) ([]protocol.ID, error)
	// CodesBefore lists the registrations that arrived before then and still have
	// what is kept of their code.
	CodesBefore(then Moment) ([]protocol.ID, error)
	// Rejection is the answer to a body that proved no sender.
	Rejection(id protocol.ID, body protocol.Digest) (receipt []byte, err error)
	// Withdrawal is the tombstone of an id.
	Withdrawal(id protocol.ID) (Withdrawal, error)

	// Account is a proven person.
	Account(id protocol.ID) (Account, error)
	// AccountOfPerson finds who has exactly these attributes, by their keyed hash.
	AccountOfPerson(person protocol.Digest) (Account, error)
	// AccountsBorn lists the accounts of people born on a day, by its keyed hash.
	AccountsBorn(day protocol.Digest) ([]Account, error)
	// AccountOfApp finds whom an app stands for now.
	AccountOfApp(thumbprint string) (Account, error)
	// Accounts lists every account.
	Accounts() ([]Account, error)

	// Terminal is a machine that was admitted.
	Terminal(id string) (Terminal, error)
	// Terminals lists them in the order of their ids.
	Terminals() ([]Terminal, error)
	// Certificate finds a terminal's certificate by its thumbprint.
	Certificate(kid string) (Certificate, error)
	// Token finds a provisioning token by the keyed hash of its secret.
	Token(secret protocol.Digest) (Token, error)
	// Bundle is the configuration that terminals get now.
	Bundle() (StoredBundle, error)

	// Event finds an event by its id.
	Event(id protocol.ID) (Event, error)
	// Untold counts the events that nobody was told of yet, and says since when the
	// first of them waits.
	Untold() (n int, since Moment, err error)
}

// Writing changes what is known.
type Writing interface {
	Reading

	// KeepApp remembers an app, or what changed about it.
	KeepApp(App) error
	// IssueKey is ErrExists for a key that was ever issued.
	IssueKey(Key) error
	// SpendKey marks a key as used by a registration.
	SpendKey(key protocol.RegistrationKey, by Spending) error
	// SpendNonce is ErrExists for a nonce that was spent before.
	SpendNonce(SpentNonce) error
	// ForgetNonces drops those that ran out and says how many.
	ForgetNonces(now Moment) (int, error)

	// AddRegistration is ErrExists for an id that is taken.
	AddRegistration(Registration, Evidence) error
	// KeepRegistration replaces what is known of a registration.
	KeepRegistration(Registration) error
	// AddCheck adds to the evidence of a registration what was looked at later.
	AddCheck(id protocol.ID, c Check) error
	// DropPhoto erases the photo of a registration and nothing else.
	DropPhoto(id protocol.ID) error
	// DropCode erases what is kept of the code of a registration and nothing else.
	DropCode(id protocol.ID) error
	// EraseRegistration leaves the id, the body's hash, the receipt, and who contested it.
	EraseRegistration(id protocol.ID, at Moment) error
	// KeepObjection keeps an objection or replaces what is known of it.
	KeepObjection(Objection) error
	// AddRejection is ErrExists when that body was answered under that id.
	AddRejection(id protocol.ID, body protocol.Digest, receipt []byte) error
	// AddWithdrawal is ErrExists for an id that has its tombstone.
	AddWithdrawal(Withdrawal) error

	// KeepAccount opens an account or replaces what is known of it; the person and
	// the app of its current binding find it, those of earlier bindings do not.
	KeepAccount(Account) error

	// KeepTerminal admits a terminal or replaces what is known of it.
	KeepTerminal(Terminal) error
	// AddCertificate is ErrExists for a thumbprint that is known.
	AddCertificate(Certificate) error
	// KeepToken issues a token or replaces what is known of it.
	KeepToken(Token) error
	// KeepBundle replaces the bundle.
	KeepBundle(StoredBundle) error

	// AddEvent puts an event behind all others and gives it its number; what the
	// caller wrote there is passed over. It is ErrExists for an id that is taken.
	AddEvent(Event) error
	// KeepEvent replaces what is known of an event. One that was told is nobody's.
	KeepEvent(Event) error
	// ForgetEvents drops those that were told before then and says how many.
	ForgetEvents(then Moment) (int, error)

	// Several platforms may work on one store. Each claims what it is about to do:
	// what is claimed is left out for every other owner until the claim runs out.
	// The owner itself gets it again.

	// ClaimWaiting claims up to n of the registrations that Waiting lists, those
	// behind the id after, in the order of their ids.
	ClaimWaiting(c Claim, after protocol.ID, n int) ([]protocol.ID, error)
	// ClaimRechecks claims up to n of the registrations whose Recheck lies before
	// then, those that are due the longest first. Whose Recheck is zero is left alone.
	ClaimRechecks(c Claim, then Moment, n int) ([]protocol.ID, error)
	// ClaimEvents claims up to n events that were not told and whose time has come
	// (NotBefore is not after now), the smallest number first. Of one account only
	// the first untold event is ever given, so that they are told in their order.
	ClaimEvents(c Claim, n int) ([]Event, error)
}
