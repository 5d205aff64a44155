package catalogue

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A calendar is how a language writes a date, after CLDR's long form of the
// Gregorian calendar. All write Western digits, as the card does: a date is there to
// be compared with it.
type calendar struct {
	whole, noDay, noMonth string // {y} {M} {d}: the month by its name where there are names
	clock                 string // {date} {H} {m}
	months                string // names, parted by spaces
	era                   string // {E} {n}: the era's name, and its year
	named                 func(era) string
	unspaced              bool
}

func roman(e era) string  { return e.roman }
func kanji(e era) string  { return e.kanji }
func hangul(e era) string { return e.hangul }

var (
	englishDates = calendar{
		whole: "{d} {M} {y}", noDay: "{M} {y}", noMonth: "{y}", clock: "{date}, {H}:{m}", era: " ({E} {n})", named: roman,
		months: "January February March April May June July August September October November December",
	}
	hanDates = calendar{ // 2026年11月24日（令和8年）, in Chinese and in easy Japanese
		whole: "{y}年{M}月{d}日", noDay: "{y}年{M}月", noMonth: "{y}年", clock: "{date} {H}:{m}", era: "（{E}{n}年）", named: kanji, unspaced: true,
	}
	koreanDates = calendar{
		whole: "{y}년 {M}월 {d}일", noDay: "{y}년 {M}월", noMonth: "{y}년", clock: "{date} {H}:{m}", era: " ({E} {n}년)", named: hangul,
	}
	vietnameseDates = calendar{
		whole: "{d} tháng {M}, {y}", noDay: "tháng {M} năm {y}", noMonth: "{y}", clock: "{H}:{m}, {date}", era: " ({E} {n})", named: roman,
	}
	portugueseDates = calendar{
		whole: "{d} de {M} de {y}", noDay: "{M} de {y}", noMonth: "{y}", clock: "{date} às {H}:{m}", era: " ({E} {n})", named: roman,
		months: "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
	}
	nepaliDates = calendar{
		whole: "{y} {M} {d}", noDay: "{y} {M}", noMonth: "{y}", clock: "{date}, {H}:{m}", era: " ({E} {n})", named: roman,
		months: "जनवरी फेब्रुअरी मार्च अप्रिल मे जुन जुलाई अगस्ट सेप्टेम्बर अक्टोबर नोभेम्बर डिसेम्बर",
	}
	indonesianDates = calendar{
		whole: "{d} {M} {y}", noDay: "{M} {y}", noMonth: "{y}", clock: "{date} pukul {H}.{m}", era: " ({E} {n})", named: roman,
		months: "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
	}
)

func (c calendar) moment(t time.Time) string {
	date := c.day(era{}, t.Year(), int(t.Month()), t.Day())
	return strings.NewReplacer("{date}", date, "{H}", t.Format("15"), "{m}", t.Format("04")).Replace(c.clock)
}

func (c calendar) brief(t time.Time) (moment, era string) { return c.moment(t), "" }

func (c calendar) day(e era, year, month, day int) string {
	pattern := c.whole
	switch {
	case month == 0:
		pattern = c.noMonth
	case day == 0:
		pattern = c.noDay
	}
	if e.first != 0 && year >= e.first {
		pattern += c.era
	}
	return strings.NewReplacer("{y}", strconv.Itoa(year), "{M}", c.month(month), "{d}", strconv.Itoa(day),
		"{E}", c.named(e), "{n}", strconv.Itoa(year-e.first+1)).Replace(pattern)
}

func (c calendar) month(n int) string {
	if names := strings.Fields(c.months); 1 <= n && n <= len(names) {
		return names[n-1]
	}
	return fmt.Sprint(n)
}

func (c calendar) solid() bool { return c.unspaced }
