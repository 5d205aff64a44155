package scanner

// Event is an event of an input device, for the keyboards of the tests.
type Event = event

// Keyboard is an input device.
type Keyboard = keyboard

// NewKeyboardOver is NewKeyboard over an input device of the test.
func NewKeyboardOver(open func(path string) (Keyboard, error), c Config) *Scanner {
	return newKeyboard(open, c)
}

// Key is a key that goes down (1), up (0) or repeats (2).
func Key(code uint16, value int32) Event { return Event{evKey, code, value} }

// Dropped is the kernel saying that events are missing.
func Dropped() Event { return Event{evSyn, synDropped, 0} }

// Lines are the codes in what came over a line.
func Lines(bytes []byte) []string {
	var c lineCode
	return collect(bytes, c.take)
}

// Keys are the codes in what was typed.
func Keys(events []Event) []string {
	var c keyCode
	return collect(events, c.take)
}

// Decoded is what a device passes on that is read in these pieces.
func Decoded(pieces ...[]byte) []string {
	w := wire{Line: nil}
	var codes []string
	for _, piece := range pieces {
		for len(piece) > 0 {
			w.n = copy(w.in[:], piece)
			piece = piece[w.n:]
			w.decode(func(text []byte) { codes = append(codes, string(text)) })
		}
	}
	return codes
}

func collect[T any](all []T, take func(T, func([]byte))) (codes []string) {
	for _, one := range all {
		take(one, func(text []byte) { codes = append(codes, string(text)) })
	}
	return codes
}

// EventBytes and BytesEvents write events as bytes, three for each: whether it is a
// key and what becomes of it, and its number.
func EventBytes(events []Event) (b []byte) {
	for _, e := range events {
		b = append(b, byte(e.kind)<<4|byte(e.value), byte(e.code>>8), byte(e.code))
	}
	return b
}

// BytesEvents reads what EventBytes wrote.
func BytesEvents(b []byte) (events []Event) {
	for ; len(b) >= 3; b = b[3:] {
		events = append(events, Event{uint16(b[0] >> 4), uint16(b[1])<<8 | uint16(b[2]), int32(b[0] & 0xF)})
	}
	return events
}
