package haltest

import (
	"image"
	"slices"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// Printer is a receipt printer that does not exist: a hal.Port that understands
// ESC/POS, prints on paper one can look at, answers, and can be broken on
// purpose. Like a real one it has a small buffer, obeys real-time commands
// before that buffer, and stops in mid-job when it has no paper.
//
// It may be shared. In a synctest bubble it must be made inside of it.
type Printer struct {
	onSlip func(image.Image)

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced at every change
	faults   PrinterFaults
	received int    // bytes since the last Break
	answers  []byte // not read yet
	buffer   []byte // received, not carried out yet
	realTime printerRealTime
	engine   printerEngine
	told     [4]byte // the last Automatic Status Back
	printing bool    // run is at work, perhaps outside of the lock
	slips    []image.Image
	shown    int // slips that onSlip has seen
}

// PrinterFaults is all that can be wrong with a Printer at one time. The zero
// value is a printer in order.
type PrinterFaults struct {
	PaperOut, PaperLow bool
	CoverOpen          bool
	Jammed             bool // the cutter stands still
	Broken             bool // a fault beyond repair
	Overheated         bool // a fault that passes
	Offline            bool // somebody pressed the button

	Silent      bool // takes everything, answers nothing
	Unconfirmed bool // answers at once, but not in order
	Gone        bool // unplugged

	After     int             // Then happens after so many bytes from now on; 0 = never
	Then      PrinterAccident // once
	PaperRows int             // the paper ends after so many rows from now on; 0 = never
	RowTime   time.Duration   // what one row of dots takes
}

// PrinterAccident is what can happen to a Printer in mid-job, between one byte
// and the next. The byte before it was still received, and carried out if
// nothing stopped the printer; what truly came out is in Slips and Uncut.
//
//	p.Break(haltest.PrinterFaults{After: 1000, Then: haltest.PrinterPowerCycle})
//
// It stays as the fault of the same name does, until the next Break.
type PrinterAccident string

// The accidents. After a power cycle the printer is in order, answers, and takes
// what still comes for the start of a command.
const (
	PrinterPaperOut   PrinterAccident = "paper out"
	PrinterCoverOpen  PrinterAccident = "cover open"
	PrinterGone       PrinterAccident = "gone"
	PrinterSilent     PrinterAccident = "silent"
	PrinterPowerCycle PrinterAccident = "power cycle"
)

// PrinterOption changes a Printer while it is made.
type PrinterOption func(*Printer)

// PrinterWidth sets the dots of a row; 576 without it.
func PrinterWidth(dots int) PrinterOption {
	return func(p *Printer) { p.engine.paper.width = dots }
}

// OnSlip calls show with each slip that is cut off, from the goroutine that
// printed it.
func OnSlip(show func(image.Image)) PrinterOption {
	return func(p *Printer) { p.onSlip = show }
}

// printerBuffer is how much a printer takes while it stands still.
const printerBuffer = 4096

// The bounds of the port.
const (
	printerReadBound  = 100 * time.Millisecond
	printerWriteBound = time.Second
)

// NewPrinter gives a printer that is switched on and has paper.
func NewPrinter(opts ...PrinterOption) *Printer {
	p := &Printer{changed: make(chan struct{})}
	p.engine.paper.width = 576
	for _, o := range opts {
		o(p)
	}
	return p
}

// Break puts the printer in a condition; the zero PrinterFaults mends it. What
// waited in the buffer is printed then, as real printers do.
func (p *Printer) Break(f PrinterFaults) {
	p.mu.Lock()
	p.faults, p.received = f, 0
	p.run()
	p.tellStatus()
	p.wake()
	p.mu.Unlock()
	p.show()
}

// PowerCycle switches the printer off and on: it forgets what it was sent. The
// paper stays in it.
func (p *Printer) PowerCycle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.powerCycle()
}

func (p *Printer) powerCycle() {
	p.engine = printerEngine{paper: p.engine.paper, plain: p.engine.plain, strange: p.engine.strange}
	p.buffer, p.answers, p.realTime = nil, nil, printerRealTime{}
	p.wake()
}

// Slips are the slips that were cut off and not taken away, the oldest first.
func (p *Printer) Slips() []image.Image {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.slips)
}

// TakeSlips takes away the slips that were cut off, the oldest first: whoever lets
// a printer print for hours has to, as each is a picture.
func (p *Printer) TakeSlips() []image.Image {
	p.mu.Lock()
	taken, fresh := p.slips, p.slips[p.shown:]
	p.slips, p.shown = nil, 0
	p.mu.Unlock()
	p.showAll(fresh)
	return taken
}

// Last is the youngest slip that was not taken away; nil if there is none.
func (p *Printer) Last() image.Image {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.slips) == 0 {
		return nil
	}
	return p.slips[len(p.slips)-1]
}

