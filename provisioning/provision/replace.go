package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
)

// errOtherSite: the old machine's export and the token speak of different terminals.
var errOtherSite = errors.New("the old machine's export is of another terminal")

// unknownUnsent is said of an old machine that cannot be asked any more.
const unknownUnsent = "unknown"

// predecessor is the machine whose site this one takes over.
type predecessor struct {
	Unsent *int   `json:"unsent,omitempty"` // nothing where nobody can know
	Export string `json:"export,omitempty"` // the file that they travel in
	Forced bool   `json:"forced"`           // they are given up

	terminal string // of the export
	count    string
}

func (p *predecessor) register(flags *flag.FlagSet) {
	flags.StringVar(&p.count, "old-unsent", "", "")
	flags.StringVar(&p.Export, "old-export", "", "")
	flags.BoolVar(&p.Forced, "force", false, "")
}

// runReplace is init for a machine that takes over another's site: before it begins
// it is clear what becomes of that which the old one keeps.
func runReplace(ctx context.Context, w desk.World, args []string, in io.Reader, out, complaints io.Writer) int {
	p := &predecessor{}
	return bringUp(ctx, "replace", w, args, in, out, complaints, p)
}

// settle learns what waits on the old machine, before the token is spent.
func (z *wizard) settle(ctx context.Context) error {
	p := z.report.Old
	if p.count == "" && p.Export == "" {
		if z.flags.yes || !console.IsTerminal(z.In) {
			return fmt.Errorf("%w: say how many wait on the old machine: --old-unsent N, --old-unsent unknown or --old-export FILE", errUnsent)
		}
		answer, err := z.question(ctx, "How many envelopes wait on the old machine (watashi-provision queue list there)?\nA number, the file of its queue export, or \"unknown\": ")
		if err != nil {
			return err
		}
		if p.count = answer; strings.ContainsAny(answer, "/.") {
			p.count, p.Export = "", answer
		}
	}
	if p.Export != "" {
		return p.read()
	}
	return p.take()
}

// take believes a number.
func (p *predecessor) take() error {
	if p.count == unknownUnsent {
		return nil
	}
	n, err := strconv.Atoi(p.count)
	if err != nil || n < 0 {
		return fmt.Errorf("%w: neither a number nor %q", errUnsent, unknownUnsent)
	}
	p.Unsent = &n
	if n > 0 && !p.Forced {
		return fmt.Errorf("%w: %s on the old machine", errUnsent, console.Plural(n, "envelope"))
	}
	return nil
}

// read counts what the old machine's export brings.
func (p *predecessor) read() error {
	file, err := os.Open(p.Export)
	if err != nil {
		return err
	}
	defer file.Close()
	head, count, err := protocol.ReadCarried(file, protocol.FormatQueue, func(l protocol.CarriedLine[protocol.CarriedItem]) error { return l.Err })
	p.terminal, p.Unsent = head.Terminal, &count
	return err
}

// sameSite holds the token's terminal against the export's, which is known once the
// identity is there.
func (z *wizard) sameSite() error {
	id, err := provisioning.LoadDevice(z.options.State)
	if err != nil || z.report.Old == nil || z.report.Old.terminal == "" || z.report.Old.terminal == id.TerminalID {
		return err
	}
	return fmt.Errorf("%w: %s, and this machine is %s", errOtherSite, z.report.Old.terminal, id.TerminalID)
}

// print tells what is left to do about the old machine.
func (p *predecessor) Print(s *console.Sheet, terminal string) {
	switch {
	case p.Export != "":
		s.Fact("old machine", fmt.Sprintf("%s in %s; at the platform: watashi-platformd -config FILE import-queue %s", console.Plural(*p.Unsent, "envelope"), p.Export, p.Export))
	case p.Unsent == nil:
		s.Fact("old machine", s.In(console.Yellow, "nobody knows what it kept")+"; its disk may still be read, sealed as it is: queue export on another machine")
	case *p.Unsent > 0:
		s.Fact("old machine", s.In(console.Red, console.Plural(*p.Unsent, "envelope")+" given up"))
	default:
		s.Fact("old machine", "nothing waits on it")
	}
	s.Under("", "If it still runs and was not retired: watashi-provision retire --offline there, and do not start it again.")
	s.Under("", "The platform's operator sees its end: watashi-platformd -config FILE terminal "+terminal)
}
