package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/digital-watashi/kiosk/platform/fleet"
)

// fleetReadings tell of terminals together. Labels are words of ours: no terminal
// has one of its own, whatever it calls itself or says.
func fleetReadings() []reading {
	const is = prometheus.GaugeValue
	return []reading{
		{"watashi_platform_terminals", "Terminals, by how they are.", is, "state", ofFleet(byState)},
		{"watashi_platform_terminals_to_visit", "Terminals that somebody has to go to, by the most urgent reason's urgency.", is, "urgency", ofFleet(byUrgency)},
		{"watashi_platform_terminal_reasons", "Terminals with a reason for a visit, by its code.", is, "reason", ofFleet(byReason)},
		{"watashi_platform_heartbeat_oldest_seconds", "How long the terminal has said nothing that was heard the longest ago; suspended ones count, retired ones do not.", is, "", ofFleet(longestSilence)},
		{"watashi_platform_terminal_queue", "Bodies that wait at all terminals, by their last heartbeats.", is, "", ofBeats(func(h beatNumbers) float64 { return float64(h.queue) })},
		{"watashi_platform_terminal_queue_oldest_seconds", "How long the oldest of them had waited.", is, "", ofBeats(func(h beatNumbers) float64 { return float64(h.oldest) })},
		{"watashi_platform_terminal_quarantined", "Bodies that terminals have set apart.", is, "", ofBeats(func(h beatNumbers) float64 { return float64(h.quarantined) })},
		{"watashi_platform_terminal_lost", "Registrations that damaged journals took with them.", is, "", ofBeats(func(h beatNumbers) float64 { return float64(h.lost) })},
	}
}

// ofFleet tells nothing of a store that does not answer.
func ofFleet(read func(fleet.Report) values) func(snapshot) values {
	return func(s snapshot) values {
		if s.fleet == nil {
			return nil
		}
		return read(*s.fleet)
	}
}

func byState(f fleet.Report) values {
	all := values{}
	for _, state := range fleet.States() {
		all[string(state)] = float64(f.States[state])
	}
	return all
}

func byUrgency(f fleet.Report) values {
	all := values{fleet.Now.String(): 0, fleet.Soon.String(): 0}
	for _, m := range f.Terminals {
		if len(m.Reasons) > 0 && m.Reasons[0].Urgency > fleet.Note {
			all[m.Reasons[0].Urgency.String()]++
		}
	}
	return all
}

// byReason counts codes that the platform knows, and others as other: they are a
// terminal's words.
func byReason(f fleet.Report) values {
	all := values{"other": 0}
	for _, code := range fleet.ReasonCodes() {
		all[code] = 0
	}
	for _, m := range f.Terminals {
		for _, r := range m.Reasons {
			if _, known := all[r.Code]; known {
				all[r.Code]++
			} else {
				all["other"]++
			}
		}
	}
	return all
}

func longestSilence(f fleet.Report) values {
	longest := 0
	for _, m := range f.Terminals {
		longest = max(longest, m.SilentSeconds)
	}
	return one(int64(longest))
}

type beatNumbers struct{ queue, oldest, quarantined, lost int }

// ofBeats adds up what terminals say that are not retired.
func ofBeats(read func(beatNumbers) float64) func(snapshot) values {
	return ofFleet(func(f fleet.Report) values {
		var sum beatNumbers
		for _, m := range f.Terminals {
			h := m.Heartbeat
			if h == nil || m.State == fleet.StateRetired {
				continue
			}
			sum.queue += h.Queue
			sum.oldest = max(sum.oldest, h.OldestUnsentSeconds)
			sum.quarantined += h.Quarantined
			sum.lost += h.Lost
		}
		return values{"": read(sum)}
	})
}
