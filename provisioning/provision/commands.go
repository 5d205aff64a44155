package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
)

// group is the commands under one word. They work on a machine that has, or may
// have, a terminald, and all of them read its configuration.
type group struct {
	name, about string
	commands    []command
	exits       func(code int) bool // those that its commands end with, besides done
}

// command is one row of a group.
type command struct {
	name  string // one or two words
	takes string // what it wants besides flags, as ID
	about string
	help  string
	flags string // its own, besides those of all
	run   func(ctx context.Context, d *call, args []string) int
	// example is a whole command line that may be typed so.
	example string
}

func groups() []group {
	return []group{
		devicesGroup(), queueGroup(), auditGroup(), bundleGroup(), maintenanceGroup(), supportGroup(),
	}
}

// findGroup finds the group of a word.
func findGroup(word string) (g group, ok bool) {
	all := groups()
	i := slices.IndexFunc(all, func(g group) bool { return g.name == word })
	if i < 0 {
		return g, false
	}
	return all[i], true
}

// commonHelp are the flags of every command of a group.
func (g group) commonHelp() string {
	return "  --config FILE       terminald's configuration (default " + system.ConfigFile + "; without it the defaults)\n" +
		"  --json              print JSON for programs, as schema/" + g.name + "-*.json says\n"
}

// runGroup finds the command and runs it.
func runGroup(ctx context.Context, g group, w desk.World, args []string, in io.Reader, out, complaints io.Writer) int {
	d := newCall(w, in, out, complaints, false)
	d.group = g
	for _, c := range g.commands {
		words := strings.Fields(c.name)
		if len(args) < len(words) || strings.Join(args[:len(words)], " ") != c.name {
			continue
		}
		return c.run(ctx, d, args[len(words):])
	}
	if len(args) > 0 && isHelp(args[0]) {
		io.WriteString(out, g.usage())
		return exitDone
	}
	io.WriteString(complaints, g.usage())
	return exitUsage
}

// call is one call of a command.
type call struct {
	*desk.Desk
	group group // its, where it is of one
}

func newCall(w desk.World, in io.Reader, out, says io.Writer, json bool) *call {
	return &call{Desk: &desk.Desk{World: w, In: in, Out: out, Says: says, JSON: json, Paint: console.PaintFor(out, w.Environ), Verdict: judged}}
}

func isHelp(word string) bool {
	return word == "help" || word == "-h" || word == "--help" || word == "-help"
}

// usage names the commands of a group.
func (g group) usage() string {
	var text strings.Builder
	text.WriteString("usage:\n")
	for _, c := range g.commands {
		fmt.Fprintf(&text, "  watashi-provision %s %-12s [flags]   %s\n", g.name, c.title(), c.about)
	}
	text.WriteString("\nflags of all:\n" + g.commonHelp() + "\nEach has --help.\n\nexit codes of these commands:\n")
	writeExits(&text, append([]exit{exitOf(nil)}, slices.DeleteFunc(exits(), func(e exit) bool { return !g.exits(e.code) })...))
	return text.String()
}

// title is the command with what it takes.
func (c command) title() string { return strings.TrimSpace(c.name + " " + c.takes) }

// usageOf is the help of one command.
func (g group) usageOf(name string) string {
	for _, c := range g.commands {
		if c.name == name {
			return handbook().Usage(g.entry(c))
		}
	}
	return g.usage()
}

// parse reads the flags of a command and the configuration file; ok is false when
// the command is over, with that exit code.
func (d *call) parse(name string, args []string, more func(*flag.FlagSet)) (code int, ok bool) {
	return d.parseWords(name, args, nil, more)
}

// parseWords is parse for a command that takes words as well, before, between or
// after its flags. How many it needs, it says itself.
func (d *call) parseWords(name string, args []string, words []*string, more func(*flag.FlagSet)) (code int, ok bool) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(d.Says)
	flags.Usage = func() {}
	file := flags.String("config", "", "")
	flags.BoolVar(&d.JSON, "json", false, "")
	if more != nil {
		more(flags)
	}
	err := flags.Parse(args)
	for err == nil && flags.NArg() > 0 && len(words) > 0 {
		*words[0], words = flags.Arg(0), words[1:]
		err = flags.Parse(flags.Args()[1:])
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		io.WriteString(d.Out, d.group.usageOf(name))
		return exitDone, false
	case err != nil || flags.NArg() > 0:
		return d.misuse(name, strings.Join(flags.Args(), " ")), false
	}
	if err := d.Load(*file); err != nil {
		return d.End(&desk.Ending{}, err), false
	}
	return exitDone, true
}

// misuse tells how the command is used. What was wrong may be a secret that
// somebody put where none belongs, so it is not repeated.
func (d *call) misuse(name, extra string) int {
	if extra != "" {
		fmt.Fprintln(d.Says, "unexpected argument")
	}
	io.WriteString(d.Says, d.group.usageOf(name))
	return exitUsage
}
