package terminal

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/digital-watashi/kiosk/hal/confined"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// start does an effect beside the loop, and confined if it has anything of a citizen.
// It ends in exactly one event.
func (t *Terminal) start(ctx context.Context, e Effect) {
	t.effects.Go(func() {
		if ofNobody(e) {
			t.carryOut(ctx, e)
			return
		}
		confined.Do(func() { t.carryOut(ctx, e) })
	})
}

// ofNobody are the effects that have nothing of a citizen and ask drivers of devices,
// which may call into C.
func ofNobody(e Effect) bool {
	switch e.(type) {
	case ReleaseCard, Inspect, Survey, PrintTest:
		return true
	}
	return false
}

func (t *Terminal) carryOut(ctx context.Context, e Effect) {
	switch e := e.(type) {
	case ReleaseCard:
		t.letGo(ctx, e)
	case ReadCard, VerifyPassword, ReadHolder, AskPhotoTries, ReadPhoto, Sign:
		t.bring(e, e.effect(), CardFailed{session(e.effect()), catalogue.CardRemoved})
	case Invite:
		t.bring(e, e.ID, CardRemoved{e.of})
	case Examine:
		t.bring(e, e.Card, CardExamined{e.of, e.Card, Result{Failed, catalogue.CardRemoved}})
	case Inspect:
		t.inspect(ctx, e)
	default:
		ctx, cancel := context.WithTimeout(ctx, limit(e))
		defer cancel()
		t.post(t.do(ctx, e))
	}
}

// bring gives an effect to whoever holds the card, and answers itself when the
// card has gone.
func (t *Terminal) bring(e Effect, card protocol.ID, gone Event) {
	a := t.attending(card)
	if a != nil {
		select {
		case a.work <- e:
			return
		case <-a.done:
		}
	}
	undo(e)
	t.post(gone)
}

// undo wipes what an effect brought that will not be done.
func undo(e Effect) {
	if e, ok := e.(Sign); ok {
		clear(e.Draft.Photo)
	}
}

// attending finds the attendance of a session; nil when its card has gone.
func (t *Terminal) attending(id protocol.ID) *attendance {
	if a := t.present.Load(); a != nil && a.id == id {
		return a
	}
	return nil
}

func (t *Terminal) do(ctx context.Context, e Effect) Event {
	switch e := e.(type) {
	case Recover:
		return t.recover(ctx)
	case KeepTamper:
		return t.stored(t.keepTamper(), e.of, TamperKept{e.of})
	case Note:
		return t.stored(t.Journal.Audit(e.Event, protocol.ID{}), e.of, Noted{e.of})
	case Survey:
		return t.survey(ctx, e)
	case PrintTest:
		return t.printTest(ctx, e)
	case SealStatus:
		return t.sealStatus(ctx, e)
	case QueryKey:
		return t.queryKey(ctx, e)
	case Commit:
		return t.commit(e)
	case Deliver:
		return t.deliver(ctx, e)
	case BeginHandOver:
		return t.stored(t.Journal.BeginHandOver(e.ID), e.of, HandOverBegun{e.of})
	case Print:
		return t.print(ctx, e)
	case EndHandOver:
		return t.stored(t.Journal.EndHandOver(e.ID, e.HandOver), e.of, HandOverEnded{e.of})
	case Withdraw:
		return t.stored(t.withdraw(e.ID, e.Asked), e.of, Withdrawn{e.of})
	}
	panic("terminal: effect without a hand")
}

// stored is the good event, if the journal took it.
func (t *Terminal) stored(err error, o of, good Event) Event {
	if err != nil {
		t.Log.Error("writing the journal", "error", err)
		return StoreFailed{o}
	}
	return good
}

// recover settles what the last run left, or the disk when it failed: what was never
// offered to a hand is withdrawn.
func (t *Terminal) recover(ctx context.Context) Event {
	err := t.Journal.Reopen(ctx)
	if err == nil {
		err = t.settle()
	}
	if err != nil {
		t.Log.Error("recovering the journal", "error", err)
		return RecoverFailed{}
	}
	return Recovered{}
}

func (t *Terminal) settle() error {
	ids, err := t.Journal.Recover()
	for _, id := range ids {
		err = errors.Join(err, t.withdraw(id, false))
	}
	return err
}

