package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// founding is how a platform is made.
const founding = "watashi-platformd init -dir DIR -id PLATFORM-ID -host HOST[:PORT] [-environment test|production]"

// errUsage names every command; --help says what each is for.
var errUsage = errors.New("usage: " + founding + " | -config FILE " + strings.Join(names(), "|") + "; see --help")

// entry is one command as the manual names it.
type entry struct{ words, about string }

// entries are the commands but init, in the order of the package doc.
func entries() []entry {
	return []entry{
		{"run", "serve terminals and apps"},
		{"check", "read configuration and keys, say what is wrong"},
		{"token TERMINAL-ID [LIFE [HOST]]", "let one machine in, within the hour or such a time as 24h"},
		{"enrol FILE...", "let machines in by hand: the answer to each request, beside it"},
		{"terminal TERMINAL-ID", "its certificates, its chip and its history"},
		{"issuance KID", "why a certificate was issued, and what proved its key"},
		{"terminals [json]", "list the machines, with the audit head of the last heartbeat"},
		{"fleet [json]", "which machines need a visit, why, and what to do"},
		{"suspend TERMINAL-ID [compromised]", "stop a machine"},
		{"reinstate TERMINAL-ID", "let it serve again; what was found about it has been looked at"},
		{"retire TERMINAL-ID [SUCCESSOR]", "end a machine that cannot say so itself"},
		{"registration ID", "where a registration stands; names nobody"},
		{"evidence ID", "what proves it; names the citizen"},
		{"bundle export FILE", "write what terminals are told to a file, for a site without network"},
		{"import ID FILE", "take in an envelope that came by hand"},
		{"import-queue FILE", "take in what a terminal exported, print the receipts for the way back"},
		{"reviews", "registrations that wait for a decision"},
		{"decide ID same-person|other-person", "decide"},
		{"contest REFERENCE [restore|uphold]", "somebody says it was not them: stop it, or end that; see below"},
		{"contests", "those that wait for restore or uphold"},
		{"lists", "the lists of revocations at hand, and whether they are fresh"},
		{"ca add FILE...", "trust JPKI CA certificates, within seconds"},
		{"ca drop FILE...", "have terminals trust them no more, within seconds"},
		{"ek add FILE...", "trust makers of TPMs by their CA certificates"},
		{"ek allow SHA256 [NOTE]", "trust one TPM by its endorsement key"},
		{"ca roll", "make a new terminal CA beside the old one"},
		{"ca left", "the machines that the old one still vouches for"},
		{"ca retire [anyway]", "trust the old one no more"},
		{"keys list", "the keys of the platform, and how long old ones are kept"},
		{"keys roll NAME [--now]", "make a new key encryption, receipt or bundle; used when every terminal knows it"},
		{"keys left", "the machines that do not know it yet"},
		{"crl import FILE...", "put lists of revocations where they are read"},
	}
}

// names are the first words of the commands, each once.
func names() (all []string) {
	for _, e := range entries() {
		name, _, _ := strings.Cut(e.words, " ")
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// printManual is --help.
func printManual(out io.Writer) error {
	var text strings.Builder
	text.WriteString("The reference central platform of the registration terminal.\n\n")
	text.WriteString("usage:\n  " + founding + "\n  watashi-platformd -config FILE COMMAND\n  watashi-platformd -version\n\n")
	text.WriteString("init makes keys, terminal CA, folders and DIR/platformd.json, and leaves alone what is there.\n\ncommands:\n")
	for _, e := range entries() {
		fmt.Fprintf(&text, "  %-37s %s\n", e.words, e.about)
	}
	text.WriteString("\n")
	if err := printContest(&text); err != nil {
		return err
	}
	text.WriteString("\nCommands go to the service that runs, or open the store themselves when it rests.\n")
	_, err := io.WriteString(out, text.String())
	return err
}

// printContest is the help of the one command with flags.
func printContest(out io.Writer) error {
	_, err := io.WriteString(out, contestUsage+`
shows the visit of that slip, and asks. Then its code is dead, or its account suspended,
until restore (it was them) or uphold (it was not: for good); both need --reason.
--by says who takes the call, --yes does not ask, --ahead is for what has not arrived.
`)
	return err
}
