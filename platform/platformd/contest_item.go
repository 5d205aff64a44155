package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The half of the command contest that looks into the store.

// contestLook tells what lies under a reference.
func contestLook(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	ref, err := protocol.ParseReference(r.Args[1])
	if err != nil {
		return err
	}
	all, objected, err := p.Cases(ctx, ref)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(findings{all, objected})
}

// contests lists what somebody has to rule on, and what has not arrived.
func contests(ctx context.Context, p *platform.Platform, _ request, out io.Writer) error {
	all, err := p.Contests(ctx)
	for _, one := range all {
		stopped := "its code is dead"
		if one.Contest.Account != nil {
			stopped = "its account is suspended"
		}
		fmt.Fprintf(out, "%s %s from %s contested %s by %s, %s\n", one.ID.Reference(), one.ID, one.Terminal, moment(one.Contest.At), one.Contest.By, stopped)
	}
	if err != nil {
		return err
	}
	waiting, err := p.Objections(ctx)
	for _, o := range waiting {
		fmt.Fprintf(out, "%s has not arrived, objected to %s by %s: %s\n", o.Reference, moment(o.At), o.By, o.Reason)
	}
	return err
}

// contestItem does what was confirmed: what, about which, who, why.
func contestItem(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	what, about := r.Args[1], r.Args[2]
	said := platform.Said{By: r.Args[3], Reason: r.Args[4]}
	if what == "object" || what == "drop" {
		return objectItem(ctx, p, what, about, said, out)
	}
	id, err := protocol.ParseID(about)
	if err != nil {
		return err
	}
	switch what {
	case "contest":
		err = p.Contest(ctx, id, said)
		if errors.Is(err, platform.ErrContested) {
			err = nil // somebody else took a call about it at this moment
		}
	case "restore":
		err = p.Rule(ctx, id, platform.Restored, said)
	case "uphold":
		err = p.Rule(ctx, id, platform.Upheld, said)
	default:
		return errUsage
	}
	if err != nil {
		return err
	}
	return tellItem(ctx, p, id, out)
}

func objectItem(ctx context.Context, p *platform.Platform, what, about string, said platform.Said, out io.Writer) error {
	ref, err := protocol.ParseReference(about)
	if err != nil {
		return err
	}
	if what == "drop" {
		if err := p.DropObjection(ctx, ref, said); err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s: the objection is taken back\n", ref)
		return err
	}
	if err := p.Object(ctx, ref, said); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: noted; when it arrives, its code is dead\n", ref)
	return err
}

// tellItem says what it has come to.
func tellItem(ctx context.Context, p *platform.Platform, id protocol.ID, out io.Writer) error {
	all, _, err := p.Cases(ctx, id.Reference())
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.ID == id {
			_, err = fmt.Fprintf(out, "%s: %s\n", id.Reference(), become(one))
		}
	}
	return err
}

// become says what has become of a registration, and what comes next.
func become(one platform.Case) string {
	switch {
	case one.State == platform.CaseContested && one.Successor != nil:
		return "contested, on record; the account stands on " + one.Successor.Reference().String() + " and was left alone"
	case one.State == platform.CaseContested && one.Contest.Account != nil:
		return "contested; the account is suspended, and whoever the webhook tells knows it; end it with restore or uphold"
	case one.State == platform.CaseContested:
		return "contested; its code is dead; end it with restore or uphold"
	case one.State == platform.CaseUpheld:
		return "upheld, for good; who comes next for this person waits for a decision, see reviews"
	}
	return "restored; " + stateWords(one.State)
}

// japan is the time on slips.
var japan = time.FixedZone("JST", 9*60*60)

// printCase shows what somebody needs to know to be sure of the visit, and no more.
func printCase(out io.Writer, one platform.Case) {
	fmt.Fprintf(out, "reference  %s (id %s)\n", one.ID.Reference(), one.ID)
	fmt.Fprintf(out, "visit      %s, by the terminal's clock\n", one.Sealed.In(japan).Format("2006-01-02 15:04 MST"))
	fmt.Fprintf(out, "terminal   %s\n", one.Terminal)
	fmt.Fprintf(out, "how        a My Number card, its password and its signature\n")
	fmt.Fprintf(out, "arrived    %s\n", moment(one.Arrived))
	fmt.Fprintf(out, "state      %s, since %s\n", stateWords(one.State), moment(one.Since))
	if one.Successor != nil {
		fmt.Fprintf(out, "successor  %s: was it that visit which was not them? Then contest that one\n", one.Successor.Reference())
	}
	if one.Contest != nil {
		fmt.Fprintf(out, "contest    %s by %s%s\n", moment(one.Contest.At), one.Contest.By, ruled(*one.Contest))
	}
}

func ruled(c platform.Contest) string {
	if c.Ruling == "" {
		return ", stands"
	}
	return fmt.Sprintf(", %s %s by %s", c.Ruling, moment(c.Ruled), c.RuledBy)
}

// question is what is asked before anything is done.
func question(ruling string, state platform.CaseState) string {
	switch {
	case ruling == "restore":
		return "It was the caller after all: shall all be as before?"
	case ruling == "uphold":
		return "It was not the caller: shall its code and its binding end for good?"
	case state == platform.CaseSuperseded:
		return "Is it the visit on this slip that was not the caller? That will be on record, and nothing else."
	case state == platform.CaseActive || state == platform.CaseSuspended:
		return "Is this the visit on the caller's slip? Its account will be suspended."
	}
	return "Is this the visit on the caller's slip? Its code will be dead."
}

// stateWords are for people.
func stateWords(s platform.CaseState) string {
	words := map[platform.CaseState]string{
		platform.CaseReceived:   "received; revocation could not be checked yet",
		platform.CaseWaiting:    "not activated; its code still can",
		platform.CaseExpired:    "not activated, and its code ran out",
		platform.CaseInReview:   "its code was right; a person has to decide whose account it is",
		platform.CaseActive:     "active: an app is bound by it",
		platform.CaseSuspended:  "active, and suspended: its certificate was revoked",
		platform.CaseSuperseded: "superseded: another registration took its place",
		platform.CaseContested:  "contested",
		platform.CaseUpheld:     "contested, and upheld",
		platform.CaseRefused:    "refused",
		platform.CaseWithdrawn:  "withdrawn by its terminal",
	}
	return words[s]
}
