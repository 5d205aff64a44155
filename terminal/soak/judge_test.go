package soak_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/soak"
)

// each makes values, one for each weighing.
func each(n int, value func(i int) float64) (all []float64) {
	for i := range n {
		all = append(all, value(i))
	}
	return all
}

func TestOnlyWhatStaysIsFlat(t *testing.T) {
	same := func(int) float64 { return 23 }
	for name, test := range map[string]struct {
		values []float64
		limit  soak.Limit
		flat   bool
	}{
		"the same":                     {each(100, same), soak.Limit{}, true},
		"one more with each weighing":  {each(100, func(i int) float64 { return float64(i) }), soak.Limit{Plus: 1}, false},
		"one more in all, one allowed": {each(100, func(i int) float64 { return 23 + float64(i/50) }), soak.Limit{Plus: 1}, true},
		"one more in all, none":        {each(100, func(i int) float64 { return 23 + float64(i/50) }), soak.Limit{}, false},
		"less and less":                {each(100, func(i int) float64 { return 100 - float64(i) }), soak.Limit{}, true},
		"up and down":                  {each(100, func(i int) float64 { return float64(i % 7) }), soak.Limit{}, true},
		"high for a moment at the end": {each(100, func(i int) float64 { return float64(i / 90) }), soak.Limit{}, true},
		"a share that is allowed":      {each(8, func(i int) float64 { return 100 + float64(i/4)*3 }), soak.Limit{Share: 0.03}, true},
		"a share that is not":          {each(8, func(i int) float64 { return 100 + float64(i/4)*4 }), soak.Limit{Share: 0.03}, false},
		"a leak in the last third":     {each(99, func(i int) float64 { return 23 + float64(max(0, i-66)) }), soak.Limit{Plus: 1}, false},
		"too few to say":               {each(7, same), soak.Limit{}, false},
		"enough to say":                {each(8, same), soak.Limit{}, true},
		"told only":                    {each(3, func(i int) float64 { return float64(i * i) }), soak.Told(), true},
		"no number":                    {each(20, func(int) float64 { return math.NaN() }), soak.Limit{}, false},
	} {
		ledger := &soak.Ledger{}
		for _, value := range test.values {
			ledger.Note("terminald", "descriptors", "", test.limit, value)
		}
		all := ledger.Findings()
		if soak.Flat(all) != test.flat || strings.Contains(soak.Table(all), "NOT FLAT") == test.flat || strings.HasSuffix(soak.Line(all), ": flat") != test.flat {
			t.Errorf("%s: flat is %t\n%s%s", name, soak.Flat(all), soak.Table(all), soak.Line(all))
		}
	}
}

func TestNothingWeighedIsNotFlat(t *testing.T) {
	if soak.Flat((&soak.Ledger{}).Findings()) {
		t.Error("nothing was weighed, and it is flat")
	}
}

func TestMedianIsInTheMiddle(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{{[]float64{7}, 7}, {[]float64{9, 1}, 1}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 3, 2, 1}, 2}} {
		before := slices.Clone(test.values)
		if got := soak.Median(test.values); got != test.want || !slices.Equal(before, test.values) {
			t.Errorf("of %v: %v, want %v", before, got, test.want)
		}
	}
	if !math.IsNaN(soak.Median(nil)) {
		t.Error("nothing has a middle")
	}
}

// One leak is planted in one of three programs: the judgement names it, and none else.
func TestFindingsNameWhoGrows(t *testing.T) {
	ledger := &soak.Ledger{}
	for i := range 40 {
		for _, program := range []string{"terminald", "uplinkd"} {
			leak := 0.0
			if program == "uplinkd" && i > 9 { // it begins late
				leak = float64(i) / 4
			}
			ledger.Note(program, "memory", "MB", soak.Limit{Share: 0.03, Plus: 0.5}, 28.1+float64(i%3)/10)
			ledger.Note(program, "descriptors", "", soak.Limit{Plus: 1}, 12+math.Floor(leak))
		}
		if i > 0 {
			ledger.Note("terminald", "work", "ms", soak.Told(), float64(60+i))
		}
	}
	const table = `process    measure      first quarter  last quarter  growth  limit  
terminald  memory MB    28.2           28.2          +0      29.5   flat
terminald  descriptors  12             12            +0      13     flat
terminald  work ms      65             95            +30     -      told
uplinkd    memory MB    28.2           28.2          +0      29.5   flat
uplinkd    descriptors  12             20            +8      13     NOT FLAT
`
	all := ledger.Findings()
	if got := soak.Table(all); got != table {
		t.Errorf("got\n%swant\n%s", got, table)
	}
	const line = "terminald memory 28.2 -> 28.2 MB, uplinkd memory 28.2 -> 28.2 MB, descriptors 12 -> 20: NOT FLAT"
	if got := soak.Line(all, "memory"); got != line {
		t.Errorf("got  %s\nwant %s", got, line)
	}
}
