package mynumber_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// BenchmarkExchanges prints what a registration costs at the card, beside what
// others published of theirs: a virtual card takes no time, so what counts is how
// often it is asked and for how much. The figures of time are modelled.
func BenchmarkExchanges(b *testing.B) {
	card, trust := newCard(b)
	j := job{certificate: len(card.Certificate().Raw), face: faceLength(b), pin: len(adult().Password)}
	rows := append(measured(b, card, trust), others(j)...)
	printExchanges(os.Stdout, j, rows)
	for b.Loop() { // the way that a reader takes in the street: extended, nothing known
		card.PowerOff()
		card.PowerOn()
		if err := registers(b.Context(), mynumber.Open, extended(card), trust, card.Citizen(), false); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(rows[2].register)), "exchanges")
}

// A bill is what one client costs. Photo is the whole visit with the photo; nil
// where the client reads none.
type bill struct {
	name           string
	ours, asks     bool
	extended       bool
	register, full []exchange
}

// measured are ours, counted on the line.
func measured(b *testing.B, card powerful, trust mynumber.Trust) (all []bill) {
	for _, way := range []struct {
		name    string
		open    opener
		maxData int
	}{
		{"ours, short", mynumber.Open, 256},
		{"ours, short, card known", mynumber.OpenKnown, 256},
		{"ours, extended", mynumber.Open, 65536},
		{"ours, extended, card known", mynumber.OpenKnown, 65536},
	} {
		row := bill{name: way.name, ours: true, asks: true, extended: way.maxData > 256}
		for _, photo := range []bool{false, true} {
			card.PowerOff()
			card.PowerOn()
			line := &counted{Card: card, maxData: way.maxData}
			if err := registers(b.Context(), way.open, line, trust, adult(), photo); err != nil {
				b.Fatal(err)
			}
			if row.full = line.sent; !photo {
				row.register = line.sent
			}
		}
		all = append(all, row)
	}
	return all
}

type powerful interface {
	hal.Card
	PowerOn()
	PowerOff()
}

// counted notes the lengths of what passes.
type counted struct {
	hal.Card
	maxData int
	sent    []exchange
}

func (c *counted) MaxData() int { return c.maxData }

func (c *counted) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	answer, err := c.Card.Transmit(ctx, command)
	c.sent = append(c.sent, exchange{len(command), len(answer)})
	return answer, err
}

// faceLength is the size of the card face: of a file without filler, what the
// longest answer brings.
func faceLength(b *testing.B) int {
	card, trust := newCard(b, haltest.Filler(0xFF, 0))
	line := &counted{Card: card, maxData: 65536}
	if err := registers(b.Context(), mynumber.OpenKnown, line, trust, card.Citizen(), true); err != nil {
		b.Fatal(err)
	}
	longest := 0
	for _, e := range line.sent {
		longest = max(longest, e.from)
	}
	return longest - 2
}

func others(j job) (all []bill) {
	for _, c := range clients() {
		row := bill{name: c.name, asks: c.asks, extended: c.extended, register: c.register(j)}
		if c.photo != nil {
			row.full = append(c.register(j), c.photo(j)...)
		}
		all = append(all, row)
	}
	return all
}

func printExchanges(w io.Writer, j job, rows []bill) {
	fmt.Fprintf(w, "\nexchanges\n\n")
	fmt.Fprintf(w, "certificate and one signature (certificate of %d bytes); times are modelled, without what the card computes\n\n", j.certificate)
	printTable(w, rows, func(r bill) []exchange { return r.register })
	fmt.Fprintf(w, "\nthe same with the photo (card face of %d bytes)\n\n", j.face)
	printTable(w, rows, func(r bill) []exchange { return r.full })
	fmt.Fprintf(w, "\n× best: exchanges against the best other client that the same reader carries (short, or any)\n\n")
}

func printTable(w io.Writer, rows []bill, of func(bill) []exchange) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	header := []string{"", "exchanges", "× best", "bytes to", "from", "asks tries"}
	for _, wire := range wires() {
		header = append(header, wire.name)
	}
	fmt.Fprintln(table, strings.Join(header, "\t")+"\t")
	for _, r := range rows {
		if sent := of(r); sent != nil {
			fmt.Fprintln(table, strings.Join(columns(r, sent, best(rows, of, r.extended)), "\t")+"\t")
		}
	}
	table.Flush()
}

func columns(r bill, sent []exchange, best int) []string {
	bytes, ratio, asks := total(sent), "", "no"
	if r.ours {
		ratio = fmt.Sprintf("%.2f", float64(len(sent))/float64(best))
	}
	if r.asks {
		asks = "yes"
	}
	out := []string{r.name, fmt.Sprint(len(sent)), ratio, fmt.Sprint(bytes.to), fmt.Sprint(bytes.from), asks}
	for _, wire := range wires() {
		out = append(out, fmt.Sprintf("%d ms", wire.takes(sent).Milliseconds()))
	}
	return out
}

// best is the fewest exchanges of another client.
func best(rows []bill, of func(bill) []exchange, extended bool) int {
	fewest := 0
	for _, r := range rows {
		if n := len(of(r)); !r.ours && n > 0 && (extended || !r.extended) && (fewest == 0 || n < fewest) {
			fewest = n
		}
	}
	return fewest
}
