package terminal_test

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"log/slog"
	"math/big"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/ui"
)

// epoch is now in all journeys: certificates of 2026 are good.
func epoch() time.Time { return time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC) }

// A bench is a whole terminal over virtual devices: the real driver over a
// virtual card, the real journal, a platform that opens what it gets. It lives in
// a synctest bubble. What happens is written down in one trace.
type bench struct {
	t        testing.TB
	terminal *terminal.Terminal
	config   terminal.Config
	reader   *haltest.Reader
	card     *haltest.Card
	printer  *tray
	scanner  *haltest.Scanner
	sensors  *haltest.Sensors
	lights   *haltest.Lights
	motor    *haltest.Ejector
	platform *office
	journal  *journal.Journal
	ca       *haltest.CA
	bundle   *protocol.Bundle
	log      *strings.Builder
	now      func() time.Time
	cancel   context.CancelFunc
	stopped  chan struct{}

	mu    sync.Mutex
	trace []string
	shown ui.View
	all   []ui.View
	clock error

	broken haltest.Fault // of the card of insert-broken
	leaves bool          // whoever comes forgets the card
	served *haltest.Card // that of the visit under way
}

// newBench makes a bench and starts its terminal. At clean-up the terminal is
// stopped and the journal checked.
func newBench(t testing.TB, change ...func(*bench)) *bench {
	t.Helper()
	b := unstartedBench(t, haltest.NewCAAt(epoch()), change...)
	b.start()
	return b
}

// unstartedBench is a bench whose terminal does not run yet.
func unstartedBench(t testing.TB, ca *haltest.CA, change ...func(*bench)) *bench {
	t.Helper()
	start := time.Now()
	b := &bench{t: t, reader: haltest.NewReader(), ca: ca, log: &strings.Builder{}}
	b.now = func() time.Time { return epoch().Add(time.Since(start)) }
	b.openJournal(filepath.Join(t.TempDir(), "journal.db"))
	b.printer, b.platform = &tray{bench: b}, newOffice(b)
	b.bundle = b.platform.bundle(b.ca)
	b.config = terminal.Config{
		Reader: b.reader, Printer: b.printer, Screen: b, Journal: &book{b.journal, b, ""}, Platform: b.platform,
		Identity: identity(t), Clock: b.clockFault, Bundle: func() *protocol.Bundle { return b.bundle }, Now: b.now,
		Log: slog.New(slog.NewTextHandler(b.log, nil)),
	}
	for _, c := range change {
		c(b)
	}
	return b
}

// furnished gives a bench all that a terminal may have besides.
func furnished(b *bench) {
	b.scanner, b.sensors, b.lights = haltest.NewScanner(), haltest.NewSensors(), haltest.NewLights()
	b.config.Scanner, b.config.Sensors, b.config.Lights = b.scanner, b.sensors, b.lights
}

func (b *bench) openJournal(path string) {
	j, err := journal.Open(path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.journal = j
	b.t.Cleanup(func() {
		if err := j.Check(); err != nil {
			b.t.Error("checking the journal: ", err)
		}
		j.Close()
	})
}

func (b *bench) start() {
	ctx, cancel := context.WithCancel(context.Background())
	b.terminal, b.cancel, b.stopped = terminal.New(b.config), cancel, make(chan struct{})
	go func() {
		defer close(b.stopped)
		b.terminal.Run(ctx)
	}()
	b.settle()
}

func (b *bench) clockFault() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.clock
}

// stop ends the terminal, as a power cut does: nothing more is done.
func (b *bench) stop() {
	b.cancel()
	<-b.stopped
}

// settle lets everything happen that happens by itself now.
func (b *bench) settle() { synctest.Wait() }

// wait lets time pass.
func (b *bench) wait(d time.Duration) {
	time.Sleep(d)
	b.settle()
}

// Show is the screen.
func (b *bench) Show(v ui.View) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if v.Page != b.shown.Page {
		b.trace = append(b.trace, screenWord(v))
	}
	b.shown = v
	b.all = append(b.all, v)
	b.takes(v)
}

// takes has the citizen do what the screen says, as most do.
func (b *bench) takes(v ui.View) {
	switch {
	case v.Screen == "card-reading":
		b.served = b.card
	case b.leaves || b.card != b.served || screenWord(v) == "fault:CARD-TWO":
	case v.Screen == "take-card" || v.Screen == "goodbye" || v.Screen == "fault":
		b.reader.Remove()
	}
}

// screenWord names a screen in a trace, with its fault.
func screenWord(v ui.View) string {
	if v.Notice != nil && v.Notice.Code != "" {
		return v.Screen + ":" + v.Notice.Code
	}
	return v.Screen
}

// note writes something into the trace.
func (b *bench) note(words ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trace = append(b.trace, fmt.Sprint(words...))
}

func (b *bench) screen() ui.View {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.shown
}

// told is the trace since it was last asked for.
func (b *bench) told() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	text := strings.Join(b.trace, " ")
	b.trace = nil
	return text
}

func (b *bench) insert(card *haltest.Card) {
	b.mu.Lock()
	b.card = card
	b.mu.Unlock()
	b.reader.Insert(card)
	b.settle()
}

func (b *bench) press(action string) {
	b.terminal.Command(ui.Command{Page: b.screen().Page, Action: action})
	b.settle()
}

func (b *bench) choose(language string) {
	b.terminal.Command(ui.Command{Page: b.screen().Page, Language: language})
	b.settle()
}

