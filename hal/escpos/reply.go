package escpos

import "github.com/digital-watashi/kiosk/hal"

// What a printer says is told apart by bits that are fixed in each kind of
// answer, since answers come in any order and some come unasked:
//
//	DLE EOT n        0xx1 xx10   one byte, at once
//	ASB, first byte  0xx1 0000   mask 93h, then three bytes 0xx0 xxxx
//	GS r n           0xx0 xxxx   one byte, when the buffer gets there
//	block            37h … 00h   the answer to a cleared buffer, 37 25 00
//	XON, XOFF        11h, 13h    anywhere, also inside the others
type replyKind int

const (
	realTime  replyKind = iota + 1 // the answer to DLE EOT n
	automatic                      // Automatic Status Back, four bytes
	inOrder                        // the answer to GS r n
	block                          // the answer to a cleared buffer
)

// reply is one answer of the printer. Only automatic uses all four bytes.
type reply struct {
	kind  replyKind
	bytes [4]byte
}

// decoder parts what a printer sends into replies. The zero decoder is ready.
type decoder struct {
	asb     [4]byte
	have    int // bytes of asb
	inBlock int // bytes of a block, with its head
}

const (
	xon, xoff = 0x11, 0x13
	blockHead = 0x37
	// blockMost is the longest block we ask for; noise with the look of a head
	// must not swallow all that follows.
	blockMost = 3
)

// feed takes one byte and gives the reply that it ends, if it ends one.
func (d *decoder) feed(b byte) (reply, bool) {
	switch {
	case b == xon || b == xoff, b&0x80 != 0:
		return reply{}, false // flow control and noise
	case d.inBlock > 0:
		return d.blockByte(b)
	case b == blockHead:
		d.inBlock = 1
		return reply{}, false
	case b&0x93 == 0x12:
		return reply{kind: realTime, bytes: [4]byte{b}}, true
	case b&0x93 == 0x10:
		d.asb, d.have = [4]byte{b}, 1
		return reply{}, false
	case b&0x10 != 0:
		return reply{}, false // noise
	case d.have == 0:
		return reply{kind: inOrder, bytes: [4]byte{b}}, true
	}
	return d.asbByte(b)
}

func (d *decoder) asbByte(b byte) (reply, bool) {
	d.asb[d.have] = b
	d.have++
	if d.have < len(d.asb) {
		return reply{}, false
	}
	d.have = 0
	return reply{kind: automatic, bytes: d.asb}, true
}

func (d *decoder) blockByte(b byte) (reply, bool) {
	d.inBlock++
	whole := b == 0
	if whole || d.inBlock == blockMost {
		d.inBlock = 0
	}
	return reply{kind: block}, whole
}

// condition is all that the terminal wants to know of a printer.
type condition struct {
	offline   bool
	coverOpen bool
	paperEnd  bool
	paperLow  bool
	cutter    bool // it stands still
	broken    bool // a fault that wants a person
	resting   bool // a fault that passes, as a hot print head
}

// realTimeStatus adds what the answer to DLE EOT n says.
//
//	n = 1   08 offline
//	n = 2   04 cover open   08 fed by the button   20 stopped for paper end   40 a fault, which n = 3 names
//	n = 3   as errorBits
//	n = 4   0C near-end     60 paper end
//
// What is feeding by its button, or has a fault that it does not name, does not
// print: it is offline.
func (c *condition) realTimeStatus(n, b byte) {
	switch n {
	case 1:
		c.offline = c.offline || b&0x08 != 0
	case 2:
		c.offline = c.offline || b&(0x08|0x40) != 0
		c.coverOpen = b&0x04 != 0
		c.paperEnd = c.paperEnd || b&0x20 != 0
	case 3:
		c.errorBits(b)
	case 4:
		c.paperLow = b&0x0C != 0
		c.paperEnd = c.paperEnd || b&0x60 != 0
	}
}

// errorBits are the same in DLE EOT 3 and in the second byte of an ASB.
//
//	04 recoverable   08 cutter   20 unrecoverable   40 recovers by itself
func (c *condition) errorBits(b byte) {
	c.cutter = b&0x08 != 0
	c.broken = b&(0x04|0x20) != 0
	c.resting = b&0x40 != 0
}

// automaticStatus is what the four bytes of an ASB say.
//
//	first    08 offline   20 cover open   40 fed by the button
//	second   01 waits to be put online   02 button held   the others as errorBits
//	third    03 near-end   0C paper end
//	fourth   reserved
func automaticStatus(asb [4]byte) condition {
	c := condition{
		offline:   asb[0]&(0x08|0x40) != 0 || asb[1]&(0x01|0x02) != 0,
		coverOpen: asb[0]&0x20 != 0,
		paperLow:  asb[2]&0x03 != 0,
		paperEnd:  asb[2]&0x0C != 0,
	}
	c.errorBits(asb[1])
	return c
}

// status puts a condition in the words of the house.
func (c condition) status() hal.PrinterStatus {
	return hal.PrinterStatus{Device: c.device(), Paper: c.paper(), CoverOpen: c.coverOpen, CutterFault: c.cutter}
}

func (c condition) device() hal.State {
	switch {
	case c.cutter, c.broken:
		return hal.HardwareError
	case c.offline, c.resting:
		return hal.Offline
	}
	return hal.Online
}

func (c condition) paper() hal.Paper {
	switch {
	case c.paperEnd:
		return hal.PaperOut
	case c.paperLow:
		return hal.PaperLow
	}
	return hal.PaperFull
}

// fault is why a printer in this condition does not print; nil if it does. The
// cause goes before its consequence: an open cover also reads as offline.
func (c condition) fault() error {
	switch {
	case c.cutter:
		return ErrCutter
	case c.broken:
		return ErrHardware
	case c.coverOpen:
		return ErrCoverOpen
	case c.paperEnd:
		return ErrPaperOut
	case c.offline, c.resting:
		return ErrOffline
	}
	return nil
}
