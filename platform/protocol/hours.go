package protocol

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // a terminal knows its zone wherever it runs
)

// Hours are the opening hours of a terminal's site: by weekday, and by date where a
// date is another than its weekday. A day that is named nowhere is closed.
type Hours struct {
	Zone  string            `json:"zone"`            // IANA, as Asia/Tokyo
	Week  map[string][]Span `json:"week"`            // by weekday: sun, mon, tue, wed, thu, fri, sat
	Dates map[string][]Span `json:"dates,omitempty"` // by date, as 2027-01-01; an empty list is closed
}

// Span is a part of a day, from a minute until another, which is not in it. What
// goes on behind midnight is one until 24:00, and one of the next day.
type Span struct {
	From  string `json:"from"`  // 00:00 to 23:59
	Until string `json:"until"` // 00:01 to 24:00
}

const (
	maxSpans = 8   // of a day
	maxDates = 100 // beyond the weekdays
	// farthest is how many days ahead a day is open in any case: on each week's only
	// open day there is an exception, and then there are no more.
	farthest = 7 * (maxDates + 1)
)

// weekdays in the order of time.Weekday.
func weekdays() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

// Open reports whether the site is open at a time. Without hours it always is.
func (h *Hours) Open(at time.Time) bool {
	if h == nil {
		return true
	}
	zone, err := time.LoadLocation(h.Zone)
	if err != nil { // check does not let it pass
		return false
	}
	local := at.In(zone)
	return slices.ContainsFunc(h.day(local), func(s Span) bool {
		from, until := s.on(local)
		return !at.Before(from) && at.Before(until)
	})
}

// Opens is when the site opens next: at itself while it is open.
func (h *Hours) Opens(at time.Time) time.Time {
	if h.Open(at) {
		return at
	}
	zone, err := time.LoadLocation(h.Zone)
	if err != nil {
		return time.Time{}
	}
	local := at.In(zone)
	for n := range farthest {
		day := time.Date(local.Year(), local.Month(), local.Day()+n, 12, 0, 0, 0, zone)
		for _, s := range h.day(day) {
			if from, _ := s.on(day); !from.Before(at) {
				return from
			}
		}
	}
	return time.Time{}
}

// day is what holds on the day of a local time, in order.
func (h *Hours) day(local time.Time) []Span {
	if spans, other := h.Dates[local.Format(time.DateOnly)]; other {
		return spans
	}
	return h.Week[weekdays()[local.Weekday()]]
}

// on puts the span on the day of a local time.
func (s Span) on(local time.Time) (from, until time.Time) {
	at := func(text string) time.Time {
		minutes, _ := minuteOf(text) // check has read it before
		return time.Date(local.Year(), local.Month(), local.Day(), minutes/60, minutes%60, 0, 0, local.Location())
	}
	return at(s.From), at(s.Until)
}

// minuteOf is the minute of the day; 24:00 is the end of the last one.
func minuteOf(text string) (int, error) {
	if text == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, fmt.Errorf("bundle: %q is no time of day", text)
	}
	return t.Hour()*60 + t.Minute(), nil
}

func (h *Hours) check() error {
	if h == nil {
		return nil
	}
	if _, err := time.LoadLocation(h.Zone); err != nil || h.Zone == "" || h.Zone == "Local" {
		return errors.New("bundle: hours of a time zone that is not known")
	}
	open := 0
	for day, spans := range h.Week {
		if !slices.Contains(weekdays(), day) {
			return fmt.Errorf("bundle: hours of %q, which is no weekday", day)
		}
		open += len(spans)
	}
	if open == 0 || len(h.Dates) > maxDates {
		return errors.New("bundle: hours without an open weekday, or with more than 100 dates")
	}
	for date := range h.Dates {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			return fmt.Errorf("bundle: hours of %q, which is no date", date)
		}
	}
	return h.checkDays()
}

func (h *Hours) checkDays() error {
	for _, days := range []map[string][]Span{h.Week, h.Dates} {
		for _, spans := range days {
			if err := checkSpans(spans); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkSpans wants the parts of a day in order, and none into another.
func checkSpans(spans []Span) error {
	if len(spans) > maxSpans {
		return errors.New("bundle: a day with more than 8 opening hours")
	}
	last := 0
	for _, s := range spans {
		from, bad := minuteOf(s.From)
		until, worse := minuteOf(s.Until)
		if err := cmp.Or(bad, worse); err != nil {
			return err
		}
		if from < last || until <= from {
			return errors.New("bundle: opening hours that are not one after another")
		}
		last = until
	}
	return nil
}
