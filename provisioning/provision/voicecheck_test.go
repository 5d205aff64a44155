package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// speaking is a configuration whose voice has these engines, by language, and this
// player.
func speaking(engine func(language string) string, player ...string) string {
	engines := map[string][][]string{}
	for _, l := range catalogue.Languages() {
		engines[l.Tag] = [][]string{{engine(l.Tag)}}
	}
	config, _ := json.Marshal(map[string]any{"voice": map[string]any{"kind": "speech", "engines": engines, "player": player}}) // of strings
	return string(config)
}

func TestCheckSaysHowTheVoiceIs(t *testing.T) {
	all := func(string) string { return "cat" }
	none := func(string) string { return "no-such-engine" }
	some := func(language string) string {
		if language == "ne" || language == "vi" {
			return "no-such-engine"
		}
		return "cat"
	}
	for name, c := range map[string]struct {
		config string
		says   []string
	}{
		"speaks":         {speaking(all, "sh", "-c", "cat >/dev/null"), []string{"voice           ok  speaks 10 languages"}},
		"some are mute":  {speaking(some, "sh", "-c", "cat >/dev/null"), []string{"attention  silent in vi, ne:", "no-such-engine", "apt install espeak-ng"}},
		"all are mute":   {speaking(none, "cat"), []string{"attention  silent in ja, ", "no-such-engine"}},
		"no player":      {speaking(all, "no-such-player"), []string{"attention  silent in ja, ", "no-such-player"}},
		"no jack":        {speaking(all, "sh", "-c", "cat >/dev/null; echo audio open error: No such device >&2; exit 1"), []string{"attention  playing silence by sh: exit status 1, audio open error: No such device", "voice.device"}},
		"not configured": {`{}`, []string{"voice           none"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.printer = haltest.NewPrinter()
			config := l.config(c.config)
			e := l.run("", "check", "--config", config)
			l.want(e, exitDone, c.says...)
			e = l.run("", "check", "--config", config, "--json")
			l.want(e, exitDone)
			l.valid("device-check", e.out)
		})
	}
}

// A terminal that runs may be speaking: its jack is left alone.
func TestCheckPlaysNothingBesideATerminal(t *testing.T) {
	l := newLab(t)
	l.terminald(statusWell, 204)
	voice := strings.TrimPrefix(speaking(func(string) string { return "cat" }, "sh", "-c", "exit 1"), "{")
	config := l.config(`{"status_socket":` + quoted(filepath.Join(l.dir, "status.sock")) + "," + voice)
	l.want(l.run("", "check", "--config", config), exitDone, "voice           ok  speaks 10 languages")
}
