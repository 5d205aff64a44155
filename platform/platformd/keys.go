package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
)

// Commands about keys and CAs: what the platform is believed by, and whom terminals
// believe. A running service does them at once.

// keys is keys list, keys left and keys roll NAME [--now].
func keys(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	switch words := r.Args[1:]; {
	case len(words) == 1 && words[0] == "list":
		return listKeys(p, out)
	case len(words) == 1 && words[0] == "left":
		return keysLeft(ctx, p, out)
	case len(words) == 2 && words[0] == "roll":
		return rollKey(ctx, p, words[1], false, out)
	case len(words) == 3 && words[0] == "roll" && words[2] == "--now":
		return rollKey(ctx, p, words[1], true, out)
	}
	return errUsage
}

func listKeys(p *platform.Platform, out io.Writer) error {
	for _, k := range p.Keys() {
		note := ""
		if k.Role == keyring.KeyOld {
			note = ", kept until " + moment(k.Until)
		}
		fmt.Fprintf(out, "%-10s %s %s%s\n", k.Name, k.Kid, k.Role, note)
	}
	return nil
}

func keysLeft(ctx context.Context, p *platform.Platform, out io.Writer) error {
	left, err := p.KeysLeft(ctx)
	for _, l := range left {
		fmt.Fprintf(out, "%s has bundle %d, heard %s\n", l.TerminalID, l.Version, moment(l.Seen))
	}
	return err
}

func rollKey(ctx context.Context, p *platform.Platform, name string, now bool, out io.Writer) error {
	if err := p.RollKey(ctx, name, now); err != nil {
		return err
	}
	if now {
		fmt.Fprintf(out, "the new %s key is used from now on; the old one is kept\n", name)
		if name == keyring.BundleKey {
			fmt.Fprintln(out, "a terminal that stays away until the bundle after next takes none any more: it is visited")
		}
		return nil
	}
	left, err := p.KeysLeft(ctx)
	fmt.Fprintf(out, "a new %s key is announced, and used as soon as %d terminals have been heard with it; see keys left\n", name, len(left))
	return err
}

// authorities is the command ca.
func authorities(ctx context.Context, c config, args []string, out io.Writer) error {
	switch {
	case len(args) > 1 && args[0] == "add":
		if err := fitCAs(c, args[1:]); err != nil {
			return err
		}
		return addCertificates(c.cas(), args[1:], out)
	case len(args) > 1 && args[0] == "drop":
		return dropCertificates(c, args[1:], out)
	case len(args) > 0:
		return ask(ctx, c, append([]string{"ca"}, args...), out)
	}
	return errUsage
}

// terminalCA is ca roll, ca left and ca retire [anyway].
func terminalCA(ctx context.Context, p *platform.Platform, r request, out io.Writer) error {
	switch words := strings.Join(r.Args[1:], " "); words {
	case "roll":
		if err := p.RollCA(ctx); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out, "new terminal CA: it issues, and both are trusted; terminals change over by themselves, see ca left; then: ca retire")
		return err
	case "left":
		left, err := p.OnOldCA(ctx)
		for _, id := range left {
			fmt.Fprintln(out, id)
		}
		return err
	case "retire", "retire anyway":
		return retireCA(ctx, p, words == "retire anyway", out)
	}
	return errUsage
}

func retireCA(ctx context.Context, p *platform.Platform, anyway bool, out io.Writer) error {
	left, err := p.OnOldCA(ctx)
	if err != nil {
		return err
	}
	if len(left) > 0 && !anyway {
		return fmt.Errorf("the old CA still vouches for %s: let them renew, or retire anyway and bring each a token", strings.Join(left, " "))
	}
	if err := p.RetireCA(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "the old terminal CA is trusted no more; what was signed under it before is good still")
	return err
}

// fitCAs reads them before one is put in: a service that runs would go on without,
// but not start again.
func fitCAs(c config, paths []string) error {
	for _, path := range paths {
		certs, err := certificatesIn(path)
		if err != nil {
			return err
		}
		founding, err := keyring.ReadFounding(c.Dir)
		if err == nil {
			_, err = jpki.Pin(founding.Environment, jpki.Unchanging{Now: certs})
		}
		if err != nil {
			return fmt.Errorf("%s: %w; nothing was put in", path, err)
		}
	}
	return nil
}

func certificatesIn(path string) ([]*x509.Certificate, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	certs, err := files.ParseCertificates(raw)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return certs, nil
}

// dropCertificates takes JPKI CAs out of the bundle. What cards of theirs signed before
// is judged still. One has to stay: a platform that believes no card is none.
func dropCertificates(c config, paths []string, out io.Writer) error {
	left, err := c.cas().Certificates()
	if err != nil {
		return err
	}
	var gone []*x509.Certificate
	for _, path := range paths {
		certs, err := certificatesIn(path)
		if err != nil {
			return err
		}
		gone = append(gone, certs...)
	}
	left = slices.DeleteFunc(left, func(cert *x509.Certificate) bool { return slices.ContainsFunc(gone, cert.Equal) })
	if len(left) == 0 {
		return errors.New("no JPKI CA would be left: put the next one in first; nothing was dropped")
	}
	if err := os.MkdirAll(string(c.oldCAs()), 0o700); err != nil {
		return err
	}
	for _, cert := range gone {
		if err := errors.Join(c.oldCAs().Add(cert), c.cas().Remove(cert)); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s (until %s) is dropped; a service that runs takes that up within seconds\n", cert.Subject, cert.NotAfter.Format(time.DateOnly))
	}
	return nil
}
