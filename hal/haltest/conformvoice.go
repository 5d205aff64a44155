package haltest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// VoiceFixture is a voice to be tested, and the ear that listens.
type VoiceFixture struct {
	Voice hal.Voice
	// Language is one that it speaks.
	Language string
	// Short is a sentence, and Long a text that takes at least a second.
	Short, Long string
	// Energy grows with the sound that was heard so far: with its length and its
	// loudness.
	Energy func() int
	// Patience is how long the voice may take for Short, or to fall silent; 0 is ten
	// seconds.
	Patience time.Duration
}

// TestVoice holds a voice to what hal.Voice promises. It leaves it silent.
func TestVoice(t testing.TB, f VoiceFixture) {
	t.Helper()
	if f.Patience == 0 {
		f.Patience = 10 * time.Second
	}
	voiceSaysToTheEnd(t, f)
	voiceIsAsLoudAsTold(t, f)
	voiceKnowsWhatItSpeaks(t, f)
	voiceIsSilentForADeadContext(t, f)
	voiceFallsSilentWithItsContext(t, f)
	voiceIsBrokenOffByTheNextText(t, f)
}

// heard says a text and gives what came to the ear.
func (f VoiceFixture) heard(t testing.TB, text string, volume hal.Volume) int {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), f.Patience)
	defer stop()
	before := f.Energy()
	if err := f.Voice.Say(ctx, hal.Speech{Language: f.Language, Text: text, Volume: volume}); err != nil {
		t.Errorf("saying a text: %v", err)
	}
	return f.Energy() - before
}

func voiceSaysToTheEnd(t testing.TB, f VoiceFixture) {
	t.Helper()
	once, twice := f.heard(t, f.Short, hal.Middle), f.heard(t, f.Short+"\n"+f.Short, hal.Middle)
	if once <= 0 || twice <= once {
		t.Errorf("a sentence sounds %d, two sound %d", once, twice)
	}
	if nothing := f.heard(t, "", hal.Middle) + f.heard(t, " \n ", hal.Middle); nothing >= once {
		t.Errorf("no text sounds %d, a sentence %d", nothing, once)
	}
	if unset := f.heard(t, f.Short, 0); unset != once {
		t.Errorf("a sentence without a volume sounds %d, in the middle %d", unset, once)
	}
}

func voiceIsAsLoudAsTold(t testing.TB, f VoiceFixture) {
	t.Helper()
	soft, loud := f.heard(t, f.Short, hal.Softest), f.heard(t, f.Short, hal.Loudest)
	if soft <= 0 || loud < 2*soft {
		t.Errorf("the softest sounds %d, the loudest %d", soft, loud)
	}
}

func voiceKnowsWhatItSpeaks(t testing.TB, f VoiceFixture) {
	t.Helper()
	if err := f.Voice.Speaks(f.Language); err != nil {
		t.Errorf("it does not speak its own language: %v", err)
	}
	const nobodys = "x-nobodys"
	if f.Voice.Speaks(nobodys) == nil || f.Voice.Say(context.Background(), hal.Speech{Language: nobodys, Text: f.Short}) == nil {
		t.Error("it speaks a language that nobody speaks")
	}
}

func voiceIsSilentForADeadContext(t testing.TB, f VoiceFixture) {
	t.Helper()
	before := f.Energy()
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errOver{})
	if err := f.Voice.Say(ctx, hal.Speech{Language: f.Language, Text: f.Short}); !errors.Is(err, errOver{}) {
		t.Errorf("Say with a dead context: %v, want its cause", err)
	}
	if got := f.Energy(); got != before {
		t.Errorf("it spoke all the same: %d", got-before)
	}
}

// begun says the long text beside the test, and waits until it is heard.
func (f VoiceFixture) begun(t testing.TB, ctx context.Context) (ended <-chan error) {
	t.Helper()
	before, end := f.Energy(), make(chan error, 1)
	go func() { end <- f.Voice.Say(ctx, hal.Speech{Language: f.Language, Text: f.Long}) }()
	for late := time.Now().Add(f.Patience); f.Energy() == before; time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("nothing is heard")
		}
	}
	return end
}

// silent waits for the end of a text, and for silence.
func (f VoiceFixture) silent(t testing.TB, ended <-chan error, want error) {
	t.Helper()
	select {
	case err := <-ended:
		if !errors.Is(err, want) {
			t.Errorf("Say ended with %v, want %v", err, want)
		}
	case <-time.After(f.Patience):
		t.Fatal("it does not fall silent")
	}
}

func voiceFallsSilentWithItsContext(t testing.TB, f VoiceFixture) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(context.Background())
	ended := f.begun(t, ctx)
	cancel(errOver{})
	f.silent(t, ended, errOver{})
	after := f.Energy()
	if f.Energy() != after {
		t.Error("it speaks on")
	}
}

func voiceIsBrokenOffByTheNextText(t testing.TB, f VoiceFixture) {
	t.Helper()
	ended := f.begun(t, context.Background())
	if f.heard(t, f.Short, hal.Middle) <= 0 {
		t.Error("the next text is not heard")
	}
	f.silent(t, ended, hal.ErrBrokenOff)
}
