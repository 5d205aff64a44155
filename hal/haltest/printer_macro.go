package haltest

// printerMacro is a row of commands that the printer keeps until it is switched
// off, as Epson's GS : and GS ^ describe it: what is recorded is carried out as
// well, ESC @ does not clear it, and one that is executed while it is recorded is
// cleared.
type printerMacro struct {
	recording bool
	content   []byte
	replay    []byte // is being carried out
}

// printerLargestMacro is how many bytes are kept; the rest is lost.
const printerLargestMacro = 2048

func (m *printerMacro) record(c byte) {
	if m.recording && len(m.content) < printerLargestMacro {
		m.content = append(m.content, c)
	}
}

// startOrEnd carries out GS :, which is itself recorded and taken off again.
func (m *printerMacro) startOrEnd() {
	if m.recording {
		m.content = m.content[:max(len(m.content)-2, 0)]
	} else {
		m.content = nil
	}
	m.recording = !m.recording
}

// execute carries out GS ^ so many times, within reason.
func (m *printerMacro) execute(times int) {
	if m.recording {
		m.recording, m.content = false, nil
	}
	for range min(times, 8) {
		m.replay = append(m.replay, m.content...)
	}
}

// PlainPrinter makes the printer one of the simplest kind: it knows neither
// macros nor Automatic Status Back, and cannot clear its buffers.
func PlainPrinter() PrinterOption {
	return func(p *Printer) { p.engine.plain = true }
}

// advanced reports whether a PlainPrinter does not know a command.
func (c printerCommand) advanced() bool {
	return c.prefix == "\x1d:" || c.prefix == "\x1d^" || c.prefix == "\x1da"
}
