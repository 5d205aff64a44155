package catalogue

import (
	"fmt"
	"strconv"
	"time"
)

// japan is the one time zone in which a terminal tells the time.
var japan = time.FixedZone("JST", 9*60*60)

// dates is how a language writes the time.
type dates interface {
	moment(time.Time) string
	brief(time.Time) (moment, era string) // the era apart, where moment has one
	day(era era, year, month, day int) string
	solid() bool // words and sentences are written without a space between them
}

// An era is counted from its first year. Its zero value is no era.
type era struct {
	digit                byte // as the signing certificate writes it
	kanji, hangul, roman string
	first                int
}

// eras in the numbers of the signing certificate's birth date (E + YYYYMMDD).
var eras = []era{
	{'1', "明治", "메이지", "Meiji", 1868},
	{'2', "大正", "다이쇼", "Taishō", 1912},
	{'3', "昭和", "쇼와", "Shōwa", 1926},
	{'4', "平成", "헤이세이", "Heisei", 1989},
	{'5', "令和", "레이와", "Reiwa", 2019},
}

// BirthDate writes a birth date as the signing certificate holds it, an era
// digit and YYYYMMDD, with the era's year and the Western one. Digit 0 has no
// era. What the register does not know is 00 and left out. What is not a date is given
// back as it is: the citizen shall see what would be signed.
func BirthDate(lang, certificate string) string {
	if len(certificate) != 9 {
		return certificate
	}
	number, err := strconv.ParseUint(certificate[1:], 10, 32)
	year, month, day := int(number/10000), int(number/100%100), int(number%100)
	if err != nil || month > 12 || day > 31 {
		return certificate
	}
	if year == 0 {
		return Text(lang, DateUnknown)
	}
	return in(lang).dates.day(eraOf(certificate[0]), year, month, day)
}

func eraOf(digit byte) era {
	for _, e := range eras {
		if e.digit == digit {
			return e
		}
	}
	return era{}
}

func reiwa() era { return eras[len(eras)-1] }

type japaneseDates struct{}

// 令和8年11月24日（2026年）9時05分
func (d japaneseDates) moment(t time.Time) string {
	return d.day(reiwa(), t.Year(), int(t.Month()), t.Day()) + fmt.Sprintf(" %d時%02d分", t.Hour(), t.Minute())
}

// 2026年11月24日 9時05分, which a slip has room for, and （令和8年） for beside it
func (d japaneseDates) brief(t time.Time) (moment, era string) {
	moment = fmt.Sprintf("%d年%s %d時%02d分", t.Year(), japaneseMonth(int(t.Month()), t.Day()), t.Hour(), t.Minute())
	return moment, "（" + reiwa().year(t.Year()) + "）"
}

func (japaneseDates) day(e era, year, month, day int) string {
	western := fmt.Sprintf("%d年", year)
	if e.first == 0 || year < e.first {
		return western + japaneseMonth(month, day)
	}
	return e.year(year) + japaneseMonth(month, day) + "（" + western + "）"
}

// 令和8年
func (e era) year(western int) string {
	if western == e.first {
		return e.kanji + "元年"
	}
	return e.kanji + strconv.Itoa(western-e.first+1) + "年"
}

func japaneseMonth(month, day int) string {
	switch {
	case month == 0:
		return ""
	case day == 0:
		return fmt.Sprintf("%d月", month)
	}
	return fmt.Sprintf("%d月%d日", month, day)
}

func (japaneseDates) solid() bool { return true }
