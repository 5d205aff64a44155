package service

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
)

// Program is one of the services.
type Program[C Config] struct {
	Name     string // as installed
	Version  string
	Commit   string // it was built of
	File     string // of the configuration, unless another is named
	Defaults C
	// Serve does the work until ctx ends.
	Serve func(ctx context.Context, c C, n *Notifier, log *slog.Logger) error
}

// Main is all of a service's main function.
func (p Program[C]) Main() {
	err := Run(p.Name, func(ctx context.Context) error {
		return p.Execute(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	})
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		complain(p.Name, err)
		os.Exit(1)
	}
}

// Execute is Main with everything given.
func (p Program[C]) Execute(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("config", p.File, "configuration `file`")
	check := flags.Bool("check", false, "check the configuration and end")
	tell := flags.Bool("version", false, "tell the version and end")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *tell {
		_, err := fmt.Fprintln(stdout, p.Version, "commit", p.Commit, runtime.Version())
		return err
	}
	c, err := Load(*path, p.Defaults)
	if err != nil || *check {
		return err
	}
	notifier, err := NewNotifier(getenv)
	if err != nil {
		return err
	}
	defer notifier.Close()
	return p.Serve(ctx, c, notifier, slog.New(newHandler(p.Name, stderr, &slog.HandlerOptions{Level: c.Level()})))
}
