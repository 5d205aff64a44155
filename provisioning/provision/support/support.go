package support

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
)

// supportFormat is of the manifest.
const supportFormat = "watashi-support/1"

// supportReport is what support tells.
type Report struct {
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

// Gather writes a new file with all that a help desk needs, beside its place first. The
// version is this program's; what is gathered may hold the words that are given.
func Gather(ctx context.Context, d *desk.Desk, out, version string, words []string) (*Report, error) {
	r := &Report{File: out, Files: []string{}, Missing: []missing{}}
	return r, r.write(ctx, d, version, newScrubber(append(ourNames(d), words...)...))
}

func (r *Report) write(ctx context.Context, d *desk.Desk, version string, scrub scrubber) error {
	file, err := os.OpenFile(r.File+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("writing the file for the help desk: %w", err)
	}
	parts := r.gather(ctx, sources(d, scrub, version), scrub, d.Hint)
	err = errors.Join(ctx.Err(), writeBag(file, manifest{Time: d.Now(), Version: version, Missing: r.Missing}, parts), file.Sync())
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
func (r *Report) gather(ctx context.Context, all []source, scrub scrubber, hint func(string, ...any)) (parts []part) {
	for _, s := range all {
		hint("Gathering %s …", s.name)
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
func writeBag(w io.Writer, m manifest, parts []part) error {
	m.Format, m.Time, m.Files = supportFormat, m.Time.UTC().Truncate(time.Second), []listedPart{}
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

// Print tells it to people.
func (r *Report) Print(s *console.Sheet) {
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
