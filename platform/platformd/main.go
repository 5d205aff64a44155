// Command watashi-platformd is the reference central platform as a service.
//
//	watashi-platformd init -dir DIR -id PLATFORM-ID -host HOST[:PORT] [-environment test|production]
//	watashi-platformd -config FILE COMMAND
//	watashi-platformd -version
//
// init makes keys, terminal CA, folders and DIR/platformd.json. With it:
//
//	run                                   serve terminals and apps
//	check                                 read configuration and keys, say what is wrong
//	token TERMINAL-ID [LIFE [HOST]]       let one machine in, within the hour or such a time as 24h
//	enrol FILE...                         let machines in by hand: the answer to each request, beside it
//	terminal TERMINAL-ID                  its certificates, its chip and its history
//	issuance KID                          why a certificate was issued, and what proved its key
//	terminals [json]                      list the machines, with the audit head of the last heartbeat
//	fleet [json]                          which machines need a visit, why, and what to do
//	suspend TERMINAL-ID [compromised]     stop a machine
//	reinstate TERMINAL-ID                 let it serve again; what was found about it has been looked at
//	retire TERMINAL-ID [SUCCESSOR]        end a machine that cannot say so itself
//	registration ID                       where a registration stands; names nobody
//	evidence ID                           what proves it; names the citizen
//	bundle export FILE                    write what terminals are told to a file, for a site without network
//	import ID FILE                        take in an envelope that came by hand
//	import-queue FILE                     take in what a terminal exported, print the receipts for the way back
//	reviews                               registrations that wait for a decision
//	decide ID same-person|other-person    decide
//	contest REFERENCE [restore|uphold]    somebody says it was not them: stop it, or end that; see below
//	contests                              those that wait for restore or uphold
//	lists                                 the lists of revocations at hand, and whether they are fresh
//	ca add FILE...                        trust JPKI CA certificates, within seconds
//	ca drop FILE...                       have terminals trust them no more, within seconds
//	ek add FILE...                        trust makers of TPMs by their CA certificates
//	ek allow SHA256 [NOTE]                trust one TPM by its endorsement key
//	ca roll                               make a new terminal CA beside the old one
//	ca left                               the machines that the old one still vouches for
//	ca retire [anyway]                    trust the old one no more
//	keys list                             the keys of the platform, and how long old ones are kept
//	keys roll NAME [--now]                make a new key encryption, receipt or bundle; used when every terminal knows it
//	keys left                             the machines that do not know it yet
//	crl import FILE...                    put lists of revocations where they are read
//
// Commands that look into the store ask the running service, by a socket in DIR
// that only its owner can open, or open the store themselves when it rests.
//
// contest finds a registration by the reference number on its slip, shows time, terminal
// and state, and asks before it does anything. Its code is dead then, or its account
// suspended, until restore ("it was them") or uphold ("it was not": for good). Behind
// REFERENCE may stand --reason TEXT, which restore and uphold need; --by NAME, who
// takes the call; --yes, not to be asked; --ahead, for what has not arrived yet.
//
// "fleet" in the configuration says what the platform does by itself: silence_hours
// (24), and on_silence, on_tamper and on_audit (of an audit chain that was set back or
// changed), each flag or suspend. What is still taken of a suspended machine: what it
// sealed before, if it comes within twice the longest time that bodies may wait. A
// compromised one is believed nothing, since it may lie about the time.
//
// On the address "metrics" of the configuration, loopback only, /fleet is a page that
// says which machines need a visit, and /v1/fleet the same as JSON.
//
// /metrics on the address "metrics" of the configuration, loopback only, tells
// Prometheus, of nobody in particular:
//
//	watashi_platform_registrations_total     Registrations that arrived, by the verdict on arrival.
//	watashi_platform_registrations_refused_total  Registrations that were refused on arrival, by the reason.
//	watashi_platform_terminals_suspended_total  Terminals that the platform suspended by itself, by why.
//	watashi_platform_terminals               Terminals, by how they are.
//	watashi_platform_terminals_to_visit      Terminals that somebody has to go to, by the most urgent reason's urgency.
//	watashi_platform_terminal_reasons        Terminals with a reason for a visit, by its code.
//	watashi_platform_heartbeat_oldest_seconds  How long the terminal has said nothing that was heard the longest ago; suspended ones count, retired ones do not.
//	watashi_platform_terminal_queue          Bodies that wait at all terminals, by their last heartbeats.
//	watashi_platform_terminal_queue_oldest_seconds  How long the oldest of them had waited.
//	watashi_platform_terminal_quarantined    Bodies that terminals have set apart.
//	watashi_platform_terminal_lost           Registrations that damaged journals took with them.
//	watashi_platform_judged_later_total      Registrations that had waited for a list or the responder.
//	watashi_platform_withdrawals_total       Withdrawals that were taken.
//	watashi_platform_activations_total       Activations, by what became of them.
//	watashi_platform_rechecks_total          Certificates that were looked up again.
//	watashi_platform_suspended_total         Accounts that were suspended, as a certificate was revoked.
//	watashi_platform_reinstated_total        Accounts whose certificate was only held.
//	watashi_platform_contests_total          What was done about registrations that somebody says were not theirs.
//	watashi_platform_events_told_total       Events that the webhook took.
//	watashi_platform_events_failed_total     Tries to tell an event in vain.
//	watashi_platform_store_up                Whether the store answers.
//	watashi_platform_waiting                 Registrations that wait for a list or the responder.
//	watashi_platform_in_review               Registrations that a person has to decide.
//	watashi_platform_disputed                Contested registrations that a person has to rule on.
//	watashi_platform_events_untold           Events that the webhook has not taken.
//	watashi_platform_events_oldest_seconds   How long the oldest of them has waited.
//	watashi_platform_lists                   Lists of revocations at hand, by whether they are fresh.
//	watashi_platform_list_expires_seconds    When the list that runs out first does; negative is since when.
//	watashi_platform_list_fetch_failures     Failures in a row of an address of lists.
//
// Beside these stand what every program in Go tells of itself, under the names that it
// has everywhere: go_goroutines, process_open_fds, process_resident_memory_bytes and
// the like.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
)

