package main

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// proofing counts what NIST SP 800-63A-4 asks of a proofing service: how many began,
// passed, failed and gave up, at which step, and how long each step takes. Steps are
// those of the strip at the top of the screen, and the photo's; faults those of the
// catalogue. Nothing of a label comes from outside.
type proofing struct {
	started   prometheus.Counter
	passed    prometheus.Counter
	failed    *prometheus.CounterVec
	abandoned *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	now       func() time.Time

	step   string // "" between sessions
	since  time.Time
	handed bool // the code is in a hand
}

func newProofing() *proofing {
	labels := []string{"step", "fault"}
	return &proofing{
		started: prometheus.NewCounter(prometheus.CounterOpts{Name: "watashi_proofing_started_total", Help: "Sessions that began."}),
		passed:  prometheus.NewCounter(prometheus.CounterOpts{Name: "watashi_proofing_passed_total", Help: "Sessions that ended with the enrollment code in a hand."}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "watashi_proofing_failed_total", Help: "Sessions that failed, by the step and the fault.",
		}, labels),
		abandoned: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "watashi_proofing_abandoned_total", Help: "Sessions that the citizen gave up, by the step and how.",
		}, labels),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "watashi_proofing_step_seconds", Help: "How long each step takes, of every session.",
			Buckets: []float64{1, 2, 5, 10, 20, 30, 60, 120, 300},
		}, []string{"step"}),
		now: time.Now,
	}
}

func (p *proofing) all() []prometheus.Collector {
	return []prometheus.Collector{p.started, p.passed, p.failed, p.abandoned, p.seconds}
}

// stepOf names the step that a screen belongs to; "" leaves the one before.
func stepOf(v ui.View) string {
	steps := []string{"", "card", "password", "check", "key", "send", "code"}
	switch {
	case strings.HasPrefix(v.Screen, "photo"):
		return "photo"
	case v.Progress != nil && v.Progress.Step > 0 && v.Progress.Step < len(steps):
		return steps[v.Progress.Step]
	}
	return ""
}

// at follows a session from step to step; the first begins it.
func (p *proofing) at(v ui.View) {
	step := stepOf(v)
	if p.step == "" {
		p.started.Inc()
		p.handed = false
		if step == "" {
			step = "card"
		}
	}
	if step == "" || step == p.step {
		return
	}
	p.leave()
	p.step, p.since = step, p.now()
}

// leave observes how long the step took that ends.
func (p *proofing) leave() {
	if p.step != "" {
		p.seconds.WithLabelValues(p.step).Observe(p.now().Sub(p.since).Seconds())
	}
}

// end counts how a session ended.
func (p *proofing) end(fault string) {
	if p.step == "" {
		return
	}
	p.leave()
	switch {
	case p.handed:
		p.passed.Inc()
	case slices.Contains([]catalogue.Code{catalogue.SessionTime, catalogue.SessionStopped, catalogue.CardRemoved}, catalogue.Code(fault)):
		p.abandoned.WithLabelValues(p.step, fault).Inc()
	default:
		p.failed.WithLabelValues(p.step, known(fault)).Inc()
	}
	p.step, p.handed = "", false
}

// known lets the words of the catalogue be labels, and no others.
func known(fault string) string {
	if _, found := catalogue.Find(catalogue.Code(fault)); found {
		return fault
	}
	return "other"
}
