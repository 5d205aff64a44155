package mynumber_test

import (
	"slices"
	"testing"
	"time"
)

// An exchange is the length of one command and of its answer, in bytes.
type exchange struct{ to, from int }

// A job is what a registration has to fetch: certificate and card face of so many
// bytes, behind a PIN of so many characters.
type job struct{ certificate, face, pin int }

// file is how long the file of the certificate is: some read its filler as well.
func (j job) file() int { return (j.certificate/256 + 1) * 256 }

// A client is another program that reads and signs with this card. What it sends is
// published source or a published measurement; TestClientsSendWhatWasPublished
// holds the rows to both.
type client struct {
	name     string
	asks     bool // the counter, before the VERIFY
	extended bool // one READ for a whole file
	register func(job) []exchange
	photo    func(job) []exchange // nil: it reads none
}

// The commands that all of them send, without and with data.
var (
	selectAP    = exchange{5 + 10, 2}
	selectFile  = exchange{5 + 2, 2}
	askCounter  = exchange{4, 2}
	signDigest  = exchange{5 + 51 + 1, 256 + 2}
	verifyPIN4  = exchange{5 + 4, 2}
	verifyA     = exchange{5 + 12, 2}
	verifyB     = exchange{5 + 14, 2}
	readToken   = exchange{5, 32 + 2}
	readNumber  = exchange{5, 17 + 2} // the My Number, which two of them read for the photo
	readPastEnd = exchange{5, 2}
)

func verifyPIN(j job) exchange { return exchange{5 + j.pin, 2} }

// head is a READ of the first bytes, to learn the length.
func head(n int) exchange { return exchange{5, n + 2} }

// reads are READs of so many bytes each, up to n.
func reads(n, step int) (all []exchange) {
	for ; n > 0; n -= step {
		all = append(all, exchange{5, min(n, step) + 2})
	}
	return all
}

func inFull(n int) exchange { return exchange{7, n + 2} }

func sequence(parts ...any) (all []exchange) {
	for _, p := range parts {
		switch p := p.(type) {
		case exchange:
			all = append(all, p)
		case []exchange:
			all = append(all, p...)
		}
	}
	return all
}

// clients are the others. Where one has a command for the certificate and one for
// the signature, the cheaper way to have both is taken.
func clients() []client {
	return []client{
		{name: "jpki/myna 0.5.1, Go", register: func(j job) []exchange {
			return sequence(selectAP, selectFile, verifyPIN(j), selectFile, head(7), reads(j.certificate, 256),
				selectAP, selectFile, verifyPIN(j), selectFile, signDigest) // a second VERIFY
		}, photo: func(j job) []exchange {
			return sequence(selectAP, selectFile, readToken, selectFile, numberForTheFace(), head(7), reads(j.face, 256))
		}},
		{name: "jpki/myna 0.7.1, Rust", register: func(j job) []exchange {
			return sequence(selectAP, selectFile, readToken, selectFile, verifyPIN(j), selectFile, head(7), reads(j.certificate-7, 256),
				selectFile, signDigest)
		}, photo: func(j job) []exchange {
			return sequence(numberForTheFace(), head(7), reads(j.face-7, 256))
		}},
		{name: "OpenSC 0.23, driver forced", asks: true, register: func(j job) []exchange {
			return sequence(openSC(), selectFile, verifyPIN(j), selectFile, head(4), reads(j.certificate, 256),
				selectFile, verifyPIN(j), selectFile, signDigest) // user consent: a second VERIFY
		}},
		{name: "nunnun/jpki-local-signer", asks: true, register: func(j job) []exchange {
			return sequence(selectAP, selectFile, askCounter, verifyPIN(j), selectFile, head(4), reads(j.certificate-4, 256), selectFile, signDigest)
		}},
		{name: "meowkawaiijp/pyjpki", register: func(j job) []exchange {
			return sequence(selectAP, selectFile, verifyPIN(j), selectFile, reads(j.certificate, 255), readPastEnd, selectFile, signDigest)
		}},
		{name: "highdefinitionaudiodriver/jpki-web", asks: true, register: func(j job) []exchange {
			return sequence(selectAP, selectFile, askCounter, verifyPIN(j), selectFile, reads(j.file(), 224), selectFile, signDigest)
		}},
		{name: "soltia48/myna-card 3.3.0", register: func(j job) []exchange {
			return sequence(selectAP, selectFile, verifyPIN(j), selectFile, reads(j.certificate, 256), signDigest)
		}, photo: func(j job) []exchange {
			return sequence(selectAP, selectFile, verifyB, selectFile, reads(j.face, 256))
		}},
		{name: "okaits/nfcpy_mynacard", extended: true, register: func(j job) []exchange {
			return sequence(selectAP, selectFile, verifyPIN(j), selectFile, inFull(j.file()), selectFile, signDigest)
		}},
	}
}

// openSC is how OpenSC binds to a card: the AID twice, and both counters.
func openSC() []exchange {
	return []exchange{selectAP, selectAP, selectFile, askCounter, selectFile, askCounter}
}

// numberForTheFace is how two of them open the card face: they read the My Number
// with the PIN of four digits and give it as 照合番号A.
func numberForTheFace() []exchange {
	return []exchange{selectAP, selectFile, verifyPIN4, selectFile, readNumber, selectAP, selectFile, verifyA, selectFile}
}

