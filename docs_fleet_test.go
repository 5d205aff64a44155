package kiosk_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// fleetMakers tell what the platform says of its terminals.
func fleetMakers() map[string]func(*testing.T) string {
	return map[string]func(*testing.T) string{"fleet-states": fleetStates, "fleet-reasons": fleetReasons}
}

// fleetStates are the constants of fleet.State with what stands beside them.
func fleetStates(t *testing.T) string {
	var rows [][]string
	for _, file := range syntax(t, "platform/fleet") {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, is := n.(*ast.ValueSpec)
			if !is || len(spec.Values) != 1 {
				return true
			}
			if kind, is := spec.Type.(*ast.Ident); is && kind.Name == "State" {
				beside := ""
				if spec.Comment != nil {
					beside = strings.TrimSpace(spec.Comment.Text())
				}
				rows = append(rows, []string{"`" + text(spec.Values[0], nil) + "`", beside})
			}
			return true
		})
	}
	return table("state|more", rows)
}

// fleetReasons are the codes that no terminal shows, with their English words.
func fleetReasons(t *testing.T) string {
	files := syntax(t, "platform/fleet")
	constants, rows := constantsOf(files), [][]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			row, is := n.(*ast.KeyValueExpr)
			if !is || !strings.HasPrefix(text(row.Key, constants), "FLT-") {
				return true
			}
			both, is := row.Value.(*ast.CompositeLit)
			if !is || len(both.Elts) != 2 {
				return true
			}
			words := texts(both.Elts[1].(*ast.CompositeLit).Elts, constants)
			rows = append(rows, []string{text(row.Key, constants), words[0], words[1]})
			return true
		})
	}
	slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return table("code|what it means|what to do", rows)
}