func (t *Terminal) withdraw(id protocol.ID, asked bool) error {
	w := protocol.Withdrawal{ID: id, TerminalID: t.Identity.TerminalID, Time: t.stamp()}
	jws, err := protocol.SignWithdrawal(w, t.Identity.Signer, t.Identity.Current())
	if err != nil {
		return err
	}
	return t.Journal.Withdraw(id, jws, asked)
}

// queryKey asks the platform about a key in a way that the network service
// cannot read.
func (t *Terminal) queryKey(ctx context.Context, e QueryKey) Event {
	answer, err := t.ask(ctx, e.Key)
	if err != nil {
		t.Log.Warn("asking about a registration key", "error", err)
		return KeyUnanswered{e.of}
	}
	return KeyAnswered{e.of, answer.Verdict, answer.Pictures}
}

var errUnreachable = errors.New("platform not reachable")

func (t *Terminal) ask(ctx context.Context, key protocol.RegistrationKey) (protocol.KeyAnswer, error) {
	b := t.Bundle()
	if b == nil || !t.Platform.Reachable() {
		return protocol.KeyAnswer{}, errUnreachable
	}
	q := protocol.KeyQuery{Key: key, TerminalID: t.Identity.TerminalID, Nonce: random(16), Time: t.stamp()}
	jwe, err := protocol.SealKeyQuery(q, t.Identity.Signer, t.Identity.Current(), b.EncryptionKeys[0])
	if err != nil {
		return protocol.KeyAnswer{}, err
	}
	jws, err := t.Platform.QueryKey(ctx, jwe)
	if err != nil {
		return protocol.KeyAnswer{}, err
	}
	return protocol.VerifyKeyAnswer(jws, b.ReceiptKeys, protocol.SHA256(jwe))
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails; the program ends if the system has no randomness
	return b
}

// commit seals and stores. From here nothing may be lost, and nothing of the
// citizen is left but the code.
func (t *Terminal) commit(e Commit) Event {
	s := e.Signature
	defer s.wipe()
	if err := t.sealed(e.ID, s); err != nil {
		t.Log.Error("committing a registration", "error", err, "session", reference(e.ID))
		s.code.Wipe()
		return CommitFailed{e.of, commitFault(err)}
	}
	return Committed{e.of, Issue{Code: s.code, At: s.at}}
}

func (t *Terminal) sealed(id protocol.ID, s signature) error {
	b := t.Bundle()
	if b == nil {
		return errNoBundle
	}
	jws, err := protocol.SignRegistration(s.cms, t.Identity.Signer, t.Identity.Current())
	if err != nil {
		return notStored{err}
	}
	content := protocol.Content{Registration: jws, Code: s.code, Salt: s.salt, Photo: s.photo}
	envelope, err := protocol.Seal(content, b.EncryptionKeys[0])
	clear(jws)
	if err != nil {
		return notStored{err}
	}
	return t.Journal.Commit(id, envelope, s.at)
}

// notStored is an error before the journal was asked.
type notStored struct{ error }

var errNoBundle = notStored{errors.New("no bundle")}

func commitFault(err error) catalogue.Code {
	if _, before := errors.AsType[notStored](err); before {
		return catalogue.TerminalFault
	}
	return catalogue.DiskFault
}

// deliver waits a few seconds for what the platform says. Its silence is an
// outcome too.
func (t *Terminal) deliver(ctx context.Context, e Deliver) Event {
	receipt, err := t.Platform.Await(ctx, e.ID)
	if err != nil {
		return Delivered{e.of, Unreached}
	}
	switch receipt.Verdict {
	case protocol.Accepted:
		return Delivered{e.of, Active}
	case protocol.Refused:
		return Refused{e.of, refusal(receipt.Reason)}
	}
	return Delivered{e.of, Received}
}

// print hands the slip over. Whatever the printer does not confirm is in doubt,
// and the screen takes over.
func (t *Terminal) print(ctx context.Context, e Print) Event {
	s := slip(page{t.surroundings(), e.Visit}, t.Identity.TerminalID, e.Issue, e.Outcome)
	defer s.Wipe()
	var err error
	confined.Outside(func() { err = t.Printer.Print(ctx, s) })
	if err != nil {
		t.Log.Warn("printing a slip", "error", err)
		return PrintDoubtful{e.of}
	}
	return SlipPrinted{e.of}
}
