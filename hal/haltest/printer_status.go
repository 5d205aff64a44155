package haltest

import "bytes"

// What the printer says of itself, after Epson's programming guides.

// stopped reports whether the printer stands still.
func (p *Printer) stopped() bool {
	f := p.faults
	return f.PaperOut || f.CoverOpen || f.Jammed || f.Broken || f.Overheated || f.Offline
}

// printerRealTime finds the real-time commands in what is received, be it
// command or raster data: a printer cannot tell.
type printerRealTime struct{ pending []byte }

// printerRealTimeCommands are those commands, without their last bytes.
//
//	DLE EOT n   say status n        DLE ENQ n   recover
//	DLE DC4 8   clear the buffers   DLE DC4 1   pulse, two more bytes
func (r *printerRealTime) feed(c byte) []byte {
	r.pending = append(r.pending, c)
	for len(r.pending) > 0 {
		switch need := realTimeLength(r.pending); {
		case need < 0:
			r.pending = r.pending[1:] // not here; look from the next byte
		case need > len(r.pending):
			return nil
		default:
			command := r.pending
			r.pending = nil
			return command
		}
	}
	return nil
}

// realTimeLength is how long the command is that begins so; -1 if none does.
func realTimeLength(b []byte) int {
	clearBuffers := []byte{0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8}
	switch {
	case b[0] != 0x10:
		return -1
	case len(b) == 1:
		return 2
	case b[1] == 0x04, b[1] == 0x05:
		return 3
	case b[1] == 0x14 && bytes.HasPrefix(clearBuffers, b):
		return len(clearBuffers)
	case b[1] == 0x14 && (len(b) == 2 || b[2] == 1):
		return 5
	}
	return -1
}

func (p *Printer) obey(command []byte) {
	switch {
	case command[1] == 0x04:
		p.answer(p.statusByte(command[2])...)
	case command[1] == 0x05 && command[2] == 2:
		p.faults.Jammed = false
		p.forget()
		p.tellStatus()
	case command[1] == 0x14 && command[2] == 8 && !p.engine.plain:
		p.forget()
		p.answer(0x37, 0x25, 0)
	}
}

// forget clears the buffers, and with them a command that was half received.
func (p *Printer) forget() {
	p.buffer = nil
	p.engine.forget()
	p.wake()
}

// statusByte answers DLE EOT n.
func (p *Printer) statusByte(n byte) []byte {
	f := p.faults
	switch n {
	case 1:
		return []byte{0x12 | bit(p.stopped(), 0x08)}
	case 2:
		return []byte{0x12 | bit(f.CoverOpen, 0x04) | bit(f.PaperOut, 0x20) | bit(f.Jammed || f.Broken || f.Overheated, 0x40)}
	case 3:
		return []byte{0x12 | p.errorBits()}
	case 4:
		return []byte{0x12 | bit(f.PaperLow || f.PaperOut, 0x0C) | bit(f.PaperOut, 0x60)}
	}
	return nil
}

func (p *Printer) errorBits() byte {
	return bit(p.faults.Jammed, 0x08) | bit(p.faults.Broken, 0x20) | bit(p.faults.Overheated, 0x40)
}

func (p *Printer) paperBits() byte {
	return bit(p.faults.PaperLow || p.faults.PaperOut, 0x03) | bit(p.faults.PaperOut, 0x0C)
}

// automaticStatus is Automatic Status Back.
func (p *Printer) automaticStatus() [4]byte {
	return [4]byte{
		0x10 | bit(p.stopped(), 0x08) | bit(p.faults.CoverOpen, 0x20),
		p.errorBits(),
		p.paperBits(),
		0x0F,
	}
}

// tellStatus sends Automatic Status Back if it is on and something changed.
func (p *Printer) tellStatus() {
	now := p.automaticStatus()
	if p.engine.asb != 0 && now != p.told {
		p.told = now
		p.answer(now[:]...)
	}
}

// answerInOrder answers a command that was carried out.
func (p *Printer) answerInOrder(command []byte) {
	if len(command) < 3 || command[0] != 0x1D {
		return
	}
	switch what, n := command[1], command[2]; {
	case what == 'a' && n != 0:
		p.told = p.automaticStatus()
		p.answer(p.told[:]...)
	case what == 'r' && !p.faults.Unconfirmed && (n == 1 || n == '1'):
		p.answer(p.paperBits())
	case what == 'r' && !p.faults.Unconfirmed:
		p.answer(0)
	case what == 'I' && n >= 65 && n <= 69:
		p.answer(append([]byte("_virtual printer"), 0)...)
	case what == 'I':
		p.answer(0x02)
	}
}

func bit(set bool, value byte) byte {
	if set {
		return value
	}
	return 0
}
