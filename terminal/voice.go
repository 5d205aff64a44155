package terminal

import (
	"context"
	"errors"
	"sync"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/ui"
)

// voiced reports whether this machine can speak to whoever is there, in their
// language.
func (t *Terminal) voiced() bool {
	return t.Voice != nil && t.Voice.Speaks(t.state.visit().Language) == nil
}

// tell says what is new on the screen. A screen without the voice is silent.
func (t *Terminal) tell(before, after ui.View) {
	switch was, is := turnedOn(before.Ease, ui.EaseVoice), turnedOn(after.Ease, ui.EaseVoice); {
	case is && !was:
		t.volume = hal.Middle
		t.speak(greeting(after))
	case is:
		if text := spoken(before, after); text != "" {
			t.speak(text)
		}
	case was:
		t.speak("")
	}
}

// asks does what somebody wants of the voice only, and reports whether that was all.
func (t *Terminal) asks(c ui.Command) bool {
	if c.Page != t.shown.Page || !turnedOn(t.shown.Ease, ui.EaseVoice) {
		return false
	}
	t.speak("") // every key breaks off what is said
	switch c.Ease {
	case ui.EaseAgain:
		t.speak(whole(t.shown))
	case ui.EaseDetails:
		t.speak(details(t.shown))
	case ui.EaseLouder:
		t.volume = min(t.volume+1, hal.Loudest)
		t.speak(whole(t.shown))
	case ui.EaseSofter:
		t.volume = max(t.volume-1, hal.Softest)
		t.speak(whole(t.shown))
	default:
		return false
	}
	return true
}

// speak says something from now on, or nothing. It never waits: what was to be said
// before is not said any more.
func (t *Terminal) speak(text string) {
	select {
	case <-t.words:
	default:
	}
	t.words <- hal.Speech{Language: t.shown.Language, Text: text, Volume: t.volume} // room for one, and only the loop puts it there
}

// talk speaks beside the loop, and is silent at the end.
func (t *Terminal) talk(ctx context.Context) {
	var talking sync.WaitGroup
	hush := func() {}
	defer func() {
		hush()
		talking.Wait()
	}()
	for {
		select {
		case s := <-t.words:
			hush()
			talking.Wait()
			if s.Text == "" {
				continue
			}
			said, stop := context.WithCancel(ctx)
			hush = stop
			talking.Go(func() { t.utter(said, s) })
		case <-ctx.Done():
			return
		}
	}
}

// utter says one text. What goes wrong is logged without it.
func (t *Terminal) utter(ctx context.Context, s hal.Speech) {
	err := t.Voice.Say(ctx, s)
	if err != nil && ctx.Err() == nil && !errors.Is(err, hal.ErrBrokenOff) {
		t.Log.Warn("speaking", "language", s.Language, "error", err)
	}
}