// Uncut is how many rows hang out of the printer.
func (p *Printer) Uncut() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.engine.paper.rows()
}

// Misunderstood lists, in hex, the bytes that were no command.
func (p *Printer) Misunderstood() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.engine.strange)
}

// Read gives what the printer answers, and hal.ErrTimeout after a tenth of a
// second of silence.
func (p *Printer) Read(b []byte) (int, error) {
	silence := time.After(printerReadBound)
	for {
		n, changed, err := p.take(b)
		if n > 0 || err != nil {
			return n, err
		}
		select {
		case <-changed:
		case <-silence:
			return 0, hal.ErrTimeout
		}
	}
}

func (p *Printer) take(b []byte) (int, <-chan struct{}, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.faults.Gone {
		return 0, nil, hal.ErrGone
	}
	n := copy(b, p.answers)
	p.answers = p.answers[n:]
	return n, p.changed, nil
}

// Write sends bytes to the printer. When its buffer is full and it does not
// print, Write takes what has room and gives hal.ErrTimeout after a second.
func (p *Printer) Write(b []byte) (int, error) {
	defer p.show()
	standstill := time.After(printerWriteBound)
	for sent := 0; ; {
		n, changed, err := p.give(b[sent:])
		sent += n
		if err != nil || sent == len(b) {
			return sent, err
		}
		select {
		case <-changed:
		case <-standstill:
			return sent, hal.ErrTimeout
		}
	}
}

// give hands over bytes until the buffer is full.
func (p *Printer) give(b []byte) (int, <-chan struct{}, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, c := range b {
		if p.faults.Gone {
			return i, nil, hal.ErrGone
		}
		if len(p.buffer) >= printerBuffer {
			return i, p.changed, nil
		}
		p.receive(c)
	}
	return len(b), nil, nil
}

// receive is the printer's interrupt: first the real-time commands, wherever
// they stand, then the buffer.
func (p *Printer) receive(c byte) {
	p.received++
	p.buffer = append(p.buffer, c)
	if command := p.realTime.feed(c); command != nil {
		p.obey(command)
	}
	p.run()
	if p.received == p.faults.After {
		p.happen(p.faults.Then)
	}
}

// happen lets an accident happen.
func (p *Printer) happen(a PrinterAccident) {
	switch a {
	case PrinterPaperOut:
		p.faults.PaperOut = true
	case PrinterCoverOpen:
		p.faults.CoverOpen = true
	case PrinterGone:
		p.faults.Gone = true
	case PrinterSilent:
		p.faults.Silent = true
	case PrinterPowerCycle:
		p.powerCycle()
	}
	p.tellStatus()
	p.wake()
}

// run carries out what is in the buffer, as long as nothing stops the printer.
func (p *Printer) run() {
	if p.printing {
		return
	}
	p.printing = true
	defer func() { p.printing = false }()
	for !p.stopped() {
		c, any := p.nextByte()
		if !any {
			return
		}
		before := p.engine.paper.total
		answer := p.engine.carryOut(c)
		p.printed(p.engine.paper.total - before)
		p.answerInOrder(answer)
		p.takeSlip()
	}
}

// nextByte is what comes next: a macro that is executed goes before the buffer.
func (p *Printer) nextByte() (c byte, any bool) {
	from := &p.buffer
	if len(p.engine.macro.replay) > 0 {
		from = &p.engine.macro.replay
	}
	if len(*from) == 0 {
		return 0, false
	}
	c, *from = (*from)[0], (*from)[1:]
	return c, true
}

// printed is called for each row: it uses paper and takes time.
func (p *Printer) printed(rows int) {
	if rows == 0 {
		return
	}
	if d := time.Duration(rows) * p.faults.RowTime; d > 0 {
		p.mu.Unlock()
		<-time.After(d)
		p.mu.Lock()
	}
	if left := p.faults.PaperRows; left > 0 {
		p.faults.PaperRows = max(left-rows, 0)
		p.faults.PaperOut = p.faults.PaperOut || left <= rows
		p.tellStatus()
	}
}

func (p *Printer) takeSlip() {
	if slip := p.engine.paper.takeCut(); slip != nil {
		p.slips = append(p.slips, slip)
	}
}

// show calls the hook outside of the lock, so that it may ask the printer.
func (p *Printer) show() {
	p.mu.Lock()
	fresh := slices.Clone(p.slips[p.shown:])
	p.shown = len(p.slips)
	p.mu.Unlock()
	p.showAll(fresh)
}

func (p *Printer) showAll(fresh []image.Image) {
	if p.onSlip == nil {
		return
	}
	for _, slip := range fresh {
		p.onSlip(slip)
	}
}

func (p *Printer) answer(b ...byte) {
	if p.faults.Silent || len(b) == 0 {
		return
	}
	p.answers = append(p.answers, b...)
	p.wake()
}

func (p *Printer) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}
