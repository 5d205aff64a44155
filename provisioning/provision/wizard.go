package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/trial"
)

// errNotReady: the machine knows who it is, and could not serve anybody.
var errNotReady = errors.New("provisioned, but not ready to serve")

// wizard is one run of init, step by step. What an earlier run did stays done: the
// identity with its token, and then the rest until the machine was seen ready.
type wizard struct {
	*desk.Desk
	options options
	flags   initFlags
	steps   io.Writer // where each step is told
	begin   time.Time // of the run
	began   time.Time // of the step at work
	report  readiness
	person  *console.Typist // made by the first question
}

func (z *wizard) run(ctx context.Context) error {
	z.options.settle(z.Desk)
	if z.report.Old != nil {
		if err := z.settle(ctx); err != nil {
			return err
		}
	}
	if err := z.identity(ctx); err != nil {
		return err
	}
	if err := z.sameSite(); z.report.Old != nil && err != nil {
		return err
	}
	if z.flags.only != "" && slices.Contains(provisioning.Steps(), z.flags.only) {
		return nil
	}
	z.report.describe(z.options)
	for _, s := range []struct {
		name string
		do   func(context.Context) ([]string, error)
	}{{stepDevices, z.devices}, {stepSlip, z.print}} {
		if z.flags.only != "" && z.flags.only != s.name {
			continue
		}
		z.start(s.name)
		words, err := s.do(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		z.done(s.name, words, err)
	}
	return z.judge()
}

// identity does the steps that need the platform, unless they are done.
func (z *wizard) identity(ctx context.Context) error {
	switch {
	case z.flags.only == stepDevices, z.flags.only == stepSlip:
		return nil
	case !z.flags.replace && z.stands():
		return z.resume(ctx)
	}
	token, err := z.token(ctx)
	if err != nil {
		return err
	}
	f := z.flags
	if f.only == "" && z.stands() && provisioning.Pending(z.options.State, &token) { // replaced before: the token is spent
		z.passOver()
		return nil
	}
	defer z.warnOfToken()
	return provisioning.Init(ctx, provisioning.InitConfig{
		Token: token, StateDir: z.options.State, UplinkDir: z.options.Uplink, Environment: protocol.Environment(f.environment),
		Protection: f.protection, Device: f.chip, Replace: f.replace, Offline: f.offline, Only: f.only, Report: z.progress, Now: z.Now,
	})
}

// resume passes over the identity, if it is that of the token which is at hand and
// nobody has seen this machine ready since.
func (z *wizard) resume(ctx context.Context) error {
	if !provisioning.Pending(z.options.State, nil) {
		return provisioning.ErrProvisioned
	}
	if z.tokenAtHand() {
		token, err := z.token(ctx)
		if err != nil {
			return err
		}
		if !provisioning.Pending(z.options.State, &token) {
			return fmt.Errorf("%w, which another token gave", provisioning.ErrProvisioned)
		}
	}
	z.passOver()
	return nil
}

// passOver tells of the identity's steps that an earlier run did.
func (z *wizard) passOver() {
	for _, name := range provisioning.Steps() {
		z.start(name)
		z.done(name, []string{"done before"}, nil)
	}
}

// replaces reports whether this run is to put a new identity in the place of one.
func (z *wizard) replaces() bool {
	return z.flags.replace && z.flags.only != stepDevices && z.flags.only != stepSlip
}

// stands reports whether there is an identity, whole.
func (z *wizard) stands() bool { return provisioning.Provisioned(z.options.State, z.options.Uplink) }

// progress is told by the library.
func (z *wizard) progress(p provisioning.Progress) {
	if p.Done {
		z.done(p.Step, p.Words, nil)
		return
	}
	z.start(p.Step)
}

func (z *wizard) start(step string) {
	z.began = z.Now()
	z.report.Steps = append(z.report.Steps, stepReport{Step: step})
}

// done tells of a step that has ended.
func (z *wizard) done(step string, words []string, err error) {
	s := z.report.at(step)
	s.Seconds, s.Words, s.Word = z.Now().Sub(z.began).Seconds(), words, trial.OK
	if err != nil {
		e := z.Verdict(err)
		s.Word, s.Exit, s.Cause, s.Remedy = trial.Fault, e.Name, desk.OneLine(err), e.Remedy
		switch e.Code {
		case exitWaiting:
			s.Word = wordWaits
		case exitInterrupted:
			s.Word, s.Cause, s.Remedy = wordStopped, e.Meaning, z.report.wayOn(e)
		}
	}
	s.tell(console.NewSheet(z.steps, z.Paint, z.Environ), z.report.number(step), len(initSteps()))
}

// devices tries them as device check does.
func (z *wizard) devices(ctx context.Context) (words []string, err error) {
	r, err := trial.Check(ctx, z.Desk)
	z.report.Devices = r.Devices
	for _, f := range r.Devices {
		words = append(words, strings.TrimSuffix(fmt.Sprintf("%s %s, %s", f.Device, f.Word, f.Cause), ", "))
	}
	return words, err
}

// print prints the report, whose last line is how the printer itself does, so far.
func (z *wizard) print(ctx context.Context) (words []string, err error) {
	if z.report.Slip, err = trial.PrintSlip(ctx, z.Desk, z.Machine.Config, z.report.slip(z.Now())); err != nil {
		return nil, err
	}
	words = []string{"printed and cut, as the printer confirms"}
	if z.flags.yes || !console.IsTerminal(z.In) {
		return append(words, "nobody was asked to look at it"), nil
	}
	answer, err := z.question(ctx, "Look at the slip: is it sharp, whole and cut? [y/n] ")
	if err == nil && !strings.HasPrefix(strings.ToLower(answer), "y") {
		err = fmt.Errorf("%w: a person says that the slip is not good", trial.ErrPrinter)
	}
	return append(words, "a person looked at it"), err
}

// judge says whether the machine is ready, now that all has been tried.
func (z *wizard) judge() error {
	for _, s := range z.report.Steps {
		if s.Word == trial.Fault {
			return fmt.Errorf("%w: %s: %s", errNotReady, s.Step, s.Cause)
		}
	}
	if z.flags.only != "" {
		return nil
	}
	z.report.Ready = true
	return provisioning.SetReady(z.options.State)
}

// end tells how it went: the step that failed, then the sum.
func (z *wizard) end(err error) int {
	z.report.kept = z.stands() && z.replaces() && !z.report.replaced()
	z.report.stands = z.stands() && !z.report.kept
	if s := z.report.open(); err != nil && s != nil {
		z.done(s.Step, nil, err)
	}
	z.report.describe(z.options)
	z.report.Seconds, z.report.Time = z.Now().Sub(z.begin).Seconds(), z.Now().UTC().Truncate(time.Second)
	e := z.Verdict(err)
	z.report.Conclude(e, err)
	if z.flags.report != "" {
		if lost := z.save(); lost != nil && err == nil {
			err, e = lost, z.Verdict(lost)
			z.report.Conclude(e, err)
		}
	}
	return z.Desk.End(&z.report, err)
}

// save leaves the report in a file.
func (z *wizard) save() error {
	text, err := json.MarshalIndent(&z.report, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(z.flags.report, append(text, '\n'), 0o644) // nothing in it is secret
}