// What was published: counts of exchanges by formula or measured, and bytes to and
// from the card, measured with a software card.
func TestClientsSendWhatWasPublished(t *testing.T) {
	ours := map[string]client{}
	for _, c := range clients() {
		ours[c.name] = c
	}
	j := job{certificate: 1657, face: 8037, pin: 6}
	for name, want := range map[string][2]int{ // register, photo
		"jpki/myna 0.5.1, Go": {10 + 7, 14 + 32}, "jpki/myna 0.7.1, Rust": {9 + 7, 10 + 32}, "OpenSC 0.23, driver forced": {10 + 7 + 4, 0},
		"nunnun/jpki-local-signer": {14 + 1, 0}, "meowkawaiijp/pyjpki": {5 + 7 + 2, 0}, "highdefinitionaudiodriver/jpki-web": {5 + 8 + 2, 0},
		"soltia48/myna-card 3.3.0": {4 + 7 + 1, 4 + 32}, "okaits/nfcpy_mynacard": {5 + 2, 0},
	} {
		c := ours[name]
		photo := 0
		if c.photo != nil {
			photo = len(c.photo(j))
		}
		if got := [2]int{len(c.register(j)), photo}; got != want {
			t.Errorf("%s: %v exchanges, published %v", name, got, want)
		}
	}
	j = job{certificate: 1689, face: 8034, pin: 6}
	myna := ours["jpki/myna 0.5.1, Go"]
	for name, tc := range map[string]struct {
		sent []exchange
		want exchange
	}{
		"myna, signature": {myna.register(j), exchange{177, 1986}},
		"myna, photo":     {myna.photo(j), exchange{288, 8182}},
		"OpenSC, certificate": {sequence(openSC(), selectFile, verifyPIN(j), selectFile, head(4), reads(j.certificate, 256)),
			exchange{117, 1727}},
		"OpenSC, signature": {sequence(openSC(), selectFile, verifyPIN(j), selectFile, signDigest), exchange{134, 276}},
	} {
		if got := total(tc.sent); got != tc.want {
			t.Errorf("%s: %+v bytes, published %+v", name, got, tc.want)
		}
	}
}

func total(all []exchange) (sum exchange) {
	for _, e := range all {
		sum.to, sum.from = sum.to+e.to, sum.from+e.from
	}
	return sum
}

// A wire is the time that bytes take between reader and card. What the card
// computes (VERIFY, signature) is the same for everybody and left out, so the
// times compare clients; they promise nothing of a real visit.
type wire struct {
	name    string
	byte    time.Duration // one byte with its start, stop and guard bits
	frame   time.Duration // around one frame: its marks and the turn of the line
	around  int           // bytes around the information of one frame
	most    int           // information bytes of one frame; more is chained
	latency time.Duration // of one exchange: USB, PC/SC and the card's own
}

// wires are ISO/IEC 14443 Type B at the three rates of the cards' ATQB, and
// contact T=1 by the ATR 3B E0 00 FF 81 31 FE 45 14.
//
// Type B: 10 etu a byte; SOF and EOF 22 etu, TR0, TR1 and TR2 about 0.2 ms; PCB and
// CRC_B; frames of 256 bytes (ATQB protocol info 81). Latency is assumed: 5 ms.
//
// T=1: no TA1, so 372 clocks an etu, and 11 etu a byte (TC1 FF); 11 etu more to
// the other direction (block guard time); NAD, PCB, LEN, LRC; IFSC 254 (TA3 FE).
// A clock of 4.8 MHz is assumed. The one published figure, 12 ms for a refused
// READ of 4 bytes through USB and PC/SC, leaves no room for latency.
func wires() []wire {
	typeB := func(name string, rate int) wire {
		etu := time.Second / time.Duration(rate)
		return wire{name: name, byte: 10 * etu, frame: 22*etu + 200*time.Microsecond, around: 3, most: 253, latency: 5 * time.Millisecond}
	}
	etu := 372 * time.Second / 4_800_000
	return []wire{
		typeB("B 106k", 105_938), typeB("B 212k", 211_875), typeB("B 424k", 423_750),
		{name: "T=1", byte: 11 * etu, frame: 11 * etu, around: 4, most: 254},
	}
}

// takes is how long exchanges take.
func (w wire) takes(all []exchange) (sum time.Duration) {
	for _, e := range all {
		sum += w.latency + w.carries(e.to) + w.carries(e.from)
	}
	return sum
}

// carries is n bytes one way; each frame but the last is acknowledged by an empty one.
func (w wire) carries(n int) time.Duration {
	frames := (n + w.most - 1) / w.most
	all := 2*frames - 1
	return time.Duration(n+all*w.around)*w.byte + time.Duration(all)*w.frame
}

func TestModelOfTheWireAgreesWithTheOnePublishedFigure(t *testing.T) {
	wires := wires()
	refused := wires[len(wires)-1].takes([]exchange{{5, 2}})
	if measured := 12 * time.Millisecond; refused < measured*3/4 || refused > measured*5/4 {
		t.Errorf("a refused READ takes %v, published %v", refused, measured)
	}
	if !slices.IsSortedFunc(wires[:3], func(a, b wire) int { return int(b.byte - a.byte) }) {
		t.Error("a faster rate carries a byte more slowly")
	}
}
