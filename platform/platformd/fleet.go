package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/fleet"
)

// The fleet: for people on a page and by the command fleet, for programs as JSON.
// Page and JSON stand on the address "metrics" of the configuration, loopback only.
// Whoever looks from elsewhere brings that address nearer, such as by ssh -L.

// showFleet is the command fleet: a line for each terminal and one for each reason, the most
// urgent first; with the word json, for programs.
func showFleet(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	asJSON := len(r.Args) == 2
	if asJSON && r.Args[1] != "json" && r.Args[1] != "--json" {
		return errUsage
	}
	f, err := fleet.Read(ctx, p)
	if err != nil {
		return err
	}
	if asJSON {
		return writeJSON(out, f)
	}
	fmt.Fprintf(out, "%d terminals, %d need a visit\n", len(f.Terminals), f.Visits)
	for _, m := range f.Terminals {
		_, err = fmt.Fprintf(out, "%-24s %-12s seen %s\n", m.ID, m.State, moment(m.Seen))
		for _, reason := range m.Reasons {
			_, err = fmt.Fprintf(out, "  %-4s %-16s %s %s\n", reason.Urgency, reason.Code, valued(reason.En.What, reason.Value), reason.En.Remedy)
		}
	}
	return err
}

func valued(what, value string) string {
	if value == "" {
		return what
	}
	return what + " (" + value + ")"
}

func writeJSON(out io.Writer, v any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// retire is the command for a machine that cannot say so itself.
func retire(ctx context.Context, p *platform.Platform, r request, _ io.Writer) error {
	successor := ""
	if len(r.Args) == 3 {
		successor = r.Args[2]
	}
	return p.Retire(ctx, r.Args[1], successor)
}

// fleetJSON answers GET /v1/fleet.
func fleetJSON(p *platform.Platform, log *slog.Logger) http.Handler {
	return looking(p, log, "application/json", func(w io.Writer, _ *http.Request, f fleet.Report) error { return writeJSON(w, f) })
}

// fleetPage answers GET /fleet, in Japanese or English.
func fleetPage(p *platform.Platform, log *slog.Logger) http.Handler {
	return looking(p, log, "text/html; charset=utf-8", func(w io.Writer, r *http.Request, f fleet.Report) error {
		return page.Execute(w, newView(f, languageOf(r)))
	})
}

// looking answers with what is shown of the fleet. Nothing of it is kept by
// browsers, runs in them, or is fetched by them.
func looking(p *platform.Platform, log *slog.Logger, media string, show func(io.Writer, *http.Request, fleet.Report) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !askedHere(r.Host) {
			http.Error(w, "ask by a loopback address or as localhost", http.StatusForbidden)
			return
		}
		f, err := fleet.Read(r.Context(), p)
		if err != nil {
			log.Error("fleet not read", "cause", err.Error())
			http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
			return
		}
		h := w.Header()
		h.Set("Content-Type", media)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src '"+styleHash()+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		if err := show(w, r, f); err != nil {
			log.Info("fleet not told", "cause", err.Error())
		}
	})
}

// askedHere refuses a name that some page in a browser on this machine made lead
// here (DNS rebinding).
func askedHere(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return loopback(host)
}

// languageOf goes by ?lang=, else by the browser's first language.
func languageOf(r *http.Request) string {
	asked := r.URL.Query().Get("lang")
	if slices.Contains([]string{"ja", "en"}, asked) {
		return asked
	}
	if said := r.Header.Get("Accept-Language"); len(said) >= 2 && said[:2] != "ja" {
		return "en"
	}
	return "ja"
}
