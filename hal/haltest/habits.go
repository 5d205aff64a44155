package haltest

import "github.com/digital-watashi/kiosk/hal"

// habits are how a card, or its reader, goes its own way where the standard or the
// sources leave room. The zero value is the usual card.
type habits struct {
	shortOnly     bool   // refuses lengths of three bytes
	getResponse   bool   // keeps data back for GET RESPONSE, as over T=0
	warmResetKept bool   // a warm reset leaves the verified state
	drowsy        bool   // answers 6F00 to the first command after power-on
	noShortID     bool   // knows no short EF identifiers
	uncounted     bool   // a VERIFY says 6300, without a counter
	queryWithLe   bool   // takes the empty VERIFY with a Le alone
	tellsEnd      bool   // a READ past the end brings 6282 with its data
	fci           bool   // SELECT answers with the FCI, asked or not
	forgetful     bool   // the verified state ends when another application is selected
	swBlocked     uint16 // what VERIFY of a blocked reference says; 0 is 6984
	mute          error  // the card is there, and cannot be talked to
}

func habit(set func(*habits)) Option {
	return func(b *build) { b.setup = append(b.setup, func(c *Card) { set(&c.habits) }) }
}

// ShortOnly is a card behind a reader that refuses extended lengths.
func ShortOnly() Option { return habit(func(h *habits) { h.shortOnly = true }) }

// GetResponse is a card that answers 61xx and 6Cxx, as over T=0.
func GetResponse() Option { return habit(func(h *habits) { h.getResponse = true }) }

// VerifiedAfterReset is a card whose verified state outlives a warm reset, as one
// real card's was seen to.
func VerifiedAfterReset() Option { return habit(func(h *habits) { h.warmResetKept = true }) }

// Forgetful is a card whose verified state ends when another application is
// selected, as ISO/IEC 7816-4 lets it.
func Forgetful() Option { return habit(func(h *habits) { h.forgetful = true }) }

// Drowsy is a card that answers 6F00 to its first command after each power-on.
func Drowsy() Option { return habit(func(h *habits) { h.drowsy = true }) }

// NoShortIdentifiers is a card whose files are to be selected before use: in a
// READ, 81 is a high offset, and in P2 a number is no reference.
func NoShortIdentifiers() Option { return habit(func(h *habits) { h.noShortID = true }) }

// Uncounted is a card that does not tell the tries left: it answers 6300 to the
// empty VERIFY and to a wrong one.
func Uncounted() Option { return habit(func(h *habits) { h.uncounted = true }) }

// QueryWithLe is a card, or a reader, that takes the empty VERIFY with a Le only,
// and answers 6700 to the four bytes of the standard.
func QueryWithLe() Option { return habit(func(h *habits) { h.queryWithLe = true }) }

// TellsEndOfFile is a card that answers 6282 where a READ asks for more than there
// is.
func TellsEndOfFile() Option { return habit(func(h *habits) { h.tellsEnd = true }) }

// AnswersFCI is a card that answers SELECT with file control information, though
// P2 0C asks for none.
func AnswersFCI() Option { return habit(func(h *habits) { h.fci = true }) }

// Blocked6983 is a card that says 6983 of a blocked reference, to a VERIFY and to
// the empty one, as ISO/IEC 7816-4 would have it.
func Blocked6983() Option { return habit(func(h *habits) { h.swBlocked = swMethodBlocked }) }

// Mute is a card that does not answer to power: it lies the wrong way round, or its
// chip is broken. Its ATR is none.
func Mute() Option {
	return func(b *build) {
		ATR([]byte{0xFF, 0xFF})(b)
		habit(func(h *habits) { h.mute = hal.ErrCardMute })(b)
	}
}

// verifyHabit is what the card says in place of the status word of a VERIFY.
func (h habits) verifyHabit(cmd command, sw uint16) uint16 {
	counted := sw&0xFFF0 == swWrong
	switch {
	case h.swBlocked != 0 && (sw == swBlocked || sw == swWrong && len(cmd.data) == 0):
		return h.swBlocked
	case h.uncounted && counted:
		return swUncounted
	}
	return sw
}

// readHabit is what the card says in place of 9000 after a READ.
func (h habits) readHabit(cmd command, data []byte, sw uint16) uint16 {
	if h.tellsEnd && sw == swOK && len(data) < cmd.le {
		return swEndOfFile
	}
	return sw
}

// noReference is what a card without short identifiers says to one, by command.
func noReference(ins byte) uint16 {
	switch ins {
	case 0xB0:
		return swOffset // 81 00 is the offset 33024
	case 0x20, 0x24:
		return swNoReference
	}
	return swP1P2
}

// controlInformation is the FCI of what is selected: its name or its number and
// size (ISO/IEC 7816-4, 7.4).
func (c *Card) controlInformation() []byte {
	if c.file == nil {
		return tlv(0x6F, tlv(0x84, c.app.aid))
	}
	size, id := len(c.file.data), c.fileID
	return tlv(0x6F, tlv(0x80, []byte{byte(size >> 8), byte(size)}), tlv(0x83, []byte{byte(id >> 8), byte(id)}))
}
