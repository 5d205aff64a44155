package terminal

import (
	"context"
	"errors"

	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// PhotoEnd is how the reading of a card's photo ended. It tells nothing of the card.
type PhotoEnd string

// The ends of reading a photo. A wrong number is none: the citizen tries again.
const (
	PhotoWasRead    PhotoEnd = "read"    // it is the card's
	PhotoWasForged  PhotoEnd = "forged"  // nothing ties it to the card: a hint of fraud
	PhotoWasBlocked PhotoEnd = "blocked" // by wrong numbers
	PhotoWasMissing PhotoEnd = "missing" // the card has none
	PhotoWasUnread  PhotoEnd = "unread"  // the card failed, or was taken out
)

// PhotoEnds are all ends there are.
func PhotoEnds() []PhotoEnd {
	return []PhotoEnd{PhotoWasRead, PhotoWasForged, PhotoWasBlocked, PhotoWasMissing, PhotoWasUnread}
}

// photoEnd is what an answer to ReadPhoto says; empty for none yet.
func photoEnd(e Event) PhotoEnd {
	switch e := e.(type) {
	case PhotoRead:
		return PhotoWasRead
	case CardFailed:
		switch e.Fault {
		case catalogue.PhotoForged:
			return PhotoWasForged
		case catalogue.PhotoBlocked:
			return PhotoWasBlocked
		case catalogue.PhotoMissing:
			return PhotoWasMissing
		}
		return PhotoWasUnread
	}
	return ""
}

// readPhoto reads the photo and tells how that ended: with a photo that is only
// wished for, the session goes on and shows nobody that it was forged.
func (t *Terminal) readPhoto(ctx context.Context, a *attendance, e ReadPhoto) Event {
	answer := a.readPhoto(ctx, e)
	if end := photoEnd(answer); end != "" {
		t.Photo(end)
	}
	return answer
}

func (a *attendance) readPhoto(ctx context.Context, e ReadPhoto) Event {
	number, err := mynumber.NumberB(e.Birth, e.Western, e.Expiry.number(), e.Code.bytes())
	if err != nil {
		return PhotoMisshapen{session(a.id)}
	}
	jp2, info, err := a.card.FacePhoto(ctx, number)
	var wrong *mynumber.WrongNumberBError
	switch {
	case errors.As(err, &wrong):
		return PhotoWrong{session(a.id), wrong.TriesLeft}
	case err != nil:
		return a.failed(err)
	case info.Record() == "":
		clear(jp2)
		return a.forged(info)
	}
	return PhotoRead{session(a.id), jp2, info.Record()}
}

// forged tells of a photo that nothing ties to this card, or of a chip that is not
// the card's: neither proves anything. The technician learns which it is.
func (a *attendance) forged(info mynumber.PhotoInfo) Event {
	a.log.Warn("checking the card's photo", "error", errNotGenuine,
		"signature_valid", info.SignatureValid, "chip_genuine", info.ChipGenuine, "session", reference(a.id))
	return CardFailed{session(a.id), catalogue.PhotoForged}
}

var errNotGenuine = errors.New("photo or chip is not the card's")
