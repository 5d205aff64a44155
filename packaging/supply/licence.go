package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// papers are what a module says of its use.
type papers struct {
	id    string   // of SPDX; several are joined by AND
	texts []string // licence and notices, as they stand
}

// A mark is how a licence is known: by words that no other has, and only where
// others are missing.
type mark struct {
	id            string
	has, hasNever []string
}

// permissive are the licences that ask for no more than to be passed on.
func permissive() []mark {
	const redistribution = "redistribution and use in source and binary forms"
	return []mark{
		{"Apache-2.0", []string{"apache license", "version 2.0, january 2004", "grant of patent license"}, nil},
		{"MIT", []string{"permission is hereby granted, free of charge", "the software is provided \"as is\""}, []string{"except as contained in this notice"}},
		{"BSD-3-Clause", []string{redistribution, "neither the name"}, []string{"all advertising materials"}},
		{"BSD-2-Clause", []string{redistribution}, []string{"neither the name", "all advertising materials"}},
		{"Zlib", []string{"this software is provided 'as-is'", "altered source versions must be plainly marked as such"}, nil},
		{"ISC", []string{"permission to use, copy, modify, and/or distribute this software for any purpose"}, nil},
	}
}

// demanding are words of licences that ask for more: sources, or the same licence.
func demanding() []string {
	return []string{
		"gnu general public license", "gnu lesser general public license", "gnu affero", "mozilla public license",
		"eclipse public license", "common development and distribution", "european union public licence",
		"server side public license", "business source license", "commons clause", "creative commons attribution-sharealike",
	}
}

// classify names the licences in a text. One that it does not know, or that asks
// for more than to be named, is an error.
func classify(text string) (string, error) {
	plain := strings.ToLower(strings.Join(strings.Fields(text), " "))
	plain = strings.NewReplacer("“", `"`, "”", `"`, "''", `"`, "``", `"`).Replace(plain)
	for _, word := range demanding() {
		if strings.Contains(plain, word) {
			return "", fmt.Errorf("it names the %s", word)
		}
	}
	in := func(word string) bool { return strings.Contains(plain, word) }
	var ids []string
	for _, m := range permissive() {
		if !slices.ContainsFunc(m.has, func(word string) bool { return !in(word) }) && !slices.ContainsFunc(m.hasNever, in) {
			ids = append(ids, m.id)
		}
	}
	if len(ids) == 0 {
		return "", errors.New("nobody here knows it")
	}
	return strings.Join(ids, " AND "), nil
}

// papersOf reads the licence of a module where Go keeps its source.
func papersOf(m module) (papers, error) {
	dir, err := sourceOf(m)
	if err != nil {
		return papers{}, fmt.Errorf("finding the licence of %s: %w", m.path, err)
	}
	p, err := papersIn(os.DirFS(dir), m.path != standard)
	if more, ok := readByHand()[module{path: m.path, version: m.version}]; ok && err == nil {
		var text []byte
		text, err = os.ReadFile(filepath.Join(dir, more.file))
		p.id, p.texts = more.id, append(p.texts, string(text))
	}
	if err != nil {
		return papers{}, fmt.Errorf("reading the licence of %s %s: %w", m.path, m.version, err)
	}
	return p, nil
}

// A reading is what somebody has read in a file that is no licence file.
type reading struct{ id, file string }

// readByHand are modules that say more elsewhere, each at the version that was
// read.
func readByHand() map[module]reading {
	return map[module]reading{
		{path: "github.com/hajimehoshi/bitmapfont/v3", version: "v3.2.0"}: {"Apache-2.0 AND Baekmuk AND OFL-1.1 AND mplus", "README.md"},
	}
}

// sourceOf is the folder of a module's source.
func sourceOf(m module) (string, error) {
	args := []string{"list", "-m", "-f", "{{.Dir}}", m.path}
	if m.path == standard {
		args = []string{"env", "GOROOT"}
	}
	out, err := exec.Command("go", args...).Output()
	dir := string(bytes.TrimSpace(out))
	if err == nil && dir == "" {
		err = errors.New("its source is not there: go mod download")
	}
	return dir, err
}

// papersIn reads the licence files in the root of a module and, where it is asked
// for, in the folders of what the module has taken over from others.
func papersIn(source fs.FS, deep bool) (p papers, err error) {
	var ids []string
	err = fs.WalkDir(source, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if path != "." && (!deep || slices.Contains([]string{"testdata", "example", "examples", "_gen"}, e.Name())) {
				return fs.SkipDir
			}
			return nil
		}
		id, err := p.take(source, path)
		if id != "" {
			ids = append(ids, strings.Split(id, " AND ")...)
		}
		return err
	})
	if err == nil && len(ids) == 0 {
		err = errors.New("it has none")
	}
	slices.Sort(ids)
	p.id = strings.Join(slices.Compact(ids), " AND ")
	return p, err
}

// take keeps the text of a file that is a licence or a notice, and names the licence.
func (p *papers) take(source fs.FS, path string) (id string, err error) {
	ending := filepath.Ext(path)
	name := strings.ToUpper(strings.TrimSuffix(filepath.Base(path), ending))
	licence := strings.HasPrefix(name, "LICEN") || strings.HasPrefix(name, "COPYING")
	if ending == ".go" || !licence && name != "NOTICE" && name != "PATENTS" {
		return "", nil
	}
	text, err := fs.ReadFile(source, path)
	if err != nil {
		return "", err
	}
	p.texts = append(p.texts, string(text))
	if !licence {
		return "", nil
	}
	id, err = classify(string(text))
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return id, nil
}

func writeLicences(out io.Writer, programs []string) error {
	modules, err := linked(programs)
	if err != nil {
		return err
	}
	for _, m := range modules {
		p, err := papersOf(m)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s\n%s %s\n%s\n\n%s\n\n", rule, m.path, m.version, p.id, strings.Join(p.texts, "\n\n")); err != nil {
			return err
		}
	}
	return nil
}

// rule is the line between two modules.
const rule = "================================================================================"
