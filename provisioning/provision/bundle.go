package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
)

// bundleGroup are the commands of the bundle: what the platform has this terminal do.
func bundleGroup() group {
	return group{
		name: "bundle", about: "see and bring what the platform has this terminal do",
		commands: []command{
			{"show", "", "the bundle in force, in words", bundleShowHelp, "", runBundleShow, "watashi-provision bundle show"},
			{"import", "FILE", "take a bundle from a file", bundleImportHelp, "", runBundleImport, "watashi-provision bundle import /media/usb/bundle.jws"},
		},
		exits: func(code int) bool {
			return slices.Contains([]int{exitConfig, exitNoTerminal, exitFiles, exitUnprovisioned, exitRollBack, exitBundleKey, exitOtherPlatform, exitBundle}, code)
		},
	}
}

const bundleShowHelp = `Shows the bundle in force: the keys and certificates that this terminal believes, and
what the platform has it do. The platform signs it; nothing in it is secret.
`

const bundleImportHelp = `Takes a bundle from a file, as one on a USB stick, by the same rules as one that comes
over the network: signed by a key of the bundle in force, of the same platform, and
newer. Anything else changes nothing. The same bundle again is no error. While
watashi-terminald runs it is asked, and goes by the new one at once.
`

// bundleReport is what both commands tell.
type bundleReport struct {
	desk.Ending
	Source string           `json:"source,omitempty"` // of import: terminald or journal
	Before int              `json:"version_before,omitempty"`
	Bundle *protocol.Bundle `json:"bundle,omitempty"`
}

func runBundleShow(_ context.Context, d *call, args []string) int {
	if code, ok := d.parse("show", args, nil); !ok {
		return code
	}
	r := &bundleReport{}
	return d.End(r, readBundle(d.Desk, r))
}

func readBundle(d *desk.Desk, r *bundleReport) error {
	bundle, _, err := provisioning.LoadBundle(d.Machine.StateDir)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", provisioning.ErrNoBundle, err)
	}
	r.Bundle = bundle
	return err
}

func runBundleImport(ctx context.Context, d *call, args []string) int {
	var name string
	if code, ok := d.parseWords("import", args, []*string{&name}, nil); !ok {
		return code
	}
	if name == "" {
		return d.misuse("import", "")
	}
	r := &bundleReport{}
	return d.End(r, importBundle(ctx, d.Desk, r, name))
}

// importBundle gives it to terminald, or puts it in force on disk while that rests.
func importBundle(ctx context.Context, d *desk.Desk, r *bundleReport, name string) error {
	jws, err := readBundleFile(name)
	if err != nil {
		return err
	}
	if err := readBundle(d, r); err != nil {
		return err
	}
	r.Before, r.Bundle = r.Bundle.Version, nil
	code, said, err := d.Send(ctx, "/bundle", protocol.MediaJOSE, jws)
	switch {
	case err == nil && code == http.StatusNoContent:
		r.Source = desk.AskedTerminal
	case err == nil && code == http.StatusUnprocessableEntity:
		return whyNot(d, jws, said)
	case err == nil:
		return desk.Unexpected(code, said)
	case !desk.Absent(err):
		return err
	default:
		r.Source = desk.AskedJournal
		if err := provisioning.SaveBundle(d.Machine.StateDir, jws); err != nil {
			return sortBundle(err)
		}
	}
	return readBundle(d, r)
}

func readBundleFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the bundle: %w", err)
	}
	defer file.Close()
	jws, err := io.ReadAll(io.LimitReader(file, protocol.MaxBody+1))
	if err != nil {
		return nil, fmt.Errorf("reading the bundle: %w", err)
	}
	if len(jws) > protocol.MaxBody {
		return nil, fmt.Errorf("%w: larger than %d KiB", errBundle, protocol.MaxBody>>10)
	}
	return bytes.TrimSpace(jws), nil
}

// whyNot finds the kind of a refusal that terminald has told in words.
func whyNot(d *desk.Desk, jws []byte, said string) error {
	for _, known := range []error{provisioning.ErrRollBack, provisioning.ErrOtherPlatform, protocol.ErrUnknownKey} {
		if strings.Contains(said, known.Error()) {
			return fmt.Errorf("%w: %s", known, said)
		}
	}
	return fmt.Errorf("%w: %s", errBundle, said)
}

