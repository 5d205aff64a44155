package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var update = flag.Bool("update", false, "write deps/*.txt anew")

const (
	mit  = "Permission is hereby granted, free of charge, to any person\n… THE SOFTWARE IS PROVIDED “AS IS”, WITHOUT WARRANTY"
	bsd3 = "Redistribution and use in source and\n binary forms … Neither the name of X nor"
)

func TestOnlyLicencesThatAskForNoMoreThanToBeNamedPass(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"MIT":                 {mit, "MIT"},
		"three clauses":       {bsd3, "BSD-3-Clause"},
		"two clauses":         {"Redistribution and use in source and binary forms", "BSD-2-Clause"},
		"two in one file":     {mit + bsd3, "MIT AND BSD-3-Clause"},
		"four clauses":        {bsd3 + " All advertising materials", ""},
		"copyleft":            {"GNU General\n Public License, version 2", ""},
		"MIT beside copyleft": {mit + " or the GNU Lesser General Public License", ""},
		"per file":            {"Mozilla Public License Version 2.0", ""},
		"unknown":             {"do what you like", ""},
		"empty":               {"", ""},
	} {
		if got, err := classify(test.text); got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s: %q, %v, want %q", name, got, err, test.want)
		}
	}
}

func TestLicencesOfWhatWasTakenOverCountAsWell(t *testing.T) {
	source := fstest.MapFS{
		"LICENSE": {Data: []byte(mit)}, "NOTICE": {Data: []byte("thanks")}, "json/LICENSE.txt": {Data: []byte(bsd3)},
		"licence.go": {Data: []byte("package x")}, "testdata/COPYING": {Data: []byte("GNU General Public License")},
	}
	if p, err := papersIn(source, true); err != nil || p.id != "BSD-3-Clause AND MIT" || len(p.texts) != 3 {
		t.Errorf("read %q with %d texts, %v", p.id, len(p.texts), err)
	}
	source["internal/COPYING"] = &fstest.MapFile{Data: []byte("GNU General Public License")}
	if p, err := papersIn(source, true); err == nil {
		t.Errorf("copyleft deep inside passed as %q", p.id)
	}
	if p, err := papersIn(fstest.MapFS{}, true); err == nil {
		t.Errorf("a module without a licence passed as %q", p.id)
	}
}

// shipped are the programs in packages, and the systems they are built for.
func shipped() map[string][]string {
	return map[string][]string{
		"./terminal/terminald":           {"linux", "windows"},
		"./terminal/uplinkd":             {"linux", "windows"},
		"./provisioning/provision":       {"linux", "windows"},
		"./platform/platformd":           {"linux"},
		"./platform/conformance/conform": {"linux"},
		"./packaging/kiosk":              {"linux"},
	}
}

// TestWhatShipsLinksWhatSomebodyHasRead holds that each module in each program
// stands, with its licence, in a file that a person has seen change.
func TestWhatShipsLinksWhatSomebodyHasRead(t *testing.T) {
	for source, systems := range shipped() {
		file := filepath.Join("deps", "watashi-"+filepath.Base(source)+".txt")
		got := modulesOf(t, source, systems)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(file); err != nil || string(want) != got {
			t.Errorf("%s links\n%sand %s has (%v)\n%slook at the difference, then: go test ./packaging/supply -update", source, got, file, err, want)
		}
	}
}

func modulesOf(t *testing.T, source string, systems []string) string {
	t.Helper()
	var lines []string
	for _, system := range systems {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", source)
		list.Dir, list.Stderr = "../..", os.Stderr
		list.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64")
		if system == "windows" {
			list.Env = append(list.Env, "CGO_ENABLED=0")
		}
		out, err := list.Output()
		if err != nil {
			t.Fatal("listing what "+source+" links: ", err)
		}
		lines = append(lines, strings.Split(strings.TrimSpace(string(out)), "\n")...)
	}
	slices.Sort(lines)
	text := ""
	for _, line := range slices.Compact(lines) {
		path, version, named := strings.Cut(line, " ")
		if !named {
			continue // a program of the standard library alone
		}
		p, err := papersOf(module{path: path, version: version})
		if err != nil {
			t.Error(err)
		}
		text += fmt.Sprintln(path, version, p.id)
	}
	return text
}

func TestABillOfMaterialsIsWholeAndTheSameEachTime(t *testing.T) {
	self, err := os.Executable() // a Go program that is there
	if err != nil {
		t.Fatal(err)
	}
	epoch := func(string) string { return "1767225600" }
	var first, second bytes.Buffer
	for _, out := range []io.Writer{&first, &second} {
		if err := run([]string{"sbom", "watashi-terminal", "v1.2.3", self}, out, epoch); err != nil {
			t.Fatal(err)
		}
	}
	if first.String() != second.String() {
		t.Error("the same programs gave two documents")
	}
	var d document
	if err := json.Unmarshal(first.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{d.Metadata.Component.Ref: true}
	for _, c := range d.Components {
		if known[c.Ref] {
			t.Errorf("%s stands there twice", c.Ref)
		}
		known[c.Ref] = true
		if c.Type == "library" && (len(c.Licences) != 1 || c.Version == "") {
			t.Errorf("of %s is said %+v", c.Name, c)
		}
	}
	for _, of := range d.Dependencies {
		for _, ref := range append(of.On, of.Ref) {
			if !known[ref] {
				t.Errorf("%s depends on %s, which is nowhere", of.Ref, ref)
			}
		}
	}
	if d.Metadata.Timestamp != "2026-01-01T00:00:00Z" || d.Spec != "1.6" {
		t.Errorf("it says %+v", d.Metadata)
	}
}

func TestNothingIsSaidOfWhatCannotBeRead(t *testing.T) {
	none := func(string) string { return "" }
	for _, args := range [][]string{nil, {"sbom", "x", "v1"}, {"modules", "nowhere"}, {"licences", "main.go"}, {"sbom", "x", "v1", "main.go"}} {
		if err := run(args, io.Discard, none); err == nil {
			t.Errorf("%v gave no error", args)
		}
	}
}
