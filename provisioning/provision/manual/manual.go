// Package manual writes what a program with commands says of itself: the help of each
// command, the manual pages, and what a shell needs to complete them. All of it comes
// from the one table that a Program is, so that no two of them differ.
package manual

import "strings"

// Program is a program and the table of its commands.
type Program struct {
	Name     string // as it is typed
	About    string // in one line
	Text     string // what it does; an empty line divides paragraphs
	Version  string // as it stands at the foot of a page
	Commands []Command
	Exits    []Exit      // of all commands
	Files    [][2]string // each with what it is
	// Values are the words that a flag may take, by the name that its help has for
	// what it takes.
	Values map[string][]string
	// Words are those that may follow a command, by the command.
	Words map[string][]string
}

// Command is one command of a program.
type Command struct {
	Words   string // as they are typed, behind the program's name
	Takes   string // what it wants besides flags, as ID
	About   string // in one line
	Help    string
	Flags   string // a line each: two blanks, the flag, what it takes, two blanks, what it does
	Example string // a whole line that may be typed so
	Exits   []Exit
}

// Exit is an exit code: what it means, and what to do then, if anything.
type Exit struct {
	Code            int
	Meaning, Remedy string
}

// Option is one flag of a command; Takes is empty for one that is only given.
type Option struct{ Name, Takes, About string }

// Usage is the help of a command.
func (p Program) Usage(c Command) string {
	text := "usage: " + p.line(c) + "\n\n" + c.Help
	if c.Flags != "" {
		text += "\nflags:\n" + c.Flags
	}
	return text + "\nexample:\n  " + c.Example + "\n"
}

// line is the command as it is typed.
func (p Program) line(c Command) string {
	parts := []string{p.Name, c.Words}
	if c.Takes != "" {
		parts = append(parts, c.Takes)
	}
	if c.Flags != "" {
		parts = append(parts, "[flags]")
	}
	return strings.Join(parts, " ")
}

// Options reads the flags of the help: what follows a flag in deeper lines goes on
// with what it does.
func (c Command) Options() (all []Option) {
	for line := range strings.Lines(c.Flags) {
		text := strings.TrimSpace(line)
		if !strings.HasPrefix(text, "--") {
			if len(all) > 0 {
				all[len(all)-1].About += " " + text
			}
			continue
		}
		left, about, _ := strings.Cut(text, "  ")
		name, takes, _ := strings.Cut(left, " ")
		all = append(all, Option{name, takes, strings.TrimSpace(about)})
	}
	return all
}
