package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// command is one that looks into the store: how many words follow its name, and
// what it does with them.
type command struct {
	least, most int
	do          func(ctx context.Context, p *platform.Platform, r request, out io.Writer) error
}

func commands() map[string]command {
	return map[string]command{
		"token":        {1, 3, token},
		"terminal":     {1, 1, terminal},
		"issuance":     {1, 1, issuance},
		"ca":           {1, 2, terminalCA},
		"keys":         {1, 3, keys},
		"terminals":    {0, 1, terminals},
		"fleet":        {0, 1, showFleet},
		"suspend":      {1, 2, suspend},
		"retire":       {1, 2, retire},
		"reinstate":    {1, 1, reinstate},
		"registration": {1, 1, registration},
		"evidence":     {1, 1, evidence},
		"bundle":       {0, 0, giveBundle},
		"import":       {2, 2, importEnvelope},
		"import-item":  {2, 2, importItem},
		"enrol-item":   {0, 0, enrolItem},
		"reviews":      {0, 0, reviews},
		"lists":        {0, 0, lists},
		"decide":       {2, 2, decide},
		"contests":     {0, 0, contests},
		"contest-look": {1, 1, contestLook},
		"contest-item": {4, 4, contestItem},
	}
}

// execute does a command on an open platform.
func execute(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	c, known := commands()[r.Args[0]]
	if words := len(r.Args) - 1; !known || words < c.least || words > c.most {
		return errUsage
	}
	return c.do(ctx, p, r, out)
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}

func suspend(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	compromised := len(r.Args) == 3
	if compromised && r.Args[2] != "compromised" {
		return errUsage
	}
	return p.Suspend(ctx, r.Args[1], compromised)
}

func reinstate(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	return p.Reinstate(ctx, r.Args[1])
}

func registration(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	id, err := protocol.ParseID(r.Args[1])
	if err != nil {
		return err
	}
	found, err := p.Registration(ctx, id)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s %s from %s arrived %s verdict %s %s activated %s erased %s contested %s\n", found.ID, found.Body, found.TerminalID,
		moment(found.Arrived), found.Verdict, found.Reason, moment(found.Activated), moment(found.Erased), contestedSince(found))
	return err
}

func contestedSince(r platform.Registration) string {
	if !r.Contested() {
		return "never"
	}
	return moment(r.Contest.At)
}

func evidence(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	id, err := protocol.ParseID(r.Args[1])
	if err != nil {
		return err
	}
	found, err := p.Evidence(ctx, id)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(found)
}

func importEnvelope(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	id, err := protocol.ParseID(r.Args[1])
	if err != nil {
		return err
	}
	receipt, err := p.Import(ctx, id, r.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", receipt)
	return err
}

func reviews(ctx context.Context, p *platform.Platform, _ request, out io.Writer) error {
	all, err := p.Reviews(ctx)
	for _, r := range all {
		fmt.Fprintf(out, "%s from %s asked %s looks like account %s\n", r.ID, r.TerminalID, moment(r.Review.Asked), r.Review.Account)
	}
	return err
}

func lists(ctx context.Context, p *platform.Platform, _ request, out io.Writer) error {
	all, err := p.Lists(ctx)
	for _, l := range all {
		state := "fresh"
		if !time.Now().Before(l.Until) {
			state = "STALE"
		}
		fmt.Fprintf(out, "%s %8d revoked, %s to %s, CA and point %s\n", state, l.Revoked, moment(l.From), moment(l.Until), l.Name)
	}
	return err
}

func decide(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	id, err := protocol.ParseID(r.Args[1])
	if err != nil {
		return err
	}
	return p.Decide(ctx, id, platform.Decision(r.Args[2]))
}
