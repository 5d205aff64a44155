//go:build e2e

package terminal

import (
	"html/template"
	"os"
	"path/filepath"
	"testing"
)

// auditIndex is a contact sheet: a table for each size and manner, a row for each
// screen, a column for each language.
var auditIndex = template.Must(template.New("index").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Every screen</title>
<style>
body { font-family: sans-serif; margin: 1rem; }
td, th { vertical-align: top; text-align: left; padding: .2rem; }
thead th { position: sticky; top: 0; background: #fff; }
img { display: block; width: 160px; border: 1px solid #999; }
</style>
<h1>{{.Sum}}</h1>
<nav>{{range .Tables}}<a href="#{{.Name}}">{{.Name}}</a> {{end}}</nav>
{{range .Tables}}<h2 id="{{.Name}}">{{.Name}}</h2>
<table><tbody>
{{range .Rows}}<tr><th>{{.Name}}</th>{{range .Pages}}<td>{{.Language}}<a href="{{.File}}"><img loading="lazy" alt="{{.File}}" src="{{.File}}"></a></td>{{end}}</tr>
{{end}}</tbody></table>
{{end}}</html>
`))

type (
	auditCell struct{ Language, File string }
	auditRow  struct {
		Name  string
		Pages []auditCell
	}
	auditTable struct {
		Name string
		Rows []auditRow
	}
)

// keepIndex writes the contact sheet and the sum where SCREENSHOTS says, if it
// says so.
func keepIndex(t *testing.T, pages []auditPage, sum string) {
	t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	file, err := os.Create(filepath.Join(folder, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	content := struct {
		Sum    string
		Tables []auditTable
	}{sum, auditTables(pages)}
	if err := auditIndex.Execute(file, content); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "summary.txt"), []byte(sum+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// auditTables puts pages into tables and rows as they follow each other.
func auditTables(pages []auditPage) (all []auditTable) {
	for _, p := range pages {
		name := p.size.String() + " " + p.manner.name
		if len(all) == 0 || all[len(all)-1].Name != name {
			all = append(all, auditTable{Name: name})
		}
		table := &all[len(all)-1]
		if len(table.Rows) == 0 || table.Rows[len(table.Rows)-1].Name != p.screen {
			table.Rows = append(table.Rows, auditRow{Name: p.screen})
		}
		row := &table.Rows[len(table.Rows)-1]
		row.Pages = append(row.Pages, auditCell{p.language, p.name() + ".jpg"})
	}
	return all
}
