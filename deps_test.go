package kiosk_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/digital-watashi/kiosk"

// door says what the packages of one room may import of ours.
type door struct {
	room   string   // a package, or a folder with all below it when it ends in /...
	to     []string // packages, or folders likewise
	reason string
}

// doors is read from the top: the first row that names a package decides.
var doors = []door{
	{"", nil, "the root is a doc"},
	{"hal", nil, "says what a device is; knows no driver"},
	{"hal/simulator", []string{"hal/..."}, "a main of virtual devices"},
	{"hal/haltest", []string{"hal"}, "shares no code with the drivers, or it would share their mistakes"},
	{"hal/haltest/...", []string{"hal", "hal/haltest"}, "kits round the virtual devices"},
	{"hal/mynumber", []string{"hal", "hal/apdu"}, "the card over APDUs"},
	{"hal/confined", nil, "runs what it is given"},
	{"hal/...", []string{"hal", "hal/confined"}, "a driver knows its seam only"},
	{"ui/...", []string{"ui/...", "hal/confined"}, "the screen is a device"},
	{"platform/protocol", nil, "both ends of the wire link it"},
	{"platform/files", nil, "folders that several processes work in"},
	{"platform/keyring", []string{"platform/files", "platform/protocol"}, "the platform's own keys and CAs"},
	{"platform/jpki", []string{"platform/files", "platform/protocol"}, "what says whether a citizen's certificate holds"},
	{"platform/attestation", []string{"platform/files", "platform/protocol"}, "judges what a chip says of itself"},
	{"platform", []string{"platform/protocol", "platform/files", "platform/keyring", "platform/jpki", "platform/attestation"}, "the journey stands on keys and judgements, and knows no store"},
	{"platform/fleet", []string{"platform", "platform/protocol"}, "reads what the platform knows of its terminals"},
	{"platform/bolt", []string{"platform", "platform/protocol"}, "a store of the platform"},
	{"platform/postgres", []string{"platform", "platform/protocol"}, "another store of the platform"},
	{"platform/conformance", []string{"platform/protocol"}, "judges any platform by what crosses the wire"},
	{"platform/...", []string{"platform/..."}, "mains and what tests share: the other end of the wire knows no terminal"},
	{"provisioning/provision/manual", nil, "says what any program with commands is"},
	{"provisioning/provision/console/ptytest", nil, "a terminal with a person before it, for tests"},
	{"provisioning/provision/console", []string{"terminal/catalogue"}, "how a command talks with a person, in the catalogue's words; knows no machine"},
	{"provisioning/provision/system", []string{"terminal/catalogue"}, "tells faults as one operating system's technician mends them, in place of the catalogue's words"},
	{"provisioning/provision/desk", []string{"provisioning/provision/console", "provisioning/provision/system", "hal", "hal/escpos", "terminal/devices", "terminal/status", "terminal/uplink/socket"}, "opens devices as the terminal does, and asks the terminal at its status socket"},
	{"provisioning/provision/trial", []string{"provisioning", "provisioning/provision/console", "provisioning/provision/desk", "provisioning/provision/system", "platform/protocol", "hal", "hal/apdu", "hal/mynumber", "hal/escpos", "terminal/catalogue", "terminal/devices", "terminal/status"}, "tries each device and a card, and tells faults in the catalogue's words"},
	{"provisioning/provision/queue", []string{"provisioning", "provisioning/provision/console", "provisioning/provision/desk", "platform/protocol", "terminal/catalogue", "terminal/journal", "terminal/status"}, "opens the journal of a terminal that rests, and verifies its audit"},
	{"provisioning/provision/support", []string{"provisioning", "provisioning/provision/console", "provisioning/provision/desk", "provisioning/provision/queue", "provisioning/provision/system", "provisioning/provision/trial"}, "gathers what the other rooms know, and nothing of a citizen"},
	{"provisioning/provision/checkup", []string{"provisioning", "provisioning/provision/console", "provisioning/provision/desk", "provisioning/provision/system", "provisioning/provision/trial", "platform/protocol", "terminal/status"}, "judges the whole machine, terminald with it"},
	{"provisioning/provision", []string{"provisioning", "provisioning/provision/...", "platform/protocol", "hal/...", "terminal/devices", "terminal/catalogue", "terminal/journal", "terminal/status", "terminal/uplink/socket"}, "a main; it tries devices as the terminal opens them, tells faults in its words, and verifies its audit"},
	{"provisioning/tpm/swtpm", nil, "software TPMs for tests"},
	{"provisioning/tpm", []string{"platform/protocol"}, "keys in a chip"},
	{"provisioning", []string{"platform/protocol", "provisioning/tpm"}, "the machine's identity"},
	{"terminal/catalogue", nil, "texts stand on nothing"},
	{"terminal/status", []string{"hal", "platform/protocol"}, "what a technician is told, as types; knows no session"},
	{"terminal/journal", []string{"platform/protocol"}, "keeps sealed bytes only"},
	{"terminal/uplink/socket", nil, "how the programs of one machine meet"},
	{"terminal/uplink", []string{"platform/protocol", "terminal/uplink/socket"}, "linked by uplinkd, which sees no personal data"},
	{"terminal/service", nil, "what both services are as programs"},
	{"terminal/devices", []string{"hal/..."}, "opens the devices that a configuration names, for terminald and for the technician"},
	{"terminal/uplinkd", []string{"terminal/uplink/...", "terminal/service", "provisioning", "platform/protocol"}, "has the network, so it must not know the session"},
	{"terminal/terminald", []string{"terminal/...", "hal/...", "ui", "provisioning", "platform/protocol"}, "a main"},
	{"terminal/street", []string{"terminal/...", "hal/...", "platform/...", "ui"}, "what tests of the shipped programs share"},
	{"terminal/soak", nil, "weighs processes from outside, and knows nobody"},
	{"terminal/residue", nil, "reads what is left in memory, and knows nobody"},
	{"terminal/e2e", []string{"terminal/street", "hal/haltest/..."}, "tests of the shipped programs only"},
	{"terminal/torture/...", []string{"terminal/...", "hal/...", "platform/..."}, "breaks what ships on purpose, from outside and inside"},
	{"terminal/demo", []string{"terminal/...", "hal/...", "ui/...", "provisioning", "platform/..."}, "a main, the only one with virtual devices"},
	{"packaging", nil, "a doc; its tests judge units, policies and packages"},
	{"packaging/supply", nil, "a main; it reads what is in programs"},
	{"packaging/kiosk", nil, "a main; it starts a browser and knows nothing of ours"},
	{"terminal", []string{"terminal/catalogue", "terminal/journal", "hal", "hal/mynumber", "hal/escpos", "hal/confined", "ui", "platform/protocol", "provisioning"}, "the domain knows its devices and the packet"},
}

