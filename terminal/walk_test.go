package terminal

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// A walker drives step with whatever may happen next, chosen at random, answers
// each effect once and in any order, and keeps a plain model of journal, card and
// printer. After every step the invariants are looked at.
type walker struct {
	t       *testing.T
	random  *rand.Rand
	state   State
	pending []Effect
	last    string

	sessions byte
	card     protocol.ID // held for this session; zero for none
	stays    bool        // no motor moves it
	behind   protocol.ID // let go, and lies there still; zero for none
	typed    bool        // a password was submitted and not yet verified
	tries    int         // of the card
	warned   bool        // the last try was agreed to
	commits  map[protocol.ID]int
	facts    map[protocol.ID]journal.HandOver
	withdraw map[protocol.ID]bool
	refused  map[protocol.ID]bool
	prints   map[protocol.ID]int
	tampered bool // and no technician has been there yet
}

func TestRandomWalksKeepTheInvariants(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(300) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWalker(t, seed)
			for range 400 {
				w.wander()
				seen[kind(w.state)] = true
			}
			w.comeHome()
		})
	}
	for _, s := range sampleStates() {
		if !seen[kind(s.value)] {
			t.Errorf("no walk came to %s", kind(s.value))
		}
	}
}

func newWalker(t *testing.T, seed uint64) *walker {
	w := &walker{
		t: t, random: rand.New(rand.NewPCG(seed, 7)), tries: 5,
		commits: map[protocol.ID]int{}, facts: map[protocol.ID]journal.HandOver{}, withdraw: map[protocol.ID]bool{},
		refused: map[protocol.ID]bool{}, prints: map[protocol.ID]int{},
	}
	start, effect := first()
	w.state, w.pending = start, []Effect{effect}
	return w
}

// wander lets one thing happen: mostly what leads on, so that a walk comes far.
func (w *walker) wander() {
	switch n := w.random.IntN(100); {
	case n < 50 && len(w.pending) > 0:
		i := w.random.IntN(len(w.pending))
		e := w.pending[i]
		w.pending = slices.Delete(w.pending, i, i+1)
		w.take(w.answer(e))
	case n < 90:
		w.act()
	case n < 92 || w.card == (protocol.ID{}):
		w.moveCard()
	case n < 94:
		w.device()
	case n < 95:
		w.take(MaintenanceWanted{ID: protocol.ID{255, byte(w.random.IntN(256)), 2}, On: w.random.IntN(3) > 0})
	case n < 97:
		if p := patience(w.state); p.then != nil {
			w.take(p.then)
		}
	}
}

// device is something that a device tells by itself.
func (w *walker) device() {
	switch n := w.random.IntN(24); {
	case n == 0:
		w.tampered = true
		w.take(Tampered{})
	case n < 4:
		w.tampered = false // a technician was there
	case n < 12:
		w.take(DevicesChanged{})
	case n < 16:
		w.take(Scanned{})
	default:
		w.take(Scanned{Key: someKey(), Good: true})
	}
}

// act is something that the shown screen offers.
func (w *walker) act() {
	v := view(someSurroundings(), 1, w.state)
	if v.Entry != nil && v.Entry.Typed < v.Entry.Min {
		if v.Entry.Masked {
			w.take(PasswordTyped{Count: 6 + w.random.IntN(11)})
			return
		}
		w.typeNumber(v.Entry.Max)
		return
	}
	if len(v.Actions) == 0 {
		return
	}
	a := v.Actions[len(v.Actions)-1] // the way forward stands last
	if w.random.IntN(8) == 0 {
		a = v.Actions[w.random.IntN(len(v.Actions))]
	}
	if a.Enabled {
		w.press(a.ID)
	}
}

func (w *walker) press(action string) {
	if _, sure := w.state.(AskingLastTry); sure && action == ActionYes {
		w.warned = true
	}
	w.take(Pressed{Action: action})
}

