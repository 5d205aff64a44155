package terminal

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/confined"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// An attendance is one stay of a card in the reader. Its goroutine is the only
// one that talks to the card.
type attendance struct {
	id   protocol.ID
	work chan Effect   // one at a time; nobody waits in it
	done chan struct{} // closed when the card is not held any more

	ctx   context.Context         // the card's presence
	held  context.Context         // the same, until the card took too long: the signer keeps it
	slow  context.CancelCauseFunc // ends held
	left  <-chan struct{}         // closed when the card has left the reader; nil where nobody sees it
	plain hal.Card
	trust mynumber.Trust
	log   *slog.Logger

	card   *mynumber.Card   // once read
	holder *mynumber.Holder // once known
}

// attend holds a card until the session lets it go or it leaves. When attend
// returns, the reader powers the card down.
func (t *Terminal) attend(ctx context.Context, card hal.Card) {
	a := &attendance{
		id: protocol.NewID(), work: make(chan Effect), done: make(chan struct{}),
		ctx: ctx, left: watched(card), plain: apart(card), trust: t.trust(), log: t.Log,
	}
	a.held, a.slow = context.WithCancelCause(ctx)
	defer a.slow(nil)
	defer close(a.done)
	defer a.forget()
	t.succeed(a)
	t.post(t.inserted(a))
	for {
		select {
		case e := <-a.work:
			if _, let := e.(ReleaseCard); let {
				return
			}
			confined.Do(func() { t.post(t.atCard(a, e)) })
		case <-ctx.Done():
			t.post(leaving(a))
			return
		}
	}
}

// forget lets go of what is known of the holder: the terminal keeps the attendance
// until the next card, to see this one leave.
func (a *attendance) forget() { a.card, a.holder = nil, nil }

func (t *Terminal) inserted(a *attendance) Event {
	return CardInserted{ID: a.id, Rules: t.rules(), Stays: t.Ejector == nil}
}

// leaving says why the card is not there any more.
func leaving(a *attendance) Event {
	if fault := cardFault(context.Cause(a.ctx)); fault != catalogue.CardRemoved {
		return CardFailed{session(a.id), fault}
	}
	return CardRemoved{session(a.id)}
}

// post gives an event to the loop, which takes it at once. After the end of Run
// nobody does.
func (t *Terminal) post(e Event) {
	select {
	case t.events <- e:
	case <-t.ending:
		discard(e)
	}
}

// atCard does one effect at the card.
func (t *Terminal) atCard(a *attendance, e Effect) Event {
	ctx, cancel := context.WithTimeoutCause(a.ctx, limit(e), errCardSlow)
	defer cancel()
	switch e := e.(type) {
	case Invite:
		return t.inserted(a)
	case ReadCard:
		return a.read(ctx)
	case Examine:
		return a.examine(ctx, e)
	case VerifyPassword:
		return a.verify(ctx, t.pad)
	case ReadHolder:
		defer a.bound(e)()
		return a.readHolder()
	case AskPhotoTries:
		return a.askPhotoTries(ctx)
	case ReadPhoto:
		return t.readPhoto(ctx, a, e)
	case Sign:
		defer a.bound(e)()
		return t.sign(a, e)
	}
	return CardFailed{session(a.id), catalogue.TerminalFault}
}

// bound bounds an effect in which the signer is made or used. It has one context
// for both, which outlives the first.
func (a *attendance) bound(e Effect) (end func()) {
	timer := time.AfterFunc(limit(e), func() { a.slow(errCardSlow) })
	return func() { timer.Stop() }
}

var errCardSlow = errors.New("card took too long")

// failed says what to tell about an error of the card, and keeps the error for the
// technician: it holds status words, never what was read.
func (a *attendance) failed(err error) Event {
	a.log.Warn("talking to the card", "error", err, "session", reference(a.id))
	return CardFailed{session(a.id), cardFault(err)}
}

func (a *attendance) read(ctx context.Context) Event {
	card, err := mynumber.Open(ctx, a.plain, a.trust)
	if err != nil {
		return a.failed(err)
	}
	a.card = card
	return CardRead{session(a.id), card.TriesLeft()}
}