// soleImporters names who alone may import a module of others.
var soleImporters = map[string][]string{
	"github.com/ebfe/scard":               {"hal/pcsc"},
	"github.com/Microsoft/go-winio":       {"terminal/uplink/socket"},
	"github.com/gorilla/websocket":        {"ui", "terminal/street"},
	"go.etcd.io/bbolt":                    {"terminal/journal", "platform/bolt"},
	"github.com/go-jose/go-jose/v4":       {"platform/protocol"},
	"github.com/tarm/serial":              {"hal/serialport"},
	"github.com/kardianos/service":        {"terminal/service", "platform/platformd"},
	"github.com/smallstep/pkcs7":          {"platform/protocol", "platform", "provisioning"},
	"github.com/holoplot/go-evdev":        {"hal/scanner"},
	"github.com/warthog618/go-gpiocdev":   {"hal/gpio"},
	"github.com/prometheus/client_golang": {"terminal/terminald", "platform/platformd"},
	"github.com/jackc/pgx/v5":             {"platform/postgres"},
	"golang.org/x/crypto":                 {"platform/jpki", "platform/jpki/jpkitest", "platform/protocol"},
	"github.com/go-text/typesetting":      {"hal/escpos"},
	"golang.org/x/text":                   {"terminal/catalogue", "hal/escpos"},
	"github.com/google/go-tpm":            {"provisioning/tpm", "platform/attestation"},
}

