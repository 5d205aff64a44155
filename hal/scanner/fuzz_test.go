package scanner_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/scanner"
)

// wellFormed holds codes to what hal.Scanner promises of the text.
func wellFormed(t *testing.T, codes []string) {
	t.Helper()
	for _, code := range codes {
		if code == "" || len(code) > hal.MaxScan || strings.ContainsFunc(code, func(r rune) bool { return r < ' ' || r == 0x7F }) {
			t.Errorf("passed on %q", code)
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, seed := range []string{
		"", key + "\r", key + "\r\n" + key, "\x00\r" + key + "\n", strings.Repeat("1", hal.MaxScan+1) + "\r" + key + "\r",
		strings.Repeat("1", hal.MaxScan) + "\r", "\xFF\xFE\r", "a\tb\r\x7F\rc\r", "\r\r\n\n",
	} {
		f.Add([]byte(seed), uint(len(seed)/2))
	}
	f.Fuzz(func(t *testing.T, in []byte, at uint) {
		whole := scanner.Lines(in)
		wellFormed(t, whole)
		cut := int(at % uint(len(in)+1))
		if parts := scanner.Decoded(in[:cut], in[cut:]); !slices.Equal(parts, whole) {
			t.Errorf("cut at %d: %q, whole %q", cut, parts, whole)
		}
		if again := scanner.Lines([]byte(strings.Join(append(whole, ""), "\r\n"))); !slices.Equal(again, whole) {
			t.Errorf("sent again: %q, was %q", again, whole)
		}
	})
}

// FuzzKeys reads each three bytes as a key: kind and value, and its number.
func FuzzKeys(f *testing.F) {
	for _, seed := range [][]scanner.Event{
		nil, append(typing(key), tap(enter)...), append(with(leftCtrl, typing("c")), tap(enter)...),
		slices.Concat(typing(strings.Repeat("9", hal.MaxScan+1)), tap(tab), typing("A:b"), tap(kpEnter)),
		{scanner.Key(leftShift, 1), scanner.Dropped(), scanner.Key(30, 1), scanner.Key(enter, 1)},
		slices.Concat(tap(f1), tap(enter), typing("~"), tap(enter)),
	} {
		f.Add(scanner.EventBytes(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		events := scanner.BytesEvents(in)
		codes := scanner.Keys(events)
		wellFormed(t, codes)
		var typed []scanner.Event
		for _, code := range codes {
			typed = slices.Concat(typed, typing(code), tap(enter))
		}
		if again := scanner.Keys(typed); !slices.Equal(again, codes) {
			t.Errorf("typed again: %q, was %q", again, codes)
		}
	})
}