// sortBundle makes a bundle of what is no file's fault.
func sortBundle(err error) error {
	if judged(err).Unknown {
		return fmt.Errorf("%w: %w", errBundle, err)
	}
	return err
}

func (r *bundleReport) Print(s *console.Sheet) {
	b := r.Bundle
	if b == nil {
		return
	}
	if r.Source != "" {
		s.Fact("asked", cmp.Or(map[string]string{desk.AskedTerminal: "watashi-terminald"}[r.Source], "the disk; watashi-terminald does not run"))
		if r.Before == b.Version {
			s.Fact("bundle", fmt.Sprintf("version %d was in force already", b.Version))
		} else {
			s.Fact("bundle", s.In(console.Green, "taken")+fmt.Sprintf(": version %d in place of %d", b.Version, r.Before))
		}
		return
	}
	printBundle(s, b)
}

func printBundle(s *console.Sheet, b *protocol.Bundle) {
	s.Fact("platform", fmt.Sprintf("%s, for %s", b.PlatformID, b.Environment))
	s.Fact("bundle", fmt.Sprintf("version %d of %s", b.Version, b.Issued.UTC().Format(time.RFC3339)))
	for _, keys := range []struct {
		label string
		keys  []protocol.PublicKey
	}{{"seals for", b.EncryptionKeys}, {"believes", b.ReceiptKeys}, {"bundles by", b.BundleKeys}} {
		for n, k := range keys.keys {
			s.Fact(console.First(n, keys.label), "key "+k.Kid()+s.In(console.Faint, currentKey(n)))
		}
	}
	printCAs(s, "cards", b.JPKI)
	printCAs(s, "terminal CAs", b.TerminalCAs)
	s.Fact("policies", strings.Join(b.SigningPolicies, ", "))
	accepted, unsent := b.CodeLife()
	s.Fact("codes", fmt.Sprintf("%s, good for %s, for %s where the platform was not reachable", b.CodeProfile, hoursText(accepted), hoursText(unsent)))
	s.Fact("photo", string(b.Photo))
	s.Fact("offline", map[string]string{protocol.OfflineAllow: "registers without the platform", protocol.OfflineRefuse: "registers nobody without the platform"}[b.Offline])
	s.Fact("limits", fmt.Sprintf("%d waiting, the oldest %d hours; the clock off by %d seconds", b.Limits.MaxUnsent, b.Limits.MaxUnsentHours, b.Limits.MaxSkewSeconds))
	s.Fact("languages", strings.Join(b.Languages, ", "))
	for n, language := range slices.Sorted(maps.Keys(b.Contact)) {
		s.Fact(console.First(n, "contact"), language+": "+b.Contact[language])
	}
	printHours(s, b.Hours)
}

func currentKey(n int) string {
	if n == 0 {
		return "  current"
	}
	return "  known still, or already"
}

func printCAs(s *console.Sheet, label string, all [][]byte) {
	for n, der := range all {
		ca, err := x509.ParseCertificate(der)
		if err != nil {
			s.Fact(console.First(n, label), s.In(console.Red, "a certificate that cannot be read"))
			continue
		}
		s.Fact(console.First(n, label), fmt.Sprintf("%s until %s", ca.Subject, ca.NotAfter.UTC().Format(time.DateOnly))+s.In(console.Faint, fmt.Sprintf("  SHA-256 %X", sha256.Sum256(der))))
	}
}

func printHours(s *console.Sheet, h *protocol.Hours) {
	if h == nil {
		s.Fact("open", "always")
		return
	}
	s.Fact("open", "by the clock of "+h.Zone)
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		s.Under(day, spansText(h.Week[day]))
	}
	for _, date := range slices.Sorted(maps.Keys(h.Dates)) {
		s.Under(date, spansText(h.Dates[date]))
	}
}

func spansText(spans []protocol.Span) string {
	var parts []string
	for _, p := range spans {
		parts = append(parts, p.From+"-"+p.Until)
	}
	return cmp.Or(strings.Join(parts, ", "), "closed")
}

func hoursText(d time.Duration) string { return console.Plural(int(d.Hours()), "hour") }

// errBundle: a bundle that is none, or was changed.
var errBundle = errors.New("the file is no bundle of this platform")
