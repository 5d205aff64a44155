package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// document is a CycloneDX 1.6 bill of materials, as far as it is used here.
type document struct {
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Serial       string       `json:"serialNumber"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Type     string     `json:"type"`
	Ref      string     `json:"bom-ref"`
	Name     string     `json:"name"`
	Version  string     `json:"version"`
	URL      string     `json:"purl,omitempty"`
	Hashes   []digest   `json:"hashes,omitempty"`
	Licences []licence  `json:"licenses,omitempty"`
	Marks    []property `json:"properties,omitempty"`
}

type digest struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type licence struct {
	Expression string `json:"expression"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref string   `json:"ref"`
	On  []string `json:"dependsOn,omitempty"`
}

// writeSBOM says what a package holds: its programs, and what each is linked of.
// The same programs give the same bytes.
func writeSBOM(out io.Writer, name, version string, programs []string, epoch string) error {
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	d := document{
		Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata: metadata{
			Timestamp: time.Unix(seconds, 0).UTC().Format(time.RFC3339),
			Component: component{Type: "application", Ref: name, Name: name, Version: version},
		},
	}
	whole := sha256.New()
	parts := dependency{Ref: name}
	for _, path := range programs {
		program, err := d.program(path, version)
		if err != nil {
			return err
		}
		parts.On = append(parts.On, program.Ref)
		io.WriteString(whole, program.Hashes[0].Content)
	}
	if err := d.libraries(programs); err != nil {
		return err
	}
	d.Dependencies = append(d.Dependencies, parts)
	d.Serial = serial(whole.Sum(nil))
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

// program adds one program, and what it is linked of.
func (d *document) program(path, version string) (component, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return component{}, err
	}
	sum := sha256.Sum256(raw)
	name := filepath.Base(path)
	c := component{
		Type: "application", Ref: "program:" + name, Name: name, Version: version,
		Hashes: []digest{{"SHA-256", hex.EncodeToString(sum[:])}},
	}
	d.Components = append(d.Components, c)
	modules, err := linked([]string{path})
	on := dependency{Ref: c.Ref}
	for _, m := range modules {
		on.On = append(on.On, m.url())
	}
	d.Dependencies = append(d.Dependencies, on)
	return c, err
}

// libraries adds each module once.
func (d *document) libraries(programs []string) error {
	modules, err := linked(programs)
	if err != nil {
		return err
	}
	for _, m := range modules {
		p, err := papersOf(m)
		if err != nil {
			return err
		}
		c := component{
			Type: "library", Ref: m.url(), Name: m.path, Version: m.version, URL: m.url(),
			Licences: []licence{{p.id}},
		}
		if m.sum != "" {
			c.Marks = []property{{"go:sum", m.sum}}
		}
		d.Components = append(d.Components, c)
	}
	return nil
}

// url is the module's package URL.
func (m module) url() string { return "pkg:golang/" + m.path + "@" + m.version }

// serial makes the document's number of what it is about (RFC 9562, version 8).
func serial(sum []byte) string {
	b := sum[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
