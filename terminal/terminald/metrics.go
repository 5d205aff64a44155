package main

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// A reading is a metric that is read from the status when it is asked for.
type reading struct {
	name, help string
	label      string // empty for one value without labels
	read       func(status.Terminal) values
}

// values are the values of a metric by the value of its label; empty for nothing
// to tell.
type values map[string]float64

// readings are all metrics of that kind.
func readings() []reading {
	return append(deviceReadings(), []reading{
		{"watashi_build_info", "1 for the version that runs.", "version", func(s status.Terminal) values { return values{s.Version: 1} }},
		{"watashi_missing", "1 for the fault for whose sake there is no terminal.", "fault", missing},
		{"watashi_out_of_service", "1 for the fault for whose sake no card is taken in.", "fault", outOfService},
		{"watashi_maintenance_mode", "1 for whether a technician has the terminal.", "mode", func(s status.Terminal) values { return oneOf(s.Maintenance, modes()) }},
		{"watashi_bundle_version", "The bundle in force.", "", ofBundle(func(b status.Bundle) float64 { return float64(b.Version) })},
		{"watashi_bundle_damaged", "Whether the last good bundle stands in for the newest.", "", ofBundle(func(b status.Bundle) float64 { return number(b.Damaged != "") })},
		{"watashi_bundle_refused", "Bundles that came and were not taken since the one in force was.", "", ofBundle(refusedBundles)},
		{"watashi_platform_reachable", "Whether the platform would likely answer.", "", ofLink(func(l status.Link) float64 { return number(l.Reachable) })},
		{"watashi_clock_skew_seconds", "How far this clock is ahead of the platform's.", "", ofClock(func(c status.Clock) float64 { return float64(c.SkewSeconds) })},
		{"watashi_clock_wrong", "Whether the clock is too wrong to sign by.", "", ofClock(func(c status.Clock) float64 { return number(c.Fault != "") })},
		{"watashi_queue_unsent", "Sealed items that wait for the platform.", "", ofJournal(func(j status.Journal) float64 { return float64(j.Unsent) })},
		{"watashi_queue_unsent_bytes", "How much they are.", "", ofJournal(func(j status.Journal) float64 { return float64(j.UnsentBytes) })},
		{"watashi_queue_oldest_seconds", "How long the oldest of them has waited; 0 when none waits.", "", ofJournal(oldest)},
		{"watashi_queue_quarantined", "Sealed items set apart, as the platform keeps refusing them.", "", ofJournal(func(j status.Journal) float64 { return float64(j.Quarantined) })},
		{"watashi_journal_damaged", "Damaged journals that lie beside this one.", "", ofJournal(func(j status.Journal) float64 { return float64(len(j.Salvaged)) })},
		{"watashi_journal_lost", "Registrations that they took with them.", "", ofJournal(func(j status.Journal) float64 { return float64(j.Lost()) })},
		{"watashi_audit_entries", "The number of the last entry of the audit trail.", "", ofJournal(func(j status.Journal) float64 { return float64(j.AuditEntries) })},
		{"watashi_handovers_unknown", "Hand-overs in the journal whose outcome nobody knows.", "", ofJournal(func(j status.Journal) float64 { return float64(j.Unknown) })},
		{"watashi_disk_free_bytes", "What is free on the journal's disk.", "", ofJournal(func(j status.Journal) float64 { return float64(j.DiskFree) })},
		{"watashi_journal_fault", "Whether the journal cannot be read.", "", ofJournal(func(j status.Journal) float64 { return number(j.Fault != "") })},
	}...)
}

// deviceReadings tell of devices in the words of XFS4IoT. A device that the
// configuration does not name has none.
func deviceReadings() []reading {
	return []reading{
		{"watashi_reader_state", "1 for the state of the card reader.", "state", func(s status.Terminal) values { return oneOf(s.Reader, states()) }},
		{"watashi_printer_state", "1 for the state of the printer.", "state", ofPrinter(func(p status.Printer) values { return oneOf(p.Device, states()) })},
		{"watashi_paper", "1 for how much paper there is.", "paper", ofPrinter(func(p status.Printer) values { return oneOf(p.Paper, papers()) })},
		{"watashi_printer_cover_open", "Whether the printer's cover is open.", "", ofPrinter(func(p status.Printer) values { return single(p.CoverOpen) })},
		{"watashi_printer_cutter_fault", "Whether the printer's cutter stands still.", "", ofPrinter(func(p status.Printer) values { return single(p.CutterFault) })},
		{"watashi_scanner_state", "1 for the state of the scanner.", "state", func(s status.Terminal) values { return oneOf(s.Scanner, states()) }},
		{"watashi_sensors_state", "1 for the state of the sensors.", "state", ofSensors(func(a status.Sensors) values { return oneOf(a.Device, states()) })},
		{"watashi_tamper_sensor", "Whether a sensor says now that the machine is opened by force.", "", ofSensors(func(a status.Sensors) values { return single(a.Tamper) })},
		{"watashi_door_open", "Whether the cabinet door is open.", "", ofSensors(doorOpen)},
		{"watashi_maintenance", "Whether the operator's key stands at maintenance.", "", ofSensors(maintenance)},
		{"watashi_tampered", "Whether the machine was opened by force and nobody has cleared it.", "", tampered},
	}
}

