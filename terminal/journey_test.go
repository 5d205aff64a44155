package terminal_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// Journeys are pairs of strings: what is done, and what is seen. Each ends at
// welcome or out of service, with nothing left of anybody.
var journeys = []struct{ name, script, trace string }{
	{
		"online, to a code that works",
		"insert midori; password; press yes; key; press sign; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print end-done take-card welcome tries:5",
	},
	{
		"offline, to a code that will work",
		"says unreachable; insert midori; password; press yes; key; press sign; wait 16s",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print end-done take-card welcome tries:5",
	},
	{
		"platform keeps it without judging",
		"says received; insert midori; password; press yes; key; press sign; wait 16s",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print end-done take-card welcome tries:5",
	},
	{
		"platform does not answer in time",
		"says silent; insert midori; password; press yes; key; wait 6s; press sign; wait 7s; wait 16s",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print end-done take-card welcome tries:5",
	},
	{
		"platform refuses: certificate revoked",
		"says refused-citizen-certificate-revoked; insert midori; password; press yes; key; press sign; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering fault:PLT-REFUSED-CARD-REVOKED welcome tries:5",
	},
	{
		"platform refuses: for a reason of tomorrow",
		"says refused-moon-phase; insert midori; password; press yes; key; press sign; wait 31s",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering fault:PLT-REFUSED-OTHER welcome tries:5",
	},
	{"card of another kind", "insert midori stranger; wait 31s", "card-reading fault:CARD-NOT-MYNUMBER welcome"},
	{"the card before", "insert midori residents-card; wait 31s", "card-reading fault:CARD-OLD welcome tries:5"},
	{"no signing certificate", "insert hikari; wait 31s", "card-reading fault:CARD-NO-SIGNING welcome"},
	{"card without PINs", "insert midori face-card; wait 31s", "card-reading fault:CARD-FACE-ONLY welcome"},
	{"an Android phone", "insert midori android; wait 31s", "card-reading fault:CARD-PHONE welcome tries:5"},
	{"an iPhone", "insert midori iphone; wait 31s", "card-reading fault:CARD-PHONE welcome tries:5"},
	{"card of a kind to come", "insert midori unknown-token; wait 31s", "card-reading fault:CARD-UNKNOWN welcome tries:5"},
	{"card the wrong way round, then the right one", "insert midori mute; remove; insert midori; press stop; press finish", "card-reading fault:CARD-MUTE card-reading password goodbye:SES-STOPPED welcome tries:5"},
	{"two cards, then one", "insert-two; remove; press stop; press finish", "card-reading fault:CARD-TWO card-reading password goodbye:SES-STOPPED welcome tries:5"},
	{"blocked card", "insert midori blocked; press finish", "card-reading fault:CARD-BLOCKED welcome tries:0"},
	{"expired certificate", "insert midori expired; password; press finish", "card-reading password password-checking reading fault:CARD-EXPIRED welcome tries:5"},
	{"certificate of tomorrow", "insert midori not-yet-valid; password; press finish", "card-reading password password-checking reading fault:CARD-NOT-YET welcome tries:5"},
	{"certificate of a stranger", "insert midori foreign-ca; password; press finish", "card-reading password password-checking reading fault:CARD-ISSUER welcome tries:5"},
	{"key of the next card generation", "insert midori p384; password; press finish", "card-reading password password-checking reading fault:CARD-KEY-TYPE welcome tries:5"},
	{
		"wrong password, then right",
		"insert midori; wrong; password; press stop; press finish",
		"card-reading password password-checking password:PIN-WRONG password-checking reading attributes goodbye:SES-STOPPED welcome tries:5",
	},
	{
		"wrong password down to the last try, and stop",
		"insert midori; wrong; wrong; wrong; wrong; press stop; press finish",
		"card-reading password password-checking password:PIN-WRONG password-checking password:PIN-WRONG password-checking password:PIN-WRONG password-checking last-try goodbye:SES-STOPPED welcome tries:1",
	},
	{
		"wrong password to the end",
		"insert midori; wrong; wrong; wrong; wrong; press yes; wrong; press finish",
		"card-reading password password-checking password:PIN-WRONG password-checking password:PIN-WRONG password-checking password:PIN-WRONG password-checking last-try password password-checking fault:CARD-BLOCKED welcome tries:0",
	},
	{
		"last try, and it is right",
		"insert midori last-try; press yes; password; press stop; press finish",
		"card-reading last-try password password-checking reading attributes goodbye:SES-STOPPED welcome tries:5",
	},
	{"password of the wrong shape spends no try", "insert midori; type 123456; press next; password; press stop; press finish", "card-reading password password-checking password:PIN-SHAPE password-checking reading attributes goodbye:SES-STOPPED welcome tries:5"},
	{"not me", "insert midori; password; press no; press finish", "card-reading password password-checking reading attributes goodbye:SES-NOT-ME welcome tries:5"},
	{
		"a typing mistake in the key",
		"insert midori; password; press yes; typo; key; press stop; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm goodbye:SES-STOPPED welcome tries:5",
	},
	{
		"five wrong keys",
		"answers unknown; insert midori; password; press yes; typo; key; typo; answers used; key; answers expired; key; press finish",
		"card-reading password password-checking reading attributes key key-checking key:KEY-UNKNOWN key-checking key:KEY-USED key-checking fault:KEY-TOO-OFTEN welcome tries:5",
	},
	{
		"key cannot be checked, and the house wants it checked",
		"online-only; insert midori; password; press yes; says unreachable; key; press finish; wait 3s; says accepted; wait 3s",
		"card-reading password password-checking reading attributes key key-checking fault:NET-LOST welcome out-of-service:NET-OFFLINE welcome tries:5",
	},
	{
		"pictures differ",
		"insert midori; password; press yes; key; press other; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm fault:KEY-PICTURES welcome tries:5",
	},
	{
		"printer does not confirm, citizen has the code",
		"printer unconfirmed; insert midori; password; press yes; key; press sign; press yes; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print code:PRN-UNCONFIRMED printing end-done take-card welcome tries:5",
	},
	{
		"printer does not confirm, citizen has nothing",
		"printer unconfirmed; insert midori; password; press yes; key; press sign; press no; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print code:PRN-UNCONFIRMED delivering withdraw-asked goodbye:SES-WITHDRAWN welcome tries:5",
	},
	{
		"printer does not confirm, citizen has left",
		"printer unconfirmed; insert midori; password; press yes; key; press sign; wait 121s; wait 16s",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print code:PRN-UNCONFIRMED printing end-unknown take-card welcome tries:5",
	},
	{
		"slip does not come out, though the printer says so",
		"insert midori; password; press yes; key; press sign; press missing; press yes; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print end-done take-card code:PRN-UNCONFIRMED take-card welcome tries:5",
	},
	{
		"slip does not come out, and the citizen gives up",
		"insert midori; password; press yes; key; press sign; press missing; press no; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print end-done take-card code:PRN-UNCONFIRMED delivering withdraw-asked goodbye:SES-WITHDRAWN welcome tries:5",
	},
	{
		"paper runs out before a card comes",
		"paper out; wait 3s; insert midori; remove; paper full; wait 3s",
		"out-of-service:PRN-PAPER welcome tries:5",
	},
	{
		"paper runs out as the card comes",
		"paper out; insert midori; wait 31s; paper full; wait 3s",
		"card-reading fault:PRN-PAPER welcome out-of-service:PRN-PAPER welcome tries:5",
	},
	{
		"disk fails at the commit",
		"journal commit; insert midori; password; press yes; key; press sign; press finish; journal mended; wait 31s",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit! withdraw! fault:DISK-FAULT out-of-service:DISK-FAULT welcome tries:5",
	},
	{
		"disk fails at the hand-over",
		"journal begin; insert midori; password; press yes; key; press sign; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin! delivering withdraw fault:DISK-FAULT out-of-service:DISK-FAULT tries:5",
	},
	{
		"stopped while the platform is silent",
		"says silent; insert midori; password; press yes; key; wait 6s; press sign; press stop; wait 8s; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering delivering withdraw goodbye:SES-WITHDRAWN welcome tries:5",
	},
	{
		"falls asleep at the password, is warned, and goes on",
		"insert midori; wait 71s; press more; wait 71s; password; press stop; press finish",
		"card-reading password password-checking reading attributes goodbye:SES-STOPPED welcome tries:5",
	},
	{"falls asleep at the password", "insert midori; wait 91s; wait 31s", "card-reading password goodbye:SES-TIME welcome tries:5"},
	{"falls asleep at the attributes", "insert midori; password; wait 91s; wait 31s", "card-reading password password-checking reading attributes goodbye:SES-TIME welcome tries:5"},
	{"falls asleep at the key", "insert midori; password; press yes; type 12; wait 91s; wait 31s", "card-reading password password-checking reading attributes key goodbye:SES-TIME welcome tries:5"},
	{"falls asleep at the confirmation", "insert midori; password; press yes; key; wait 91s; wait 31s", "card-reading password password-checking reading attributes key key-checking confirm goodbye:SES-TIME welcome tries:5"},
	{"takes the card out at the password", "insert midori; type AB; remove; wait 61s", "card-reading password welcome:CARD-REMOVED tries:5"},
	{"takes the card out at the attributes", "insert midori; password; remove", "card-reading password password-checking reading attributes welcome:CARD-REMOVED tries:5"},
	{"takes the card out at the confirmation", "insert midori; password; press yes; key; remove", "card-reading password password-checking reading attributes key key-checking confirm welcome:CARD-REMOVED tries:5"},
	{
		"takes the card out after signing, and waits",
		"says silent; insert midori; password; press yes; key; wait 6s; press sign; remove; wait 7s; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print end-done take-card welcome tries:5",
	},
	{
		"next citizen is faster than the last one's goodbye",
		"insert midori; password; press yes; key; press sign; remove; insert claire; press stop; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print end-done take-card card-reading password goodbye:SES-STOPPED welcome tries:5",
	},
	{
		"next card comes while the first one's code is shown",
		"printer unconfirmed; insert midori; password; press yes; key; press sign; insert claire; press yes; press finish; press stop; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print code:PRN-UNCONFIRMED printing end-done take-card welcome card-reading password goodbye:SES-STOPPED welcome tries:5",
	},
	{
		"photo required, born in an era",
		"photo required; insert midori; password; press yes; press era; face; key; press sign; press finish",
		"card-reading password password-checking reading attributes photo-reading photo-format photo-expiry photo-code photo-reading key key-checking confirm signing delivering commit delivering printing begin print end-done take-card welcome tries:5",
	},
	{
		"photo required, Western year",
		"photo required; insert claire; password; press yes; press western; face; key; press sign; press finish",
		"card-reading password password-checking reading attributes photo-reading photo-format photo-expiry photo-code photo-reading key key-checking confirm signing delivering commit delivering printing begin print end-done take-card welcome tries:5",
	},
	{
		"photo optional, left out",
		"photo optional; insert midori; password; press yes; press skip; key; press sign; press finish",
		"card-reading password password-checking reading attributes photo-reading photo-format key key-checking confirm signing delivering commit delivering printing begin print end-done take-card welcome tries:5",
	},
	{
		"photo required, wrong digits first",
		"photo required; insert midori; password; press yes; press western; face; press era; face; key; press stop; press finish",
		"card-reading password password-checking reading attributes photo-reading photo-format photo-expiry photo-code photo-reading photo-format:PHOTO-WRONG photo-expiry photo-code photo-reading key key-checking confirm goodbye:SES-STOPPED welcome tries:5",
	},
	{"reader unplugged in the middle", "insert midori; password; unplug; press finish; wait 3s; plug; wait 3s", "card-reading password password-checking reading attributes fault:RDR-NONE welcome out-of-service:RDR-NONE welcome tries:5"},
	{
		"key scanned",
		"insert midori; password; press yes; type 12; scan-key; press sign; press finish",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print end-done take-card welcome tries:5",
	},
	{
		"another code scanned, then the key typed",
		"insert midori; password; press yes; scan watashi:code:124578; shows; key; press stop; press finish",
		"card-reading password password-checking reading attributes key (key:KEY-SCAN) key-checking confirm goodbye:SES-STOPPED welcome tries:5",
	},
	{
		"five wrong keys, scanned one after another",
		"answers expired; insert midori; password; press yes; scan-key; scan-key; scan-key; scan-key; scan-key; press finish",
		"card-reading password password-checking reading attributes key key-checking key:KEY-EXPIRED key-checking key:KEY-EXPIRED key-checking key:KEY-EXPIRED key-checking key:KEY-EXPIRED key-checking fault:KEY-TOO-OFTEN welcome tries:5",
	},
	{
		"door opened during a session, and closed again",
		"insert midori; sensors door; password; press stop; press finish; wait 3s; sensors well",
		"card-reading password password-checking reading attributes goodbye:SES-STOPPED welcome out-of-service:SNS-DOOR welcome tries:5",
	},
	{
		"opened by force while the platform is asked",
		"says silent; insert midori; password; press yes; key; wait 6s; press sign; tamper; wait 7s; insert claire; wait 16s; sensors well; wait 3s; clear; wait 3s; remove",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering tamper printing begin print end-done take-card out-of-service:SNS-TAMPER welcome card-reading password welcome:CARD-REMOVED tries:5",
	},
	{
		"opened by force while the code is on the screen",
		"printer unconfirmed; insert midori; password; press yes; key; press sign; tamper; press yes; press missing; press finish; wait 3s",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print code:PRN-UNCONFIRMED tamper printing end-done take-card out-of-service:SNS-TAMPER tries:5",
	},
	{
		"opened by force as the citizen cancels",
		"printer unconfirmed; insert midori; password; press yes; key; press sign; tamper; press no; press finish; wait 3s",
		"card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin print code:PRN-UNCONFIRMED tamper delivering withdraw-asked goodbye:SES-WITHDRAWN out-of-service:SNS-TAMPER tries:5",
	},
	{"opened by force between two citizens", "tamper; insert midori; remove; sensors well; wait 61s; clear; wait 3s", "out-of-service:SNS-TAMPER tamper welcome tries:5"},
	{"screen gone", "screen gone; wait 3s; screen back; wait 3s", "out-of-service:SCR-NONE welcome"},
	{"clock wrong", "clock wrong; wait 3s; clock right; wait 3s", "out-of-service:CLOCK welcome"},
}

