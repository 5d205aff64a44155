package uplink

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// How the two services keep in touch. A poll is answered within pollWait even
// when nothing has changed, so silence means that uplinkd is gone or stuck.
const (
	silence         = 3 * time.Second
	pollWait        = 2 * time.Second
	heartbeatEvery  = time.Minute
	heartbeatJitter = 10 * time.Second
	listed          = 64 // items in one list
	listEvery       = 20 * time.Millisecond
	remembered      = 64 // receipts kept for a session that asks late
)

// ErrUnreachable: uplinkd is silent, or cannot reach the platform.
var ErrUnreachable = errors.New("platform not reachable")

// RefusedError is an HTTP error with which the platform answered.
type RefusedError struct {
	Status int
	Code   string // of the problem+json, "" when it had none
}

// Error tells status and code.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("platform answered %d %s", e.Status, e.Code)
}

// Journal is what the Desk wants of the journal.
type Journal interface {
	Outbox(limit int, visit func(id protocol.ID, kind string)) error
	Body(id protocol.ID) (kind string, body []byte, err error)
	// SettleAll takes verified receipts in one durable transaction; the errors stand
	// at their places, and one that is refused spoils no other.
	SettleAll([]protocol.Receipt) []error
	// Quarantine takes what waits under an id out of the outbox and keeps its body;
	// Release puts it back.
	Quarantine(id protocol.ID, reason string, at time.Time) error
	Release(id protocol.ID) error
	Changed() <-chan struct{}
}

// DeskConfig is what a Desk works with. Journal, Keys, Bundle and Log are needed.
type DeskConfig struct {
	Journal Journal
	// Keys are the platform's receipt keys, from the bundle in force.
	Keys func() []protocol.PublicKey
	// Bundle verifies and stores a bundle that has arrived.
	Bundle func(jws []byte) error
	// Clock is told what the platform's clock showed, unsigned. May be nil.
	Clock func(platform time.Time)
	// SignedClock is told the time that the platform has just signed. May be nil.
	SignedClock func(platform time.Time)
	// Heartbeat makes a signed heartbeat, once a minute. May be nil.
	Heartbeat func() ([]byte, error)
	// Order takes what the platform signed in answer to a heartbeat: whether this
	// terminal may serve. It is given that heartbeat, and verifies. May be nil.
	Order func(heartbeat, jws []byte) error
	// Renewal makes a request for the next device certificate (PKCS #10, DER) when it
	// is time, and nothing before. May be nil.
	Renewal func() ([]byte, error)
	// Certificate verifies and stores the next device certificate (DER). May be nil
	// with Renewal.
	Certificate func(der []byte) error
	Log         *slog.Logger
}

// Desk is terminald's side of the wall. It may be shared between goroutines; it
// works while Run runs.
type Desk struct {
	config   DeskConfig
	gathered *gathering

	mu       sync.Mutex
	live     map[protocol.ID]*errand
	troubled map[item]*trouble
	aside    int                 // items put into quarantine
	proven   time.Time           // when the platform last proved that it is the platform
	awaited  map[protocol.ID]int // by how many sessions
	wanted   uint64              // how often somebody asked for the platform in vain
	receipts []protocol.Receipt  // the last ones, newest last
	link     Link
	changed  chan struct{} // closed and replaced when anything above changes
	pressing chan struct{} // likewise, when somebody stands and waits for it
	shown    time.Time     // when the last list was answered
}

// errand is something alive, and where its answer is awaited.
type errand struct {
	kind kind
	body []byte
	done chan answerPost // room for the one answer
}

// Link is how the way to the platform is, for the technician.
type Link struct {
	Contact   time.Time // last sign of life of uplinkd
	Reachable bool      // what uplinkd says of the platform
	// Cause is why not, in one word; while it is reachable, what it says against
	// this terminal, as terminal-suspended.
	Cause string
	// Words are a sentence of the cause.
	Words string
	// Quarantined is how many items were put into quarantine since the start.
	Quarantined int
}

// NewDesk makes a Desk.
func NewDesk(config DeskConfig) *Desk {
	return &Desk{
		config:   config,
		gathered: newGathering(),
		live:     map[protocol.ID]*errand{},
		troubled: map[item]*trouble{},
		awaited:  map[protocol.ID]int{},
		link:     Link{Cause: CauseNoContact},
		changed:  make(chan struct{}),
		pressing: make(chan struct{}),
	}
}

