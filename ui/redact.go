package ui

import (
	"fmt"
	"io"
	"log/slog"
)

// What may hold personal data, a password's key or a code prints without it,
// under every verb and in logs. The JSON on the wire to the screen is the one
// place where the contents stand.

const redacted = "[redacted]"

// String names page and screen, never contents.
func (v View) String() string { return fmt.Sprintf("view %d %s %s", v.Page, v.Screen, redacted) }

// Format prints like String under every verb.
func (v View) Format(f fmt.State, _ rune) { io.WriteString(f, v.String()) }

// LogValue gives page, screen and language.
func (v View) LogValue() slog.Value {
	return slog.GroupValue(slog.Uint64("page", v.Page), slog.String("screen", v.Screen), slog.String("language", v.Language))
}

// String names the page and what was done; a key is not told.
func (c Command) String() string {
	switch {
	case c.Key != "":
		return fmt.Sprintf("command %d key %s", c.Page, redacted)
	case c.Language != "":
		return fmt.Sprintf("command %d language %s", c.Page, c.Language)
	case c.Ease != "":
		return fmt.Sprintf("command %d ease %s", c.Page, c.Ease)
	}
	return fmt.Sprintf("command %d action %s", c.Page, c.Action)
}

// Format prints like String under every verb.
func (c Command) Format(f fmt.State, _ rune) { io.WriteString(f, c.String()) }

// LogValue is String.
func (c Command) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Format prints "[redacted]" under every verb.
func (Entry) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// LogValue is "[redacted]".
func (Entry) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format prints "[redacted]" under every verb.
func (Field) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// LogValue is "[redacted]".
func (Field) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format prints "[redacted]" under every verb.
func (Code) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// LogValue is "[redacted]".
func (Code) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format prints "[redacted]" under every verb.
func (Match) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// LogValue is "[redacted]".
func (Match) LogValue() slog.Value { return slog.StringValue(redacted) }
