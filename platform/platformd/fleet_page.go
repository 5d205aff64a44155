package main

import (
	"cmp"
	"crypto/sha256"
	_ "embed" // fleet.html and fleet.css
	"encoding/base64"
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/fleet"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

//go:embed fleet.html
var pageText string

//go:embed fleet.css
var pageStyle string

// page is the page of the fleet; it is never written to.
var page = template.Must(template.New("fleet").Parse(pageText))

// styleHash lets the one style of the page be used, and no other.
func styleHash() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// view is the fleet as the page shows it.
type view struct {
	Lang, Other, OtherName string
	Style                  template.CSS
	Words                  map[string]string
	Title, At, Summary     string
	Newest                 string
	States                 []chip
	Terminals              []card
}

// chip is a word and the class of its colour.
type chip struct{ Class, Text string }

// card is one terminal.
type card struct {
	ID      string
	State   chip
	Seen    string
	Reasons []line
	Facts   []fact
}

// line is one reason for a visit.
type line struct {
	Urgency      chip
	Code         string
	What, Remedy []piece
	Value        string
}

// piece is a part of a sentence; the name of a program is not broken at its hyphen.
type piece struct {
	Text    string
	Program bool
}

// programName is how ours are named.
var programName = regexp.MustCompile(`watashi-[a-z]+`)

func pieces(text string) (all []piece) {
	at := 0
	for _, found := range programName.FindAllStringIndex(text, -1) {
		all = append(all, piece{Text: text[at:found[0]]}, piece{text[found[0]:found[1]], true})
		at = found[1]
	}
	return append(all, piece{Text: text[at:]})
}

type fact struct{ Name, Value string }

// newView puts a fleet into words of one language.
func newView(f fleet.Report, lang string) view {
	words := pageWords(lang)
	v := view{
		Lang: lang, Other: "en", OtherName: "English", Style: template.CSS(pageStyle), Words: words,
		Title: words["title"], At: clock(f.At, lang).Format("2006-01-02 15:04") + words["zone"],
		Summary: fmt.Sprintf(words["summary"], len(f.Terminals), f.Visits),
	}
	if lang == "en" {
		v.Other, v.OtherName = "ja", "日本語"
	}
	var newest []string
	for _, program := range slices.Sorted(maps.Keys(f.Newest)) {
		newest = append(newest, program+" "+f.Newest[program])
	}
	v.Newest = strings.Join(newest, ", ")
	for _, s := range fleet.States() {
		if n := f.States[s]; n > 0 {
			v.States = append(v.States, chip{string(s), words[string(s)] + " " + strconv.Itoa(n)})
		}
	}
	for _, m := range f.Terminals {
		v.Terminals = append(v.Terminals, newCard(m, lang, words))
	}
	return v
}

func newCard(m fleet.Machine, lang string, words map[string]string) card {
	c := card{ID: m.ID, State: chip{string(m.State), words[string(m.State)]}, Seen: words["never"]}
	if !m.Seen.IsZero() {
		c.Seen = heard(time.Duration(m.SilentSeconds)*time.Second, words)
	}
	if m.State == fleet.StateRetired {
		c.Seen = fmt.Sprintf(words["retiredAt"], clock(m.Retired, lang).Format(time.DateOnly))
	}
	for _, r := range m.Reasons {
		said := r.Ja
		if lang == "en" {
			said = r.En
		}
		c.Reasons = append(c.Reasons, line{chip{r.Urgency.String(), words[r.Urgency.String()]}, r.Code, pieces(said.What), pieces(said.Remedy), valueIn(lang, r.Value)})
	}
	c.Facts = facts(m, words)
	return c
}

// facts are what is worth knowing before the way there.
func facts(m fleet.Machine, words map[string]string) (all []fact) {
	add := func(name, value string) {
		if value != "" {
			all = append(all, fact{words[name], value})
		}
	}
	add("successor", m.Successor)
	if m.CertificateDays != nil && m.State != fleet.StateRetired {
		add("certificate", fmt.Sprintf(words["days"], *m.CertificateDays))
	}
	h := m.Heartbeat
	if h == nil || m.State == fleet.StateRetired {
		return all
	}
	add("queue", strconv.Itoa(h.Queue))
	add("version", h.Versions["terminald"])
	add("key", cmp.Or(words[h.Protection], h.Protection))
	add("audit", strconv.FormatUint(h.AuditEntries, 10))
	return all
}

// clock is a time as people of a language read it: in Japanese it is Japan's.
func clock(t time.Time, lang string) time.Time {
	if lang == "ja" {
		return t.In(time.FixedZone("JST", 9*60*60))
	}
	return t.UTC()
}

func heard(ago time.Duration, words map[string]string) string {
	if ago < time.Minute {
		return words["justNow"]
	}
	return fmt.Sprintf(words["ago"], span(ago, words))
}

// valueIn puts how much into a language; the platform says it in English, and for
// programs. What the sentence before it says is left out.
func valueIn(lang, value string) string {
	words := pageWords(lang)
	if seconds, is := strings.CutSuffix(value, " s"); is && strings.HasPrefix(value, "+") {
		return fmt.Sprintf(words["ahead"], seconds[1:])
	} else if is && strings.HasPrefix(value, "-") {
		return fmt.Sprintf(words["behind"], seconds[1:])
	}
	switch {
	case value == protocol.ProtectionFile:
		return ""
	case value == "0 min":
		return words["moment"]
	case lang == "en":
		return value
	}
	return inJapanese(value)
}

func inJapanese(value string) string {
	words := map[string]string{
		platform.ForSilence: "連絡なし", platform.ForTamper: "開封の検知", platform.ForAudit: "監査記録", "by hand": "係員による",
		"audit chain set back": "巻き戻し", "audit chain changed": "改変",
	}
	if said := words[value]; said != "" {
		return said
	}
	for unit, said := range map[string]string{" d": "日", " h": "時間", " min": "分", " s": "秒"} {
		if n, is := strings.CutSuffix(value, unit); is {
			return n + said
		}
	}
	return value
}

// span is a duration in the units of a language.
func span(d time.Duration, words map[string]string) string {
	switch {
	case d >= 72*time.Hour:
		return fmt.Sprintf(words["days"], int(d.Hours())/24)
	case d >= time.Hour:
		return fmt.Sprintf(words["hours"], int(d.Hours()))
	}
	return fmt.Sprintf(words["minutes"], int(d.Minutes()))
}

// pageWords are all the page says itself.
func pageWords(lang string) map[string]string {
	if lang == "en" {
		return map[string]string{
			"title": "Terminals", "summary": "%d terminals, %d need a visit", "newest": "Newest versions", "never": "never heard",
			"ago": "heard %s ago", "days": "%d days", "hours": "%d h", "minutes": "%d min", "retiredAt": "retired %s", "nothing": "Nothing to do.",
			"none": "There is no terminal yet.", "now": "now", "soon": "soon", "note": "note", "successor": "Successor", "certificate": "Certificate",
			"queue": "Waiting", "version": "Version", "key": "Key", "audit": "Audit entries", "zone": " UTC",
			"justNow": "heard just now", "moment": "less than a minute", "ahead": "%s s ahead", "behind": "%s s behind",
			protocol.ProtectionFile: "in a file", protocol.ProtectionTPM: "in a TPM", protocol.ProtectionAttested: "in a TPM, proven",
			"serving": "serving", "closed": "closed", "maintenance": "maintenance", "silent": "silent", "new": "new",
			"suspended": "suspended", "compromised": "compromised", "retired": "retired",
		}
	}
	return map[string]string{
		"title": "端末の一覧", "summary": "%d 台のうち %d 台に訪問が必要です", "newest": "最新の版", "never": "連絡なし",
		"ago": "%s前に連絡", "days": "%d日", "hours": "%d時間", "minutes": "%d分", "retiredAt": "%s に廃止", "nothing": "対応は不要です。",
		"none": "端末はまだありません。", "now": "至急", "soon": "近日中", "note": "参考", "successor": "後継の端末", "certificate": "証明書の残り",
		"queue": "未送信", "version": "版", "key": "鍵", "audit": "監査記録", "zone": "（日本時間）",
		"justNow": "ただいま連絡", "moment": "1分未満", "ahead": "%s秒の進み", "behind": "%s秒の遅れ",
		protocol.ProtectionFile: "ファイル", protocol.ProtectionTPM: "TPM", protocol.ProtectionAttested: "TPM（確認済み）",
		"serving": "受付中", "closed": "受付停止", "maintenance": "点検中", "silent": "連絡なし", "new": "未稼働",
		"suspended": "利用停止", "compromised": "侵害", "retired": "廃止",
	}
}
