package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Promise is one thing that the protocol promises.
type Promise struct {
	Name   string // stable, for scripts and reports
	Says   string // the promise, in one line
	Clause string // where it is written: operations of openapi.yaml, or a schema

	keep func(context.Context, *trial) error
}

// Errors of Run: the run did not come about, and nothing is known.
var (
	// ErrProduction: what the kit leaves behind does not belong there.
	ErrProduction = errors.New("the platform's bundle says production")
	// ErrUnknownPromise: there is none of that name.
	ErrUnknownPromise = errors.New("no such promise")
)

// errNotAsked says why a promise cannot be asked in this run.
var errNotAsked = errors.New("not asked")

func notAsked(why string) error { return fmt.Errorf("%w: %s", errNotAsked, why) }

// The promises that the whole run is about come last.
const (
	nameDescribed = "answers-as-described"
	nameProblems  = "problems-as-described"
	nameLater     = "later-says-when"

	maxUndescribed = 5 // of each, in a report
)

// Promises is the whole list, in the order of the run.
func Promises() []Promise {
	return slices.Concat(doorPromises(), keyPromises(), registrationPromises(), refusalPromises(), withdrawalPromises(), activationPromises(),
		tryPromises(), standingPromises(), strictPromises(), limitPromises(), wholePromises())
}

// wholePromises look back on every answer of the run.
func wholePromises() []Promise {
	return []Promise{
		{nameLater, "429 and 503 carry Retry-After, in seconds", "components.responses.later", flood},
		{nameProblems, "every error is problem+json, as its schema says", "components.responses.problem; schema/problem.json",
			func(_ context.Context, t *trial) error { return t.complaints(nameProblems) }},
		{nameDescribed, "every other answer has a status, a media type and a content that are described", "openapi.yaml",
			func(_ context.Context, t *trial) error { return t.complaints(nameDescribed) }},
	}
}

// trial is one run. Promises are asked one after the other; what one of them does
// at once shares mu.
type trial struct {
	subject   Subject
	described *description
	bundle    protocol.Bundle
	attrs     protocol.Attributes
	apps      *http.Client // without a certificate
	machines  []*machine   // those of the subject, each with its client
	open      []func()     // ends the connections
	shared    protocol.RegistrationKey

	mu          sync.Mutex
	undescribed map[string][]error // guarded by mu
	met         map[string]bool    // guarded by mu: answers of the document
}

// Run asks the promises of those names, or all of them, and reports on each. An
// error means that the run did not come about: the subject is not whole, does not
// answer or is no place for tests.
func Run(ctx context.Context, s Subject, only ...string) (Report, error) {
	s = s.withDefaults()
	if err := s.Validate(); err != nil {
		return Report{}, err
	}
	asked, err := choose(only)
	if err != nil {
		return Report{}, err
	}
	t, err := begin(ctx, s)
	if err != nil {
		return Report{}, fmt.Errorf("meeting the platform: %w", err)
	}
	defer t.end()
	report := Report{URL: s.URL, Platform: t.bundle.PlatformID, Bundle: t.bundle.Version, Began: time.Now().UTC().Truncate(time.Second)}
	for _, p := range asked {
		report.Results = append(report.Results, t.try(ctx, p))
		if ctx.Err() != nil {
			return report, context.Cause(ctx)
		}
	}
	report.count()
	report.Met, report.Unmet, err = t.unmet()
	return report, err
}

func choose(only []string) (asked []Promise, err error) {
	all := Promises()
	for _, name := range only {
		if !slices.ContainsFunc(all, func(p Promise) bool { return p.Name == name }) {
			return nil, fmt.Errorf("%q: %w", name, ErrUnknownPromise)
		}
	}
	for _, p := range all {
		if len(only) == 0 || slices.Contains(only, p.Name) {
			asked = append(asked, p)
		}
	}
	return asked, nil
}

// begin meets the platform: its bundle says who it is and to whom to seal.
func begin(ctx context.Context, s Subject) (t *trial, err error) {
	t = &trial{subject: s, undescribed: map[string][]error{}, met: map[string]bool{}}
	if t.described, err = readDescription(); err != nil {
		return nil, err
	}
	if t.attrs, err = certifiedAttributes(s.Citizen.Certificate); err != nil {
		return nil, err
	}
	t.apps = t.client()
	for _, terminal := range s.Terminals {
		t.machines = append(t.machines, &machine{t: t, Terminal: terminal, carry: t.client(terminal.TLS)})
	}
	if err := t.readBundle(ctx); err != nil {
		t.end()
		return nil, err
	}
	return t, nil
}

func (t *trial) readBundle(ctx context.Context) error {
	r, err := t.ask(ctx, t.machines[0].carry, asIs(get(protocol.PathBundle)))
	if err != nil {
		return err
	}
	if err := r.want(http.StatusOK, ""); err != nil {
		return err
	}
	if t.bundle, err = protocol.DecodeFirstBundle(r.body); err != nil {
		return err
	}
	if t.bundle.Environment != protocol.Test {
		return ErrProduction
	}
	return nil
}

func (t *trial) end() {
	for _, closes := range t.open {
		closes()
	}
}

// try asks one promise.
func (t *trial) try(ctx context.Context, p Promise) Result {
	began := time.Now()
	err := p.keep(ctx, t)
	r := Result{Name: p.Name, Says: p.Says, Clause: p.Clause, Outcome: Held, Milliseconds: time.Since(began).Milliseconds()}
	switch {
	case errors.Is(err, errNotAsked):
		r.Outcome, r.Why = NotAsked, err.Error()
	case err != nil:
		r.Outcome, r.Why = Broken, err.Error()
	}
	return r
}

// complaints is what was filed under a name.
func (t *trial) complaints(name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return errors.Join(t.undescribed[name]...)
}

// second is the other terminal.
func (t *trial) second() (*machine, error) {
	if len(t.machines) < 2 {
		return nil, notAsked("it takes a second terminal")
	}
	return t.machines[1], nil
}
