// Command watashi-terminald is the device half of a terminal: card reader,
// printer, screen, journal and device key. It sees what is on a card and has no
// way to the network; watashi-uplinkd fetches sealed envelopes from its socket.
//
//	watashi-terminald [-config /etc/watashi/terminald.json] [-check] [-version]
//
// -check reads the configuration, tells all that is wrong with it, and ends.
//
// What is missing, as an identity or a readable journal, does not end it: it
// stays up and shows that it is out of service, tells why on the status socket,
// and looks again every few seconds.
//
//	curl --unix-socket /run/watashi/status.sock http://terminal/status
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// version is set by the linker.
var version = "unknown"

func main() {
	err := uplink.RunService("watashi-terminald", func(ctx context.Context) error {
		return run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	})
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "watashi-terminald:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("watashi-terminald", flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("config", "/etc/watashi/terminald.json", "configuration `file`")
	check := flags.Bool("check", false, "check the configuration and end")
	tell := flags.Bool("version", false, "tell the version and end")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *tell {
		_, err := fmt.Fprintln(stdout, version)
		return err
	}
	c, err := LoadConfig(*path)
	if err != nil || *check {
		return err
	}
	if err := undumpable(); err != nil {
		return fmt.Errorf("keeping memory out of crash dumps: %w", err)
	}
	notifier, err := uplink.NewNotifier(getenv)
	if err != nil {
		return err
	}
	defer notifier.Close()
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: c.level()}))
	return serve(ctx, c, notifier, log)
}
