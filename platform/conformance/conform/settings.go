package main

import (
	"bufio"
	"context"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform/conformance"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// settings is what the command line says.
type settings struct {
	url, roots, tokens, keep string
	terminals, only          many
	citizen, revoked         pair
	expired                  pair
	consent, expiredKey      string
	settle, patience         time.Duration
	json, list, version      bool
}

// many is a flag that may be given more than once.
type many []string

// String is what the flag package prints.
func (m *many) String() string { return strings.Join(*m, ",") }

// Set takes one more, or several with commas between.
func (m *many) Set(s string) error {
	*m = append(*m, strings.Split(s, ",")...)
	return nil
}

// pair is two files.
type pair struct{ cert, key string }

func (p *pair) flags(flags *flag.FlagSet, name, what string) {
	flags.StringVar(&p.cert, name+"-cert", "", "PEM `file` of "+what)
	flags.StringVar(&p.key, name+"-key", "", "PEM `file` of its RSA key")
}

// citizen reads them; none is no citizen.
func (p pair) citizen() (conformance.Citizen, error) {
	if p == (pair{}) {
		return conformance.Citizen{}, nil
	}
	return conformance.LoadCitizen(p.cert, p.key)
}

func parse(args []string, complaints io.Writer) (s settings, err error) {
	flags := flag.NewFlagSet("watashi-conform", flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.StringVar(&s.url, "url", "", "base `URL` of the platform; the host of the first token if it is not given")
	flags.StringVar(&s.roots, "roots", "", "PEM `file` of what vouches for the platform's TLS certificate; what the token pins, or roots.pem, if it is not given")
	flags.StringVar(&s.tokens, "tokens", "", "`file` with one provisioning token a line, one or two; - is standard input")
	flags.Var(&s.terminals, "terminal", "`folder` of a terminal that was admitted; may be given twice")
	flags.StringVar(&s.keep, "keep", "", "write the terminals made of tokens to `folder`/terminal-1 and -2")
	s.citizen.flags(flags, "citizen", "the test citizen's signing certificate")
	s.revoked.flags(flags, "revoked", "a certificate that stands in the list of revocations, if there is one")
	s.expired.flags(flags, "expired", "a certificate that has expired, if there is one")
	flags.StringVar(&s.expiredKey, "expired-registration-key", "", "a registration key of the platform whose time is over, `12 digits`")
	flags.StringVar(&s.consent, "consent", "", "a consent text that the platform knows, `id:language:sha256` (base64url)")
	flags.DurationVar(&s.settle, "settle", 30*time.Second, "how long a registration may stay received")
	flags.DurationVar(&s.patience, "patience", time.Minute, "how long a request that is put off waits in all")
	flags.Var(&s.only, "only", "ask these promises only, `name,name`")
	flags.BoolVar(&s.list, "list", false, "list the promises, and end")
	flags.BoolVar(&s.json, "json", false, "print one JSON object")
	flags.BoolVar(&s.version, "version", false, "print the version, and end")
	if err = flags.Parse(args); err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("reading the command line: %q is no flag", flags.Arg(0))
	}
	return s, err
}

func list(out io.Writer) error {
	for _, p := range conformance.Promises() {
		if _, err := fmt.Fprintf(out, "%-32s  %s\n%32s  see %s\n", p.Name, p.Says, "", p.Clause); err != nil {
			return err
		}
	}
	return nil
}

// hold is the run.
func (s settings) hold(ctx context.Context, in io.Reader, out, complaints io.Writer) (code int, err error) {
	subject, err := s.subject(ctx, in)
	if err != nil {
		return exitNot, err
	}
	subject.Waits = func(asked string, d time.Duration) {
		fmt.Fprintf(complaints, "%s: put off by the platform for %s\n", asked, d)
	}
	report, err := conformance.Run(ctx, subject, s.only...)
	if err != nil {
		return exitNot, err
	}
	write := report.WriteText
	if s.json {
		write = report.WriteJSON
	}
	if err := write(out); err != nil {
		return exitNot, fmt.Errorf("writing the report: %w", err)
	}
	if !report.Kept() {
		return exitBroken, nil
	}
	return exitHeld, nil
}

// subject gathers it. Tokens come last: they serve once.
func (s settings) subject(ctx context.Context, in io.Reader) (subject conformance.Subject, err error) {
	subject = conformance.Subject{URL: s.url, Settle: s.settle, Patience: s.patience}
	for _, c := range []struct {
		pair pair
		to   *conformance.Citizen
	}{{s.citizen, &subject.Citizen}, {s.revoked, &subject.Revoked}, {s.expired, &subject.Expired}} {
		if *c.to, err = c.pair.citizen(); err != nil {
			return subject, err
		}
	}
	if subject.Roots, err = s.readRoots(); err != nil {
		return subject, err
	}
	if subject.Consent, err = s.readConsent(); err != nil {
		return subject, err
	}
	if s.expiredKey != "" {
		if subject.ExpiredKey, err = protocol.ParseRegistrationKey([]byte(s.expiredKey)); err != nil {
			return subject, fmt.Errorf("reading the expired registration key: %w", err)
		}
	}
	for _, dir := range s.terminals {
		t, err := conformance.LoadTerminal(dir)
		if err != nil {
			return subject, err
		}
		subject.Terminals = append(subject.Terminals, t)
	}
	return subject, s.enrol(ctx, in, &subject)
}

func (s settings) readRoots() (*x509.CertPool, error) {
	if s.roots == "" {
		return nil, nil
	}
	text, err := os.ReadFile(s.roots)
	if err != nil {
		return nil, fmt.Errorf("reading roots: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("reading roots: no certificate in %s", filepath.Base(s.roots))
	}
	return pool, nil
}

func (s settings) readConsent() (protocol.Consent, error) {
	if s.consent == "" {
		return protocol.Consent{}, nil
	}
	parts := strings.Split(s.consent, ":")
	if len(parts) != 3 {
		return protocol.Consent{}, errors.New("reading consent: not id:language:sha256")
	}
	digest, err := protocol.ParseDigest(parts[2])
	if err != nil {
		return protocol.Consent{}, fmt.Errorf("reading consent: %w", err)
	}
	return protocol.Consent{TextID: parts[0], Language: parts[1], SHA256: digest}, nil
}

// enrol makes terminals of tokens.
func (s settings) enrol(ctx context.Context, in io.Reader, subject *conformance.Subject) error {
	tokens, err := s.readTokens(in)
	if err != nil {
		return err
	}
	for i, token := range tokens {
		if subject.URL == "" {
			subject.URL = "https://" + token.Host
		}
		t, err := conformance.Enroll(ctx, subject.URL, token)
		if err != nil {
			return err
		}
		subject.Terminals = append(subject.Terminals, t)
		if s.keep == "" {
			continue
		}
		if err := t.Keep(filepath.Join(s.keep, fmt.Sprintf("terminal-%d", i+1))); err != nil {
			return err
		}
	}
	return nil
}

func (s settings) readTokens(in io.Reader) (tokens []protocol.Token, err error) {
	switch s.tokens {
	case "":
		return nil, nil
	case "-":
	default:
		file, err := os.Open(s.tokens)
		if err != nil {
			return nil, fmt.Errorf("reading tokens: %w", err)
		}
		defer file.Close()
		in = file
	}
	for lines := bufio.NewScanner(io.LimitReader(in, 1<<16)); lines.Scan(); {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		token, err := protocol.ParseToken(strings.TrimSpace(lines.Text()))
		if err != nil {
			return nil, fmt.Errorf("reading tokens: line %d: %w", len(tokens)+1, err)
		}
		tokens = append(tokens, token)
	}
	return tokens, nil
}