// version and commit are set by the linker.
var version, commit = "unknown", "unknown"

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "watashi-platformd:", err)
		os.Exit(1)
	}
}

// run is the program without its process.
func run(ctx context.Context, args []string, out, log io.Writer) error {
	if len(args) > 0 && args[0] == "init" {
		return initialise(args[1:], out)
	}
	flags := flag.NewFlagSet("watashi-platformd", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	path := flags.String("config", "", "configuration `file`")
	tell := flags.Bool("version", false, "tell the version and end")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) || (err == nil && flags.NArg() == 1 && flags.Arg(0) == "help") {
		return printManual(out)
	}
	if err == nil && (*tell) {
		_, err = fmt.Fprintln(out, version, "commit", commit, runtime.Version())
		return err
	}
	if err != nil {
		return fmt.Errorf("%w\n%w", err, errUsage)
	}
	if *path == "" || flags.NArg() == 0 {
		return errUsage
	}
	c, err := readConfig(*path)
	if err != nil {
		return err
	}
	return perform(ctx, c, flags.Args(), out, log)
}

// perform runs one command.
func perform(ctx context.Context, c config, args []string, out, log io.Writer) error {
	switch args[0] {
	case "run":
		return serveAsService(ctx, c, log)
	case "check":
		return check(c, out)
	case "enrol":
		return enrol(ctx, c, args[1:], out)
	case "import-queue":
		return importQueue(ctx, c, args[1:], out, log)
	case "bundle":
		return bundles(ctx, c, args[1:], out)
	case "ca":
		return authorities(ctx, c, args[1:], out)
	case "ek":
		return endorsements(c, args[1:], out)
	case "contest":
		return contest(ctx, c, args[1:], os.Stdin, out)
	case "crl":
		return importCRLs(c, args[1:], out)
	}
	return ask(ctx, c, args, out)
}