func TestJourneys(t *testing.T) {
	for _, j := range journeys {
		t.Run(j.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, furnished)
				defer b.stop()
				b.told()
				b.play(j.script)
				if got := b.told() + b.triesLeft(); got != j.trace {
					t.Errorf("did  %s\ngot  %s\nwant %s", j.script, got, j.trace)
				}
				b.nothingLeft()
			})
		})
	}
}

// play does what a script says, step by step.
func (b *bench) play(script string) {
	for step := range strings.SplitSeq(script, ";") {
		words := strings.Fields(step)
		verb, rest := words[0], words[1:]
		act, known := b.acts()[verb]
		if !known {
			b.t.Fatalf("no act %q in the script", verb)
		}
		act(strings.Join(rest, " "))
		b.settle()
	}
}

func (b *bench) acts() map[string]func(string) {
	return map[string]func(string){
		"insert":        b.insertNamed,
		"insert-broken": func(string) { b.insert(b.person("midori", haltest.Broken(b.broken))) },
		"remove":        func(string) { b.reader.Remove() },
		"unplug":        func(string) { b.reader.Unplug(); b.terminal.ReaderState(hal.NoDevice) },
		"plug":          func(string) { b.reader.Remove(); b.reader.Plug(); b.terminal.ReaderState(hal.Online) },
		"press":         b.press,
		"type":          b.typeKeys,
		"language":      b.choose,
		"password":      func(string) { b.typeKeys(b.card.Citizen().Password); b.press("next") },
		"wrong":         func(string) { b.typeKeys("WRONG123"); b.press("next") },
		"key":           func(string) { b.typeKeys(string(protocol.NewRegistrationKey().Digits())); b.press("next") },
		"typo":          func(string) { b.typeKeys("123456789012"); b.press("next") },
		"face":          func(string) { b.typeFace() },
		"wait":          func(d string) { b.wait(duration(b.t, d)) },
		"says":          b.platform.say,
		"answers":       func(v string) { b.platform.answer(protocol.KeyVerdict(v)) },
		"photo":         func(rule string) { b.bundle.Photo = rule },
		"online-only":   func(string) { b.bundle.Offline = protocol.OfflineRefuse },
		"printer":       func(string) { b.printer.breakDown(&escpos.PrintError{Begun: true, Err: escpos.ErrUnconfirmed}) },
		"paper":         func(p string) { b.printer.set(hal.PrinterStatus{Device: hal.Online, Paper: hal.Paper(p)}) },
		"journal":       func(call string) { b.config.Journal.(*book).fail(call) },
		"screen":        func(is string) { b.terminal.ScreenConnected(is == "back") },
		"clock":         b.setClock,
		"insert-two":    func(string) { b.card = b.person("midori"); b.reader.InsertTwo(b.card) },
		"slow":          func(string) { b.card.Break(haltest.DelayedAt(len(b.card.Transcript())/2+1, 5*time.Second)) },
		"scan":          func(text string) { b.scanner.Scan(text) },
		"scan-key":      func(string) { b.scanner.Scan(string(protocol.NewRegistrationKey().Scannable())) },
		"shows":         func(string) { b.note("(" + screenWord(b.screen()) + ")") },
		"sensors":       b.sense,
		"tamper":        func(string) { b.sense("force") },
		"clear":         func(string) { b.journal.ClearTamper(b.now()) },
	}
}

