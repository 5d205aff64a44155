package speech_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unsafe"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/speech"
)

// ear is a player that keeps each WAV it gets, and takes a moment for each.
type ear struct{ folder string }

func newEar(t *testing.T) ear { return ear{t.TempDir()} }

func (e ear) player(moment string) speech.Command {
	return speech.Command{"sh", "-c", `cat >"$(mktemp -p "$0")"; sleep ` + moment, e.folder}
}

// sounds gives the samples of every WAV that was played.
func (e ear) sounds() (all [][]int16) {
	files, _ := filepath.Glob(filepath.Join(e.folder, "*"))
	for _, name := range files {
		wav, err := os.ReadFile(name)
		if err != nil || len(wav) < 44 {
			continue
		}
		samples := make([]int16, (len(wav)-44)/2)
		for i := range samples {
			samples[i] = int16(binary.LittleEndian.Uint16(wav[44+2*i:]))
		}
		all = append(all, samples)
	}
	return all
}

// energy is the sum of all samples, without their signs.
func (e ear) energy() (sum int) {
	for _, samples := range e.sounds() {
		for _, s := range samples {
			sum += int(math.Abs(float64(s)))
		}
	}
	return sum
}

func (e ear) length() (samples int) {
	for _, s := range e.sounds() {
		samples += len(s)
	}
	return samples
}

// voiceFor speaks with the engines of this system into an ear.
func voiceFor(e ear, moment string) *speech.Voice {
	c := speech.Defaults("")
	c.Player = e.player(moment)
	return speech.Open(c)
}

func TestEnginesOfTheSystemConform(t *testing.T) {
	for language, short := range map[string]string{"en": "Press one.", "ja": "署名用の暗証番号を入力してください。"} {
		t.Run(language, func(t *testing.T) {
			e := newEar(t)
			haltest.TestVoice(t, haltest.VoiceFixture{
				Voice: voiceFor(e, "0.1"), Language: language, Short: short, Long: strings.Repeat(short+" ", 30), Energy: e.energy,
				Patience: 30 * time.Second,
			})
		})
	}
}

func TestEveryLanguageOfTheDefaultsSounds(t *testing.T) {
	for language, text := range map[string]string{
		"ja-x-easy": "カードを おいてください。", "zh-Hans": "请放上卡片。", "zh-Hant": "請放上卡片。", "ko": "카드를 올려 주세요.",
		"vi": "Xin đặt thẻ.", "pt-BR": "Coloque o cartão.", "ne": "कृपया कार्ड राख्नुहोस्।", "id": "Letakkan kartu Anda.",
	} {
		e := newEar(t)
		if err := voiceFor(e, "0").Say(context.Background(), hal.Speech{Language: language, Text: text}); err != nil {
			t.Errorf("%s: %v", language, err)
		}
		if seconds := float64(e.length()) / 22050; seconds < 0.5 || seconds > 10 {
			t.Errorf("%s: %q sounds for %.1f s", language, text, seconds)
		}
	}
}

