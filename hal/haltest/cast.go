package haltest

import (
	"fmt"
	"strings"
	"time"
)

// The eras as the certificate counts them (1.2.392.200149.8.5.5.4).
const (
	unknownEra = 0
	taisho     = 2
	showa      = 3
	heisei     = 4
	reiwa      = 5
)

// Citizens is the cast: invented people in invented towns, always in this order.
// The first is the usual case; each of the others is there for one trait.
func Citizens() []Citizen {
	cast := [...]Citizen{
		midori(), masaru(), kazuo(), haruki(), nozomi(), claire(),
		lestari(), sanae(), reiko(), hikari(), kotone(),
	}
	for i := range cast {
		cast[i] = cast[i].completed()
	}
	return cast[:]
}

func midori() Citizen {
	return Citizen{
		ID: "midori", Description: "the usual case · ふつうの人",
		Name: "青葉　みどり", Sex: "2",
		Address: "東京都架空市見本町一丁目２番３号", Prefecture: "Tokyo-to", City: "Kakuu-shi",
		SecurityCode: "2285", Password: "MIDORI123",
	}.born(showa, 1980, 2, 17).expiring(2035)
}

func masaru() Citizen {
	return Citizen{
		ID: "masaru", Description: "characters replaced in name and address · 代替文字のある人",
		Name: "吉田　優", NameFlags: "1000", Sex: "1",
		Address: "大阪府見本市辻ケ丘４番５号", AddressFlags: "0000001000000",
		Prefecture: "Osaka-fu", City: "Mihon-shi",
		SecurityCode: "0417", Password: "A1B2C3",
	}.born(showa, 1964, 10, 10).expiring(2034)
}

func kazuo() Citizen {
	return Citizen{
		ID: "kazuo", Description: "born in Taisho, certificate of the older CA · 大正生まれ、旧世代の認証局",
		Name: "仮野　一夫", Sex: "1",
		Address: "北海道架空郡例示町字見本９９番地", Prefecture: "Hokkaido", City: "Reiji-cho",
		SecurityCode: "9001", Password: "KAZUO1925", Generation: 2,
	}.born(taisho, 1925, 12, 24).expiring(2032)
}

func haruki() Citizen {
	return Citizen{
		ID: "haruki", Description: "first day of Heisei, longest password · 平成元年一月八日生まれ、１６文字の暗証番号",
		Name: "例　春樹", Sex: "1",
		Address: "沖縄県見本市例示１０１番地の１", Prefecture: "Okinawa-ken", City: "Mihon-shi",
		SecurityCode: "1989", Password: "HEISEI1989010801",
	}.born(heisei, 1989, 1, 8).expiring(2036)
}

func nozomi() Citizen {
	return Citizen{
		ID: "nozomi", Description: "born on a leap day · 二月二十九日生まれ",
		Name: "雛形　のぞみ", Sex: "2",
		Address: "愛知県例示市雛形町５丁目６番７号　見本マンション８０９号室", Prefecture: "Aichi-ken", City: "Reiji-shi",
		SecurityCode: "0229", Password: "NOZOMI2004",
	}.born(heisei, 2004, 2, 29).expiring(2034)
}

func claire() Citizen {
	return Citizen{
		ID: "claire", Description: "foreign resident, Latin name, Western years · 外国人住民、ローマ字氏名",
		Name: "SPECIMEN　CLAIRE ELISE", Sex: "2", ForeignResident: true,
		Address: "神奈川県架空市例示区見本台２丁目３番４号", Prefecture: "Kanagawa-ken", City: "Kakuu-shi",
		SecurityCode: "5512", Password: "CLAIRE88",
	}.born(unknownEra, 1988, 7, 14).expiring(2033)
}