func states() []hal.State {
	return []hal.State{hal.Online, hal.Offline, hal.PowerOff, hal.NoDevice, hal.HardwareError, hal.DeviceBusy}
}

func papers() []hal.Paper {
	return []hal.Paper{hal.PaperUnknown, hal.PaperFull, hal.PaperLow, hal.PaperOut, hal.PaperJammed}
}

func modes() []string {
	return []string{string(terminal.InService), string(terminal.InMaintenance), string(terminal.InCleaning)}
}

// oneOf is 1 for the word that is so, and 0 for the others, so that an alert can
// be made on each; nothing where there is no word.
func oneOf[Word ~string](is Word, all []Word) values {
	if is == "" {
		return nil
	}
	found := values{string(is): 1}
	for _, word := range all {
		if word != is {
			found[string(word)] = 0
		}
	}
	return found
}

func number(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

func single(is bool) values { return values{"": number(is)} }

func ofPrinter(read func(status.Printer) values) func(status.Terminal) values {
	return func(s status.Terminal) values {
		if s.Printer == nil {
			return nil
		}
		return read(*s.Printer)
	}
}

func ofSensors(read func(status.Sensors) values) func(status.Terminal) values {
	return func(s status.Terminal) values {
		if s.Sensors == nil {
			return nil
		}
		return read(*s.Sensors)
	}
}

func ofBundle(read func(status.Bundle) float64) func(status.Terminal) values {
	return func(s status.Terminal) values {
		if s.Bundle == nil {
			return nil
		}
		return values{"": read(*s.Bundle)}
	}
}

func refusedBundles(b status.Bundle) float64 {
	if b.Refused == nil {
		return 0
	}
	return float64(b.Refused.Count)
}

func ofLink(read func(status.Link) float64) func(status.Terminal) values {
	return func(s status.Terminal) values {
		if s.Platform == nil {
			return nil
		}
		return values{"": read(*s.Platform)}
	}
}

func ofClock(read func(status.Clock) float64) func(status.Terminal) values {
	return func(s status.Terminal) values {
		if s.Clock == nil {
			return nil
		}
		return values{"": read(*s.Clock)}
	}
}

func ofJournal(read func(status.Journal) float64) func(status.Terminal) values {
	return func(s status.Terminal) values {
		if s.Journal == nil {
			return nil
		}
		return values{"": read(*s.Journal)}
	}
}

func missing(s status.Terminal) values {
	if s.Fault == "" {
		return nil
	}
	return values{s.Fault: 1}
}

func outOfService(s status.Terminal) values {
	if s.OutOfService == "" {
		return nil
	}
	return values{s.OutOfService: 1}
}

func tampered(s status.Terminal) values {
	if s.Journal == nil {
		return nil
	}
	return single(!s.TamperedSince.IsZero())
}

func doorOpen(a status.Sensors) values {
	if a.Door == "" {
		return nil
	}
	return single(a.Door == hal.DoorOpen)
}

func maintenance(a status.Sensors) values {
	if a.Switch == "" {
		return nil
	}
	return single(a.Switch == hal.SwitchMaintenance)
}

func oldest(j status.Journal) float64 {
	if j.Oldest.IsZero() {
		return 0
	}
	return max(0, time.Since(j.Oldest).Seconds())
}

// panel is the instruments as Prometheus reads them: one look at the status for
// each scrape.
type panel struct {
	status    func(context.Context) status.Terminal
	readings  []reading
	described []*prometheus.Desc
}

func newPanel(status func(context.Context) status.Terminal) *panel {
	p := &panel{status: status, readings: readings()}
	for _, r := range p.readings {
		var labels []string
		if r.label != "" {
			labels = []string{r.label}
		}
		p.described = append(p.described, prometheus.NewDesc(r.name, r.help, labels, nil))
	}
	return p
}

// Describe is for Prometheus.
func (p *panel) Describe(to chan<- *prometheus.Desc) {
	for _, d := range p.described {
		to <- d
	}
}

// Collect is for Prometheus.
func (p *panel) Collect(to chan<- prometheus.Metric) {
	s := p.status(context.Background()) // bounded by the patience with the printer
	for i, r := range p.readings {
		for label, value := range r.read(s) {
			var labels []string
			if r.label != "" {
				labels = []string{label}
			}
			to <- prometheus.MustNewConstMetric(p.described[i], prometheus.GaugeValue, value, labels...)
		}
	}
}

// metrics answers GET /metrics with the readings, the counts and what this process is to
// its machine, and nothing else: a registry of our own holds what we put there.
func metrics(status func(context.Context) status.Terminal, counts *tally) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(newPanel(status))
	registry.MustRegister(counts.all()...)
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}