// sense makes the sensors say something else.
func (b *bench) sense(word string) {
	a := hal.Auxiliaries{Device: hal.Online, Door: hal.DoorClosed, Switch: hal.SwitchRun}
	switch word {
	case "force":
		a.Tamper = true
	case "door":
		a.Door = hal.DoorOpen
	case "service":
		a.Switch = hal.SwitchMaintenance
	case "silent":
		a = hal.Auxiliaries{Device: hal.NoDevice}
	}
	b.sensors.Set(a)
}

func duration(t testing.TB, text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (b *bench) insertNamed(name string) {
	who, situation, _ := strings.Cut(name, " ")
	if situation == "" {
		situation = "good"
	}
	s, known := haltest.FindSituation(situation)
	if !known {
		b.t.Fatalf("no situation %q", situation)
	}
	b.insert(b.person(who, s.Options...))
}

// typeFace types what is printed on the card: year of expiry, security code.
func (b *bench) typeFace() {
	c := b.card.Citizen()
	b.typeKeys(c.CardExpiry.Format("2006"))
	b.press("next")
	b.typeKeys(c.SecurityCode)
	b.press("next")
}

// triesLeft ends a trace with what the card has left.
func (b *bench) triesLeft() string {
	if b.card == nil || b.card.Certificate() == nil {
		return ""
	}
	return fmt.Sprintf(" tries:%d", b.card.TriesLeft())
}

// nothingLeft holds what is true at the end of every journey.
func (b *bench) nothingLeft() {
	b.t.Helper()
	if s := b.screen(); s.Screen != "welcome" && s.Screen != "out-of-service" {
		b.t.Errorf("ends at %s, want welcome or out-of-service", s.Screen)
	}
	records, err := b.journal.Records()
	if err != nil {
		b.t.Fatal(err)
	}
	for _, r := range records {
		if r.HandOver == journal.None && r.Withdrawal == journal.Standing && r.Delivery != journal.Refused {
			b.t.Errorf("registration %s was never offered to a hand and is not withdrawn", r.ID)
		}
	}
	b.noSecretsIn(b.log.String(), "log")
	if b.card == nil {
		return
	}
	if touched := b.card.Touched(); len(touched) > 0 {
		b.t.Errorf("touched what must not be touched: %v", touched)
	}
}

// noSecretsIn looks for what nobody may write down.
func (b *bench) noSecretsIn(text, where string) {
	b.t.Helper()
	secrets := append([]string{}, b.printer.slips...)
	if b.card != nil {
		c := b.card.Citizen()
		secrets = append(secrets, c.Name, c.Address, c.Password, c.BirthDate, c.MyNumber())
	}
	for _, secret := range secrets {
		if secret != "" && strings.Contains(text, secret) {
			b.t.Errorf("a secret of %d characters stands in the %s", len(secret), where)
		}
	}
}

func (p *tray) breakDown(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = err
}

func (b *bench) setClock(is string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clock = nil
	if is == "wrong" {
		b.clock = fmt.Errorf("an hour behind the platform")
	}
}