// typeNumber mostly types a good key.
func (w *walker) typeNumber(most int) {
	text := fmt.Sprintf("%012d", w.random.Int64N(1e12))
	if w.random.IntN(4) > 0 {
		text = "000000000098"
	}
	w.take(Cleared{})
	for _, c := range []byte(text[:most]) {
		w.take(DigitTyped{Digit: c})
	}
}

// moveCard puts a card in or takes it out. A card of which something is asked
// does not go by itself: the effect will answer that.
func (w *walker) moveCard() {
	if behind := w.behind; !behind.IsZero() { // no other has room before it goes
		w.behind = protocol.ID{}
		w.take(CardTaken{of{behind}})
		return
	}
	if w.card == (protocol.ID{}) {
		w.sessions++
		w.card, w.tries = protocol.ID{w.sessions, 1}, []int{5, 5, 5, 2, 1}[w.random.IntN(5)]
		w.stays = w.random.IntN(3) > 0
		w.take(w.comesIn())
		return
	}
	if !slices.ContainsFunc(w.pending, func(e Effect) bool { return atCard(e) && e.effect() == w.card }) {
		gone := w.card
		w.card = protocol.ID{}
		w.take(CardRemoved{of{gone}})
	}
}

func (w *walker) comesIn() Event {
	rules := withPhoto([]PhotoRule{PhotoOff, PhotoOptional, PhotoRequired}[w.random.IntN(3)])
	rules.Offline = w.random.IntN(2) == 0
	return CardInserted{ID: w.card, Rules: rules, Stays: w.stays}
}

func atCard(e Effect) bool {
	switch e.(type) {
	case ReadCard, VerifyPassword, ReadHolder, AskPhotoTries, ReadPhoto, Sign, ReleaseCard:
		return true
	}
	return false
}

// take is what the loop does with an event.
func (w *walker) take(e Event) {
	if over(w.state, e) {
		return
	}
	before := w.state
	after, effects := step(before, e)
	w.last = kind(before) + " + " + kind(e) + " -> " + kind(after)
	w.state = after
	if servicing(after) && !servicing(before) {
		w.want(restsWithoutAWish(before, e), "maintenance in the middle of a session")
	}
	if _, told := e.(CardTaken); before.visit().Lying && !told {
		two := kind(before) == "Stopped" && kind(after) == "Inspecting" // a card beside it, which is told as two
		w.want(kind(after) != "Welcome" && (kind(after) != "Inspecting" || two), "somebody is welcomed while a card lies there")
	}
	for _, effect := range effects {
		w.begins(effect)
		w.pending = append(w.pending, effect)
	}
	w.invariants()
}

// restsWithoutAWish reports whether the terminal would rest if no technician
// waited: then nobody is sent away for one.
func restsWithoutAWish(before State, e Event) bool {
	if _, wish := e.(MaintenanceWanted); wish {
		return atRest(before)
	}
	v := before.visit()
	v.Wish = protocol.ID{}
	after, _ := step(before.with(v), e)
	return atRest(after)
}

// begins is what must be true when an effect begins.
func (w *walker) begins(e Effect) {
	id := e.effect()
	if servicing(w.state) {
		w.want(!atCard(e) || kind(e) == "ReleaseCard", "a card is attended in maintenance")
	}
	if kind(e) != "ReleaseCard" {
		w.want(!w.tampered || !atCard(e), "something is asked of a card on a machine that was opened by force")
	}
	switch e := e.(type) {
	case VerifyPassword:
		w.want(!w.typed, "a second VERIFY without a new entry")
		w.want(w.tries > 1 || w.warned, "the last try without a yes")
		w.typed = true
	case Commit:
		w.want(!w.tampered, "a commit on a machine that was opened by force")
		w.commits[id]++
		w.want(w.commits[id] == 1, "two envelopes for one registration")
	case Print:
		w.prints[id]++
		w.want(w.facts[id] == journal.Begun, "print before the hand-over was begun on the disk")
		w.want(w.prints[id] == 1, "two slips for one registration")
	case BeginHandOver:
		w.want(w.facts[id] == journal.None, "hand-over without a commit, or twice")
	case EndHandOver:
		w.want(w.facts[id] == journal.Begun, "end of a hand-over that was not begun")
	case Withdraw:
		w.want(e.Asked || w.facts[id] == journal.None || w.facts[id] == "", "a code that may be in a hand withdrawn unasked")
	}
}

