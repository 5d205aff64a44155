// Command supply says what is in the programs that ship, from what the Go linker
// wrote into each of them, and nothing else. It has no switch to leave a module out.
//
//	supply sbom NAME VERSION PROGRAM...     a CycloneDX 1.6 document, on standard output
//	supply licences PROGRAM...              the licence texts of all that they link
//	supply modules PROGRAM...               one line for each module: path, version, licence
//
// A module whose licence it does not know, or that asks more than to be named,
// makes it fail: then somebody has to read that licence first.
package main

import (
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "supply:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer, getenv func(string) string) error {
	switch {
	case len(args) >= 4 && args[0] == "sbom":
		return writeSBOM(out, args[1], args[2], args[3:], getenv("SOURCE_DATE_EPOCH"))
	case len(args) >= 2 && args[0] == "licences":
		return writeLicences(out, args[1:])
	case len(args) >= 2 && args[0] == "modules":
		return writeModules(out, args[1:])
	}
	return errors.New("it wants: sbom NAME VERSION PROGRAM..., licences PROGRAM..., or modules PROGRAM..., at least one program")
}

// A module is one that a program links.
type module struct{ path, version, sum string }

// standard is the name of Go's own library in lists of modules.
const standard = "std"

// linked gathers the modules of programs, Go's own library among them.
func linked(programs []string) ([]module, error) {
	found := map[string]module{}
	for _, program := range programs {
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			return nil, fmt.Errorf("reading what %s was built of: %w", program, err)
		}
		found[standard] = module{path: standard, version: strings.TrimPrefix(strings.Fields(info.GoVersion)[0], "go")}
		for _, d := range info.Deps {
			if d.Replace != nil {
				return nil, fmt.Errorf("%s: %s was replaced by %s", program, d.Path, d.Replace.Path)
			}
			found[d.Path] = module{d.Path, d.Version, d.Sum}
		}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b module) int { return strings.Compare(a.path, b.path) }), nil
}

func writeModules(out io.Writer, programs []string) error {
	modules, err := linked(programs)
	if err != nil {
		return err
	}
	for _, m := range modules {
		papers, err := papersOf(m)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, m.path, m.version, papers.id); err != nil {
			return err
		}
	}
	return nil
}
