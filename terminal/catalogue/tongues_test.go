package catalogue_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

func TestEveryLanguageHasItsDatesInTheTimeOfJapan(t *testing.T) {
	at := time.Date(2026, 12, 31, 15, 5, 0, 0, time.UTC)
	for lang, want := range map[string]struct{ moment, born, noDay, noMonth, foreign string }{
		"ja":        {"令和9年1月1日（2027年） 0時05分", "昭和55年2月17日（1980年）", "昭和25年4月（1950年）", "昭和25年（1950年）", "1988年7月14日"},
		"ja-x-easy": {"2027年1月1日 00:05", "1980年2月17日（昭和55年）", "1950年4月（昭和25年）", "1950年（昭和25年）", "1988年7月14日"},
		"en":        {"1 January 2027, 00:05", "17 February 1980 (Shōwa 55)", "April 1950 (Shōwa 25)", "1950 (Shōwa 25)", "14 July 1988"},
		"zh-Hans":   {"2027年1月1日 00:05", "1980年2月17日（昭和55年）", "1950年4月（昭和25年）", "1950年（昭和25年）", "1988年7月14日"},
		"zh-Hant":   {"2027年1月1日 00:05", "1980年2月17日（昭和55年）", "1950年4月（昭和25年）", "1950年（昭和25年）", "1988年7月14日"},
		"ko":        {"2027년 1월 1일 00:05", "1980년 2월 17일 (쇼와 55년)", "1950년 4월 (쇼와 25년)", "1950년 (쇼와 25년)", "1988년 7월 14일"},
		"vi":        {"00:05, 1 tháng 1, 2027", "17 tháng 2, 1980 (Shōwa 55)", "tháng 4 năm 1950 (Shōwa 25)", "1950 (Shōwa 25)", "14 tháng 7, 1988"},
		"pt-BR":     {"1 de janeiro de 2027 às 00:05", "17 de fevereiro de 1980 (Shōwa 55)", "abril de 1950 (Shōwa 25)", "1950 (Shōwa 25)", "14 de julho de 1988"},
		"ne":        {"2027 जनवरी 1, 00:05", "1980 फेब्रुअरी 17 (Shōwa 55)", "1950 अप्रिल (Shōwa 25)", "1950 (Shōwa 25)", "1988 जुलाई 14"},
		"id":        {"1 Januari 2027 pukul 00.05", "17 Februari 1980 (Shōwa 55)", "April 1950 (Shōwa 25)", "1950 (Shōwa 25)", "14 Juli 1988"},
	} {
		for certificate, date := range map[string]string{"319800217": want.born, "319500400": want.noDay, "319500000": want.noMonth, "019880714": want.foreign} {
			if got := catalogue.BirthDate(lang, certificate); got != date {
				t.Errorf("%s in %s: got %s, want %s", certificate, lang, got, date)
			}
		}
		if got := catalogue.Text(lang, catalogue.SlipAtValue, catalogue.At(at)); got != want.moment {
			t.Errorf("%s: got %s, want %s", lang, got, want.moment)
		}
		if got := catalogue.BirthDate(lang, "000000000"); got != catalogue.Text(lang, catalogue.DateUnknown) {
			t.Errorf("%s: an unknown birth date is %q", lang, got)
		}
	}
}

// A slip of 80 mm holds a moment in one line: the era of Japanese goes beside it.
func TestSlipsTellTheTimeBriefly(t *testing.T) {
	at := time.Date(2026, 12, 31, 15, 5, 0, 0, time.UTC)
	for lang, want := range map[string][2]string{
		"ja": {"2027年1月1日 0時05分", "（令和9年）"}, "en": {"1 January 2027, 00:05", ""}, "ja-x-easy": {"2027年1月1日 00:05", ""},
	} {
		until, since := catalogue.Text(lang, catalogue.SlipUntilValue, catalogue.UntilBrief(at)), catalogue.Text(lang, catalogue.SlipAtValue, catalogue.AtBrief(at))
		if label := catalogue.Text(lang, catalogue.SlipUntil, catalogue.Era(at)); !strings.HasPrefix(until, want[0]) || since != want[0] || !strings.HasSuffix(label, want[1]) {
			t.Errorf("%s: %s, %s and %s", lang, label, until, since)
		}
	}
}

