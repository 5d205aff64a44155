package haltest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

const asked = `
; asks for the tries left, and uses one
> 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01  ; SELECT JPKI AP
< 90 00
> 00 20 00 9B
< 63 C5
> 00 20 00 9B 02 ** **
! card removed
`

// A witness is a testing.TB that notes failures in place of failing.
type witness struct {
	testing.TB
	failures []string
	cleanups []func()
}

func (w *witness) Helper() {}

func (w *witness) Errorf(format string, args ...any) {
	w.failures = append(w.failures, fmt.Sprintf(format, args...))
}

func (w *witness) Fatal(args ...any)      { w.failures = append(w.failures, fmt.Sprint(args...)) }
func (w *witness) Cleanup(f func())       { w.cleanups = append(w.cleanups, f) }
func (w *witness) finish() (all []string) { w.cleanups[0](); return w.failures }

func play(t *testing.T, transcript string, cmds ...string) []string {
	t.Helper()
	w := &witness{TB: t}
	card := haltest.NewPlayback(w, []byte{0x3B, 0x00}, transcript)
	for _, cmd := range cmds {
		_, _ = card.Transmit(context.Background(), unhex(t, cmd)) // what it says of the command is in w
	}
	return w.finish()
}

func TestPlaybackAnswersAsWritten(t *testing.T) {
	card := haltest.NewPlayback(t, []byte{0x3B, 0x00}, asked)
	converse(t, card, selectJPKI+"> 9000", "0020009B > 63C5")
	if _, err := card.Transmit(t.Context(), unhex(t, "0020009B024142")); err != hal.ErrCardRemoved {
		t.Errorf("got %v", err)
	}
}

func TestPlaybackFailsOnWhatWasNotWritten(t *testing.T) {
	cases := map[string]struct {
		cmds []string
		want string
	}{
		"all sent":             {[]string{selectJPKI, "0020009B", "0020009B024142"}, ""},
		"not sent":             {[]string{selectJPKI, "0020009B"}, "not sent: 00 20 00 9B 02 ** **"},
		"a wrong one":          {[]string{selectText}, "command 1\n got 00 A4 04 0C 0A D3 92 10"},
		"a secret too long":    {[]string{selectJPKI, "0020009B", "0020009B03414243"}, "command 3"},
		"one too many":         {[]string{selectJPKI, "0020009B", "0020009B024142", "00"}, "a command too many: 00"},
		"out of turn, no more": {[]string{"0020009B", selectJPKI, "0020009B", "0020009B024142"}, "command 1"},
	}
	for name, c := range cases {
		failures := play(t, asked, c.cmds...)
		if got := strings.Join(failures, "\n"); c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestPlaybackRefusesABrokenTranscript(t *testing.T) {
	for _, text := range []string{"< 90 00", "> 00", "> 00\n> 00\n< 90 00", "> 00\n< 9", "> 00\n< 90 00\n< 90 00", "> 00\n? 90 00", "> 00\n< XX"} {
		w := &witness{TB: t}
		haltest.NewPlayback(w, nil, text)
		if len(w.failures) != 1 || !strings.HasPrefix(w.failures[0], "reading a transcript: ") {
			t.Errorf("%q: %q", text, w.failures)
		}
	}
}

func TestPlaybackPlaysWhatWasRecorded(t *testing.T) {
	card := newCard(haltest.Broken(haltest.RemovedAt(4)))
	recorder := haltest.NewRecorder(card)
	script := []string{selectJPKI + "> 9000", "0020009B09 4D49444F5249313233 > 9000", "00B0880000 > 8F8F009000"}
	converse(t, recorder, script...)
	if _, err := recorder.Transmit(t.Context(), unhex(t, selectJPKI)); !errors.Is(err, hal.ErrCardRemoved) {
		t.Error(err)
	}
	if got := recorder.Transcript(); strings.Contains(got, "4D 49") || !strings.HasSuffix(got, "! card removed\n") {
		t.Errorf("recorded\n%s", got)
	}
	playback := haltest.NewPlayback(t, recorder.ATR(), recorder.Transcript())
	converse(t, playback, script...)
	if _, err := playback.Transmit(t.Context(), unhex(t, selectJPKI)); !errors.Is(err, hal.ErrCardRemoved) {
		t.Error(err)
	}
}

func FuzzPlaybackReadsAnyText(f *testing.F) {
	for _, seed := range []string{asked, "", ";", ">\n<\n", "> 00\n!", "< 90 00", "> 00 ** \n< 90"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := &witness{TB: t}
		card := haltest.NewPlayback(w, nil, text)
		if len(w.failures) == 0 {
			_, _ = card.Transmit(t.Context(), []byte{0})
		}
	})
}