func TestKanjiAreReadAndNotSpelled(t *testing.T) {
	kanji, kana := newEar(t), newEar(t)
	for e, text := range map[ear]string{kanji: "暗証番号", kana: "あんしょうばんごう"} {
		if err := voiceFor(e, "0").Say(context.Background(), hal.Speech{Language: "ja", Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := kanji.length(), kana.length(); a != b {
		t.Errorf("kanji sound %d samples long, their kana %d", a, b)
	}
}

func TestTextStandsInNoArgumentAndNoFile(t *testing.T) {
	e := newEar(t)
	out := filepath.Join(t.TempDir(), "processes")
	c := speech.Config{
		Engines: map[string][]speech.Command{"en": {{"sh", "-c", `cat >/dev/null; for p in /proc/[0-9]*; do tr '\0' ' ' <$p/cmdline; tr '\0' ' ' <$p/environ; done >"$0" 2>/dev/null; :`, out}}},
		Player:  e.player("0"),
	}
	const name = "Yamada-Hanako-of-Chiyoda"
	if err := speech.Open(c).Say(context.Background(), hal.Speech{Language: "en", Text: name}); err != nil {
		t.Fatal(err)
	}
	if seen, err := os.ReadFile(out); err != nil || len(seen) == 0 || strings.Contains(string(seen), name) {
		t.Errorf("%v: the list of processes, %d bytes, holds the text or nothing", err, len(seen))
	}
}

func TestMissingEngineIsToldByItsLanguageOnly(t *testing.T) {
	c := speech.Defaults("")
	c.Player = speech.Command{"cat"}
	c.Engines["ja"] = []speech.Command{{"an-engine-that-is-not-here"}, {"cat"}}
	c.Engines["ko"] = []speech.Command{{}}
	v := speech.Open(c)
	for language, speaks := range map[string]bool{"ja": false, "ko": false, "tlh": false, "en": true, "ja-x-easy": true} {
		if err := v.Speaks(language); (err == nil) != speaks {
			t.Errorf("%s: %v", language, err)
		}
	}
	if err := v.Speaks("ja"); err == nil || !strings.Contains(err.Error(), "an-engine-that-is-not-here") {
		t.Errorf("got %v", err)
	}
	c.Player = speech.Command{"a-player-that-is-not-here"}
	if speech.Open(c).Speaks("en") == nil {
		t.Error("it speaks without a player")
	}
}

func TestEngineThatFailsIsToldWithoutTheText(t *testing.T) {
	for _, row := range []struct{ engine, player speech.Command }{
		{speech.Command{"sh", "-c", "cat >&2; exit 3"}, speech.Command{"cat"}},
		{speech.Command{"cat"}, speech.Command{"sh", "-c", "exit 4"}},
		{speech.Command{"sh", "-c", "sleep 60"}, speech.Command{"sh", "-c", "exit 4"}},
	} {
		v := speech.Open(speech.Config{Engines: map[string][]speech.Command{"en": {row.engine}}, Player: row.player})
		ended := make(chan error, 1)
		go func() { ended <- v.Say(context.Background(), hal.Speech{Language: "en", Text: "Hanako"}) }()
		select {
		case err := <-ended:
			if err == nil || strings.Contains(err.Error(), "Hanako") {
				t.Errorf("%q into %q: %v", row.engine, row.player, err)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%q into %q: it does not end", row.engine, row.player)
		}
	}
}

func TestWhatACommandStartedEndsWithIt(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "alive")
	engine := speech.Command{"sh", "-c", `(while :; do echo x >>"$0"; sleep 0.02; done) & wait`, mark}
	v := speech.Open(speech.Config{Engines: map[string][]speech.Command{"en": {engine}}, Player: speech.Command{"cat"}})
	ctx, cancel := context.WithCancelCause(context.Background())
	gone := errors.New("gone")
	go func() {
		for {
			if _, err := os.Stat(mark); err == nil {
				cancel(gone)
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if err := v.Say(ctx, hal.Speech{Language: "en", Text: "wait"}); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
	writes := func() bool {
		if err := os.Remove(mark); err != nil {
			t.Fatal(err)
		}
		time.Sleep(200 * time.Millisecond) // ten times as long as a living one needs
		_, err := os.Stat(mark)
		return err == nil
	}
	if writes() && writes() { // once it may have been about to
		t.Error("a grandchild lives on")
	}
}

func TestTextIsCutWhereItsSentencesEnd(t *testing.T) {
	long := strings.Repeat("word ", 100)
	for text, want := range map[string][]string{
		"":                              nil,
		" \n ":                          nil,
		"One. Two! Three":               {"One.", "Two!", "Three"},
		"It costs 3.50 yen.":            {"It costs 3.50 yen."},
		"一つ。二つ。\n三つ":                    {"一つ。", "二つ。", "三つ"},
		"एक। दुई।":                      {"एक।", "दुई।"},
		strings.Repeat("あ", 500):        {strings.Repeat("あ", 320), strings.Repeat("あ", 180)},
		strings.Repeat("い、", 100) + "う": {strings.Repeat("い、", 80), strings.Repeat("い、", 20) + "う"},
	} {
		if got := speech.Sentences(text); strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q is cut to %q, want %q", text, got, want)
		}
	}
	for _, s := range speech.Sentences(long) {
		if len(s) > 170 || strings.HasPrefix(s, "ord") {
			t.Errorf("cut in a word, or too late: %q", s)
		}
	}
}

func TestTryPlaysSilenceAndTellsWhatThePlayerSays(t *testing.T) {
	e := newEar(t)
	if err := speech.Open(speech.Config{Player: e.player("0")}).Try(t.Context()); err != nil {
		t.Error(err)
	}
	if all := e.sounds(); len(all) != 1 || len(all[0]) < 1000 || slices.ContainsFunc(all[0], func(s int16) bool { return s != 0 }) {
		t.Errorf("%d sounds were played, want one of silence", len(all))
	}
	for _, c := range []struct {
		player speech.Command
		says   string
	}{
		{speech.Command{"sh", "-c", "echo no such jack >&2; seq 20000 >&2; exit 1"}, "exit status 1, no such jack"},
		{speech.Command{"sh", "-c", "exit 3"}, "exit status 3"},
		{speech.Command{"no-such-player"}, "no-such-player"},
	} {
		if err := speech.Open(speech.Config{Player: c.player}).Try(t.Context()); err == nil || !strings.HasSuffix(err.Error(), c.says) && !strings.Contains(err.Error(), `"`+c.says) {
			t.Errorf("%v: got %v, want %s", c.player, err, c.says)
		}
	}
}

func FuzzSentencesLoseNothing(f *testing.F) {
	f.Add("One. Two! 三つ。")
	f.Add(strings.Repeat("あ、", 300))
	f.Fuzz(func(t *testing.T, text string) {
		bare := func(s string) string { return strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), "") }
		if got := strings.Join(speech.Sentences(text), ""); bare(got) != bare(string([]rune(text))) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func FuzzSoundIsSoftenedAndNothingElse(f *testing.F) {
	head := "RIFF\xff\xff\xff\x7fWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x22\x56\x00\x00\x44\xac\x00\x00\x02\x00\x10\x00data\xff\xff\xff\x7f"
	f.Add([]byte(head + "\x00\x40\x00\xc0\x01"))
	f.Add([]byte(head + strings.Repeat("\x00\x40", 4000) + "\x01"))
	f.Add([]byte("RIFF"))
	f.Fuzz(func(t *testing.T, wav []byte) {
		for _, reader := range []io.Reader{bytes.NewReader(wav), iotest.OneByteReader(bytes.NewReader(wav))} {
			var out bytes.Buffer
			if err := speech.Carry(&out, reader, 0.5); err != nil || out.Len() != len(wav) {
				t.Errorf("%d bytes became %d, %v", len(wav), out.Len(), err)
			}
		}
	})
}

// A text may name a person. Whoever says it has no way to wipe a copy of it.
func TestSentencesAreNoCopiesOfTheText(t *testing.T) {
	text := strings.Repeat("残菊、躑躅。 One, two. ", 20)
	from := uintptr(unsafe.Pointer(unsafe.StringData(text)))
	for _, s := range speech.Sentences(text) {
		if at := uintptr(unsafe.Pointer(unsafe.StringData(s))); at < from || at >= from+uintptr(len(text)) {
			t.Errorf("%q stands somewhere else", s)
		}
	}
}