func (w *walker) want(ok bool, broken string) {
	w.t.Helper()
	if !ok {
		w.t.Fatalf("%s, after %s", broken, w.last)
	}
}

// invariants is what is true after each step.
func (w *walker) invariants() {
	w.t.Helper()
	if between(w.state) || servicing(w.state) {
		w.want(issueOf(w.state) == Issue{} && photoOf(w.state) == nil, "something of a citizen is left between sessions")
		_, open := w.state.(Welcome)
		w.want(!w.tampered || !open, "open again after it was opened by force")
	}
	if _, open := w.state.(Welcome); open && !w.card.IsZero() {
		asked := slices.ContainsFunc(w.pending, func(e Effect) bool { return e.effect() == w.card })
		w.want(asked, "a card lies under a welcome, and nobody sees it")
	}
	count := 0
	for _, e := range w.pending {
		if atCard(e) && kind(e) != "ReleaseCard" {
			count++
		}
	}
	w.want(count <= 1, "two things asked of the card at once")
	if i := issueOf(w.state); i != (Issue{}) {
		w.want(w.commits[w.state.visit().ID] == 1, "a code before the commit")
	}
}

// comeHome answers what is open and lets time pass until nobody is there.
func (w *walker) comeHome() {
	for range 1000 {
		w.pending = slices.DeleteFunc(w.pending, func(e Effect) bool { return kind(e) == "Survey" }) // they would go on and on
		if len(w.pending) > 0 {
			e := w.pending[0]
			w.pending = w.pending[1:]
			w.take(w.answer(e))
			continue
		}
		if between(w.state) && w.card == (protocol.ID{}) {
			w.settled()
			return
		}
		if between(w.state) {
			w.moveCard()
			continue
		}
		p := patience(w.state)
		if p.then == nil {
			w.t.Fatalf("%s waits for nothing, for ever", kind(w.state))
		}
		w.take(p.then)
	}
	w.t.Fatalf("not home after %s", w.last)
}

// settled is what the journal must know when nobody is there: every committed
// registration was offered to a hand, refused, or withdrawn. What a broken disk
// did not take is withdrawn at the next start.
func (w *walker) settled() {
	for id := range w.facts {
		offered := w.facts[id] != journal.None
		if !offered && !w.refused[id] && !w.withdraw[id] {
			w.t.Errorf("registration %v was never offered and never withdrawn", id[:2])
		}
	}
}

// answer ends an effect in one of the ways in which it may end.
func (w *walker) answer(e Effect) Event {
	o := of{e.effect()}
	if atCard(e) && w.card != o.ID || atCard(e) && kind(e) != "ReleaseCard" && w.random.IntN(20) == 0 {
		return w.cardGoes(e, o)
	}
	switch e := e.(type) {
	case ReadCard:
		return CardRead{o, w.tries}
	case VerifyPassword:
		return w.verify(o)
	case ReadHolder:
		return HolderRead{o, somePerson()}
	case AskPhotoTries:
		return PhotoTries{o, w.random.IntN(4)}
	case ReadPhoto:
		return w.any(PhotoRead{o, photo("jp2"), protocol.PhotoChecked}, PhotoMisshapen{o}, PhotoWrong{o, w.random.IntN(3)}, CardFailed{o, catalogue.PhotoMissing})
	case Sign:
		return w.any(Signed{o, signature{}}, Signed{o, signature{}}, PasswordNeeded{o, e.Draft, w.tries}, CardFailed{o, catalogue.CardSignature})
	case ReleaseCard:
		w.card, w.warned = protocol.ID{}, false
		if lies := w.stays && w.random.IntN(2) == 0; lies {
			w.behind = o.ID
			return CardReleased{o, true}
		}
		return CardReleased{o, false}
	case Invite:
		if w.card != o.ID {
			return CardRemoved{o}
		}
		return w.comesIn()
	}
	return w.answerElsewhere(e, o)
}

