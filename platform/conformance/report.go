package conformance

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// Outcome is what became of asking.
type Outcome string

// The outcomes.
const (
	Held     Outcome = "held"
	Broken   Outcome = "broken"
	NotAsked Outcome = "not-asked" // something that it takes was not given
)

// Result is one promise and what became of it.
type Result struct {
	Name         string  `json:"name"`
	Says         string  `json:"says"`
	Clause       string  `json:"clause"`
	Outcome      Outcome `json:"outcome"`
	Why          string  `json:"why,omitempty"` // of anything but Held
	Milliseconds int64   `json:"milliseconds"`
}

// Report is one run. It names no citizen, no key and no code.
type Report struct {
	URL      string    `json:"url"`
	Platform string    `json:"platform"` // its id
	Bundle   int       `json:"bundle"`   // its version
	Began    time.Time `json:"began"`
	Held     int       `json:"held"`
	Broken   int       `json:"broken"`
	NotAsked int       `json:"not_asked"`
	// Met is how many answers of the OpenAPI document were given in this run, and
	// Unmet are the others: "operation status", or "operation status word".
	Met     int      `json:"answers_met"`
	Unmet   []string `json:"answers_unmet"`
	Results []Result `json:"results"`
}

// Schema is the JSON Schema of a report.
//
//go:embed schema/report.json
var Schema []byte

func (r *Report) count() {
	for _, result := range r.Results {
		switch result.Outcome {
		case Held:
			r.Held++
		case Broken:
			r.Broken++
		case NotAsked:
			r.NotAsked++
		}
	}
}

// Kept reports whether every promise that was asked held, and one was.
func (r Report) Kept() bool { return r.Broken == 0 && r.Held > 0 }

// WriteJSON writes it for programs, as Schema says.
func (r Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

// WriteText writes it for people: a line a promise, and why where it did not hold.
func (r Report) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "platform %s at %s, bundle %d\n\n", r.Platform, r.URL, r.Bundle)
	for _, result := range r.Results {
		result.write(&b)
	}
	fmt.Fprintf(&b, "\n%d held, %d broken, %d not asked\n", r.Held, r.Broken, r.NotAsked)
	fmt.Fprintf(&b, "%d of %d answers of the OpenAPI document met\n", r.Met, r.Met+len(r.Unmet))
	_, err := io.WriteString(w, b.String())
	return err
}

func (r Result) write(b *strings.Builder) {
	fmt.Fprintf(b, "%-9s  %-32s  %s\n", r.Outcome, r.Name, r.Says)
	if r.Outcome == Held {
		return
	}
	for _, line := range strings.Split(r.Why, "\n") {
		fmt.Fprintf(b, "%11s%s\n", "", line)
	}
	if r.Outcome == Broken {
		fmt.Fprintf(b, "%11ssee %s\n", "", r.Clause)
	}
}