// said is everything a citizen reads in a language, by its name.
func said(t *testing.T, lang string) map[string]string {
	all := map[string]string{}
	for name, key := range constants(t, "Key") {
		all[name] = catalogue.Text(lang, catalogue.Key(key))
	}
	for name, code := range constants(t, "Code") {
		f := catalogue.Explain(lang, catalogue.Code(code))
		for i, part := range append([]string{f.Title, f.Happened, f.Data, f.Where}, f.Steps...) {
			all[name+" "+string(rune('a'+i))] = part
		}
	}
	return all
}

// What is between brackets is a term as it stands in print, and what is between braces
// an argument.
func running(text string) string {
	return regexp.MustCompile(`（[^）]*）|\([^)]*\)|「[^」]*」|\{[^}]*\}`).ReplaceAllString(text, "")
}

// shared reports whether two languages may say the same: easy Japanese has its short
// words in common with Japanese, and some sentences that are easy as they are.
func shared(lang, name, text string) bool {
	easy := []string{"WelcomeTitle", "SlipNextOpen", "CardRemoved e", "CardNotMyNumber a", "CardMute g", "CardPhone f", "CardFaceOnly a"}
	return lang == "ja-x-easy" && (utf8.RuneCountInString(text) < 16 || slices.Contains(easy, name)) ||
		lang == "zh-Hant" && name == "SexLabel"
}

func TestNothingIsLeftInAnotherLanguage(t *testing.T) {
	for _, l := range catalogue.Languages() {
		texts := said(t, l.Tag)
		for _, other := range []string{"ja", "en"} {
			for name, text := range said(t, other) {
				if other != l.Tag && texts[name] == text && running(text) != "" && !shared(l.Tag, name, text) {
					t.Errorf("%s in %s is that of %s: %s", name, l.Tag, other, text)
				}
			}
		}
	}
}

func TestChineseIsWrittenInItsOwnCharacters(t *testing.T) {
	for lang, set := range map[string]encoding.Encoding{"zh-Hans": simplifiedchinese.HZGB2312, "zh-Hant": traditionalchinese.Big5} {
		for name, text := range said(t, lang) {
			if _, err := set.NewEncoder().String(running(text)); err != nil {
				t.Errorf("%s in %s: %s: %v", name, lang, text, err)
			}
		}
	}
}

func TestKoreanKeepsOtherScriptsBetweenBrackets(t *testing.T) {
	for name, text := range said(t, "ko") {
		if strings.ContainsFunc(running(text), func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) }) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestEasyJapaneseIsShort(t *testing.T) {
	for name, text := range said(t, "ja-x-easy") {
		for sentence := range strings.SplitSeq(running(text), "。") {
			if n := utf8.RuneCountInString(sentence); n > 45 && name != "ConfirmConsent" {
				t.Errorf("%s: a sentence of %d characters: %s", name, n, sentence)
			}
		}
	}
}

func TestTextsNameButtonsAsTheyAreLabelled(t *testing.T) {
	for _, l := range catalogue.Languages() {
		stop, me := catalogue.Text(l.Tag, catalogue.Stop), catalogue.Text(l.Tag, catalogue.ThisIsMe)
		for where, text := range map[string]string{
			"LastTryStop":    catalogue.Text(l.Tag, catalogue.LastTryStop),
			"SessionStopped": catalogue.Explain(l.Tag, catalogue.SessionStopped).Happened,
			"PINWrong":       strings.Join(catalogue.Explain(l.Tag, catalogue.PINWrong).Steps, " "),
		} {
			if !strings.Contains(text, stop) {
				t.Errorf("%s in %s does not name the button %q: %s", where, l.Tag, stop, text)
			}
		}
		if text := catalogue.Text(l.Tag, catalogue.AttributesText); !strings.Contains(text, me) {
			t.Errorf("AttributesText in %s does not name the button %q: %s", l.Tag, me, text)
		}
	}
}
