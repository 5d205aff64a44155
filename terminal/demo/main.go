package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// addresses are where the three pages are served; a port that is taken gives
// way to a free one.
type addresses struct{ terminal, workbench, phone string }

func run(ctx context.Context, args []string, out, complaints io.Writer) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(complaints)
	var at addresses
	flags.StringVar(&at.terminal, "terminal", "127.0.0.1:8461", "address of the citizen's screen")
	flags.StringVar(&at.workbench, "workbench", "127.0.0.1:8462", "address of the workbench")
	flags.StringVar(&at.phone, "phone", "127.0.0.1:8463", "address of the page that plays the app")
	verbose := flags.Bool("v", false, "log what happens")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	level := slog.LevelError
	if *verbose {
		level = slog.LevelInfo
	}
	dir, err := os.MkdirTemp("", "watashi-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return serve(ctx, dir, at, out, slog.New(slog.NewTextHandler(complaints, &slog.HandlerOptions{Level: level})))
}

// serve builds the house, opens its three doors and says where they are.
func serve(ctx context.Context, dir string, at addresses, out io.Writer, log *slog.Logger) error {
	doors, err := listen(at)
	if err != nil {
		return err
	}
	h, err := build(ctx, dir, doors, log)
	if err != nil {
		doors.close()
		return err
	}
	fmt.Fprintf(out, `
  terminal   %s
  workbench  http://%s/
  phone      http://%s/

Open all three. On the phone, ask for a registration key. On the workbench, insert a
card. Then do at the terminal what a citizen would. Ctrl-C ends it all; nothing is kept.
`, h.page, doors.workbench.Addr(), doors.phone.Addr())
	return h.wait()
}

// doors are the listeners of the three pages.
type doors struct{ terminal, workbench, phone net.Listener }

func listen(at addresses) (d doors, err error) {
	for _, door := range []struct {
		to      *net.Listener
		address string
	}{{&d.terminal, at.terminal}, {&d.workbench, at.workbench}, {&d.phone, at.phone}} {
		if *door.to, err = listenNear(door.address); err != nil {
			d.close()
			return doors{}, err
		}
	}
	return d, nil
}

// listenNear listens on the address, or on a free port of the same host.
func listenNear(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err == nil {
		return l, nil
	}
	host, _, splitErr := net.SplitHostPort(address)
	if splitErr != nil {
		return nil, splitErr
	}
	return net.Listen("tcp", net.JoinHostPort(host, "0"))
}

func (d doors) close() {
	for _, l := range []net.Listener{d.terminal, d.workbench, d.phone} {
		if l != nil {
			l.Close()
		}
	}
}
