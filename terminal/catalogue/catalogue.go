package catalogue

import (
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Key names one text.
type Key string

// Language is one language the terminal speaks.
type Language struct {
	Tag  string // BCP 47
	Name string // in its own language
}

// A tongue is all that is written in one language.
type tongue struct {
	Language
	texts    map[Key]string
	faults   map[Code]FaultText
	pictures map[string]string
	dates    dates
	office   string // the language in which a technician reads where this one is spoken
}

// An office is what a technician reads. Its language has its faults' Staff, too.
type office struct {
	texts     map[Key]string
	books     map[Book]map[string]string
	onWindows map[Code]string // in place of a fault's Staff
}

// tongues stand in the order in which they are offered; the first is spoken
// when nobody has chosen.
var tongues = []tongue{
	{Language{"ja", "日本語"}, japanese, japaneseFaults, japanesePictures, japaneseDates{}, "ja"},
	{Language{"ja-x-easy", "やさしい日本語"}, easyJapanese, easyJapaneseFaults, easyJapanesePictures, hanDates, "ja"},
	{Language{"en", "English"}, english, englishFaults, englishPictures, englishDates, "en"},
	{Language{"zh-Hans", "简体中文"}, simplifiedChinese, simplifiedChineseFaults, simplifiedChinesePictures, hanDates, "en"},
	{Language{"zh-Hant", "繁體中文"}, traditionalChinese, traditionalChineseFaults, traditionalChinesePictures, hanDates, "en"},
	{Language{"ko", "한국어"}, korean, koreanFaults, koreanPictures, koreanDates, "en"},
	{Language{"vi", "Tiếng Việt"}, vietnamese, vietnameseFaults, vietnamesePictures, vietnameseDates, "en"},
	{Language{"pt-BR", "Português"}, portuguese, portugueseFaults, portuguesePictures, portugueseDates, "en"},
	{Language{"ne", "नेपाली"}, nepali, nepaliFaults, nepaliPictures, nepaliDates, "en"},
	{Language{"id", "Bahasa Indonesia"}, indonesian, indonesianFaults, indonesianPictures, indonesianDates, "en"},
}

var offices = map[string]office{
	"ja": {japaneseService, japaneseBooks, japaneseOnWindows},
	"en": {englishService, englishBooks, englishOnWindows},
}

// Languages are all languages, the default first.
func Languages() []Language {
	all := make([]Language, 0, len(tongues))
	for _, t := range tongues {
		all = append(all, t.Language)
	}
	return all
}

// Speaks reports whether every text stands in that language.
func Speaks(tag string) bool {
	for _, t := range tongues {
		if t.Tag == tag {
			return true
		}
	}
	return false
}

// Nearest is the language in which somebody is spoken to who cannot be in theirs:
// Japanese for easy Japanese, English for the others.
func Nearest(lang string) string { return in(lang).office }

// LanguageLabel names the choice of a language, for whom does not read the one that
// is shown, too.
func LanguageLabel(lang string) string {
	own, common := Text(lang, LanguageMenu), Text("en", LanguageMenu)
	if own == common {
		return own
	}
	return own + " / " + common
}

// Text gives a text in a language, filled with its arguments. An unknown
// language gives the first one.
func Text(lang string, key Key, args ...Arg) string {
	t := in(lang)
	text, common := t.texts[key]
	if !common {
		text = offices[t.office].texts[key]
	}
	return t.fill(text, args)
}

// Picture gives the word for one of the match pictures.
func Picture(lang, name string) string { return in(lang).pictures[name] }

// SlipLetters are all texts of a slip in a language, dates and all, for asking
// whether a machine has the letters to print it.
func SlipLetters(lang string) string {
	t, letters := in(lang), strings.Builder{}
	for key, text := range t.texts {
		if strings.HasPrefix(string(key), "slip.") {
			letters.WriteString(text)
		}
	}
	for month := range 12 {
		letters.WriteString(t.dates.moment(time.Date(2026, time.Month(month+1), 23, 14, 56, 7, 0, japan)))
	}
	return letters.String()
}

func in(lang string) tongue {
	for _, t := range tongues {
		if t.Tag == lang {
			return t
		}
	}
	return tongues[0]
}

// Join puts two sentences beside each other, as the language writes them.
func Join(lang, a, b string) string {
	if a == "" || b == "" || in(lang).dates.solid() {
		return a + b
	}
	return a + " " + b
}

func (t tongue) fill(text string, args []Arg) string {
	for _, arg := range args {
		text = strings.ReplaceAll(text, "{"+arg.name+"}", arg.render(t.dates))
		if arg.counts {
			text = t.agree(text, arg)
		}
	}
	return text
}

// agree chooses the word that goes with a number: {seconds:second|seconds} is the
// form of CLDR's plural category one, and that of all others.
func (t tongue) agree(text string, arg Arg) string {
	before, rest, found := strings.Cut(text, "{"+arg.name+":")
	forms, after, closed := strings.Cut(rest, "}")
	if !found || !closed {
		return text
	}
	one, other, _ := strings.Cut(forms, "|")
	if plural.Cardinal.MatchPlural(language.Make(t.Tag), arg.count, 0, 0, 0, 0) == plural.One {
		other = one
	}
	return t.agree(before+other+after, arg)
}

// Arg fills one placeholder. The constructors below are the only way to one, so
// that each placeholder has its type.
type Arg struct {
	name   string
	render func(dates) string
	counts bool // it is a number, and words agree with it
	count  int
}

// Tries fills {tries}: how often a secret may still be typed.
func Tries(n int) Arg { return number("tries", n) }

// Chances fills {chances}: how often a registration key may still be typed.
func Chances(n int) Arg { return number("chances", n) }

// Seconds fills {seconds}.
func Seconds(n int) Arg { return number("seconds", n) }

// Until fills {until}: the moment at which a code ends.
func Until(at time.Time) Arg { return moment("until", at) }

// UntilBrief fills {until} as a slip has room for it. The era that it leaves out is Era.
func UntilBrief(at time.Time) Arg { return brief("until", at) }

// Era fills {era}: the year by the era, in brackets, where a language tells it.
func Era(at time.Time) Arg {
	return Arg{name: "era", render: func(d dates) string { _, era := d.brief(at.In(japan)); return era }}
}

// Opens fills {opens}: when the site opens next.
func Opens(at time.Time) Arg { return moment("opens", at) }

// At fills {at}: the moment at which something was done.
func At(at time.Time) Arg { return moment("at", at) }

// AtBrief fills {at} as a slip has room for it.
func AtBrief(at time.Time) Arg { return brief("at", at) }

// Terminal fills {terminal}: a terminal's id.
func Terminal(id string) Arg { return word("terminal", id) }

// Platform fills {platform}: the platform's name.
func Platform(id string) Arg { return word("platform", id) }

// Reference fills {reference}: the short form of a registration's id.
func Reference(short string) Arg { return word("reference", short) }

// Place fills {place}: where to go.
func Place(text string) Arg { return word("place", text) }

// Contact fills {contact}: where to ask, as the bundle says.
func Contact(text string) Arg { return word("contact", text) }

func number(name string, n int) Arg {
	return Arg{name: name, render: func(dates) string { return strconv.Itoa(n) }, counts: true, count: n}
}

func word(name, text string) Arg {
	return Arg{name: name, render: func(dates) string { return text }}
}

func moment(name string, at time.Time) Arg {
	return Arg{name: name, render: func(d dates) string { return d.moment(at.In(japan)) }}
}

func brief(name string, at time.Time) Arg {
	return Arg{name: name, render: func(d dates) string { moment, _ := d.brief(at.In(japan)); return moment }}
}
