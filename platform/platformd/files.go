package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/digital-watashi/kiosk/platform/files"
)

// Commands that change files only.

// check is the command check.
func check(c config, out io.Writer) error {
	settings, err := c.platform(slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if err := settings.Validate(); err != nil {
		return err
	}
	if err := chipsKnown(c, settings, out); err != nil {
		return err
	}
	fmt.Fprintln(out, "configuration and keys are in order")
	return nil
}

// addCertificates puts CA certificates into a folder.
func addCertificates(folder files.CADirectory, paths []string, out io.Writer) error {
	for _, path := range paths {
		certs, err := certificatesIn(path)
		if err != nil {
			return err
		}
		for _, cert := range certs {
			if err := folder.Add(cert); err != nil {
				return err
			}
			fmt.Fprintf(out, "%s\n  SHA-256 %X\n  until %s\n", cert.Subject, sha256.Sum256(cert.Raw), cert.NotAfter.Format(time.RFC3339))
		}
	}
	return nil
}

// importCRLs is the command crl import. A running service sees them within a
// minute.
func importCRLs(c config, args []string, out io.Writer) error {
	if len(args) < 2 || args[0] != "import" {
		return errUsage
	}
	cas, err := c.allCAs()
	if err != nil {
		return err
	}
	for _, path := range args[1:] {
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		list, err := c.crls().Put(raw, cas)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		fmt.Fprintf(out, "%d revoked, %s to %s\n", list.Revoked, list.From.Format(time.RFC3339), list.Until.Format(time.RFC3339))
	}
	return nil
}