func (w *walker) cardGoes(e Effect, o of) Event {
	if w.card == o.ID {
		w.card, w.warned = protocol.ID{}, false
	}
	if _, verify := e.(VerifyPassword); verify {
		w.typed = false
	}
	if _, release := e.(ReleaseCard); release {
		return CardReleased{o, false}
	}
	return CardFailed{o, catalogue.CardRemoved}
}

func (w *walker) verify(o of) Event {
	w.typed = false
	switch w.random.IntN(4) {
	case 0:
		return PasswordMisshapen{o}
	case 1:
		w.tries--
		w.warned = false
		return PasswordWrong{o, w.tries}
	}
	w.tries, w.warned = 5, false
	return PasswordAccepted{o}
}

func (w *walker) answerElsewhere(e Effect, o of) Event {
	switch e := e.(type) {
	case Note:
		return w.any(Noted{o}, StoreFailed{o})
	case Survey:
		return Surveyed{o, someFacts()}
	case PrintTest:
		return Tried{o, TrySlip, Result{End: Passed}}
	case Examine:
		return CardExamined{o, e.Card, Result{End: Passed}}
	case SealStatus:
		return StatusSealed{o, Sealed{Rows: someRows()}}
	case Recover:
		return w.any(Recovered{}, Recovered{}, RecoverFailed{})
	case KeepTamper:
		return w.any(TamperKept{o}, TamperKept{o}, StoreFailed{o})
	case Inspect:
		if w.tampered {
			return Inspected{o, []catalogue.Code{catalogue.SensorTamper}}
		}
		if !w.behind.IsZero() {
			return Inspected{o, []catalogue.Code{catalogue.CardForgotten}}
		}
		return w.any(Inspected{of: o}, Inspected{of: o}, Inspected{of: o}, Inspected{o, []catalogue.Code{catalogue.PrinterPaper}})
	case QueryKey:
		return w.any(KeyAnswered{o, protocol.KeyOpen, [2]protocol.Picture{"sun", "cat"}}, KeyAnswered{of: o, Verdict: protocol.KeyUsed}, KeyUnanswered{o})
	case Commit:
		if w.random.IntN(10) == 0 {
			return CommitFailed{o, catalogue.DiskFault}
		}
		w.facts[o.ID] = journal.None
		return Committed{o, someIssue()}
	case Deliver:
		if w.random.IntN(4) == 0 {
			w.refused[o.ID] = true
			return Refused{o, catalogue.RefusedKeyUsed}
		}
		return Delivered{o, []Outcome{Active, Received, Unreached}[w.random.IntN(3)]}
	case BeginHandOver:
		return w.kept(o, journal.Begun, HandOverBegun{o})
	case Print:
		return w.any(SlipPrinted{o}, PrintDoubtful{o})
	case EndHandOver:
		return w.kept(o, e.HandOver, HandOverEnded{o})
	case Withdraw:
		w.withdraw[o.ID] = true
		return w.any(Withdrawn{o}, Withdrawn{o}, StoreFailed{o})
	}
	w.t.Fatalf("nobody answers %s", kind(e))
	return nil
}

// kept is the good event, unless the disk fails.
func (w *walker) kept(o of, h journal.HandOver, good Event) Event {
	if w.random.IntN(10) == 0 {
		return StoreFailed{o}
	}
	w.facts[o.ID] = h
	return good
}

func (w *walker) any(events ...Event) Event { return events[w.random.IntN(len(events))] }
