package speech

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"

	"github.com/digital-watashi/kiosk/hal"
)

// Command is a program and its arguments.
type Command []string

// Config is which commands speak.
type Config struct {
	// Engines are rows of commands by the language that they speak, in BCP 47.
	Engines map[string][]Command
	// Player reads a WAV and plays it into the ear.
	Player Command
}

// Defaults are the engines of Debian, and the player of ALSA for one device; an
// empty device is the first one.
//
// Open JTalk has no voice in Debian main. eSpeak NG reads kana well and kanji not at
// all, so KAKASI gives it the readings.
func Defaults(device string) Config {
	player := Command{"aplay", "-q"}
	if device != "" {
		player = append(player, "-D", device)
	}
	readings := Command{"kakasi", "-i", "utf8", "-o", "utf8", "-JH", "-KH", "-s"}
	engines := map[string][]Command{"ja": {readings, espeak("ja")}, "ja-x-easy": {readings, espeak("ja")}}
	for language, voice := range map[string]string{
		"en": "en", "zh-Hans": "cmn", "zh-Hant": "cmn", "ko": "ko", "vi": "vi", "pt-BR": "pt-br", "ne": "ne", "id": "id",
	} {
		engines[language] = []Command{espeak(voice)}
	}
	return Config{Engines: engines, Player: player}
}

func espeak(voice string) Command {
	return Command{"espeak-ng", "--stdin", "--stdout", "-v", voice}
}

// Voice speaks by the commands of its configuration. It may be used from any
// goroutine.
type Voice struct {
	engines map[string][]Command
	player  Command
	missing map[string]error // by language

	mu     sync.Mutex
	cutOff context.CancelCauseFunc // breaks off what is said
	silent <-chan struct{}         // closed when that is silent
}

var _ hal.Voice = (*Voice)(nil)

// Open gives a voice, and finds out which of its languages it can speak: those
// whose programs are there. It starts none of them.
func Open(c Config) *Voice {
	quiet := make(chan struct{})
	close(quiet)
	v := &Voice{engines: c.Engines, player: c.Player, missing: make(map[string]error), cutOff: func(error) {}, silent: quiet}
	for language, engine := range c.Engines {
		v.missing[language] = there(append([]Command{c.Player}, engine...))
	}
	return v
}

// there is nil when every program is.
func there(commands []Command) error {
	var missing []error
	for _, c := range commands {
		if len(c) == 0 {
			missing = append(missing, errors.New("an empty command"))
		} else if _, err := exec.LookPath(c[0]); err != nil {
			missing = append(missing, err)
		}
	}
	return errors.Join(missing...)
}

// Speaks tells which program is missing for a language.
func (v *Voice) Speaks(language string) error {
	if len(v.engines[language]) == 0 {
		return fmt.Errorf("speaking %s: no engine is configured: %w", language, errors.ErrUnsupported)
	}
	if err := v.missing[language]; err != nil {
		return fmt.Errorf("speaking %s: %w", language, err)
	}
	return nil
}

// Say says a text, sentence by sentence.
func (v *Voice) Say(ctx context.Context, s hal.Speech) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := v.Speaks(s.Language); err != nil {
		return err
	}
	ctx, end := v.turn(ctx)
	defer end()
	for _, sentence := range sentences(s.Text) {
		if err := v.utter(ctx, v.engines[s.Language], sentence, s.Volume); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// turn breaks off what is said and waits until that is silent.
func (v *Voice) turn(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	mine := make(chan struct{})
	v.mu.Lock()
	v.cutOff(hal.ErrBrokenOff)
	before := v.silent
	v.cutOff, v.silent = cancel, mine
	v.mu.Unlock()
	<-before
	return ctx, func() {
		cancel(nil)
		close(mine)
	}
}

// utter says one sentence.
func (v *Voice) utter(ctx context.Context, engine []Command, sentence string, volume hal.Volume) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	err := newLine(ctx, engine, v.player).run(sentence, volume)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