// unlinked names what a shipped program must not hold.
var unlinked = map[string][]string{
	"terminal/terminald":     {"hal/haltest", "testing", "platform"},
	"terminal/uplinkd":       {"hal", "ui", "terminal", "terminal/journal", "hal/haltest", "testing"},
	"provisioning/provision": {"hal/haltest", "testing", "platform"},
	"platform/platformd":     {"hal", "hal/haltest", "testing", "terminal"},
}

// A pkg is what `go list` says of one package.
type pkg struct {
	ImportPath, Dir, Name, Doc string
	GoFiles, CgoFiles          []string
	Imports, Deps              []string
}

func (p pkg) room() string { return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/") }

func TestDoorsBetweenRoomsOpenOneWay(t *testing.T) {
	for _, p := range packages(t) {
		d := slices.IndexFunc(doors, func(d door) bool { return covers(d.room, p.room()) })
		if d < 0 {
			t.Errorf("%q stands in no row of the doors table", p.room())
			continue
		}
		for _, path := range p.Imports {
			if room, ours := strings.CutPrefix(path, module+"/"); ours && !slices.ContainsFunc(doors[d].to, func(to string) bool { return covers(to, room) }) {
				t.Errorf("%s imports %s; %s", p.room(), room, doors[d].reason)
			}
		}
	}
}

func TestEachDependencyHasItsImporter(t *testing.T) {
	for _, p := range packages(t) {
		for _, path := range p.Imports {
			for dependency, importers := range soleImporters {
				if (path == dependency || strings.HasPrefix(path, dependency+"/")) && !slices.Contains(importers, p.room()) {
					t.Errorf("%s imports %s; only %v may", p.room(), path, importers)
				}
			}
		}
	}
}

func TestShippedProgramsLinkNoVirtualDevice(t *testing.T) {
	for _, p := range packages(t) {
		for _, forbidden := range unlinked[p.room()] {
			full := forbidden
			if forbidden != "testing" {
				full = module + "/" + forbidden
			}
			if slices.Contains(p.Deps, full) {
				t.Errorf("%s links %s", p.room(), forbidden)
			}
		}
	}
}

func TestEveryPackageHasADoc(t *testing.T) {
	for _, p := range packages(t) {
		if p.Doc == "" {
			t.Errorf("%s has no package doc", p.room())
		}
	}
}

func TestNoInitAndNoWrittenPackageVariable(t *testing.T) {
	for _, p := range packages(t) {
		files := token.NewFileSet()
		var parsed []*ast.File
		for _, name := range slices.Concat(p.GoFiles, p.CgoFiles) {
			file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			parsed = append(parsed, file)
		}
		for _, where := range hiddenState(files, parsed) {
			t.Errorf("%s", where)
		}
	}
}

// hiddenState lists the init functions and the assignments to package variables.
func hiddenState(files *token.FileSet, parsed []*ast.File) (found []string) {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Error: func(error) {}, Importer: noImporter{}}
	checked, _ := config.Check("p", files, parsed, info) // errors are expected: nothing is imported
	written := func(e ast.Expr) {
		if name, ok := e.(*ast.Ident); ok {
			if v, ok := info.Uses[name].(*types.Var); ok && checked != nil && v.Parent() == checked.Scope() {
				found = append(found, files.Position(name.Pos()).String()+": writes package variable "+name.Name)
			}
		}
	}
	for _, file := range parsed {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Name.Name == "init" && n.Recv == nil {
					found = append(found, files.Position(n.Pos()).String()+": has an init function")
				}
			case *ast.AssignStmt:
				for _, left := range n.Lhs {
					written(left)
				}
			case *ast.IncDecStmt:
				written(n.X)
			}
			return true
		})
	}
	return found
}

type noImporter struct{}

func (noImporter) Import(string) (*types.Package, error) { return nil, errors.New("not imported") }

// covers reports whether a row's name covers a package.
func covers(row, room string) bool {
	if folder, all := strings.CutSuffix(row, "/..."); all {
		return room == folder || strings.HasPrefix(room, folder+"/")
	}
	return row == room
}

// packages asks the go command for every package of ours, as cgo sees them.
func packages(t *testing.T) (all []pkg) {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Dir,Name,Doc,GoFiles,CgoFiles,Imports,Deps", "./...")
	list.Env = append(os.Environ(), "CGO_ENABLED=1")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal("listing packages: ", err)
	}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
