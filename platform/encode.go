package platform

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// EncodeRecord is json.Marshal for the records of a store. The two that come with
// every registration are written straight, to the same bytes.
func EncodeRecord(record any) ([]byte, error) {
	var w recordWriter
	switch r := record.(type) {
	case Registration:
		w.registration(&r)
	case Evidence:
		w.evidence(&r)
	default:
		return json.Marshal(record)
	}
	if w.other {
		return json.Marshal(record)
	}
	return w.b, nil
}

// recordWriter writes members in the order and the spelling of encoding/json. What
// it does not know how to write makes it other.
type recordWriter struct {
	b     []byte
	other bool
}

func (w *recordWriter) registration(r *Registration) {
	w.b = make([]byte, 0, 2048+len(r.Receipt)*4/3)
	w.other = r.Review != nil
	w.open("")
	w.id("id", r.ID)
	w.digest("body", r.Body)
	w.bytes("receipt", r.Receipt)
	w.text("terminal_id", r.TerminalID)
	w.key(r.Key)
	w.text("verdict", string(r.Verdict))
	w.textIf("reason", r.Reason)
	w.moment("sealed", r.Sealed)
	w.moment("arrived", r.Arrived)
	w.moment("judged", r.Judged)
	w.momentIf("activate_until", r.Activate)
	w.digestIf("code_hand", r.CodeHand)
	w.digestIf("code_whole", r.CodeWhole)
	w.name("tries")
	w.b = strconv.AppendInt(w.b, int64(r.Tries), 10)
	if r.Person != nil {
		w.person(r.Person)
	}
	w.momentIf("activated", r.Activated)
	w.momentIf("erased", r.Erased)
	w.momentIf("recheck", r.Recheck)
	w.close()
}

func (w *recordWriter) person(p *Person) {
	w.open("person")
	a := p.Attributes
	w.open("attributes")
	w.text("name", a.Name.Reveal())
	w.text("address", a.Address.Reveal())
	w.text("name_substitutes", a.NameSubstitutes.Reveal())
	w.text("address_substitutes", a.AddressSubstitutes.Reveal())
	w.text("sex", a.Sex)
	w.text("birth_date", a.BirthDate.Reveal())
	w.close()
	w.digest("exactly", p.Exactly)
	w.digest("born", p.Born)
	w.text("serial", p.Serial)
	w.bytes("issuer_key", p.IssuerKey)
	w.close()
}

func (w *recordWriter) evidence(e *Evidence) {
	w.b = make([]byte, 0, 4096+(len(e.Registration)+len(e.Certificate)+len(e.Photo))*4/3)
	w.other = e.Checks == nil
	w.open("")
	w.bytes("registration", e.Registration)
	w.bytes("certificate", e.Certificate)
	w.text("issuer", e.Issuer)
	w.text("terminal", e.Terminal)
	w.moment("signed", e.Signed)
	w.name("checks")
	w.b = append(w.b, '[')
	for _, c := range e.Checks {
		w.check(c)
	}
	w.b = append(w.b, ']')
	if len(e.Photo) > 0 {
		w.bytes("photo", e.Photo)
	}
	w.close()
}

func (w *recordWriter) check(c Check) {
	w.open("")
	w.text("what", c.What)
	w.name("passed")
	w.b = strconv.AppendBool(w.b, c.Passed)
	w.moment("at", c.At)
	w.textIf("detail", c.Detail)
	w.close()
}

// key is written only if it is one; encoding/json says what is wrong otherwise.
func (w *recordWriter) key(k protocol.RegistrationKey) {
	if k.IsZero() {
		return
	}
	_, err := protocol.ParseRegistrationKey(k.Digits())
	w.other = w.other || err != nil
	w.text("key", string(k.Digits()))
}

// comma parts a member or an element from the one before it.
func (w *recordWriter) comma() {
	if n := len(w.b); n > 0 && w.b[n-1] != '{' && w.b[n-1] != '[' {
		w.b = append(w.b, ',')
	}
}

func (w *recordWriter) name(name string) {
	w.comma()
	w.b = append(append(append(w.b, '"'), name...), '"', ':')
}

// open begins an object: a member, or without a name an element.
func (w *recordWriter) open(name string) {
	if name == "" {
		w.comma()
	} else {
		w.name(name)
	}
	w.b = append(w.b, '{')
}

func (w *recordWriter) close() { w.b = append(w.b, '}') }

func (w *recordWriter) text(name, s string) {
	w.other = w.other || !isSpelledPlainly(s)
	w.name(name)
	w.b = append(append(append(w.b, '"'), s...), '"')
}

// isSpelledPlainly reports whether encoding/json writes s as it is.
func isSpelledPlainly(s string) bool {
	ascii := true
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return ascii || (utf8.ValidString(s) && !strings.ContainsAny(s, "\u2028\u2029"))
}

func (w *recordWriter) textIf(name, s string) {
	if s != "" {
		w.text(name, s)
	}
}

func (w *recordWriter) bytes(name string, raw []byte) {
	w.name(name)
	if raw == nil {
		w.b = append(w.b, "null"...)
		return
	}
	w.b = append(base64.StdEncoding.AppendEncode(append(w.b, '"'), raw), '"')
}

func (w *recordWriter) digest(name string, d [32]byte) {
	w.name(name)
	w.b = append(base64.RawURLEncoding.AppendEncode(append(w.b, '"'), d[:]), '"')
}

func (w *recordWriter) digestIf(name string, d [32]byte) {
	if d != [32]byte{} {
		w.digest(name, d)
	}
}

func (w *recordWriter) id(name string, id [16]byte) {
	w.name(name)
	w.b = append(hex.AppendEncode(append(w.b, '"'), id[:]), '"')
}

func (w *recordWriter) moment(name string, t time.Time) {
	w.name(name)
	text, err := t.AppendText(append(w.b, '"'))
	w.other = w.other || err != nil
	w.b = append(text, '"')
}

func (w *recordWriter) momentIf(name string, t time.Time) {
	if !t.IsZero() {
		w.moment(name, t)
	}
}
