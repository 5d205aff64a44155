package desk

import (
	"fmt"
	"io"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
)

// Desk is where one command works: the machine, and who asked.
type Desk struct {
	World
	Machine   Machine
	In        io.Reader
	Out, Says io.Writer // the answer; progress, questions and complaints
	JSON      bool
	Paint     console.Paint
	Verdict   func(error) Verdict // nil is an end too
}

// Hint tells a person what goes on, or what to do.
func (d *Desk) Hint(format string, args ...any) {
	fmt.Fprintf(d.Says, format+"\n", args...)
}
