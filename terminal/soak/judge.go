package soak

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// A Limit is how much more the last quarter may have than the first: a share of it,
// and so much beside. The zero Limit lets nothing grow.
type Limit struct{ Share, Plus float64 }

// Told is the Limit of what is told and not judged.
func Told() Limit { return Limit{Plus: math.Inf(1)} }

// Of is the most that may be had after that much.
func (l Limit) Of(first float64) float64 { return first + l.Share*first + l.Plus }

// A Ledger is what was weighed of one run, in the order of the first weighing and
// what is of one together.
type Ledger struct {
	rows []*row
}

type row struct {
	of, what, unit string
	limit          Limit
	values         []float64
}

// Note notes one value of one measure, as of "terminald" the "memory" in "MB".
func (l *Ledger) Note(of, what, unit string, limit Limit, value float64) {
	at := slices.IndexFunc(l.rows, func(r *row) bool { return r.of == of && r.what == what })
	if at < 0 {
		at = l.end(of)
		l.rows = slices.Insert(l.rows, at, &row{of: of, what: what, unit: unit, limit: limit})
	}
	l.rows[at].values = append(l.rows[at].values, value)
}

// end is behind the last row of one.
func (l *Ledger) end(of string) int {
	for at, r := range slices.Backward(l.rows) {
		if r.of == of {
			return at + 1
		}
	}
	return len(l.rows)
}

// A Finding is one measure of a run.
type Finding struct {
	Of, What, Unit string
	First, Last    float64 // medians of the first quarter and of the last
	Most           float64 // that Last may be
	Values         int
}

// Grown reports that it is not flat. What was hardly weighed is not either.
func (f Finding) Grown() bool { return !f.told() && (f.Values < fewest || !(f.Last <= f.Most)) } // what is no number has grown

func (f Finding) told() bool { return math.IsInf(f.Most, 1) }

// fewest values make two quarters with a median.
const fewest = 8

// Findings judges all that was noted.
func (l *Ledger) Findings() (all []Finding) {
	for _, r := range l.rows {
		quarter := max(1, len(r.values)/4)
		f := Finding{Of: r.of, What: r.what, Unit: r.unit, Values: len(r.values)}
		f.First, f.Last = Median(r.values[:quarter]), Median(r.values[len(r.values)-quarter:])
		f.Most = r.limit.Of(f.First)
		all = append(all, f)
	}
	return all
}

// Median is the middle of some values, the lower one of two; not a number of none.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}

// Flat reports whether nothing has grown, and something was weighed.
func Flat(all []Finding) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, Finding.Grown)
}

// Table is all findings, one a line.
func Table(all []Finding) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "process\tmeasure\tfirst quarter\tlast quarter\tgrowth\tlimit\t")
	for _, f := range all {
		limit, verdict := number(f.Most), "flat"
		switch {
		case f.Grown():
			verdict = "NOT FLAT"
		case f.told():
			limit, verdict = "-", "told"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%+.4g\t%s\t%s\n", f.Of, strings.TrimSpace(f.What+" "+f.Unit), number(f.First), number(f.Last), f.Last-f.First, limit, verdict)
	}
	_ = w.Flush() // a strings.Builder takes everything
	return b.String()
}

// Line is what matters of the findings, in one line.
func Line(all []Finding, whats ...string) string {
	var parts []string
	of := ""
	for _, f := range all {
		if !slices.Contains(whats, f.What) && !f.Grown() {
			continue
		}
		part := f.What
		if f.Of != of {
			of, part = f.Of, f.Of+" "+f.What
		}
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s -> %s %s", part, number(f.First), number(f.Last), f.Unit)))
	}
	verdict := "flat"
	if !Flat(all) {
		verdict = "NOT FLAT"
	}
	return strings.Join(parts, ", ") + ": " + verdict
}

func number(n float64) string {
	if n == math.Trunc(n) {
		return fmt.Sprintf("%.0f", n)
	}
	return fmt.Sprintf("%.1f", n)
}
