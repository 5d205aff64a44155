// Command watashi-terminald is the device half of a terminal: card reader,
// printer, screen, journal and device key. It sees what is on a card and has no
// way to the network; watashi-uplinkd fetches sealed envelopes from its socket.
//
//	watashi-terminald [-config /etc/watashi/terminald.json] [-check] [-version]
//
// -check reads the configuration, tells all that is wrong with it, and ends.
//
// What is missing, as an identity or a readable journal, does not end it: it
// stays up and shows that it is out of service, tells why on the status socket,
// and looks again every few seconds.
//
//	curl --unix-socket /run/watashi/status.sock http://terminal/status
//	curl --unix-socket /run/watashi/status.sock http://terminal/metrics
//	curl --unix-socket /run/watashi/status.sock -X POST http://terminal/tamper/clear
//	curl --unix-socket /run/watashi/status.sock -X POST -d '{"on":true}' http://terminal/maintenance
//	curl --unix-socket /run/watashi/status.sock http://terminal/queue
//	curl --unix-socket /run/watashi/status.sock http://terminal/queue/{id}
//	curl --unix-socket /run/watashi/status.sock -X POST http://terminal/queue/{id}/retry
//	curl --unix-socket /run/watashi/status.sock http://terminal/queue/bodies
//	curl --unix-socket /run/watashi/status.sock -X POST -d '{"id":...,"receipt":...}' http://terminal/queue/receipts
//	curl --unix-socket /run/watashi/status.sock -X POST --data-binary @bundle.jws http://terminal/bundle
//	curl --unix-socket /run/watashi/status.sock http://terminal/audit
//
// tamper/clear ends that the machine counts as opened by force, and is refused
// with 409 while a sensor still says so, or cannot be read. maintenance begins and
// ends what a technician sees on the screen: it answers 204 when it is so, and 202
// when it begins as soon as the citizen who is served has gone. retry takes an item
// out of quarantine and has it tried now. bodies are copies of all that waits, sealed,
// as a file to be carried by hand; receipts takes what the platform answers to it, and
// bundle a bundle, each judged as one that came over the network. audit is the audit trail as JSON lines,
// one entry each; its head is in the status and, signed, in every heartbeat.
//
// A damaged journal does not end service: what can be read is carried over into a
// fresh one. The damaged file is set aside as journal.db.damaged-..., with a report
// beside it, and the status tells of both for as long as they lie there.
//
// The metrics are in the text format of Prometheus, which reads no unix sockets:
// node_exporter's textfile collector, or a proxy, brings them there. None tells
// anything of any citizen. A device that the configuration does not name has none.
//
//	watashi_reader_state{state}     1 for the state of the card reader, 0 for the others
//	watashi_printer_state{state}    the same for the printer
//	watashi_paper{paper}            the same for its paper
//	watashi_printer_cover_open      0 or 1
//	watashi_printer_cutter_fault    0 or 1
//	watashi_scanner_state{state}    as for the reader
//	watashi_sensors_state{state}    as for the reader
//	watashi_tamper_sensor           what the sensor says now
//	watashi_tampered                what stands until somebody clears it
//	watashi_door_open               0 or 1
//	watashi_maintenance             the operator's key stands there
//	watashi_maintenance_mode{mode}  1 for off, on or cleaning: a technician has the screen
//	watashi_platform_reachable      0 or 1
//	watashi_clock_skew_seconds      ahead of the platform's
//	watashi_clock_wrong             0 or 1: too wrong to sign by
//	watashi_queue_unsent            sealed items that wait for the platform
//	watashi_queue_unsent_bytes      how much they are
//	watashi_queue_oldest_seconds    how long the oldest has waited
//	watashi_queue_quarantined       items that the platform keeps refusing
//	watashi_handovers_unknown       in the journal, their outcome known to nobody
//	watashi_disk_free_bytes         on the journal's disk
//	watashi_journal_fault           0 or 1: it cannot be read
//	watashi_journal_damaged         damaged journals that lie beside this one
//	watashi_journal_lost            registrations that they took with them
//	watashi_audit_entries           the number of the last one
//	watashi_missing{fault}          1 while there is no terminal, by what is missing
//	watashi_out_of_service{fault}   1 while no card is taken in, by the first reason
//	watashi_build_info{version}     1
//	watashi_cards_total             cards attended since the start
//	watashi_sessions_total{fault}   sessions that ended, by the fault that ended them
//	watashi_registrations_total     registrations committed since the start
//	watashi_handovers_total{outcome}
//	watashi_photos_total{end}       readings of a card's photo: read, forged, blocked, missing or unread
//
// What every program in Go tells Prometheus of itself, under the names that it has
// everywhere, shows one that grows with each citizen:
//
//	go_goroutines                  what it does at once
//	process_open_fds               files and connections
//	process_resident_memory_bytes  and the like
//
// And what NIST SP 800-63A-4 asks of a proofing service; a step is card, password,
// photo, check, key, send or code:
//
//	watashi_proofing_started_total                 sessions that began
//	watashi_proofing_passed_total                  with the enrollment code in a hand at the end
//	watashi_proofing_failed_total{step,fault}      by where and why
//	watashi_proofing_abandoned_total{step,fault}   given up by the citizen, by where and how
//	watashi_proofing_step_seconds{step}            how long each step takes
package main

import (
	"github.com/digital-watashi/kiosk/terminal/service"
)

// version and commit are set by the linker.
var version, commit = "unknown", "unknown"

func main() { program().Main() }

func program() service.Program[Config] {
	return service.Program[Config]{
		Name: "watashi-terminald", Version: version, Commit: commit, File: configFile, Defaults: Defaults(), Serve: serve,
	}
}
