package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/user"
	"slices"
	"strings"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The command contest: somebody calls and says "this was not me". It shows what is
// known of the visit, and of nobody; asks whether that is the one; and has it done.
// Looking and doing are two commands to whoever has the store (admin.go).

// dispute is what was asked for.
type dispute struct {
	number string // as it was read out
	ref    protocol.Reference
	id     protocol.ID // zero where the reference is all that is known
	ruling string      // "", restore or uphold
	said   platform.Said
	yes    bool // do not ask
	ahead  bool // it has not arrived
}

// errUnasked: nobody said yes.
var errUnasked = errors.New("nothing was done")

// readDispute reads the words; flags may stand anywhere behind the first.
func readDispute(args []string) (d dispute, err error) {
	flags := flag.NewFlagSet("contest", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	reason := flags.String("reason", "", "what the caller said, in one line")
	by := flags.String("by", "", "who takes the call")
	flags.BoolVar(&d.yes, "yes", false, "do not ask")
	flags.BoolVar(&d.ahead, "ahead", false, "it has not arrived yet")
	var words []string
	for rest := args; len(rest) > 0; {
		if err := flags.Parse(rest); err != nil {
			return d, fmt.Errorf("%w\nusage: %s", err, contestUsage)
		}
		if rest = flags.Args(); len(rest) > 0 {
			words, rest = append(words, rest[0]), rest[1:]
		}
	}
	d.said = platform.Said{By: nameOf(*by), Reason: *reason}
	return d, d.take(words)
}

const contestUsage = "contest REFERENCE [restore|uphold] [--reason TEXT] [--by NAME] [--yes] [--ahead]"

// take reads what is no flag.
func (d *dispute) take(words []string) (err error) {
	switch {
	case len(words) == 2 && (words[1] == "restore" || words[1] == "uphold"):
		d.ruling = words[1]
		if d.said.Reason == "" {
			return fmt.Errorf("%s ends the contest: say why, --reason TEXT", d.ruling)
		}
	case len(words) != 1:
		return errors.New("usage: " + contestUsage)
	}
	d.number = words[0]
	if d.id, err = protocol.ParseID(d.number); err == nil {
		d.ref = d.id.Reference()
		return nil
	}
	d.ref, err = protocol.ParseReference(d.number)
	return err
}

// nameOf is who does it: by name, and as whom the system knows them.
func nameOf(said string) string {
	login := os.Getenv("SUDO_USER")
	if login == "" {
		if who, err := user.Current(); err == nil {
			login = who.Username
		}
	}
	switch {
	case said == "" || said == login:
		return login
	case login == "":
		return said
	}
	return said + " (" + login + ")"
}

// contest is the command.
func contest(ctx context.Context, c config, args []string, in io.Reader, out io.Writer) error {
	d, err := readDispute(args)
	if errors.Is(err, flag.ErrHelp) {
		return printContest(out)
	}
	if err != nil {
		return err
	}
	found, err := d.look(ctx, c)
	if err != nil {
		return err
	}
	switch len(found.Cases) {
	case 0:
		return d.withoutCase(ctx, c, found, out)
	case 1:
		return d.settle(ctx, c, found, in, out)
	}
	for _, one := range found.Cases {
		printCase(out, one)
	}
	return fmt.Errorf("%d registrations begin with %s: ask for time and place on the slip, and give the whole id of the one", len(found.Cases), d.ref)
}

// findings are what lies under a reference.
type findings struct {
	Cases    []platform.Case     `json:"cases"`
	Objected *platform.Objection `json:"objected,omitempty"`
}

func (d dispute) look(ctx context.Context, c config) (found findings, err error) {
	var out bytes.Buffer
	if err := ask(ctx, c, []string{"contest-look", d.ref.String()}, &out); err != nil {
		return found, err
	}
	if err := json.Unmarshal(out.Bytes(), &found); err != nil {
		return found, fmt.Errorf("reading what is known of %s: %w", d.ref, err)
	}
	if !d.id.IsZero() {
		found.Cases = slices.DeleteFunc(found.Cases, func(one platform.Case) bool { return one.ID != d.id })
	}
	return found, nil
}

// withoutCase is about a reference under which nothing has arrived.
func (d dispute) withoutCase(ctx context.Context, c config, found findings, out io.Writer) error {
	o := found.Objected
	switch {
	case d.ruling == "uphold":
		return fmt.Errorf("nothing has arrived under %s that could be ruled on", d.ref)
	case d.ruling == "restore" && o != nil:
		return d.do(ctx, c, "drop", out)
	case o != nil:
		fmt.Fprintf(out, "nothing has arrived under %s; it is objected to since %s, by %s: %s\n", d.ref, moment(o.At), o.By, o.Reason)
		return nil
	case d.ahead && d.ruling == "":
		return d.do(ctx, c, "object", out)
	}
	return fmt.Errorf("nothing has arrived under %s. Have the number read out again, and the terminal's name with it. "+
		"A terminal without network sends later: if the slip says so, repeat this with --ahead, and its code will be dead when it comes", d.ref)
}

// settle is about the one registration that was found.
func (d dispute) settle(ctx context.Context, c config, found findings, in io.Reader, out io.Writer) error {
	one := found.Cases[0]
	printCase(out, one)
	if d.ruling == "" && one.State == platform.CaseContested {
		fmt.Fprintln(out, "It is contested already; nothing was changed.")
		return nil
	}
	if one.State == platform.CaseWithdrawn {
		fmt.Fprintln(out, "Its terminal took it back: its code never works, and there is nothing to contest.")
		return nil
	}
	rules := d.ruling == "" || one.State == platform.CaseContested // else there is nothing to rule on, and that is the answer
	if rules && !d.yes && !confirmed(in, out, question(d.ruling, one.State)) {
		return errUnasked
	}
	d.id = one.ID
	return d.do(ctx, c, d.ruling, out)
}

// confirmed reports whether somebody types yes.
func confirmed(in io.Reader, out io.Writer, question string) bool {
	fmt.Fprint(out, question+" Type yes: ")
	line, _ := bufio.NewReader(in).ReadString('\n')
	fmt.Fprintln(out)
	return strings.TrimSpace(line) == "yes"
}

// do has it done by whoever has the store.
func (d dispute) do(ctx context.Context, c config, what string, out io.Writer) error {
	about := d.ref.String()
	if !d.id.IsZero() {
		about = d.id.String()
	}
	if what == "" {
		what = "contest"
	}
	return ask(ctx, c, []string{"contest-item", what, about, d.said.By, d.said.Reason}, out)
}
