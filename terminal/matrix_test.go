package terminal

import (
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A cell is what one event does in one state.
type cell struct {
	from, to sample[State]
	event    sample[Event]
	effects  []Effect
}

func (c cell) changes() bool {
	return len(c.effects) > 0 || !reflect.DeepEqual(c.from.value, c.to.value)
}

// cells is the whole matrix, state by state.
func cells() (all [][]cell) {
	for _, s := range sampleStates() {
		var row []cell
		for _, e := range sampleEvents() {
			if over(s.value, e.value) {
				continue
			}
			next, effects := step(s.value, e.value)
			row = append(row, cell{s, sample[State]{"", next}, e, effects})
		}
		all = append(all, row)
	}
	return all
}

func TestMatrixOfStatesAndEventsIsAsReviewed(t *testing.T) {
	compareGolden(t, "testdata/matrix.txt", matrixText())
}

func matrixText() string {
	var text strings.Builder
	for _, row := range cells() {
		fmt.Fprintln(&text, row[0].from.name())
		still := 0
		for _, c := range row {
			if !c.changes() {
				still++
				continue
			}
			fmt.Fprintf(&text, "\t%-26s %s\n", c.event.name(), strings.TrimSpace(c.outcome()))
		}
		fmt.Fprintf(&text, "\t%-26s nothing\n", fmt.Sprintf("(%d others)", still))
	}
	return text.String()
}

// outcome is the next state with what can be seen of it, and the effects.
func (c cell) outcome() string {
	text := "stays"
	if elsewhere(c.from.value, c.to.value) {
		text = kind(c.to.value)
	} else if !reflect.DeepEqual(c.from.value, c.to.value) {
		text = "changes"
	}
	if fault := faultOf(c.to.value); fault != "" && text != "stays" {
		text += " " + string(fault)
	}
	for _, e := range c.effects {
		text += " +" + kind(e)
		if w, is := e.(Withdraw); is && w.Asked {
			text += "(asked)"
		}
		if h, is := e.(EndHandOver); is {
			text += "(" + string(h.HandOver) + ")"
		}
	}
	return text
}

func faultOf(s State) catalogue.Code {
	switch s := s.(type) {
	case OutOfService:
		return s.Faults[0]
	case Welcome:
		return s.Notice
	case AskingPassword:
		return s.Fault
	case AskingAgain:
		return s.Fault
	case AskingFormat:
		return s.Fault
	case EnteringKey:
		return s.Fault
	case Withdrawing:
		return s.Fault
	case Stopped:
		return s.Fault
	}
	return ""
}

// A rule is a way out that most states share; drawing it from each would hide the
// rest.
type edge struct{ from, to, label string }

// shared is how many states must share an edge before it is a rule.
const shared = 8

func edges() (drawn []edge, rules map[string][]string) {
	froms := map[edge][]string{}
	var order []edge
	for _, row := range cells() {
		for _, c := range row {
			if !c.changes() || !elsewhere(c.from.value, c.to.value) || slices.Contains([]string{"LanguageChosen", "EaseChosen"}, kind(c.event.value)) {
				continue
			}
			key := edge{to: kind(c.to.value), label: c.event.name()}
			if from := kind(c.from.value); !slices.Contains(froms[key], from) {
				froms[key] = append(froms[key], from)
				order = append(order, edge{from, key.to, key.label})
			}
		}
	}
	rules = map[string][]string{}
	for _, e := range order {
		key := edge{to: e.to, label: e.label}
		if len(froms[key]) >= shared {
			rules[fmt.Sprintf("%s: %s", e.label, e.to)] = froms[key]
			continue
		}
		drawn = append(drawn, e)
	}
	return drawn, rules
}

// diagramText draws the matrix in Mermaid, one line for each pair of states.
func diagramText() string {
	drawn, rules := edges()
	labels := map[edge][]string{}
	var pairs []edge
	for _, e := range drawn {
		pair := edge{from: e.from, to: e.to}
		if labels[pair] == nil {
			pairs = append(pairs, pair)
		}
		labels[pair] = append(labels[pair], e.label)
	}
	lines := []string{"stateDiagram-v2", "\t[*] --> Starting"}
	for _, p := range pairs {
		lines = append(lines, fmt.Sprintf("\t%s --> %s : %s", p.from, p.to, strings.Join(labels[p], ", ")))
	}
	var notes []string
	for rule, from := range rules {
		notes = append(notes, fmt.Sprintf("\t%%%% from %d states, %s", len(from), rule))
	}
	slices.Sort(notes)
	return strings.Join(append(lines, notes...), "\n") + "\n"
}

const (
	diagramBegins = "The states, drawn from testdata/matrix.txt by a test:\n\n"
	diagramEnds   = "\nThat is all."
)

func TestDiagramInThePackageDocIsThatOfTheMatrix(t *testing.T) {
	if *update {
		rewriteDoc(t)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(file.Doc.Text(), diagramBegins)
	drawn, _, ends := strings.Cut(after, diagramEnds)
	if !found || !ends {
		t.Fatal("doc.go has no diagram between its marks")
	}
	want := "\t" + strings.ReplaceAll(strings.TrimSuffix(diagramText(), "\n"), "\n", "\n\t") + "\n"
	if drawn != want {
		t.Errorf("the diagram in doc.go is not that of the matrix; renew it with go test ./terminal -update\ngot\n%s\nwant\n%s", drawn, want)
	}
}

func rewriteDoc(t *testing.T) {
	t.Helper()
	old, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "// "+strings.TrimSpace(diagramBegins)+"\n//\n", "//\n// That is all."
	head, rest, _ := strings.Cut(string(old), begin)
	_, tail, found := strings.Cut(rest, end)
	if !found {
		t.Fatal("doc.go has no marks")
	}
	drawn := "//\t" + strings.ReplaceAll(strings.TrimSuffix(diagramText(), "\n"), "\n", "\n//\t") + "\n"
	if err := os.WriteFile("doc.go", []byte(head+begin+drawn+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

// compareGolden compares with a small file that a person has read.
func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range gotLines {
		if i >= len(wantLines) || gotLines[i] != wantLines[i] {
			t.Fatalf("%s, line %d; renew it with -update and read the difference\ngot  %q\nwant %q", path, i+1, gotLines[i], wantLines[min(i, len(wantLines)-1)])
		}
	}
	t.Fatalf("%s has more lines than we got", path)
}
