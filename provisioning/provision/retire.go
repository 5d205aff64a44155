package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// Why a machine is not retired.
var (
	errUnsent   = errors.New("the platform has not taken all that this machine keeps")
	errRunning  = errors.New("watashi-terminald still runs")
	errNotTold  = errors.New("the platform was not told, so nothing was destroyed")
	errAskFirst = errors.New("nobody agreed, so nothing was done")
)

// journalFile is terminald's, in its folder.
const journalFile = "journal.db"

// retirement is what retire tells.
type retirement struct {
	desk.Ending
	provisioning.Retired
	Unsent    int    `json:"unsent"`
	Forced    bool   `json:"forced"`
	Successor string `json:"successor,omitempty"`
	Destroyed bool   `json:"keys_destroyed"`
	Journal   string `json:"journal,omitempty"` // where what it keeps lies, if anything
}

// retiring is one run of retire.
type retiring struct {
	*desk.Desk
	options        options
	force, offline bool
	yes            bool
	config         string
	report         retirement
}

func runRetire(ctx context.Context, w desk.World, args []string, in io.Reader, out, complaints io.Writer) int {
	r := &retiring{}
	if code, ok := parse("retire", args, complaints, &r.options, func(flags *flag.FlagSet) {
		flags.BoolVar(&r.force, "force", false, "")
		flags.BoolVar(&r.offline, "offline", false, "")
		flags.BoolVar(&r.yes, "yes", false, "")
		flags.StringVar(&r.report.Successor, "successor", "", "")
		flags.StringVar(&r.config, "config", "", "")
	}); !ok {
		return code
	}
	r.Desk = newCall(w, in, out, complaints, r.options.json).Desk
	err := r.Load(r.config)
	if err == nil {
		err = r.run(ctx)
	}
	return r.End(&r.report, err)
}

func (r *retiring) run(ctx context.Context) error {
	r.options.settle(r.Desk)
	if _, err := r.Ask(ctx); !desk.Absent(err) {
		return fmt.Errorf("%w and would go on to use the keys", errRunning)
	}
	_, err := provisioning.LoadDevice(r.options.State)
	if begun, broken := provisioning.Retiring(r.options.State); errors.Is(err, provisioning.ErrNoIdentity) && begun == nil {
		return errors.Join(err, broken)
	}
	if err := r.count(); err != nil {
		return err
	}
	if err := r.agree(ctx); err != nil {
		return err
	}
	r.report.Retired, err = provisioning.Retire(ctx, provisioning.RetireConfig{
		StateDir: r.options.State, UplinkDir: r.options.Uplink, Unsent: r.report.Unsent, Forced: r.report.Forced,
		Successor: r.report.Successor, Offline: r.offline,
	})
	r.report.Destroyed = err == nil
	if left, broken := provisioning.Retiring(r.options.State); err != nil && broken == nil && left == nil && !errors.Is(err, provisioning.ErrNoIdentity) {
		return fmt.Errorf("%w: %w", errNotTold, err)
	}
	return err
}

// count finds what the platform has not taken. The journal's lock shows as well
// that no terminald has it open.
func (r *retiring) count() error {
	path := filepath.Join(r.options.State, journalFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil // it never served
	}
	r.report.Journal = path
	j, err := journal.Open(path)
	if errors.Is(err, journal.ErrInUse) {
		return fmt.Errorf("%w: %w", errRunning, err)
	}
	if err == nil {
		var p journal.Pressure
		p, err = j.Pressure()
		r.report.Unsent = p.Unsent + p.Quarantined
		err = errors.Join(err, j.Close())
	}
	switch {
	case err != nil && !r.force:
		return fmt.Errorf("%w: nobody can count it: %w", errUnsent, err)
	case r.report.Unsent > 0 && !r.force:
		return fmt.Errorf("%w: %s", errUnsent, console.Plural(r.report.Unsent, "envelope"))
	}
	r.report.Forced = err != nil || r.report.Unsent > 0
	return nil
}

// agree asks a person, where there is one.
func (r *retiring) agree(ctx context.Context) error {
	if r.yes || !console.IsTerminal(r.In) {
		return nil
	}
	if r.report.Unsent > 0 {
		r.Hint("%s will be lost with this machine's disk, unless they are exported.", console.Plural(r.report.Unsent, "envelope"))
	}
	r.Hint("This destroys the keys of this machine. It will be no terminal any more.")
	keys := console.NewTypist(r.In.(*os.File))
	if answer, err := keys.Ask(ctx, r.Says, "Type \"retire\" to go on: "); err != nil || answer != "retire" {
		return errors.Join(errAskFirst, err)
	}
	return nil
}

func (r *retirement) Print(s *console.Sheet) {
	s.Fact("terminal", r.TerminalID)
	if r.Result != "done" {
		return
	}
	s.Fact("keys", s.In(console.Green, "destroyed")+", in both folders")
	if r.Told {
		s.Fact("platform", "told; the certificates are worth nothing any more")
	} else {
		s.Fact("platform", s.In(console.Yellow, "not told")+"; its operator does it by hand:")
		s.Under("", "watashi-platformd -config FILE retire "+r.TerminalID+" "+r.Successor)
	}
	if r.Unsent > 0 {
		s.Fact("lost", s.In(console.Red, console.Plural(r.Unsent, "envelope"))+" that the platform never had")
		s.Under("", "They still lie sealed in "+r.Journal+" until the disk is erased.")
	}
}