func lestari() Citizen {
	return Citizen{
		ID: "lestari", Description: "a single name, sex not known · 一つだけの名前、性別不明",
		Name: "LESTARI", Sex: "3", ForeignResident: true,
		Address: "福岡県見本市架空１番１号", Prefecture: "Fukuoka-ken", City: "Mihon-shi",
		SecurityCode: "7070", Password: "LESTARI1",
	}.born(unknownEra, 2001, 11, 30).expiring(2031)
}

func sanae() Citizen {
	return Citizen{
		ID: "sanae", Description: "address of 200 characters · ２００文字の住所",
		Name: "見本　早苗", Sex: "2",
		Address: longAddress(), Prefecture: "Kyoto-fu", City: "Kakuu-shi",
		SecurityCode: "0200", Password: "SANAE200",
	}.born(showa, 1989, 1, 7).expiring(2035)
}

// longAddress is as long as the profile allows: 200 characters.
func longAddress() string {
	head := []rune("京都府架空市例示区見本通上る東入二丁目西見本町三百四十五番地の六　")
	tail := []rune(strings.Repeat("コーポレートレジデンス見本例示ひながた館", 10))
	return string(append(head, tail...)[:200])
}

func reiko() Citizen {
	return Citizen{
		ID: "reiko", Description: "kanji of JIS X 0212 in the name · 補助漢字のある氏名",
		Name: "鄧濵　瑢琇", Sex: "2",
		Address: "長崎県例示市瑢ケ浦１番２号", Prefecture: "Nagasaki-ken", City: "Reiji-shi",
		SecurityCode: "0212", Password: "REIKO0212",
	}.born(heisei, 1995, 5, 5).expiring(2035)
}

func hikari() Citizen {
	return Citizen{
		ID: "hikari", Description: "a child of Reiwa: no signing certificate · 令和生まれの子ども、署名用証明書なし",
		Name: "未来　ひかり", Sex: "2", Minor: true,
		Address: "東京都架空市見本町一丁目２番３号", Prefecture: "Tokyo-to", City: "Kakuu-shi",
		SecurityCode: "0601", Password: "HIKARI01",
	}.born(reiwa, 2019, 6, 1).expiring(2029)
}

func kotone() Citizen {
	return Citizen{
		ID: "kotone", Description: "shortest of everything · 何もかも短い人",
		Name: "乙　一", Sex: "1",
		Address: "津市１", Prefecture: "Mie-ken", City: "Tsu-shi",
		SecurityCode: "0000", Password: "ABC123",
	}.born(heisei, 2000, 1, 1).expiring(2035)
}

func (c Citizen) born(era, year, month, day int) Citizen {
	c.Birth = time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	c.BirthDate = fmt.Sprintf("%d%s", era, c.Birth.Format("20060102"))
	return c
}

func (c Citizen) expiring(year int) Citizen {
	c.CardExpiry = time.Date(year, c.Birth.Month(), c.Birth.Day(), 0, 0, 0, 0, time.UTC)
	return c
}

// completed fills in what most people share, so that a Citizen made by hand
// needs no more than what its test is about.
func (c Citizen) completed() Citizen {
	c.NameFlags = orZeros(c.NameFlags, c.Name)
	c.AddressFlags = orZeros(c.AddressFlags, c.Address)
	if c.Birth.IsZero() && c.BirthDate == "" {
		c = c.born(showa, 1970, 4, 1)
	}
	if c.CardExpiry.IsZero() {
		c = c.expiring(2035)
	}
	c.SecurityCode = or(c.SecurityCode, "1234")
	c.Password = or(c.Password, "ABC123")
	c.PIN = or(c.PIN, "1234")
	c.Prefecture = or(c.Prefecture, "Tokyo-to")
	c.City = or(c.City, "Kakuu-shi")
	c.Sex = or(c.Sex, "2")
	if c.Generation == 0 {
		c.Generation = Generations
	}
	if c.Photo == nil {
		c.Photo = photo(c.ID)
	}
	return c
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func orZeros(flags, text string) string {
	return or(flags, strings.Repeat("0", len([]rune(text))))
}
