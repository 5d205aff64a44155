package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/attestation"
	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Commands about who terminals are: tokens, certificates and chips.

// token is token TERMINAL-ID [LIFE [HOST]].
func token(ctx context.Context, p *platform.Platform, r request, out io.Writer) (err error) {
	grant := platform.Grant{TerminalID: r.Args[1]}
	if len(r.Args) > 2 {
		if grant.Life, err = time.ParseDuration(r.Args[2]); err != nil {
			return fmt.Errorf("%q is no duration such as 90m or 24h", r.Args[2])
		}
	}
	if len(r.Args) > 3 {
		grant.Host = r.Args[3]
	}
	t, err := p.IssueTokenFor(ctx, grant)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, t.String())
	return err
}

// terminal shows one machine.
func terminal(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	t, err := p.Terminal(ctx, r.Args[1])
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s %s, admitted %s, seen %s\n", t.ID, standing(t), moment(t.Admitted), moment(t.Seen))
	fmt.Fprint(out, held("device", t.Device), held("TLS", t.TLS))
	if !t.Chip.IsZero() {
		fmt.Fprintf(out, "chip   %s, vouched for by %s\n", t.Chip, t.Vouched)
	}
	for _, note := range t.Notes {
		fmt.Fprintf(out, "%s %s\n", moment(note.At), note.What)
	}
	return nil
}

func held(what string, h platform.Holding) string {
	if h.Kid == "" {
		return ""
	}
	return fmt.Sprintf("%-6s certificate %s until %s, key %s\n", what, h.Kid, moment(h.Expires), h.Protection)
}

// issuance shows why a certificate was issued, and what proved its key.
func issuance(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	found, err := p.Issuance(ctx, r.Args[1])
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(found)
}

// endorsements is the command ek: which TPMs are real. A running service heeds it
// at the next attestation.
func endorsements(c config, args []string, out io.Writer) error {
	if c.Endorsements == "" {
		return errors.New(`the configuration names no folder "endorsements"`)
	}
	if err := os.MkdirAll(string(c.endorsements()), 0o700); err != nil {
		return err
	}
	switch {
	case len(args) > 1 && args[0] == "add":
		return addCertificates(files.CADirectory(c.endorsements()), args[1:], out)
	case len(args) > 1 && args[0] == "allow":
		return allowChip(c, args[1], strings.Join(args[2:], " "), out)
	}
	return errUsage
}

func allowChip(c config, text, note string, out io.Writer) error {
	key, err := attestation.ParseEndorsement(text)
	if err != nil {
		return err
	}
	if err := c.endorsements().Allow(key, note); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "the chip with endorsement key %s is allowed\n", key)
	return err
}

// chipsKnown reads which TPMs are real, and says so if there is none and each
// machine has to have one.
func chipsKnown(c config, settings platform.Config, out io.Writer) error {
	if c.Endorsements == "" {
		return nil
	}
	trust, err := c.endorsements().Trust(context.Background())
	if err != nil {
		return err
	}
	least, err := settings.LeastProtection()
	if err == nil && len(trust.CAs)+len(trust.Allowed) == 0 && least == protocol.ProtectionAttested {
		fmt.Fprintln(out, "no TPM is known to be real, so no machine can be let in: see ek add and ek allow")
	}
	return err
}
