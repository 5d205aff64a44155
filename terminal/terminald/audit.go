package main

import "io"

// audit writes the audit trail, as JSON lines.
func (g *gauge) audit(w io.Writer) error {
	g = g.fitted()
	if g.base == nil {
		return errNoTerminal
	}
	return g.base.journal.ExportAudit(w)
}

// watched is a writer that knows whether anything went through it: after the first
// byte an answer can say no more that it failed.
type watched struct {
	io.Writer
	begun bool
}

func (w *watched) Write(b []byte) (int, error) {
	w.begun = true
	return w.Writer.Write(b)
}
