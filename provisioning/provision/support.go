package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
)

// supportGroup is the command that gathers what a help desk asks for.
func supportGroup() group {
	return group{
		name: "support", about: "gather one file for the help desk",
		commands: []command{{"", "", "gather one file for the help desk", supportHelp, supportFlags, runSupport, "watashi-provision support --out /media/usb/shop-7.tar.gz"}},
		exits:    func(code int) bool { return code == exitConfig || code == exitFiles },
	}
}

const supportHelp = `Gathers in one file (tar.gz) what a help desk asks for: versions, status, figures of
the queue, the audit trail's verdict and last events, devices, the last lines of the
log, the configuration, the public parts of the certificates, and facts of disk, clock
and kernel. It holds nothing of any citizen and no key: no bodies, no ids, and of each
text only the words that the programs themselves are made of. What cannot be had is
named in its manifest, and is no error. While watashi-terminald runs it is asked;
otherwise the devices are opened as it would open them.
`

const supportFlags = `  --out FILE          a new file
`

// supportFormat is of the manifest.
const supportFormat = "watashi-support/1"

// supportReport is what support tells.
type supportReport struct {
	desk.Ending
	File    string    `json:"file,omitempty"`
	Bytes   int64     `json:"bytes,omitempty"`
	Files   []string  `json:"files"`
	Missing []missing `json:"missing"`
}

// missing is a part that could not be had.
type missing struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// A part is one file of the bag.
type part struct {
	name    string
	content []byte
}

// manifest is the first file of the bag.
type manifest struct {
	Format  string       `json:"format"`
	Time    time.Time    `json:"time"`
	Version string       `json:"version"`
	Files   []listedPart `json:"files"`
	Missing []missing    `json:"missing"`
}

type listedPart struct {
	Name   string `json:"name"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
}

// Bounds of the bag.
const (
	maxPart         = 1 << 20
	supportPatience = 20 * time.Second // for one part
)

func runSupport(ctx context.Context, d *call, args []string) int {
	r := &supportReport{Files: []string{}, Missing: []missing{}}
	code, ok := d.parse("", args, func(flags *flag.FlagSet) { flags.StringVar(&r.File, "out", "", "") })
	if !ok {
		return code
	}
	if r.File == "" {
		d.Hint("--out is needed: the file to write")
		return d.misuse("", "")
	}
	return d.End(r, support(ctx, d.Desk, r))
}

// support gathers all and writes the file, beside its place first.
func support(ctx context.Context, d *desk.Desk, r *supportReport) error {
	file, err := os.OpenFile(r.File+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("writing the file for the help desk: %w", err)
	}
	parts := gather(ctx, d, r)
	err = errors.Join(ctx.Err(), writeBag(file, d.Now(), parts, r.Missing), file.Sync())
	if info, statErr := file.Stat(); statErr == nil {
		r.Bytes = info.Size()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = desk.RenameNew(r.File+".part", r.File)
	}
	if err != nil {
		return errors.Join(err, os.Remove(r.File+".part"))
	}
	for _, p := range parts {
		r.Files = append(r.Files, p.name)
	}
	return nil
}

// gather asks for each part in turn; what fails is missing.
func gather(ctx context.Context, d *desk.Desk, r *supportReport) (parts []part) {
	scrub := scrubberFor(d)
	for _, s := range sources(d, scrub) {
		d.Hint("Gathering %s …", s.name)
		content, err := within(ctx, s.get)
		if err == nil && len(content) > maxPart {
			content, err = nil, fmt.Errorf("it has %d bytes", len(content))
		}
		if err != nil {
			r.Missing = append(r.Missing, missing{s.name, scrub.text(desk.OneLine(err))})
			continue
		}
		parts = append(parts, part{s.name, content})
	}
	return parts
}

func within(ctx context.Context, get func(context.Context) ([]byte, error)) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, supportPatience)
	defer cancel()
	return get(ctx)
}

// writeBag writes the manifest and then the parts.
func writeBag(w io.Writer, now time.Time, parts []part, gone []missing) error {
	m := manifest{Format: supportFormat, Time: now.UTC().Truncate(time.Second), Version: version, Files: []listedPart{}, Missing: gone}
	for _, p := range parts {
		sum := sha256.Sum256(p.content)
		m.Files = append(m.Files, listedPart{p.name, len(p.content), hex.EncodeToString(sum[:])})
	}
	first, err := asJSON(m)
	if err != nil {
		return err
	}
	packed := gzip.NewWriter(w)
	bag := tar.NewWriter(packed)
	for _, p := range append([]part{{"manifest.json", first}}, parts...) {
		header := &tar.Header{Name: "watashi-support/" + p.name, Mode: 0o644, Size: int64(len(p.content)), ModTime: m.Time, Format: tar.FormatUSTAR}
		if err := bag.WriteHeader(header); err != nil {
			return err
		}
		if _, err := bag.Write(p.content); err != nil {
			return err
		}
	}
	return errors.Join(bag.Close(), packed.Close())
}

// asJSON is a value as people read it too.
func asJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return out.Bytes(), err
}

func (r *supportReport) Print(s *console.Sheet) {
	if r.Error != "" {
		return
	}
	s.Fact("file", fmt.Sprintf("%s, %d bytes", r.File, r.Bytes))
	for n, name := range r.Files {
		s.Fact(console.First(n, "holds"), name)
	}
	for n, m := range r.Missing {
		s.Fact(console.First(n, "is without"), s.In(console.Yellow, m.Name)+s.In(console.Faint, "  "+m.Why))
	}
	s.Under("", "It holds nothing of any citizen, and no key. Send it as you like.")
}
