// Command watashi-kiosk keeps a browser on the screen of a terminal, and a fresh one
// for each citizen.
//
//	watashi-kiosk [-url-file FILE] [-watch FILE] [-profile DIR] [-hand-over ADDRESS] [-silence TIME] [-version] [BROWSER [FLAG...]]
//
// It starts the browser with an empty profile in memory, and replaces it, process,
// profile and all, when
//
//   - the file -watch changes: watashi-terminald touches the file with the page's address
//     when a citizen has gone, and when it no longer hears the page,
//   - the browser ends by itself,
//   - watashi-terminald has not heard the page for as long as -silence says: the file
//     FILE.heard stands beside -watch while it does.
//
// A browser keeps what it drew in memory that it has freed, whatever a page does about
// it; only the end of the process ends that.
//
// The page's address ends in the token of this boot, which no command line may show. So
// the browser is started with an address of this program's own that works once, and is
// sent on from there.
//
// It runs inside of the compositor, as cage's only child:
//
//	cage -d -- watashi-kiosk
//
// systemd is told when the terminal first hears the page, and hears signs of life from
// the loop that looks after the browser. What a browser said of itself goes to the
// journal when it has failed, and nothing of what a page says.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// version and commit are set by the linker.
var version, commit = "unknown", "unknown"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "watashi-kiosk:", err)
		os.Exit(1)
	}
}

// run is the program without its process.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("watashi-kiosk", flag.ContinueOnError)
	flags.SetOutput(stderr)
	address := flags.String("url-file", filepath.Join(getenv("CREDENTIALS_DIRECTORY"), "screen.url"), "`file` with the page's address and token")
	watched := flags.String("watch", "/run/watashi/screen.url", "`file` whose change asks for a fresh browser")
	profile := flags.String("profile", filepath.Join(getenv("RUNTIME_DIRECTORY"), "browser"), "`folder` of the browsers, in memory; each has an empty one in it")
	handOver := flags.String("hand-over", "127.0.0.1:8419", "loopback `address` at which the browser is sent on to the page")
	silence := flags.Duration("silence", time.Minute, "how long the terminal may not hear the page")
	tell := flags.Bool("version", false, "tell the version and end")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *tell {
		_, err := fmt.Fprintln(stdout, version, "commit", commit, runtime.Version())
		return err
	}
	page, err := readPage(*address)
	if err != nil {
		return err
	}
	said, err := newNotifier(getenv)
	if err != nil {
		return err
	}
	defer said.close()
	command := flags.Args()
	if len(command) == 0 {
		command = chromium()
	}
	k := &kiosk{
		page: page, command: command, profile: *profile, watched: *watched, handOver: *handOver, silence: *silence,
		said: said, log: slog.New(slog.NewTextHandler(stderr, nil)),
	}
	return k.run(ctx)
}
