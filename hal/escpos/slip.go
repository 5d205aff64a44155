package escpos

import (
	"fmt"
	"log/slog"
)

// Slip is what is to be printed, from the top to the bottom.
type Slip struct {
	// Language is a BCP 47 tag. It chooses the order of the faces, since
	// Japanese, Chinese and Korean write one code point in different shapes.
	Language string
	Blocks   []Block
	// Spare is the same slip in another language. It is printed instead on a
	// machine that lacks a face for this one: a reader can do nothing with a row
	// of marks that stand for letters. Nil is none.
	Spare *Slip
}

// Wipe clears the codes of the slip, and of its spare, in place. The owner of the
// slip calls it.
func (s Slip) Wipe() {
	if s.Spare != nil {
		s.Spare.Wipe()
	}
	for _, b := range s.Blocks {
		switch b := b.(type) {
		case Code:
			clear(b.Text)
		case QR:
			clear(b.Content)
		}
	}
}

// Block is one part of a slip: Banner, Heading, Paragraph, Small, Facts, Field,
// Steps, Code, QR or Rule.
type Block interface {
	lay(s *sheet) piece
	// words are its texts, as far as they are no secret.
	words() []string
}

// Banner is white on black over the whole width, for what nobody may overlook.
type Banner struct{ Text string }

// Heading is large and centred.
type Heading struct{ Text string }

// Paragraph is running text.
type Paragraph struct{ Text string }

// Small is running text in the smallest size a slip has.
type Small struct{ Text string }

// Facts are small print that is looked up rather than read, as a date and a number:
// each on one line, and beside the one before it where there is room.
type Facts []Fact

// Fact is a value with its name before it, if it has one.
type Fact struct{ Label, Value string }

// Field is a fact that nobody may overlook, as a date of expiry: large, with its
// name above it.
type Field struct{ Label, Value string }

// Steps are numbered, as what is to be done next.
type Steps struct{ Texts []string }

// Rule is a line across the slip.
type Rule struct{}

// Code is what is copied by hand: as large as the paper allows, framed. Spaces
// in Text part the groups. Text is ASCII.
type Code struct {
	redacted
	Text []byte
}

// QR is Content for a camera, with what is said of it: Text, and Caption in small
// print. Both stand beside it where the paper is wide enough, else under it.
type QR struct {
	redacted
	Content       []byte
	Text, Caption string
}

// redacted keeps the block that embeds it out of every log and message.
type redacted struct{}

const redaction = "[redacted]"

// String hides the block.
func (redacted) String() string { return redaction }

// Format hides the block from every verb.
func (redacted) Format(f fmt.State, _ rune) { fmt.Fprint(f, redaction) }

// LogValue hides the block from log/slog.
func (redacted) LogValue() slog.Value { return slog.StringValue(redaction) }

// MarshalJSON hides the block from JSON.
func (redacted) MarshalJSON() ([]byte, error) { return []byte(`"` + redaction + `"`), nil }