func (b *bench) typeKeys(text string) {
	for _, c := range text {
		b.terminal.Command(ui.Command{Page: b.screen().Page, Key: string(c)})
	}
	b.settle()
}

// person makes the card of somebody from the cast.
func (b *bench) person(id string, opts ...haltest.Option) *haltest.Card {
	c, ok := haltest.FindCitizen(id)
	if !ok {
		b.t.Fatalf("nobody is called %q", id)
	}
	return haltest.NewCard(c, b.ca, opts...)
}

// verifies counts the VERIFY commands with data that reached the card.
func (b *bench) verifies() (n int) {
	for _, line := range b.card.Transcript() {
		words := strings.Fields(line)
		if len(words) > 6 && words[0] == ">" && words[2] == "20" {
			n++
		}
	}
	return n
}

// A tray is a printer at the height of slips.
type tray struct {
	bench  *bench
	mu     sync.Mutex
	status hal.PrinterStatus
	fault  error
	slips  []string // the codes on them
	texts  []string
	stuck  bool // prints for ever
	slow   time.Duration
}

func (p *tray) Status(context.Context) (hal.PrinterStatus, error) {
	p.mu.Lock()
	slow := p.slow
	p.mu.Unlock()
	time.Sleep(slow)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.status == (hal.PrinterStatus{}) {
		return hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperFull}, nil
	}
	return p.status, nil
}

func (p *tray) set(s hal.PrinterStatus) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = s
}

// answerAfter makes it slow to say how it is.
func (p *tray) answerAfter(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slow = d
}

func (p *tray) Print(ctx context.Context, s escpos.Slip) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.texts = append(p.texts, slipText(s))
	for _, block := range s.Blocks {
		if code, is := block.(escpos.Code); is {
			p.slips = append(p.slips, strings.ReplaceAll(string(code.Text), " ", ""))
		}
	}
	p.bench.note("print")
	if p.stuck {
		<-ctx.Done()
		return &escpos.PrintError{Begun: true, Err: context.Cause(ctx)}
	}
	return p.fault
}

// slipText writes a slip down for reading, its code left out.
func slipText(s escpos.Slip) string {
	var lines []string
	for _, block := range s.Blocks {
		switch b := block.(type) {
		case escpos.Banner:
			lines = append(lines, "["+b.Text+"]")
		case escpos.Heading:
			lines = append(lines, "# "+b.Text)
		case escpos.Paragraph:
			lines = append(lines, b.Text)
		case escpos.Small:
			lines = append(lines, "- "+b.Text)
		case escpos.Field:
			lines = append(lines, b.Label+": "+b.Value)
		case escpos.Steps:
			for i, step := range b.Texts {
				lines = append(lines, fmt.Sprintf("%d. %s", i+1, step))
			}
		case escpos.Code:
			lines = append(lines, "(code)")
		case escpos.QR:
			lines = append(lines, "(qr) "+b.Caption)
		case escpos.Rule:
			lines = append(lines, "---")
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// A book is the journal, written down in the trace; it can be full.
type book struct {
	*journal.Journal
	bench *bench
	fails string // the call that fails
}

// fail makes one call fail from now on.
func (k *book) fail(call string) {
	k.bench.mu.Lock()
	defer k.bench.mu.Unlock()
	k.fails = call
}

func (k *book) failing(call string) bool {
	k.bench.mu.Lock()
	defer k.bench.mu.Unlock()
	return k.fails == call
}

func (k *book) word(call string, err error) error {
	if k.failing(call) {
		err = journal.ErrFull
	}
	if err != nil {
		call += "!"
	}
	k.bench.note(call)
	return err
}

// Pressure tells the journal's times in those of the bench: its clock is the
// bubble's, which begins in 2000.
func (k *book) Pressure() (journal.Pressure, error) {
	p, err := k.Journal.Pressure()
	if !p.Oldest.IsZero() {
		p.Oldest = k.bench.now().Add(-time.Since(p.Oldest))
	}
	return p, err
}

func (k *book) Commit(id protocol.ID, envelope []byte, at time.Time) error {
	if k.failing("commit") {
		return k.word("commit", nil)
	}
	return k.word("commit", k.Journal.Commit(id, envelope, at))
}

func (k *book) BeginHandOver(id protocol.ID) error {
	if k.failing("begin") {
		return k.word("begin", nil)
	}
	return k.word("begin", k.Journal.BeginHandOver(id))
}

func (k *book) EndHandOver(id protocol.ID, h journal.HandOver) error {
	return k.word("end-"+string(h), k.Journal.EndHandOver(id, h))
}

func (k *book) Withdraw(id protocol.ID, withdrawal []byte, asked bool) error {
	word := "withdraw"
	if asked {
		word = "withdraw-asked"
	}
	return k.word(word, k.Journal.Withdraw(id, withdrawal, asked))
}

// Tamper is refused while that call fails.
func (k *book) Tamper(at time.Time) error {
	if k.failing("tamper") {
		return journal.ErrFull
	}
	return k.word("tamper", k.Journal.Tamper(at))
}

// identity is a test terminal's.
func identity(t testing.TB) *provisioning.Identity {
	t.Helper()
	key := protocol.NewPrivateKey()
	who := protocol.Terminal{ID: "T-0001", Environment: protocol.Test, Protection: protocol.ProtectionFile}
	uris, err := who.URIs()
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: who.ID}, URIs: uris,
		NotBefore: epoch().AddDate(-1, 0, 0), NotAfter: epoch().AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &provisioning.Identity{
		TerminalID: who.ID, Environment: who.Environment, Protection: who.Protection, Signer: key, Certificate: cert,
	}
}
