package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/fleet"
	"github.com/digital-watashi/kiosk/platform/jpki"
)

// A reading is a metric that is read when it is asked for.
type reading struct {
	name, help string
	kind       prometheus.ValueType
	label      string // empty for one value without labels
	read       func(snapshot) values
}

// values are the values of a metric by the value of its label.
type values map[string]float64

// snapshot is what the platform says of itself at one moment.
type snapshot struct {
	now      time.Time
	counters platform.Counters
	backlog  platform.Backlog
	stored   bool // the store answered
	lists    []jpki.ListStanding
	sources  []jpki.SourceStanding
	fleet    *fleet.Report // nil when the store did not answer
}

// readings are all metrics.
func readings() []reading {
	const counts, is = prometheus.CounterValue, prometheus.GaugeValue
	return append(fleetReadings(), []reading{
		{"watashi_platform_registrations_total", "Registrations that arrived, by the verdict on arrival.", counts, "verdict", func(s snapshot) values { return byName(s.counters.Registrations) }},
		{"watashi_platform_registrations_refused_total", "Registrations that were refused on arrival, by the reason.", counts, "reason", func(s snapshot) values { return byName(s.counters.Refusals) }},
		{"watashi_platform_terminals_suspended_total", "Terminals that the platform suspended by itself, by why.", counts, "why", func(s snapshot) values { return byName(s.counters.TerminalsSuspended) }},
		{"watashi_platform_judged_later_total", "Registrations that had waited for a list or the responder.", counts, "", func(s snapshot) values { return one(s.counters.JudgedLater) }},
		{"watashi_platform_withdrawals_total", "Withdrawals that were taken.", counts, "", func(s snapshot) values { return one(s.counters.Withdrawals) }},
		{"watashi_platform_activations_total", "Activations, by what became of them.", counts, "outcome", func(s snapshot) values { return byName(s.counters.Activations) }},
		{"watashi_platform_rechecks_total", "Certificates that were looked up again.", counts, "", func(s snapshot) values { return one(s.counters.Rechecks) }},
		{"watashi_platform_suspended_total", "Accounts that were suspended, as a certificate was revoked.", counts, "", func(s snapshot) values { return one(s.counters.Suspended) }},
		{"watashi_platform_reinstated_total", "Accounts whose certificate was only held.", counts, "", func(s snapshot) values { return one(s.counters.Reinstated) }},
		{"watashi_platform_contests_total", "What was done about registrations that somebody says were not theirs.", counts, "what", func(s snapshot) values { return byName(s.counters.Contests) }},
		{"watashi_platform_events_told_total", "Events that the webhook took.", counts, "", func(s snapshot) values { return one(s.counters.EventsTold) }},
		{"watashi_platform_events_failed_total", "Tries to tell an event in vain.", counts, "", func(s snapshot) values { return one(s.counters.EventsFailed) }},
		{"watashi_platform_store_up", "Whether the store answers.", is, "", func(s snapshot) values { return values{"": truth(s.stored)} }},
		{"watashi_platform_waiting", "Registrations that wait for a list or the responder.", is, "", ofBacklog(func(b platform.Backlog) int { return b.Waiting })},
		{"watashi_platform_in_review", "Registrations that a person has to decide.", is, "", ofBacklog(func(b platform.Backlog) int { return b.InReview })},
		{"watashi_platform_disputed", "Contested registrations that a person has to rule on.", is, "", ofBacklog(func(b platform.Backlog) int { return b.Disputed })},
		{"watashi_platform_events_untold", "Events that the webhook has not taken.", is, "", ofBacklog(func(b platform.Backlog) int { return b.Untold })},
		{"watashi_platform_events_oldest_seconds", "How long the oldest of them has waited.", is, "", oldest},
		{"watashi_platform_lists", "Lists of revocations at hand, by whether they are fresh.", is, "state", freshness},
		{"watashi_platform_list_expires_seconds", "When the list that runs out first does; negative is since when.", is, "", soonest},
		{"watashi_platform_list_fetch_failures", "Failures in a row of an address of lists.", is, "source", failures},
	}...)
}

func one(n int64) values { return values{"": float64(n)} }

func byName(counts map[string]int64) values {
	all := values{}
	for name, n := range counts {
		all[name] = float64(n)
	}
	return all
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// ofBacklog tells nothing of a store that does not answer.
func ofBacklog(read func(platform.Backlog) int) func(snapshot) values {
	return func(s snapshot) values {
		if !s.stored {
			return nil
		}
		return one(int64(read(s.backlog)))
	}
}

func oldest(s snapshot) values {
	if !s.stored {
		return nil
	}
	if s.backlog.UntoldFrom.IsZero() {
		return one(0)
	}
	return values{"": s.now.Sub(s.backlog.UntoldFrom).Seconds()}
}

func freshness(s snapshot) values {
	all := values{"fresh": 0, "stale": 0}
	for _, l := range s.lists {
		if s.now.Before(l.Until) {
			all["fresh"]++
		} else {
			all["stale"]++
		}
	}
	return all
}

func soonest(s snapshot) (first values) {
	for _, l := range s.lists {
		if left := l.Until.Sub(s.now).Seconds(); first == nil || left < first[""] {
			first = values{"": left}
		}
	}
	return first
}

func failures(s snapshot) values {
	all := values{}
	for _, source := range s.sources {
		all[source.Address] = float64(source.Fails)
	}
	return all
}

// collector gives Prometheus the readings of one snapshot.
type collector struct {
	platform *platform.Platform
	sources  *jpki.CRLFetch
	log      *slog.Logger
}

// Describe is part of prometheus.Collector.
func (c collector) Describe(all chan<- *prometheus.Desc) {
	for _, r := range readings() {
		all <- r.desc()
	}
}

// Collect is part of prometheus.Collector.
func (c collector) Collect(all chan<- prometheus.Metric) {
	s := c.snapshot()
	for _, r := range readings() {
		for label, value := range r.read(s) {
			var labels []string
			if r.label != "" {
				labels = []string{label}
			}
			all <- prometheus.MustNewConstMetric(r.desc(), r.kind, value, labels...)
		}
	}
}

func (r reading) desc() *prometheus.Desc {
	var labels []string
	if r.label != "" {
		labels = []string{r.label}
	}
	return prometheus.NewDesc(r.name, r.help, labels, nil)
}

// snapshotTime is how long the store may take for a snapshot.
const snapshotTime = 5 * time.Second

func (c collector) snapshot() snapshot {
	ctx, cancel := context.WithTimeout(context.Background(), snapshotTime)
	defer cancel()
	s := snapshot{now: time.Now(), counters: c.platform.Counters(), sources: c.sources.Standing()}
	var err error
	if s.backlog, err = c.platform.Backlog(ctx); err != nil {
		c.log.Error("metrics without the store", "cause", err.Error())
	}
	s.stored = err == nil
	if all, err := fleet.Read(ctx, c.platform); err != nil {
		c.log.Error("metrics without the fleet", "cause", err.Error())
	} else {
		s.fleet = &all
	}
	if s.lists, err = c.platform.Lists(ctx); err != nil {
		c.log.Error("metrics without lists of revocations", "cause", err.Error())
	}
	return s
}

// metricsHandler answers GET /metrics, and tells people and programs of the fleet.
func metricsHandler(p *platform.Platform, sources *jpki.CRLFetch, log *slog.Logger) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector{p, sources, log}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2}))
	mux.Handle("GET /fleet", fleetPage(p, log))
	mux.Handle("GET /v1/fleet", fleetJSON(p, log))
	return mux
}
