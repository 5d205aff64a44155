package terminal

import (
	"testing"

	"github.com/digital-watashi/kiosk/ui"
)

func TestWaysToSeeAreTurnedOverOneByOne(t *testing.T) {
	s := State(Welcome{Visit: Visit{Manner: plain()}})
	for _, id := range []string{ui.EaseContrast, ui.EaseLarge, ui.EaseLow, ui.EaseCover, ui.EaseMixed, ui.EaseVoice} {
		way := func() bool { e := s.visit().Ease; return *e.way(id) }
		for _, want := range []bool{true, false, true} {
			if s, _ = step(s, EaseChosen{ID: id}); way() != want {
				t.Errorf("%s is %v", id, way())
			}
		}
	}
	if after, _ := step(s, EaseChosen{ID: "unknown"}); after.visit() != s.visit() {
		t.Error("an unknown way changed something")
	}
}

func TestWaysToSeeLastAsLongAsTheVisitAndGoWithTheLanguage(t *testing.T) {
	chosen := Manner{"en", Ease{Large: true, Voice: true}}
	v := Visit{Manner: chosen}
	inspecting, _ := step(Welcome{Visit: v}, CardInserted{ID: theSession()})
	if got := inspecting.visit().Manner; got != chosen {
		t.Errorf("with the card in: %+v", got)
	}
	s := State(Welcome{Visit: v})
	for range roundsOfWelcome {
		s, _ = step(s, Inspected{})
	}
	if got := s.visit().Manner; got != plain() {
		t.Errorf("the next person meets %+v", got)
	}
}

func TestScreenCoversWhatNamesTheCitizenOnlyIfTheyWantItSo(t *testing.T) {
	for _, cover := range []bool{false, true} {
		v := Visit{ID: theSession(), Manner: Manner{"en", Ease{Cover: cover}}}
		shown := view(someSurroundings(), 1, ShowingAttributes{v, somePerson()})
		if (shown.Cover != nil) != cover {
			t.Errorf("chosen %v, cover %+v", cover, shown.Cover)
		}
	}
}

func TestVoiceIsOfferedOnlyByAMachineThatHasOne(t *testing.T) {
	for _, voice := range []bool{false, true} {
		around := someSurroundings()
		around.voice = voice
		offered := false
		for _, o := range view(around, 1, Welcome{Visit: Visit{Manner: plain()}}).Ease.Options {
			offered = offered || o.ID == ui.EaseVoice
		}
		if offered != voice {
			t.Errorf("a machine with a voice: %v; offered: %v", voice, offered)
		}
	}
}

func TestWhereToAskIsSaidInTheNearestLanguage(t *testing.T) {
	contact := map[string]string{"ja": "窓口", "en": "desk", "ko": "창구"}
	for lang, want := range map[string]string{"ja": "窓口", "ko": "창구", "vi": "desk", "ja-x-easy": "窓口"} {
		p := page{surroundings{languages: []string{"ja", "en"}, contact: contact}, Visit{Manner: Manner{Language: lang}}}
		if got := p.ask(); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	alone := page{surroundings{languages: []string{"ja"}, contact: map[string]string{"ja": "窓口"}}, Visit{Manner: Manner{Language: "vi"}}}
	if got := alone.ask(); got != "窓口" {
		t.Errorf("a bundle with one language only: %q", got)
	}
}