// Reachable reports whether the platform could be asked now: uplinkd has spoken
// within three seconds, and says that the platform answers.
func (d *Desk) Reachable() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.reachable()
}

func (d *Desk) reachable() bool {
	return d.link.Reachable && time.Since(d.link.Contact) < silence
}

// Status is the link and every item that has come to no receipt, for the
// technician.
func (d *Desk) Status() (Link, []Refused) {
	d.mu.Lock()
	defer d.mu.Unlock()
	link := d.link
	link.Reachable = d.reachable()
	if time.Since(link.Contact) >= silence {
		link.Cause = CauseNoContact
	}
	link.Words, link.Quarantined = Explain(link.Cause), d.aside
	var refused []Refused
	for _, t := range d.troubled {
		refused = append(refused, t.Refused)
	}
	slices.SortFunc(refused, func(a, b Refused) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return link, refused
}

// QueryKey has a sealed key query carried and returns the platform's answer,
// verified against the receipt keys and the digest of this query. It fails at
// once with ErrUnreachable when there is no way to the platform, and with a
// *RefusedError when the platform answered with an error.
func (d *Desk) QueryKey(ctx context.Context, jwe []byte) (jws []byte, err error) {
	answer, err := d.run(ctx, keyQuery, jwe)
	if err != nil {
		return nil, fmt.Errorf("asking about a registration key: %w", err)
	}
	return []byte(answer), nil
}

// Await waits for the receipt of one registration, which is settled in the
// journal by then. Until it returns, that one goes before all others, and at
// once. It fails with ErrUnreachable as soon as there is no way to
// the platform; the envelope stays in the journal all the same.
func (d *Desk) Await(ctx context.Context, id protocol.ID) (protocol.Receipt, error) {
	d.press(func() { d.awaited[id]++ })
	defer d.update(func() { d.leave(id) })
	var found protocol.Receipt
	err := d.wait(ctx, func() bool {
		for _, r := range d.receipts {
			if r.ID == id {
				found = r
			}
		}
		return found.ID == id
	})
	if err != nil {
		return protocol.Receipt{}, fmt.Errorf("awaiting the receipt: %w", err)
	}
	return found, nil
}

// leave ends one session's wait.
func (d *Desk) leave(id protocol.ID) {
	if d.awaited[id]--; d.awaited[id] <= 0 {
		delete(d.awaited, id)
	}
}

// run has one live item carried. Without a way to the platform it fails at once,
// but has it looked for: the next question may then be answered.
func (d *Desk) run(ctx context.Context, k kind, body []byte) (string, error) {
	if k == keyQuery && !d.Reachable() {
		d.press(func() { d.wanted++ })
		return "", ErrUnreachable
	}
	id, e := protocol.NewID(), &errand{kind: k, body: body, done: make(chan answerPost, 1)}
	d.press(func() { d.live[id] = e })
	defer d.update(func() { delete(d.live, id) })
	var answer answerPost
	if err := d.wait(ctx, func() bool {
		select {
		case answer = <-e.done:
			return true
		default:
			return false
		}
	}); err != nil {
		return "", err
	}
	switch {
	case answer.Unreachable:
		return "", ErrUnreachable
	case answer.Refusal != nil:
		return "", &RefusedError{answer.Refusal.Status, answer.Refusal.Code}
	}
	return answer.Answer, nil
}

// wait returns when ready says so, which is asked under the lock after each
// change. No way to the platform ends it, and so does ctx.
func (d *Desk) wait(ctx context.Context, ready func() bool) error {
	for {
		d.mu.Lock()
		done, reachable, changed := ready(), d.reachable(), d.changed
		left := silence - time.Since(d.link.Contact)
		d.mu.Unlock()
		switch {
		case done:
			return nil
		case !reachable:
			return ErrUnreachable
		}
		quiet := time.NewTimer(left)
		select {
		case <-changed:
		case <-quiet.C:
		case <-ctx.Done():
			quiet.Stop()
			return context.Cause(ctx)
		}
		quiet.Stop()
	}
}

// update changes what the lock guards and wakes whoever waits.
func (d *Desk) update(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
	close(d.changed)
	d.changed = make(chan struct{})
}

// press is update for what cannot wait.
func (d *Desk) press(change func()) {
	d.update(func() {
		change()
		close(d.pressing)
		d.pressing = make(chan struct{})
	})
}
