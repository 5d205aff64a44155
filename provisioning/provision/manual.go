package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
)

const manHelp = `Writes the manual pages of this program and of each of its commands into a folder, as
roff for man(1), section 8. They are made of the same tables as this help.
`

const completionHelp = `Prints what the shell needs to complete commands, flags and their values: bash, zsh or
fish. For bash put it into /usr/share/bash-completion/completions/watashi-provision, or:
source <(watashi-provision completion bash)
`

// runMan writes the pages.
func runMan(_ context.Context, _ desk.World, args []string, _ io.Reader, out, complaints io.Writer) int {
	var dir string
	if code, ok := justWords("man", args, complaints, &dir); !ok {
		return code
	}
	pages := handbook().Pages()
	for _, p := range pages {
		if err := os.WriteFile(filepath.Join(dir, p.Name), p.Content, 0o644); err != nil {
			return tell(options{}, fmt.Errorf("writing a manual page: %w", err), out, complaints)
		}
	}
	if _, err := fmt.Fprintf(out, "%s in %s\n", console.Plural(len(pages), "manual page"), dir); err != nil {
		return exitOther
	}
	return exitDone
}

// runCompletion prints the script for one shell.
func runCompletion(_ context.Context, _ desk.World, args []string, _ io.Reader, out, complaints io.Writer) int {
	var shell string
	if code, ok := justWords("completion", args, complaints, &shell); !ok {
		return code
	}
	script, known := handbook().Completion(shell)
	if !known {
		fmt.Fprintf(complaints, "no shell of that name: bash, zsh or fish\n")
		return exitUsage
	}
	if _, err := io.WriteString(out, script); err != nil {
		return exitOther
	}
	return exitDone
}