// verify sends what was typed once. No path repeats it.
func (a *attendance) verify(ctx context.Context, p *pad) Event {
	err := p.use(func(typed []byte) error { return a.card.VerifySigningPIN(ctx, typed) })
	var wrong *mynumber.WrongPINError
	switch {
	case err == nil:
		return PasswordAccepted{session(a.id)}
	case errors.Is(err, mynumber.ErrPINShape):
		return PasswordMisshapen{session(a.id)}
	case errors.As(err, &wrong):
		return PasswordWrong{session(a.id), wrong.TriesLeft}
	}
	return a.failed(err)
}

// readHolder binds the signer to the card's presence, not to the time that
// reading may take.
func (a *attendance) readHolder() Event {
	holder, err := a.card.Holder(a.held)
	if err != nil {
		return a.failed(err)
	}
	a.holder = holder
	return HolderRead{session(a.id), holder.Attributes}
}

func (a *attendance) askPhotoTries(ctx context.Context) Event {
	tries, err := a.card.PhotoTriesLeft(ctx)
	if err != nil {
		return a.failed(err)
	}
	return PhotoTries{session(a.id), tries}
}

// release waits until the card is not held any more, and hands it back where a
// motor can. It tells whether the card lies there still.
func (t *Terminal) release(ctx context.Context, a *attendance, e ReleaseCard) CardReleased {
	if a != nil {
		select {
		case a.work <- e:
		case <-a.done:
		}
		<-a.done
	}
	if t.Ejector != nil {
		if err := t.Ejector.Eject(ctx); err != nil {
			t.Log.Warn("handing the card back", "error", err)
		}
	}
	return CardReleased{e.of, a.lies()}
}

// The faults of a card, in the order in which they are looked for.
var cardFaults = []struct {
	err   error
	fault catalogue.Code
}{
	{hal.ErrCardRemoved, catalogue.CardRemoved},
	{hal.ErrCardCollision, catalogue.CardTwo},
	{hal.ErrCardMute, catalogue.CardMute},
	{hal.ErrGone, catalogue.ReaderNone},
	{hal.ErrUnavailable, catalogue.ReaderService},
	{hal.ErrBusy, catalogue.ReaderBusy},
	{mynumber.ErrPhone, catalogue.CardPhone},
	{mynumber.ErrUnknownCard, catalogue.CardUnknown},
	{mynumber.ErrOldCard, catalogue.CardOld},
	{mynumber.ErrNotMyNumber, catalogue.CardNotMyNumber},
	{mynumber.ErrFaceCard, catalogue.CardFaceOnly}, // it is without a signing certificate, too
	{mynumber.ErrNoSigningCertificate, catalogue.CardNoSigning},
	{mynumber.ErrPINBlocked, catalogue.CardBlocked},
	{mynumber.ErrExpired, catalogue.CardExpired},
	{mynumber.ErrNotYetValid, catalogue.CardNotYet},
	{mynumber.ErrUnknownIssuer, catalogue.CardIssuer},
	{mynumber.ErrNotSigningCertificate, catalogue.CardIssuer},
	{mynumber.ErrUnsupportedKey, catalogue.CardKeyType},
	{mynumber.ErrNumberBBlocked, catalogue.PhotoBlocked},
	{mynumber.ErrNoPhoto, catalogue.PhotoMissing},
	{mynumber.ErrMalformed, catalogue.CardCertificate},
	{mynumber.ErrBadSignature, catalogue.CardSignature},
	{mynumber.ErrAlreadySigned, catalogue.CardSignature},
	{mynumber.ErrNotVerified, catalogue.CardSignature},
	{mynumber.ErrCommandRefused, catalogue.TerminalFault},
}

// cardFault says what to tell a citizen about an error of the card.
func cardFault(err error) catalogue.Code {
	for _, row := range cardFaults {
		if errors.Is(err, row.err) {
			return row.fault
		}
	}
	return catalogue.CardUnreadable
}

// rules are what the bundle decides about a session that begins now.
func (t *Terminal) rules() Rules {
	b := t.Bundle()
	if b == nil {
		return Rules{}
	}
	accepted, unsent := b.CodeLife()
	return Rules{
		Photo: PhotoRule(b.Photo), Offline: b.Offline == protocol.OfflineAllow, Platform: b.PlatformID,
		Profile: b.CodeProfile, Accepted: accepted, Unsent: unsent,
	}
}

// stamp is now, as it stands on the wire.
func (t *Terminal) stamp() time.Time { return t.Now().UTC().Truncate(time.Second) }
