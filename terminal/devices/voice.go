package devices

import (
	"fmt"
	"slices"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/speech"
)

// Voice is how the machine speaks into one person's ear.
type Voice struct {
	// Kind is speech (programs that speak), or empty for none.
	Kind string `json:"kind"`
	// Device is the ALSA device of the headset jack or handset, as `aplay -L` lists
	// it; empty is the system's first. It is never a loudspeaker.
	Device string `json:"device"`
	// Player is a command that plays a WAV from its standard input; none means aplay
	// on the device.
	Player []string `json:"player"`
	// Engines replace those of the defaults, by language: rows of commands, the first
	// of which reads the text and the last of which writes a WAV.
	Engines map[string][][]string `json:"engines"`
}

// OpenVoice gives the voice; nil where the configuration names none. It starts no
// program yet.
func (c Config) OpenVoice() hal.Voice {
	v := c.Voice
	if v.Kind == "" {
		return nil
	}
	speaks := speech.Defaults(v.Device)
	if len(v.Player) > 0 {
		speaks.Player = v.Player
	}
	for language, commands := range v.Engines {
		engine := make([]speech.Command, 0, len(commands))
		for _, command := range commands {
			engine = append(engine, command)
		}
		speaks.Engines[language] = engine
	}
	return speech.Open(speaks)
}

func (v Voice) validate(f *faults) {
	if v.Kind == "" {
		f.unless(v.Device == "" && len(v.Player) == 0 && len(v.Engines) == 0, "voice: has parts without a kind")
		return
	}
	f.unless(v.Kind == "speech", "voice.kind: %q is not speech or empty", v.Kind)
	f.unless(v.Device == "" || len(v.Player) == 0, "voice.device: is not used where there is a voice.player")
	f.unless(len(v.Player) == 0 || v.Player[0] != "", "voice.player: has no program")
	for language, commands := range v.Engines {
		empty := func(c []string) bool { return len(c) == 0 || c[0] == "" }
		f.unless(len(commands) > 0 && !slices.ContainsFunc(commands, empty), "%s: has no program", fmt.Sprintf("voice.engines[%q]", language))
	}
}
